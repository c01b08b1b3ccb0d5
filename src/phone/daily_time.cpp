#include "phone/daily_time.h"

#include <algorithm>

#include "profile/local_time.h"
#include "profile/values.h"

namespace onhook::phone {

namespace {

// A clock that leaps further than this over a moment was wrong before; its day counts for nothing.
constexpr Seconds longest_leap = 24h;

std::optional<Seconds> time_of_day(const Context& context) {
    return profile::read_daily_time(context.value(context.dialect.parameter.resync_at));
}

std::chrono::minutes window_of(const Context& context) {
    const auto seconds =
        profile::integer_of(context.value(context.dialect.parameter.resync_at_random_delay));
    return profile::random_window(seconds.value_or(0), context.settings.policy.random_window);
}

}  // namespace

bool DailyTime::rules(const Context& context) {
    return context.wall && time_of_day(context).has_value();
}

Duration DailyTime::wait(Context& context) {
    if (wait_ && wait_->base <= *context.wall) {
        serve();  // another resync came first
    }
    wait_.reset();
    draw(context);
    return wait_from(*context.wall, context);
}

Duration DailyTime::wait_anew(Context& context) {
    const WallTime now = *context.wall;
    if (wait_ && wait_->day.time_of_day == *time_of_day(context)) {
        const WallTime moment = wait_->base + wait_->drawn;
        if (served_ != wait_->day && moment <= now && now < moment + longest_leap) {
            return Duration(0);
        }
    }
    draw(context);
    return wait_from(now - wait_->drawn, context);
}

// Uniform over the window, and kept while the window is the same: who draws again each time the
// clock is set would draw until the moment is over.
void DailyTime::draw(Context& context) {
    const auto window = window_of(context);
    if (!wait_ || wait_->window != window) {
        const auto seconds = static_cast<std::uint64_t>(Seconds(window).count());
        wait_ = Wait{.day = {},
                     .base = {},
                     .window = window,
                     .drawn = Seconds(static_cast<std::int64_t>(context.prng.up_to(seconds)))};
    }
}

// 5.1: the first day's time after `after` whose day was not served.
Duration DailyTime::wait_from(WallTime after, Context& context) {
    const profile::TimeZone zone = context.zone();
    const Seconds at = *time_of_day(context);
    do {
        wait_->base = after = profile::next_daily(zone, after, at);
        wait_->day = {std::chrono::floor<std::chrono::days>(profile::local_time(zone, after)), at};
    } while (served_ == wait_->day);
    return wait_->base + wait_->drawn - *context.wall;
}

void DailyTime::serve() noexcept {
    if (wait_) {
        served_ = wait_->day;
    }
}

}  // namespace onhook::phone
