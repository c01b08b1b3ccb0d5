#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "phone/context.h"
#include "phone/pass.h"

namespace onhook::phone {

// When to resync (cisco-mpp.md 5.1, 5.2, 6): the timers, the gates, and the one pass that runs.
class Resync {
  public:
    enum class State : std::uint8_t {
        idle,           // nothing is due: before the first boot decision, or timers are off
        start_delay,    // waiting Resync_Random_Delay after power-up
        periodic_wait,  // waiting Resync_Periodic after a success
        daily_wait,     // waiting for Resync_At after a success
        retry_wait,     // waiting Resync_Error_Retry_Delay after a failure
        blocked,        // due, but no Resync_Trigger is true
        line_wait,      // due, but a call holds a line
        transferring,   // a pass runs; the schedule waits
    };

    using Outcome = Pass::Outcome;

    [[nodiscard]] State state() const noexcept;
    [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;

    [[nodiscard]] bool owns(TransferId transfer) const noexcept {
        return pass_ && pass_->owns(transfer);
    }

    // A boot that calls for a resync: after the random delay, or at once.
    void wait_start_delay(Context& context);
    // A boot that calls for none: the timer goes on if there ever was a success.
    void resume(Context& context);
    // A boot that calls for none, but the last pass failed: as after a failure.
    void retry_later(Context& context);

    // Each of these may finish a pass; the result says so. A pass without anything to fetch
    // finishes in the call that starts it.

    // A resync is due: it starts as soon as the triggers and the lines let it.
    [[nodiscard]] Outcome start(profile::ResyncCause cause, Context& context);
    // Somebody asks, for all rules or for one. No trigger counts. It waits for a pass that runs
    // and for the lines; one that waits already makes way.
    [[nodiscard]] Outcome request(std::optional<OneRule> one_rule, Context& context);
    // A pass ended: what waited for it may start.
    [[nodiscard]] Outcome start_waiting(Context& context);

    // Nothing waits any more, for Provision_Enable became No or the phone restarts. What was
    // asked for is told.
    struct Dropped {
        bool one_rule = false;
        bool all_rules = false;
    };

    Dropped drop_waiting();

    // What the pass that runs is for, if one does.
    [[nodiscard]] Dropped running() const noexcept {
        return {.one_rule = pass_ && one_shot_, .all_rules = pass_ && !one_shot_};
    }

    [[nodiscard]] bool waits() const noexcept { return asked_ || due_; }

    [[nodiscard]] Outcome on_deadline(Context& context);
    // The phone's lines are busy or idle now.
    [[nodiscard]] Outcome on_lines(Context& context);
    // What people's clocks show changed, or a parameter of the timers.
    void rearm(Context& context);

    void on(const ServerFound& event, Context& context) { pass_->on(event, context); }

    template <typename Event>
    [[nodiscard]] Outcome on(const Event& event, Context& context) {
        return pass_ ? ended(pass_->on(event, context), context) : std::nullopt;
    }

  private:
    // A resync that is due and may not start yet.
    struct Due {
        profile::ResyncCause cause = profile::ResyncCause::power_up;
        TimePoint since;
        TimePoint next_test;  // of the triggers or of the wait for the lines
        bool blocked = false;
    };

    // A resync that somebody asked for and that may not start yet.
    struct Asked {
        std::optional<OneRule> one_rule;
        TimePoint since;
    };

    [[nodiscard]] Outcome try_due(Context& context);
    [[nodiscard]] Outcome try_asked(Context& context);
    [[nodiscard]] bool triggers_allow(Context& context) const;
    // When a resync that is due since `since` starts though a call holds a line; nothing: never.
    [[nodiscard]] std::optional<TimePoint> forced_at(TimePoint since, Context& context) const;
    [[nodiscard]] bool lines_allow(TimePoint since, Context& context) const;
    [[nodiscard]] Outcome begin(PassOrder order, Context& context);
    [[nodiscard]] Outcome ended(Outcome outcome, Context& context);
    void arm_after_success(Context& context);
    void arm_after_failure(Context& context);
    void arm(State state, std::optional<Duration> delay, Context& context);

    State schedule_ = State::idle;
    std::optional<TimePoint> deadline_;
    std::size_t failures_ = 0;   // in a row: the place in the error retry list
    std::size_t successes_ = 0;  // since boot: the place in the periodic list
    std::optional<TimePoint> last_attempt_;
    std::optional<TimePoint> asked_deadline_;
    std::optional<Due> due_;
    std::optional<Asked> asked_;
    std::unique_ptr<Pass> pass_;
    bool one_shot_ = false;  // of the pass that runs
};

}  // namespace onhook::phone
