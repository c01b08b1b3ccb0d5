#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "phone/context.h"
#include "phone/exchange.h"
#include "profile/apply.h"

namespace onhook::phone {

// Remote customization (cisco-mpp.md 7): an unprovisioned phone asks the redirect service for its
// provider's profile rule, once in its life. The state itself is in the phone's memory.
class Customization {
  public:
    // What the redirect service's answer asks of the phone.
    struct Outcome {
        bool resync = false;  // the profile rule is the provider's now: fetch it
        profile::Effect effect = profile::Effect::none;  // of the values that the answer set
        std::vector<profile::ParameterId> changed;       // those that have another one now
    };

    // Open or Pending with a rule that names no server: nobody has provisioned this phone (6.5).
    [[nodiscard]] static bool unprovisioned(Context& context);
    // Somebody configured the phone before customization could: it ends there (7.2).
    void settle_at_boot(Context& context);

    // DHCP led nowhere: ask the redirect service. After a reboot in Pending the first request
    // waits a minute (7.2). False when this phone has no redirect service.
    [[nodiscard]] bool ask(Context& context);
    // A profile came from a server that DHCP named: the redirect service is not needed (7.2).
    void on_discovered(Context& context);
    // A pass over the profile rules succeeded and brought a profile.
    static void on_profile_installed(Context& context);
    // An administrator, by page or profile, changed these parameters.
    void on_configured(std::span<const profile::ParameterId> changed, Context& context);

    [[nodiscard]] std::optional<TimePoint> deadline() const noexcept { return deadline_; }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept { return exchange_.owns(transfer); }

    [[nodiscard]] bool asking() const noexcept { return exchange_.active(); }

    void on_deadline(Context& context);

    void on(const ServerFound& event) { exchange_.found(event.ip); }

    [[nodiscard]] Outcome on(const Answered& event, Context& context);
    [[nodiscard]] Outcome on(const TransferFailed& event, Context& context);

  private:
    static void enter(CustomizationState state, Context& context);
    void abort(Context& context);
    void request(Context& context);
    Outcome take(const std::string& body, Context& context);
    Outcome retry(const std::string& why, Context& context);
    void wait(Context& context);

    Exchange exchange_;
    std::optional<TimePoint> deadline_;
    unsigned retries_ = 0;
};

}  // namespace onhook::phone
