#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "phone/context.h"
#include "phone/exchange.h"
#include "phone/pass.h"
#include "profile/apply.h"
#include "profile/rule.h"

namespace onhook::phone {

// The custom CA (cisco-mpp.md 11.2): fetches the PEM file of Custom_CA_Rule at each boot, and after
// a successful resync if the rule changed since it was fetched; and a file that somebody names
// once (10.1). What came takes the place of what was installed; a rule that became empty leaves it
// as it is. Whether a file holds certificates of CAs is the shell's to know, which has the library
// that will use them: here there is no parser of ASN.1, and should be none.
class CustomCa {
  public:
    enum class State : std::uint8_t {
        idle,
        due,       // the rule changed, or what it led to failed: at the next successful resync
        fetching,  // a rule that changes meanwhile is due after it
    };

    // What follows from a step for the rest of the phone.
    struct Outcome {
        bool installed = false;                     // other certificates than before
        std::vector<profile::Change> changes = {};  // that the rule assigned
    };

    [[nodiscard]] State state() const noexcept {
        return fetch_ ? State::fetching : due_ ? State::due : State::idle;
    }

    // Whether it holds nothing that a new one does not.
    [[nodiscard]] bool rests() const noexcept { return state() == State::idle; }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept {
        return fetch_ && fetch_->exchange.owns(transfer);
    }

    // Whether a file is fetched that somebody named; the phone cannot keep that over a restart.
    [[nodiscard]] bool fetches_once() const noexcept { return fetch_ && fetch_->once; }

    // A life began, and the network is there.
    [[nodiscard]] Outcome boot(Context& context);
    // These parameters have other values.
    void changed(std::span<const profile::ParameterId> parameters, const Context& context);
    // A resync succeeded, or the redirect service named a provider.
    [[nodiscard]] Outcome resynced(Context& context);
    // Somebody asks for one file, once. Nothing is being fetched.
    [[nodiscard]] Outcome request(const OneRule& rule, Context& context);

    void on(const ServerFound& event) { fetch_->exchange.found(event.ip); }

    [[nodiscard]] Outcome on(const Answered& event, Context& context);
    [[nodiscard]] Outcome on(const TransferFailed& event, Context& context);

  private:
    // Only while a transfer runs.
    struct Fetch {
        bool once = false;  // somebody asked; the rule has nothing to do with it
        Exchange exchange;
    };

    [[nodiscard]] Outcome begin(const OneRule& rule, bool once, Context& context);
    [[nodiscard]] Outcome failed(const std::string& error, Context& context);

    std::unique_ptr<Fetch> fetch_;
    bool due_ = false;
};

}  // namespace onhook::phone
