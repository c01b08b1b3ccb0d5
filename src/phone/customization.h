#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phone/context.h"
#include "phone/exchange.h"
#include "profile/apply.h"
#include "profile/rule.h"

namespace onhook::phone {

// Remote customization (cisco-mpp.md 7): an unprovisioned phone asks the redirect service for its
// provider's profile rule, once in its life. The state itself is in the phone's memory. A rule that
// is gds:// asks the same service with a code that a person enters (7.5), in any state.
class Customization {
  public:
    // What the redirect service's answer asks of the phone.
    struct Outcome {
        enum class Then : std::uint8_t {
            wait,     // nothing came of it: it retries, or waits for another code
            nothing,  // the answer was all there is
            resync,   // the profile rule is the provider's now: fetch it
            retry,    // it named no server: the error retry list goes on
        };
        Then then = Then::wait;
        profile::Effect effect = profile::Effect::none;  // of the values that the answer set
        std::vector<profile::ParameterId> changed = {};  // those that have another one now
    };

    // What the screen says of a code that the service does not know any more or never did (7.5).
    static constexpr std::string_view wrong_code = "Invalid activation code";

    // Open or Pending with a rule that names no server: nobody has provisioned this phone (6.5).
    [[nodiscard]] static bool unprovisioned(Context& context);
    // Somebody configured the phone before customization could: it ends there (7.2).
    void settle_at_boot(Context& context);
    // DHCP names servers: an end where the policy says that the answer suffices (7.2 CONFLICT).
    void on_servers_named(Context& context);

    // DHCP led nowhere: ask the redirect service. After a reboot in Pending the first request
    // waits a minute (7.2). False when this phone has no redirect service.
    [[nodiscard]] bool ask(Context& context);
    // A profile came from a server that DHCP named: the redirect service is not needed (7.2).
    void on_discovered(Context& context);
    // A pass over the profile rules succeeded and brought a profile.
    static void on_profile_installed(Context& context);
    // An administrator, by page or profile, changed these parameters.
    void on_configured(std::span<const profile::ParameterId> changed, Context& context);

    // A person entered a code; answered at once if it is refused, else when the service has
    // answered. A wrong one may be followed by another.
    void on(const CodeEntered& event, Context& context);
    // Who waits for what becomes of a code is told that nothing will.
    void on_next_life(Context& context);

    [[nodiscard]] std::optional<TimePoint> deadline() const noexcept {
        return exchange_.active() ? std::nullopt : std::optional<TimePoint>(deadline_);
    }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept { return exchange_.owns(transfer); }

    // For its profile, that is: not with a code.
    [[nodiscard]] bool asking() const noexcept {
        return exchange_.active() && !abandoned_ && !code_request_;
    }

    // Whether it holds nothing that a new one does not.
    [[nodiscard]] bool rests() const noexcept {
        return !exchange_.active() && !deadline_ && !code_request_;
    }

    // For the time of the next request.
    [[nodiscard]] bool waiting() const noexcept { return static_cast<bool>(deadline_); }

    void on_deadline(Context& context);

    void on(const ServerFound& event) { exchange_.found(event.ip); }

    [[nodiscard]] Outcome on(const Answered& event, Context& context);
    [[nodiscard]] Outcome on(const TransferFailed& event, Context& context);

  private:
    static void enter(CustomizationState state, Context& context);
    void abort(Context& context);
    void abandon();
    void request(Context& context);
    void start(profile::RuleRequest ask, Context& context);
    Outcome take(std::string_view body, Context& context);
    Outcome taken(const profile::Applied& applied, Context& context);
    Outcome failed(const std::string& why, Context& context);
    void wait(Context& context);
    void answer_code(bool accepted, std::string text, Context& context);

    Exchange exchange_;
    Moment<TimePoint> deadline_;
    // What the transfer that runs brings counts for nothing any more.
    bool abandoned_ = false;
    std::uint8_t retries_ = 0;
    // The transfer that runs carries a code, and this is who waits.
    RequestId code_request_;
};

}  // namespace onhook::phone
