#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/seldom.h"
#include "base/shared.h"
#include "phone/actions.h"
#include "phone/behaviour.h"
#include "phone/custom_ca.h"
#include "phone/customization.h"
#include "phone/events.h"
#include "phone/memory.h"
#include "phone/network.h"
#include "phone/policy.h"
#include "phone/reporter.h"
#include "phone/resync.h"
#include "phone/upgrade.h"
#include "profile/dialect.h"

namespace onhook::phone {

// One phone's behaviour: a pure function of events and time. The shell's contract is in style.md:
// one step; carry out every action in order; read next_deadline(); wait for one event.
//
// A phone lives from one boot to the next. Its first event is Booted; after Reboot or Restart the
// shell makes a new one from the saved memory and tells it the reason.
class Phone {
  public:
    // `dialect` must outlive the phone. `memory.values` is of the dialect's catalogue. `seed`
    // decides every random delay.
    Phone(const profile::Dialect& dialect,
          profile::Identity identity,
          Shared<Settings> settings,
          Memory memory,
          std::uint64_t seed);

    // Never blocks, never throws. `now` must not run backwards.
    [[nodiscard]] Actions step(const Event& event, TimePoint now);
    // The one timer it wants. An early DeadlineReached is harmless.
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;

    [[nodiscard]] const Memory& memory() const noexcept { return memory_; }

    [[nodiscard]] const Registrations& registrations() const { return *network_.registrations; }

  private:
    void on(const Booted& event, Context& context);
    void on(const WallClockRead& event, Context& context);
    void on(const NetworkUp& event, Context& context);
    void on(const NetworkLost& event, Context& context);
    void on(const LinesChanged& event, Context& context);
    void on(const RegistrationChanged& event, Context& context);
    void on(const ServerFound& event, Context& context);
    void on(const Answered& event, Context& context);
    void on(const TransferFailed& event, Context& context);
    void on(const ServersLookedUp& event, Context& context);
    void on(const PnpAnswered& event, Context& context);
    void on(const DeadlineReached& event, Context& context);
    void on(const ResyncRequested& event, Context& context);
    void on(const UpgradeRequested& event, Context& context);
    void on(const AuthorityRequested& event, Context& context);
    void on(const NotifyArrived& event, Context& context);
    void on(const ValuesSubmitted& event, Context& context);
    void on(const ProfileSubmitted& event, Context& context);
    void on(const RebootRequested& event, Context& context);
    void on(const FactoryResetRequested& event, Context& context);
    void on(const CodeEntered& event, Context& context);

    // A restart that waits for the end of a call or of an upgrade; none: nothing does.
    struct OwedRestart {
        profile::Effect effect = profile::Effect::none;
        BootReason reason = BootReason::provisioning;
    };

    // The end of a transfer, for the machine that ordered it.
    template <typename Ended>
    void transferred(const Ended& event, Context& context);
    void begin_life(Context& context);
    // Once a life, as soon as Provision_Enable lets it.
    void begin_provisioning(Context& context);
    void boot_resync(Context& context);
    [[nodiscard]] bool boot_calls_for_resync(const Context& context) const;
    void ended(const std::optional<PassResult>& result, Context& context);
    void decide_what_is_due(const PassResult& result, Context& context);
    void owe_resync(Context& context);
    void wait_for_code(const PassResult& result, Context& context);
    void look_further(const PassResult& result, Context& context);
    void retry_without_redirect_service(Context& context);
    void redirected(const Customization::Outcome& outcome, Context& context);
    void obey_object(const NotifyArrived& event, Context& context);
    void start_waiting(Context& context);
    // What a step of the upgrade asks for.
    void upgraded(const Upgrade::Outcome& outcome, Context& context);
    // What a step of the custom CA asks for.
    void trusts_others(const CustomCa::Outcome& outcome, Context& context);
    // Fetches a custom CA that is due.
    void update_authorities(Context& context);
    void assigned_by_rule(const std::vector<profile::Change>& changes, Context& context);
    // Starts an upgrade that is due, unless a pass runs, whose end does it.
    void go_on_upgrading(Context& context);
    // The machines hear which parameters changed.
    void tell_changed(std::span<const profile::ParameterId> parameters, Context& context);
    // Changes that somebody made here, not a server: what follows from them.
    void changed_here(const std::vector<profile::Change>& changes, Context& context);
    // `account`: what the user typed in beside it, for servers that ask (4.3).
    void request_resync(const std::string& rule,
                        const std::string& server,
                        const std::optional<profile::Credentials>& account,
                        Context& context);
    [[nodiscard]] std::optional<std::string> refusal() const;
    [[nodiscard]] std::optional<std::string> refusal(Asker asker, Context& context) const;
    [[nodiscard]] std::optional<std::string> upgrade_refusal(Context& context) const;
    [[nodiscard]] std::optional<std::string> authority_refusal(Context& context) const;
    // Why it can do nothing now that needs the network.
    [[nodiscard]] std::optional<std::string> not_ready() const;
    void obey(NotifyMeaning meaning, Context& context);
    // The restart that `effect` calls for, as soon as no call holds a line.
    void restart_when_idle(profile::Effect effect, BootReason reason, Context& context);
    void restart_as_owed(Context& context);
    void start_next_life(profile::Effect effect, BootReason reason, Context& context);

    [[nodiscard]] const profile::Dialect& dialect() const {
        return profile::dialect_of(memory_.values.catalogue());
    }

    [[nodiscard]] bool enabled() const;
    void check_invariants() const;

    profile::Identity identity_;
    Shared<Settings> settings_;
    Memory memory_;
    Prng prng_;
    Network network_;
    Unchanged unchanged_;
    Moment<TimePoint> booted_at_;
    // What the clock said when it was read last, and when that was.
    Moment<WallTime> clock_;
    TimePoint clock_read_;
    BootReason boot_reason_ = BootReason::power_up;
    bool alive_ = false;               // the network was there once in this life
    bool provisioning_begun_ = false;  // the boot's decisions are made
    bool rebooting_ = false;
    // A resync became due while a pass ran, which cannot do it.
    bool owed_meanwhile_ = false;
    // The last pass failed because the server's certificate was not trusted.
    bool distrusted_ = false;
    // A custom CA came while a pass ran, which may have asked before.
    bool trusts_more_ = false;
    OwedRestart owed_restart_;
    Resync resync_;
    Seldom<Customization> customization_;
    Seldom<Reporter> reporter_;
    Seldom<Upgrade> upgrade_;
    Seldom<CustomCa> custom_ca_;
};

}  // namespace onhook::phone
