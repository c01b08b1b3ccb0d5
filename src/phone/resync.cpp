#include "phone/resync.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/behaviour.h"
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

Seconds whole_seconds(Duration duration) { return std::chrono::floor<Seconds>(duration); }

Observed blocked_by(std::string_view why, ResyncCause cause, std::optional<TimePoint> due) {
    return {.what = Observed::What::blocked, .to = why, .due = due, .cause = cause};
}

}  // namespace

Resync::State Resync::state() const noexcept {
    if (pass_) {
        return State::transferring;
    }
    if (asked_) {
        return State::line_wait;
    }
    if (due_) {
        return due_->blocked ? State::blocked : State::line_wait;
    }
    return schedule_;
}

std::optional<TimePoint> Resync::deadline() const noexcept {
    if (pass_) {
        return pass_->deadline();
    }
    const auto of_schedule = due_ ? due_->next_test : deadline_;
    if (!asked_deadline_ || !of_schedule) {
        return asked_deadline_ ? asked_deadline_ : of_schedule;
    }
    return std::min(*asked_deadline_, *of_schedule);
}

void Resync::arm(State state, std::optional<Duration> delay, Context& context) {
    CHECK(!pass_);  // its end arms the timer
    schedule_ = delay ? state : State::idle;
    deadline_ = delay ? std::optional(context.now + *delay) : std::nullopt;
    due_.reset();
    if (delay) {
        context.observe({.what = Observed::What::timer, .to = name_of(state), .due = deadline_});
    }
}

// 5.1: uniform in 0..n units of the dialect, only for the first attempt after power-up.
void Resync::wait_start_delay(Context& context) {
    const auto units =
        profile::integer_of(context.value(context.dialect.parameter.resync_random_delay));
    const Seconds longest =
        context.dialect.random_delay_unit * std::max<std::int64_t>(units.value_or(0), 0);
    const auto drawn = context.prng.up_to(static_cast<std::uint64_t>(longest.count()));
    arm(State::start_delay, Seconds(static_cast<std::int64_t>(drawn)), context);
}

void Resync::resume(Context& context) {
    arm(State::idle, std::nullopt, context);
    if (context.memory.synced_once && context.settings.policy.success_outlives_boot) {
        arm_after_success(context);
    }
}

void Resync::retry_later(Context& context) { arm_after_failure(context); }

// 5.1, 5.2, 6.3: the list's item of this success; none: no timer.
void Resync::arm_after_success(Context& context) {
    const std::string_view list = context.value(context.dialect.parameter.resync_periodic);
    arm(State::periodic_wait, profile::delay_of(list, successes_, context.prng), context);
}

// 6.3: the error retry list; where it says never, the periodic timer of an earlier success goes on.
void Resync::arm_after_failure(Context& context) {
    const std::string_view list = context.value(context.dialect.parameter.resync_error_retry_delay);
    arm(State::retry_wait, profile::delay_of(list, failures_, context.prng), context);
    ++failures_;
    if (!deadline_ && context.memory.synced_once && context.behaviour.periodic_outlives_failure) {
        arm_after_success(context);
    }
}

// Clocks and parameters count from the moment they change (5.1 Resync_At, 5.2).
void Resync::rearm(Context& context) {
    if (!pass_ && !due_ && (schedule_ == State::periodic_wait || schedule_ == State::daily_wait)) {
        arm_after_success(context);
    }
}

Resync::Outcome Resync::start(ResyncCause cause, Context& context) {
    CHECK(!pass_);  // the phone waits for the end of a pass before it starts one by itself
    due_ = Due{.cause = cause, .since = context.now, .next_test = context.now};
    return try_due(context);
}

Resync::Outcome Resync::request(std::optional<OneRule> one_rule, Context& context) {
    asked_ = Asked{std::move(one_rule), asked_ ? asked_->since : context.now};
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
    if (const auto asked = std::exchange(asked_, std::nullopt)) {
        (asked->one_rule ? dropped.one_rule : dropped.all_rules) = true;
    }
    asked_deadline_.reset();
    due_.reset();
    return dropped;
}

// 6.1: every cause waits for idle lines, what somebody asks for too.
Resync::Outcome Resync::try_asked(Context& context) {
    if (!asked_ || pass_) {
        return std::nullopt;
    }
    if (!lines_allow(asked_->since, context)) {
        asked_deadline_ = forced_at(asked_->since, context);
        context.observe(blocked_by("line busy", ResyncCause::request, asked_deadline_));
        return std::nullopt;
    }
    asked_deadline_.reset();
    Asked asked = *std::exchange(asked_, std::nullopt);
    if (!asked.one_rule) {
        due_.reset();  // it does what was due
    }
    return begin({.cause = ResyncCause::request, .one_rule = std::move(asked.one_rule)}, context);
}

