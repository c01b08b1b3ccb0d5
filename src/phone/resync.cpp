#include "phone/resync.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/behaviour.h"
#include "phone/customization.h"
#include "profile/delays.h"
#include "profile/rule.h"

namespace onhook::phone {

using profile::ResyncCause;

namespace {

// 5.1 CONFLICT 6: how often triggers that block a resync are looked at again.
constexpr Seconds trigger_test = 10s;

std::string_view name_of(Resync::State state) {
    constexpr std::array<std::string_view, 8> names = {"idle",
                                                       "start_delay",
                                                       "periodic_wait",
                                                       "daily_wait",
                                                       "retry_wait",
                                                       "blocked",
                                                       "line_wait",
                                                       "transferring"};
    return names[static_cast<std::size_t>(state)];
}

// Lists of delays have an end long before.
void count_up(std::uint16_t& places) {
    if (places < std::numeric_limits<std::uint16_t>::max()) {
        ++places;
    }
}

Seconds whole_seconds(Duration duration) { return std::chrono::floor<Seconds>(duration); }

Observed blocked_by(std::string_view why, ResyncCause cause, std::optional<TimePoint> due) {
    return {.what = Observed::What::blocked, .to = why, .due = due, .cause = cause};
}

// 5.1 CONFLICT 4: never, or what the policy makes of an item of 0. An empty list has no such item.
std::optional<Seconds> retry_delay(std::string_view list, std::size_t use, Context& context) {
    const auto delay = profile::delay_of(list, use, context.prng);
    if (delay || context.settings.policy.error_retry_zero == ErrorRetryZero::never) {
        return delay;
    }
    const auto items = profile::parse_delays(list);
    return items && !items->empty() ? std::optional(1s) : std::nullopt;
}

}  // namespace

Resync::State Resync::state() const noexcept {
    if (pass_) {
        return State::transferring;
    }
    if (waiting_->asked) {
        return State::line_wait;
    }
    if (waiting_->due) {
        return waiting_->due->waits_for == Wait::triggers ? State::blocked : State::line_wait;
    }
    return schedule_;
}

std::optional<TimePoint> Resync::deadline() const noexcept {
    if (pass_) {
        return pass_->deadline();
    }
    const auto& [due, asked] = *waiting_;
    const auto of_schedule = due ? due->next_test : earlier(deadline_, trigger_test_);
    return asked ? earlier(asked->next_test, of_schedule) : of_schedule;
}

void Resync::arm(State state, std::optional<Duration> delay, Context& context) {
    CHECK(!pass_);  // its end arms the timer
    schedule_ = delay ? state : State::idle;
    deadline_ = delay ? Moment(context.now + *delay) : std::nullopt;
    forget_due();
    const bool watched = context.settings.policy.triggers == Triggers::start;
    trigger_test_ = watched ? Moment(context.now + trigger_test) : std::nullopt;
    if (delay) {
        context.observe({.what = Observed::What::timer, .to = name_of(state), .due = deadline_});
    }
}

// 5.1: uniform in 0..n units of the dialect, only for the first attempt after power-up.
void Resync::wait_start_delay(Context& context) {
    const auto units =
        profile::integer_of(context.value(context.dialect.parameter.resync_random_delay));
    const Seconds unit = context.settings.policy.random_delay_unit == RandomDelayUnit::second
                             ? 1s
                             : context.dialect.random_delay_unit;
    const Seconds longest = unit * std::max<std::int64_t>(units.value_or(0), 0);
    const auto drawn = context.prng.up_to(static_cast<std::uint64_t>(longest.count()));
    arm(State::start_delay, Seconds(static_cast<std::int64_t>(drawn)), context);
}

void Resync::resume(Context& context) {
    arm(State::idle, std::nullopt, context);
    if (context.memory.synced_once && context.settings.policy.success_outlives_boot) {
        arm_schedule(context);
    }
}

void Resync::retry_later(Context& context) { arm_after_failure(context); }

// 5.1, 5.2, 6.3: Resync_At, or else the list's item of this success; none: no timer.
void Resync::arm_schedule(Context& context) {
    if (DailyTime::rules(context)) {
        arm(State::daily_wait, daily().wait(context), context);
        return;
    }
    const std::string_view list = context.value(context.dialect.parameter.resync_periodic);
    arm(State::periodic_wait, profile::delay_of(list, successes_, context.prng), context);
}

// 6.3: the error retry list; where it says never, the periodic timer of an earlier success goes on.
void Resync::arm_after_failure(Context& context) {
    const std::string_view list = context.value(context.dialect.parameter.resync_error_retry_delay);
    arm(State::retry_wait, retry_delay(list, failures_, context), context);
    count_up(failures_);
    if (!deadline_ && context.memory.synced_once && context.behaviour.periodic_outlives_failure) {
        arm_schedule(context);
    }
}

// Whether the phone waits as one that is in sync, if only because no timer is set.
bool Resync::keeps_schedule(Context& context) const {
    const bool silent = schedule_ == State::idle && context.memory.synced_once &&
                        context.behaviour.periodic_outlives_failure;
    return !pass_ && !waiting_->due &&
           (schedule_ == State::periodic_wait || schedule_ == State::daily_wait || silent);
}

DailyTime& Resync::daily() {
    if (!daily_) {
        daily_ = std::make_unique<DailyTime>();
    }
    return *daily_;
}

void Resync::arm_daily_anew(Context& context) {
    const Duration delay = daily().wait_anew(context);
    const bool runs = schedule_ == State::daily_wait && deadline_;
    // People's time has whole seconds.
    if (!runs || std::chrono::abs(*deadline_ - (context.now + delay)) > 1s) {
        arm(State::daily_wait, delay, context);
    }
}

// 5.1 Resync_At, 15 point 16: an unknown clock that becomes known ends the periodic timer, and what
// has a time of day moves with the clock. Intervals do not.
void Resync::on_clock(Context& context) {
    if (keeps_schedule(context) && DailyTime::rules(context)) {
        arm_daily_anew(context);
    }
}

void Resync::on_changed(std::span<const profile::ParameterId> changed, Context& context) {
    const auto& parameter = context.dialect.parameter;
    trigger_errors_told_ = false;
    if (context.settings.policy.triggers == Triggers::start) {
        trigger_test_ = context.now + trigger_test;
    }
    const bool periodic = profile::is_among(parameter.resync_periodic, changed);
    if (periodic) {
        successes_ = 0;  // 5.2: another list starts at its first item
    }
    if (!keeps_schedule(context)) {
        return;
    }
    if (DailyTime::rules(context)) {
        const std::array of_day = {parameter.resync_at,
                                   parameter.resync_at_random_delay,
                                   parameter.time_zone,
                                   parameter.daylight_saving,
                                   parameter.daylight_saving_rule};
        if (std::any_of(of_day.begin(), of_day.end(), [&](auto id) {
                return profile::is_among(id, changed);
            })) {
            arm_daily_anew(context);
        }
    } else if (periodic || schedule_ == State::daily_wait) {
        arm_schedule(context);
        count_up(successes_);
    }
}

Resync::Outcome Resync::start(ResyncCause cause, Context& context) {
    CHECK(!pass_);  // the phone waits for the end of a pass before it starts one by itself
    const TimePoint since = waiting_->due ? waiting_->due->since : context.now;
    waiting_.wake().due = Due{.cause = cause, .since = since, .next_test = {}};
    return try_due(context);
}

Resync::Outcome Resync::request(Request what, Context& context) {
    const TimePoint since = waiting_->asked ? waiting_->asked->since : context.now;
    waiting_.wake().asked = Asked{.what = std::move(what), .since = since};
    return try_asked(context);
}

Resync::Outcome Resync::start_waiting(Context& context) {
    if (Outcome outcome = try_asked(context)) {
        return outcome;
    }
    return try_due(context);
}

Resync::Dropped Resync::drop_waiting() {
    Dropped dropped;
    if (const auto& asked = waiting_->asked) {
        (asked->what.one_rule ? dropped.one_rule : dropped.all_rules) = true;
    }
    waiting_ = {};
    return dropped;
}

void Resync::forget_due() {
    if (waiting_->due) {
        waiting_.wake().due.reset();
        waiting_.settle();
    }
}

// 6.1: every cause waits for idle lines, what somebody asks for too.
Resync::Outcome Resync::try_asked(Context& context) {
    if (!waiting_->asked || pass_) {
        return std::nullopt;
    }
    Asked& asked = *waiting_.wake().asked;
    const auto start = lines_allow(asked.since, context);
    if (!start || context.now < *start) {
        asked.next_test = start;
        if (std::exchange(asked.waits_for, Wait::lines) != Wait::lines) {
            context.observe(blocked_by("line busy", ResyncCause::request, start));
        }
        return std::nullopt;
    }
    Request what = std::move(asked.what);
    waiting_.wake().asked.reset();
    if (!what.one_rule) {
        waiting_.wake().due.reset();  // it does what was due
    }
    waiting_.settle();
    return begin({.cause = ResyncCause::request,
                  .one_rule = std::move(what.one_rule),
                  .account = std::move(what.account)},
                 context);
}

Resync::Outcome Resync::try_due(Context& context) {
    if (!waiting_->due || pass_) {
        return std::nullopt;
    }
    Due& due = *waiting_.wake().due;
    // 5.1 CONFLICT 6: a gate if any trigger is set.
    const bool gated = context.settings.policy.triggers == Triggers::gate;
    const Triggered triggered = gated ? triggers(due.cause, context) : Triggered{};
    if (triggered.set && !triggered.holds) {
        due.next_test = context.now + trigger_test;
        if (std::exchange(due.waits_for, Wait::triggers) != Wait::triggers) {
            context.observe(blocked_by("resync triggers", due.cause, due.next_test));
        }
        return std::nullopt;
    }
    const auto start = lines_allow(due.since, context);
    if (!start || context.now < *start) {
        due.next_test = start;
        if (std::exchange(due.waits_for, Wait::lines) != Wait::lines) {
            context.observe(blocked_by("line busy", due.cause, start));
        }
        return std::nullopt;
    }
    const ResyncCause cause = due.cause;
    forget_due();
    return begin({.cause = cause}, context);
}

// 5.1 CONFLICT 6: an expression that cannot be read is false, and worth one line of syslog until
// something comes of it.
Resync::Triggered Resync::triggers(ResyncCause cause, Context& context) {
    Triggered triggered;
    bool errors = false;
    for (const profile::ParameterId id : context.dialect.parameter.resync_triggers) {
        const std::string_view trigger = trim(context.value(id));
        if (trigger.empty()) {
            continue;
        }
        triggered.set = true;
        profile::MacroContext macros = context.macros();
        if (last_attempt_) {
            macros.since_resync = whole_seconds(context.now - *last_attempt_);
        }
        macros.cause = cause;
        const auto holds = profile::decide_trigger(trigger, macros, context.settings.policy.rules);
        if (holds && *holds) {
            triggered.holds = true;
            break;
        }
        if (!holds && !trigger_errors_told_) {
            errors = true;
            context.actions.emplace_back(Log{LogEvent::trigger_unreadable,
                                             fmt::format("{} is false, it cannot be read: {}",
                                                         (*context.dialect.catalogue)[id].name,
                                                         holds.error().sentence()),
                                             true});
        }
    }
    trigger_errors_told_ |= errors;
    return triggered;
}

// 5.1 CONFLICT 6, the other reading: a trigger that becomes true makes a resync due.
Resync::Outcome Resync::test_triggers(Context& context) {
    const auto [set, holds] = triggers(ResyncCause::periodic, context);
    trigger_test_ = set ? Moment(context.now + trigger_test) : std::nullopt;
    return !std::exchange(trigger_held_, holds) && holds ? start(ResyncCause::periodic, context)
                                                         : std::nullopt;
}

// 5.1 CONFLICT 5.
std::optional<TimePoint> Resync::lines_allow(TimePoint since, Context& context) {
    const ForcedDelay policy = context.settings.policy.forced_delay;
    const auto parameter =
        profile::integer_of(context.value(context.dialect.parameter.forced_resync_delay));
    const Seconds bound(std::max<std::int64_t>(parameter.value_or(0), 0));
    if (bound == 0s && policy != ForcedDelay::until_idle) {
        return since;
    }
    const bool busy = context.network.busy;
    switch (policy) {
        case ForcedDelay::upper_bound:
            return busy ? since + bound : since;
        case ForcedDelay::idle_countdown:
            return busy ? std::nullopt : std::optional(context.network.idle_since + bound);
        case ForcedDelay::until_idle:
            return busy ? std::nullopt : std::optional(since);
    }
    return since;
}

Resync::Outcome Resync::on_deadline(Context& context) {
    if (pass_) {
        return pass_->deadline() <= context.now ? ended(pass_->on_deadline(context), context)
                                                : std::nullopt;
    }
    const auto is_over = [&](const std::optional<TimePoint>& moment) {
        return moment && context.now >= *moment;
    };
    if (waiting_->asked && is_over(waiting_->asked->next_test)) {
        return try_asked(context);
    }
    if (waiting_->due) {
        return is_over(waiting_->due->next_test) ? try_due(context) : std::nullopt;
    }
    if (is_over(trigger_test_)) {
        return test_triggers(context);
    }
    if (!is_over(deadline_)) {
        return std::nullopt;
    }
    deadline_.reset();
    switch (std::exchange(schedule_, State::idle)) {
        case State::start_delay:
            return start(ResyncCause::power_up, context);
        case State::daily_wait:
            daily().served();
            [[fallthrough]];
        case State::periodic_wait:
            return start(ResyncCause::periodic, context);
        case State::retry_wait:
            return start(ResyncCause::retry, context);
        case State::idle:
        case State::blocked:
        case State::line_wait:
        case State::transferring:
            break;
    }
    CHECK(false);  // these states have no deadline
    return std::nullopt;
}

// Never two passes at once.
Resync::Outcome Resync::begin(PassOrder order, Context& context) {
    CHECK(!pass_);
    order.unprovisioned =
        !order.one_rule && context.behaviour.customizes && Customization::unprovisioned(context);
    order.since_resync = whole_seconds(context.now - last_attempt_.value_or(context.booted));
    last_attempt_ = context.now;
    trigger_errors_told_ = false;
    one_shot_ = order.one_rule.has_value();
    pass_ = context.behaviour.make_pass(std::move(order));
    return ended(pass_->start(context), context);
}

// 6.3: what a pass came to decides when the next one is due; one rule that somebody asked for
// touches no timer.
Resync::Outcome Resync::ended(Outcome outcome, Context& context) {
    if (!outcome) {
        return outcome;
    }
    pass_.reset();
    if (!outcome->wants_code) {
        context.memory.remember(ResyncRecord{
            context.wall, outcome->url, outcome->error, outcome->succeeded, outcome->code});
    }
    context.observe({.what = Observed::What::resync,
                     .to = outcome->succeeded  ? "succeeded"
                           : outcome->failed() ? "failed"
                                               : "no source",
                     .effect = outcome->effect,
                     .cause = outcome->cause,
                     .detail = outcome->error});
    if (outcome->one_shot) {
        on_changed(outcome->changed, context);
    } else if (profile::is_among(context.dialect.parameter.resync_periodic, outcome->changed)) {
        successes_ = 0;  // 5.2: another list starts at its first item
    }
    if (outcome->one_shot || outcome->wants_code) {
        // Where a rule asks for a code (7.5), the code goes on, or a new rule or a boot.
    } else if (outcome->succeeded) {
        context.memory.synced_once = true;
        failures_ = 0;
        arm_schedule(context);
        count_up(successes_);
    } else if (outcome->failed()) {
        arm_after_failure(context);
    } else {
        resume(context);
    }
    context.save();
    return outcome;
}

}  // namespace onhook::phone
