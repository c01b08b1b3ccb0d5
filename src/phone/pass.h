#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "phone/context.h"

namespace onhook::phone {

// One rule only, which somebody asked for (6.2.7).
struct OneRule {
    std::string rule;
    std::string server;  // the host of a rule that names none
};

// What a pass over the profile rules is for.
struct PassOrder {
    profile::ResyncCause cause = profile::ResyncCause::power_up;
    std::optional<OneRule> one_rule = {};  // nothing: all rules
    bool unprovisioned = false;            // of a phone that looks for its provider (6.5)
    Seconds since_resync{0};               // $PRVTMR
    // The profile account (5.1 Profile_Authentication_Type), for rules that have no credentials.
    std::optional<profile::Credentials> account = {};
};

// What one pass over the profile rules came to; the phone tells its other machines.
struct PassResult {
    profile::ResyncCause cause = profile::ResyncCause::power_up;
    bool one_shot = false;    // only the rule of a request was processed (6.2.7)
    bool installed = false;   // a profile was taken; not so when "not found" counts as success
    bool discovered = false;  // one came from a server that the network named
    bool succeeded = false;
    // A rule asks for an activation code (7.5). The pass did not fail, and nothing is due after it.
    bool wants_code = false;
    std::vector<profile::ParameterId> changed;
    profile::Effect effect = profile::Effect::none;
    std::string url = {};    // that was asked last
    std::string error = {};  // empty: it succeeded
    ResyncCode code = ResyncCode::changed;
    bool distrusted = false;  // it failed by TLS

    // Nothing to fetch and nobody to ask is no failure (flyingvoice.md 6.1).
    [[nodiscard]] bool failed() const noexcept {
        return !succeeded && code != ResyncCode::no_source;
    }
};

// One way through the profile rules, from the first request to the last; what differs between
// makers. Whatever happens may finish it: the result says so, and then the pass is over.
class Pass {
  public:
    using Outcome = std::optional<PassResult>;

    Pass() = default;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    virtual ~Pass() = default;

    // A pass without anything to fetch finishes here.
    [[nodiscard]] virtual Outcome start(Context& context) = 0;

    // The one timer it wants, and what it does then.
    [[nodiscard]] virtual std::optional<TimePoint> deadline() const { return std::nullopt; }

    [[nodiscard]] virtual Outcome on_deadline(Context& /*context*/) { return std::nullopt; }

    [[nodiscard]] virtual bool owns(TransferId transfer) const = 0;
    virtual void on(const ServerFound& event, Context& context) = 0;
    [[nodiscard]] virtual Outcome on(const Answered& event, Context& context) = 0;
    [[nodiscard]] virtual Outcome on(const TransferFailed& event, Context& context) = 0;

    // Of look-ups and questions that are not its own, nothing comes.
    [[nodiscard]] virtual Outcome on(const ServersLookedUp& /*event*/, Context& /*context*/) {
        return std::nullopt;
    }

    [[nodiscard]] virtual Outcome on(const PnpAnswered& /*event*/, Context& /*context*/) {
        return std::nullopt;
    }
};

}  // namespace onhook::phone
