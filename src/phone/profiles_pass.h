#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phone/exchange.h"
#include "phone/network.h"
#include "phone/pass.h"
#include "profile/apply.h"
#include "profile/flyingvoice_rule.h"

namespace onhook::phone {

// A pass of a Flyingvoice phone (flyingvoice.md 6, 8): profile 1 is where PnP, DHCP or its own rule
// says, profile 2 where its rule says. The files of both are read in order, and then all of them
// count together, or nothing does (D20, D26).
class ProfilesPass : public Pass {
  public:
    explicit ProfilesPass(PassOrder order);

    [[nodiscard]] Outcome start(Context& context) override;

    // Of the wait for PnP.
    [[nodiscard]] std::optional<TimePoint> deadline() const override { return deadline_; }

    [[nodiscard]] Outcome on_deadline(Context& context) override;

    [[nodiscard]] bool owns(TransferId transfer) const override { return exchange_.owns(transfer); }

    void on(const ServerFound& event, Context& context) override;
    [[nodiscard]] Outcome on(const Answered& event, Context& context) override;
    [[nodiscard]] Outcome on(const TransferFailed& event, Context& context) override;
    [[nodiscard]] Outcome on(const PnpAnswered& event, Context& context) override;

  private:
    // A file that the server has; without a body while it says that it has not changed.
    struct File {
        Visits::Visit visit;
        Url url;
        std::optional<SharedText> body;
        std::size_t profile = 0;
    };

    // Why the attempt fails; the first reason counts.
    struct Reason {
        ResyncCode code = ResyncCode::transport;
        std::string text;
        std::string url;
    };

    Outcome find_profile_1(Context& context);
    void use_lease(Context& context);
    Outcome next_profile(Context& context);
    [[nodiscard]] bool plan(Context& context);
    Outcome next_file(Context& context);
    Outcome fetch(Context& context, Why why, const Visits::Visit* known);
    Outcome take(const SharedText& body, Context& context);
    Outcome take_boot_file(std::string_view body, Context& context);
    Outcome keep(std::optional<SharedText> body, Context& context);
    Outcome failed(const Fault& fault, Context& context);
    Outcome profile_failed(Reason reason, Context& context);
    Outcome conclude(Context& context);
    [[nodiscard]] bool nothing_changed(Context& context) const;
    Outcome apply(Context& context);
    Outcome fail();
    void remember_files(Context& context);
    PassResult finish(ResyncCode code);
    [[nodiscard]] const profile::Dialect::Profile& parameters(Context& context) const;

    PassOrder order_;
    PassResult result_;
    std::optional<TimePoint> deadline_;
    std::array<std::string, 2> rules_;
    std::string_view source_;  // what named profile 1: PnP, DHCP, the rule
    std::size_t profile_ = 0;  // the one whose files are being fetched

    std::array<std::optional<profile::Credentials>, 2> rules_credentials_;

    // Of the profile that is being fetched.
    std::deque<profile::FlyingvoiceRequest> requests_;
    std::optional<profile::FlyingvoiceRequest> current_;
    bool found_any_ = false;

    std::vector<File> files_;
    std::size_t bytes_ = 0;  // of all bodies together
    // The file that is read after all, because another one changed.
    std::optional<std::size_t> reread_;
    std::optional<Reason> failure_;
    std::string last_url_;
    Exchange exchange_;
};

}  // namespace onhook::phone
