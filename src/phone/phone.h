#pragma once

#include <memory>
#include <optional>
#include <string>

#include "phone/actions.h"
#include "phone/customization.h"
#include "phone/events.h"
#include "phone/memory.h"
#include "phone/policy.h"
#include "phone/reporter.h"
#include "phone/resync.h"
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
          Settings settings,
          Memory memory,
          std::uint64_t seed);

    // Never blocks, never throws. `now` must not run backwards.
    [[nodiscard]] Actions step(const Event& event, TimePoint now);
    // The one timer it wants. An early DeadlineReached is harmless.
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;

    [[nodiscard]] const Memory& memory() const noexcept { return memory_; }

  private:
    // A requested resync that starts as soon as none runs. Later ones take its place (6.1).
    struct Waiting {
        std::string rule;
        std::string client_ip;
    };

    void on(const Booted& event, Context& context);
    void on(const WallClockRead& event, Context& context);
    void on(const NetworkUp& event, Context& context);
    void on(const ServerFound& event, Context& context);
    void on(const Answered& event, Context& context);
    void on(const TransferFailed& event, Context& context);
    void on(const DeadlineReached& event, Context& context);
    void on(const ResyncRequested& event, Context& context);

    void begin_life(Context& context);
    void boot_resync(Context& context);
    void ended(const std::optional<PassResult>& result, Context& context);
    void decide_what_is_due(const PassResult& result, Context& context);
    void look_further(const PassResult& result, Context& context);
    void retry_without_redirect_service(Context& context);
    void start_next_life(profile::Effect effect, BootReason reason, Context& context);
    void redirected(const Customization::Outcome& outcome, Context& context);
    void start_waiting(Context& context);
    [[nodiscard]] std::optional<std::string> refusal(Context& context) const;
    [[nodiscard]] bool enabled() const;
    void check_invariants() const;

    const profile::Dialect* dialect_;
    profile::Identity identity_;
    Settings settings_;
    Memory memory_;
    Prng prng_;
    TransferId last_transfer_;
    Lease lease_;
    std::optional<TimePoint> booted_at_;
    BootReason boot_reason_ = BootReason::power_up;
    // Wall time at a moment of monotonic time, once known.
    std::optional<std::pair<WallTime, TimePoint>> clock_;
    bool network_up_ = false;
    bool rebooting_ = false;
    std::optional<Waiting> waiting_;
    Resync resync_;
    Customization customization_;
    Reporter reporter_;
};

}  // namespace onhook::phone