Resync::Outcome Resync::try_due(Context& context) {
    if (!due_ || pass_) {
        return std::nullopt;
    }
    due_->blocked = !triggers_allow(context);
    if (due_->blocked) {
        due_->next_test = context.now + trigger_test;
        context.observe(blocked_by("resync triggers", due_->cause, due_->next_test));
        return std::nullopt;
    }
    if (!lines_allow(due_->since, context)) {
        // An idle countdown has no bound: the lines will tell.
        due_->next_test = forced_at(due_->since, context).value_or(TimePoint::max());
        context.observe(blocked_by("line busy", due_->cause, due_->next_test));
        return std::nullopt;
    }
    const Due due = *std::exchange(due_, std::nullopt);
    return begin({.cause = due.cause}, context);
}

// 5.1 CONFLICT 6: a gate if any trigger is set; an expression that cannot be read is false.
bool Resync::triggers_allow(Context& context) const {
    bool set = false;
    for (const profile::ParameterId id : context.dialect.parameter.resync_triggers) {
        const std::string_view trigger = trim(context.value(id));
        if (trigger.empty()) {
            continue;
        }
        set = true;
        profile::MacroContext macros = context.macros();
        if (last_attempt_) {
            macros.since_resync = whole_seconds(context.now - *last_attempt_);
        }
        macros.cause = due_->cause;
        const auto holds = profile::decide_trigger(trigger, macros, context.settings.policy.rules);
        if (!holds) {
            context.log(Severity::warning,
                        fmt::format("resync trigger not understood: {}", holds.error().sentence()));
        } else if (*holds) {
            return true;
        }
    }
    return !set;
}

// 5.1 CONFLICT 5: the wait for idle lines has a bound; 0 is no wait at all.
std::optional<TimePoint> Resync::forced_at(TimePoint since, Context& context) const {
    const auto bound =
        profile::integer_of(context.value(context.dialect.parameter.forced_resync_delay));
    return since + Seconds(std::max<std::int64_t>(bound.value_or(0), 0));
}

bool Resync::lines_allow(TimePoint since, Context& context) const {
    return !context.network.busy || forced_at(since, context) <= context.now;
}

Resync::Outcome Resync::on_lines(Context& context) {
    return context.network.busy ? std::nullopt : start_waiting(context);
}

Resync::Outcome Resync::on_deadline(Context& context) {
    if (pass_) {
        return pass_->deadline() <= context.now ? ended(pass_->on_deadline(context), context)
                                                : std::nullopt;
    }
    if (asked_deadline_ && context.now >= *asked_deadline_) {
        return try_asked(context);
    }
    if (due_) {
        return context.now >= due_->next_test ? try_due(context) : std::nullopt;
    }
    if (!deadline_ || context.now < *deadline_) {
        return std::nullopt;
    }
    deadline_.reset();
    switch (std::exchange(schedule_, State::idle)) {
        case State::start_delay:
            return start(ResyncCause::power_up, context);
        case State::periodic_wait:
        case State::daily_wait:
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
    order.since_resync = whole_seconds(context.now - last_attempt_.value_or(context.booted));
    last_attempt_ = context.now;
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
    context.memory.remember(ResyncRecord{
        context.wall, outcome->succeeded, outcome->url, outcome->error, outcome->code});
    const auto& periodic = context.dialect.parameter.resync_periodic;
    if (std::find(outcome->changed.begin(), outcome->changed.end(), periodic) !=
        outcome->changed.end()) {
        successes_ = 0;  // 5.2: another list starts at its first item
    }
    context.observe({.what = Observed::What::resync,
                     .to = outcome->succeeded  ? "succeeded"
                           : outcome->failed() ? "failed"
                                               : "no source",
                     .effect = outcome->effect,
                     .cause = outcome->cause,
                     .detail = outcome->error});
    if (outcome->one_shot) {
        // Nothing else.
    } else if (outcome->succeeded) {
        context.memory.synced_once = true;
        failures_ = 0;
        arm_after_success(context);
        ++successes_;
    } else if (outcome->failed()) {
        arm_after_failure(context);
    } else {
        resume(context);
    }
    context.save();
    return outcome;
}

}  // namespace onhook::phone
