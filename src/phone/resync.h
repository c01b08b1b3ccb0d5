#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/seldom.h"
#include "phone/context.h"
#include "phone/daily_time.h"
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
    struct Request {
        std::optional<OneRule> one_rule = {};              // nothing: all rules
        std::optional<profile::Credentials> account = {};  // as in PassOrder
    };

    [[nodiscard]] Outcome request(Request what, Context& context);

    [[nodiscard]] Outcome request(std::optional<OneRule> one_rule, Context& context) {
        return request(Request{std::move(one_rule), {}}, context);
    }

    // A pass ended, the lines are idle, or the network is back: what waited for it may start.
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

    [[nodiscard]] bool waits() const noexcept { return !waiting_->rests(); }

    [[nodiscard]] Outcome on_deadline(Context& context);
    // The clock was set, for the first time or anew.
    void on_clock(Context& context);
    // These parameters have other values now: a timer that runs by them runs by the new ones. At
    // the end of a pass it sees to that itself.
    void on_changed(std::span<const profile::ParameterId> changed, Context& context);

    void on(const ServerFound& event, Context& context) { pass_->on(event, context); }

    template <typename Event>
    [[nodiscard]] Outcome on(const Event& event, Context& context) {
        return pass_ ? ended(pass_->on(event, context), context) : std::nullopt;
    }

  private:
    // What a resync waits for.
    enum class Wait : std::uint8_t { nothing, triggers, lines };

    // A resync that is due and may not start yet.
    struct Due {
        profile::ResyncCause cause = profile::ResyncCause::power_up;
        TimePoint since;
        std::optional<TimePoint> next_test;  // nothing: the lines will tell
        Wait waits_for = Wait::nothing;
    };

    // A resync that somebody asked for and that may not start yet.
    struct Asked {
        Request what;
        TimePoint since;
        std::optional<TimePoint> next_test =
            {};  // nothing: the lines or the end of a pass will tell
        Wait waits_for = Wait::nothing;
    };

    struct Waiting {
        std::optional<Due> due;
        std::optional<Asked> asked;

        [[nodiscard]] bool rests() const noexcept { return !due && !asked; }
    };

    void forget_due();
    [[nodiscard]] Outcome try_due(Context& context);
    [[nodiscard]] Outcome try_asked(Context& context);
    [[nodiscard]] Outcome test_triggers(Context& context);

    // Whether a trigger is set, and whether one is true.
    struct Triggered {
        bool set = false;
        bool holds = false;
    };

    [[nodiscard]] Triggered triggers(profile::ResyncCause cause, Context& context);
    // When a resync that is due since `since` may start as far as the lines go; nothing: not before
    // they tell.
    [[nodiscard]] static std::optional<TimePoint> lines_allow(TimePoint since, Context& context);
    [[nodiscard]] Outcome begin(PassOrder order, Context& context);
    [[nodiscard]] Outcome ended(Outcome outcome, Context& context);
    // The wait of a phone in sync: until Resync_At, or for Resync_Periodic.
    void arm_schedule(Context& context);
    [[nodiscard]] DailyTime& daily();
    void arm_daily_anew(Context& context);
    void arm_after_failure(Context& context);
    void arm(State state, std::optional<Duration> delay, Context& context);
    [[nodiscard]] bool keeps_schedule(Context& context) const;

    State schedule_ = State::idle;
    bool trigger_held_ = false;         // at the last test
    bool trigger_errors_told_ = false;  // since the last pass
    bool one_shot_ = false;             // the pass that runs
    std::uint16_t failures_ = 0;        // in a row: the place in the error retry list
    std::uint16_t successes_ = 0;       // since boot: the place in the periodic list
    Moment<TimePoint> deadline_;
    Moment<TimePoint> last_attempt_;
    Moment<TimePoint> trigger_test_;  // where triggers start resyncs
    // Rarely there, these.
    Seldom<Waiting> waiting_;
    std::unique_ptr<Pass> pass_;
    std::unique_ptr<DailyTime> daily_;  // of a phone that has Resync_At
};

}  // namespace onhook::phone
