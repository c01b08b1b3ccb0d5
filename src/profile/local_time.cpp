#include "profile/local_time.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/check.h"
#include "base/text.h"
#include "profile/value_types.h"

namespace onhook::profile {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;

struct Transition {
    WallTime at;
    bool saves = false;  // from then on
};

// Two changes a year, of the year before last to the next one: a rule may lead into the next year
// or the last, and some change has always been.
using Transitions = std::array<Transition, 8>;

local_days day_in(std::chrono::year year, const YearlyDay& rule) {
    switch (rule.kind) {
        case YearlyDay::Kind::date:
            break;
        case YearlyDay::Kind::weekday_from: {
            const local_days from = local_days(year / rule.month / 1) + days(rule.day - 1);
            return from + (rule.weekday - std::chrono::weekday(from));
        }
        case YearlyDay::Kind::weekday_until: {
            const local_days until =
                local_days(year / rule.month / std::chrono::last) - days(rule.day - 1);
            return until - (std::chrono::weekday(until) - rule.weekday);
        }
        case YearlyDay::Kind::day_of_year:
            return local_days(year / std::chrono::January / 1) + days(rule.day);
    }
    return local_days(year / rule.month / 1) + days(rule.day - 1);
}

// When the clock shows `local` while it is `offset` ahead of UTC.
WallTime instant(local_seconds local, Seconds offset) {
    return WallTime((local - offset).time_since_epoch());
}

Transitions transitions_around(const TimeZone& zone, WallTime now) {
    const DaylightSaving& rule = *zone.daylight;
    const std::chrono::year_month_day today(std::chrono::floor<days>(now));
    Transitions transitions;
    std::size_t next = 0;
    for (int years = -2; years <= 1; ++years) {
        const std::chrono::year year = today.year() + std::chrono::years(years);
        const local_seconds end = day_in(year, rule.end.day) + rule.end.time;
        const local_seconds start = day_in(year, rule.start.day) + rule.start.time;
        transitions.at(next++) = {instant(end, zone.offset + rule.saving), false};
        transitions.at(next++) = {instant(start, zone.offset), true};
    }
    // A year that begins saving when the last one ends it saves all the time (RFC 8536 3.3.1).
    std::sort(transitions.begin(), transitions.end(), [](const auto& a, const auto& b) {
        return a.at != b.at ? a.at < b.at : a.saves < b.saves;
    });
    return transitions;
}

Seconds offset_of(const TimeZone& zone, const Transition& transition) {
    return transition.saves ? zone.offset + zone.daylight->saving : zone.offset;
}

// The first instant at which the clock shows `wanted` or a later time.
WallTime first_at(const TimeZone& zone, local_seconds wanted) {
    const Seconds saving = zone.daylight ? zone.daylight->saving : Seconds(0);
    const Seconds ahead = zone.offset + std::max(saving, Seconds(0));
    const WallTime earliest = instant(wanted, ahead);
    const WallTime latest = instant(wanted, zone.offset + std::min(saving, Seconds(0)));
    if (earliest == latest || offset_at(zone, earliest) == ahead) {
        return earliest;
    }
    for (const Transition& transition : transitions_around(zone, earliest)) {
        const bool between = transition.at > earliest && transition.at < latest;
        if (between && offset_at(zone, transition.at) == ahead) {
            return transition.at;
        }
    }
    return latest;
}

}  // namespace

Seconds offset_at(const TimeZone& zone, WallTime now) {
    if (!zone.daylight) {
        return zone.offset;
    }
    const Transitions transitions = transitions_around(zone, now);
    const auto next = std::find_if(transitions.begin(),
                                   transitions.end(),
                                   [now](const Transition& change) { return change.at > now; });
    CHECK(next != transitions.begin());
    return offset_of(zone, *std::prev(next));
}

local_seconds local_time(const TimeZone& zone, WallTime now) {
    return local_seconds((now + offset_at(zone, now)).time_since_epoch());
}

WallTime next_daily(const TimeZone& zone, WallTime now, Seconds time_of_day) {
    CHECK(time_of_day >= Seconds(0));
    CHECK(time_of_day <= Seconds(24h));
    // Today's, tomorrow's when that has been, or the day after's: the clock may have been set back
    // from tomorrow to today.
    local_days day = std::chrono::floor<days>(local_time(zone, now));
    WallTime next = first_at(zone, day + time_of_day);
    while (next <= now) {
        day += days(1);
        next = first_at(zone, day + time_of_day);
    }
    return next;
}

std::optional<Seconds> read_daily_time(std::string_view text) {
    if (!is_clock(text)) {
        return std::nullopt;
    }
    const auto number = parse_number<int>(text);
    return Seconds(std::chrono::hours(*number / 100 % 24) + std::chrono::minutes(*number % 100));
}

std::chrono::minutes random_window(std::int64_t seconds, RandomWindowPolicy policy) {
    constexpr std::int64_t most = 65535;
    const std::int64_t least = policy == RandomWindowPolicy::gen_b ? 600 : 0;
    return std::chrono::minutes((std::clamp(seconds, least, most) + 30) / 60);
}

}  // namespace onhook::profile
