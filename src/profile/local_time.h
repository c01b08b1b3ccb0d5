#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace onhook::profile {

// A day that every year has. What lies beyond the end of a month or a year is counted on: the
// 29th of February of a common year is the 1st of March.
struct YearlyDay {
    enum class Kind : std::uint8_t {
        date,           // `day` of `month`
        weekday_from,   // the first `weekday` on or after `day` of `month`
        weekday_until,  // the last `weekday` on or before the `day`-th last day of `month`
        day_of_year,    // `day` days after the 1st of January; the 29th of February counts
    };

    Kind kind = Kind::date;
    std::chrono::month month = std::chrono::January;
    int day = 1;
    std::chrono::weekday weekday = std::chrono::Sunday;

    friend bool operator==(const YearlyDay&, const YearlyDay&) = default;
};

// When the clocks are changed: so long after the midnight that begins `day` (POSIX has hours beyond
// a day and before it), by the clock as it was until then.
struct ClockChange {
    YearlyDay day;
    Seconds time{0};

    friend bool operator==(const ClockChange&, const ClockChange&) = default;
};

// In force from `start` to `end`. South of the equator the end is earlier in the year.
struct DaylightSaving {
    ClockChange start;
    ClockChange end;
    Seconds saving{3600};  // added to standard time; -24 h to 24 h, negative in Dublin's winter

    friend bool operator==(const DaylightSaving&, const DaylightSaving&) = default;
};

// The zone whose time a phone shows. Its rule holds for every year: what was once otherwise is not
// its business.
struct TimeZone {
    Seconds offset{0};  // of standard time, east of UTC; -24 h to 24 h
    std::optional<DaylightSaving> daylight;

    friend bool operator==(const TimeZone&, const TimeZone&) = default;
};

// Time_Zone: `GMT`, or `GMT-08:00` with a time from -12:00 to +14:00, positive east.
[[nodiscard]] Result<Seconds, ParseError> parse_gmt_offset(std::string_view text);

// Daylight_Saving_Time_Rule: `start=3/-1/7/2:0:0;end=10/-1/7/2:0:0;save=1`. start and end are
// month/day/weekday[/HH[:mm[:ss]]], up to 24:00:00; weekday 1 is Monday, 7 Sunday, 0 makes it
// exactly that date. A day of the month finds the first such weekday on or after it; a negative
// one counts from the end of the month (-1 is its last day) and finds the last on or before it.
// save is [+|-]HH[:mm[:ss]]. Blanks and the case of the three words mean nothing.
[[nodiscard]] Result<DaylightSaving, ParseError> parse_daylight_rule(std::string_view text);

// The parameters of a Cisco phone that name its zone, as they are stored.
struct CiscoClock {
    std::string_view time_zone;        // Time_Zone
    std::string_view daylight_enable;  // Daylight_Saving_Time_Enable
    std::string_view daylight_rule;    // Daylight_Saving_Time_Rule
};

// A parameter that cannot be read counts as unset: UTC, and no daylight saving.
[[nodiscard]] TimeZone read_cisco_zone(const CiscoClock& clock);

// A POSIX TZ string with the extensions of RFC 8536 3.3.1: `CET-1CEST,M3.5.0,M10.5.0/3`,
// `<+0330>-3:30`. Offsets are positive west of UTC. Daylight saving needs its rule: there is no
// default for it, and no form that starts with a colon.
[[nodiscard]] Result<TimeZone, ParseError> parse_posix_zone(std::string_view text);

// The zone that a TZif file (RFC 8536), version 2 or later, has behind its last transition: its
// footer. `file` is its content; offsets of errors are bytes of it. A file without a footer is an
// error. What the file says of single years (Ramadan in Morocco) is not read.
[[nodiscard]] Result<TimeZone, ParseError> read_zone_file(std::string_view file);

// East of UTC. Instants are those of the years -32000 to 32000, here and below.
[[nodiscard]] Seconds offset_at(const TimeZone& zone, WallTime now);

// What the clock of the phone shows.
[[nodiscard]] std::chrono::local_seconds local_time(const TimeZone& zone, WallTime now);

// The first instant after `now` at which the clock reaches `time_of_day` (0 to 24 h after midnight)
// of some day. Each day has one such instant: when the clock shows that time twice, the first; when
// it leaps over it, the first instant after the leap.
[[nodiscard]] WallTime next_daily(const TimeZone& zone, WallTime now, Seconds time_of_day);

// Resync_At__HHmm_ (cisco-mpp.md 5.1): the time of day, 0 to 23:59 h. 2400 is 0, the midnight that
// ends the day (15, point 15). Nothing for a text that the phone ignores (vector 47).
[[nodiscard]] std::optional<Seconds> read_daily_time(std::string_view text);

// How Resync_At_Random_Delay is understood (cisco-mpp.md 5.1, CONFLICT 3).
enum class RandomWindowPolicy : std::uint8_t {
    gen_a,  // 0 to 65535 s, 0 is no delay
    gen_b,  // what is less than 600 s counts as 600 s
};

// The window behind the time of day, in which a phone draws its resync: (value + 30) / 60 minutes
// (vector 48). `seconds` is the parameter's value; it is brought into the policy's range.
[[nodiscard]] std::chrono::minutes random_window(
    std::int64_t seconds, RandomWindowPolicy policy = RandomWindowPolicy::gen_b);

}  // namespace onhook::profile
