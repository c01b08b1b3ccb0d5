// The forms in which a time zone is written: parameters of Cisco phones, POSIX, TZif (RFC 8536).
#include <array>

#include "base/cursor.h"
#include "profile/local_time.h"
#include "profile/values.h"

namespace onhook::profile {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct Range {
    int least;
    int most;
};

// Digits with a value in `range`; the error stands where they start.
Result<int, ParseError> take_number(Cursor& in, Range range, std::string_view expected) {
    const Failure<ParseError> wrong = in.wanted(expected);
    const auto number = parse_number<int>(in.take_while(is_digit));
    const bool fits = number && *number >= range.least && *number <= range.most;
    return fits ? Result<int, ParseError>(*number) : wrong;
}

// Takes a sign if there is one; -1 or 1.
int take_sign(Cursor& in) {
    if (in.accept("-")) {
        return -1;
    }
    (void)in.accept("+");
    return 1;
}

struct TimeRange {
    int most_hours;
    std::string_view expected;
};

constexpr TimeRange within_day{24, "a time up to 24:00:00"};
constexpr TimeRange within_week{167, "a time up to 167:00:00"};

// HH[:mm[:ss]]
Result<Seconds, ParseError> take_time(Cursor& in, TimeRange range) {
    const Failure<ParseError> wrong = in.wanted(range.expected);
    const auto whole = take_number(in, {0, range.most_hours}, range.expected);
    if (!whole) {
        return Failure{whole.error()};
    }
    Seconds time = hours(*whole);
    for (const Seconds unit : {Seconds(60), Seconds(1)}) {
        if (!in.accept(":")) {
            break;
        }
        const auto part = take_number(in, {0, 59}, "a number from 0 to 59");
        if (!part) {
            return Failure{part.error()};
        }
        time += *part * unit;
    }
    return time <= hours(range.most_hours) ? Result<Seconds, ParseError>(time) : wrong;
}

Result<Seconds, ParseError> take_signed_time(Cursor& in, TimeRange range) {
    const int sign = take_sign(in);
    return take_time(in, range).transform([sign](Seconds time) { return sign * time; });
}

// The 29th of February is a day of February.
int days_of(std::chrono::month month) {
    const std::chrono::year leap(2000);
    const std::chrono::year_month_day_last last = leap / month / std::chrono::last;
    return static_cast<int>(static_cast<unsigned>(last.day()));
}

std::chrono::month month_of(int number) {
    return std::chrono::month(static_cast<unsigned>(number));
}

std::chrono::weekday weekday_of(int number) {
    return std::chrono::weekday(static_cast<unsigned>(number));
}

// The parameters of Cisco phones.

bool accept_spaced(Cursor& in, std::string_view separator) {
    in.skip_spaces();
    const bool accepted = in.accept(separator);
    in.skip_spaces();
    return accepted;
}

// month "/" day "/" weekday
Result<YearlyDay, ParseError> take_cisco_day(Cursor& in) {
    YearlyDay day;
    const auto month = take_number(in, {1, 12}, "a month from 1 to 12");
    if (!month) {
        return Failure{month.error()};
    }
    day.month = month_of(*month);
    if (!accept_spaced(in, "/")) {
        return in.wanted("/ and a day of the month");
    }
    const std::size_t start = in.offset();
    const int sign = take_sign(in);
    const auto number = take_number(in, {1, days_of(day.month)}, "a day that the month has");
    if (!number) {
        return Failure{number.error()};
    }
    day.day = *number;
    if (!accept_spaced(in, "/")) {
        return in.wanted("/ and a weekday");
    }
    const auto weekday = take_number(in, {0, 7}, "a weekday from 1 (Monday) to 7 (Sunday), or 0");
    if (!weekday) {
        return Failure{weekday.error()};
    }
    if (*weekday == 0) {
        return sign > 0 ? Result<YearlyDay, ParseError>(day)
                        : Failure{ParseError{start, "a positive day when the weekday is 0"}};
    }
    day.kind = sign > 0 ? YearlyDay::Kind::weekday_from : YearlyDay::Kind::weekday_until;
    day.weekday = weekday_of(*weekday);
    return day;
}

// day [ "/" time ]
Result<ClockChange, ParseError> take_cisco_change(Cursor& in) {
    const auto day = take_cisco_day(in);
    if (!day) {
        return Failure{day.error()};
    }
    ClockChange change{*day, Seconds(0)};
    if (accept_spaced(in, "/")) {
        const auto time = take_time(in, within_day);
        if (!time) {
            return Failure{time.error()};
        }
        change.time = *time;
    }
    return change;
}

// word "="
bool accept_word(Cursor& in, std::string_view word) {
    in.skip_spaces();
    if (!equals_ignoring_case(in.rest().substr(0, word.size()), word)) {
        return false;
    }
    in.advance(word.size());
    return accept_spaced(in, "=");
}

// POSIX, XBD 8.3: stdoffset[dst[offset],start[/time],end[/time]].

constexpr std::size_t least_name = 3;

constexpr bool is_quoted_name_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-';
}

// `CET` or `<+03>`.
Status<ParseError> take_zone_name(Cursor& in) {
    const Failure<ParseError> wrong =
        in.wanted("a zone name: three or more letters, or <> around letters, digits, + and -");
    const bool quoted = in.accept("<");
    const std::string_view name = in.take_while(quoted ? is_quoted_name_char : is_letter);
    const bool ends = !quoted || in.accept(">");
    return ends && name.size() >= least_name ? Status<ParseError>(Done{}) : wrong;
}

// East of UTC, where POSIX counts west.
Result<Seconds, ParseError> take_posix_offset(Cursor& in) {
    return take_signed_time(in, within_day).transform([](Seconds west) { return -west; });
}

// Mm.w.d: week 5 is the last one.
Result<YearlyDay, ParseError> take_week_day(Cursor& in) {
    YearlyDay day;
    const auto month = take_number(in, {1, 12}, "a month from 1 to 12");
    if (!month) {
        return Failure{month.error()};
    }
    if (!in.accept(".")) {
        return in.wanted("a dot and a week");
    }
    const auto week = take_number(in, {1, 5}, "a week from 1 to 5");
    if (!week) {
        return Failure{week.error()};
    }
    if (!in.accept(".")) {
        return in.wanted("a dot and a weekday");
    }
    const auto weekday = take_number(in, {0, 6}, "a weekday from 0 (Sunday) to 6");
    if (!weekday) {
        return Failure{weekday.error()};
    }
    day.kind = *week == 5 ? YearlyDay::Kind::weekday_until : YearlyDay::Kind::weekday_from;
    day.month = month_of(*month);
    day.day = *week == 5 ? 1 : 7 * (*week - 1) + 1;
    day.weekday = weekday_of(*weekday);
    return day;
}

// Jn: the n-th day of a year without the 29th of February.
YearlyDay date_of(int day_of_common_year) {
    const std::chrono::sys_days first = std::chrono::year(2001) / std::chrono::January / 1;
    const std::chrono::year_month_day date(first + std::chrono::days(day_of_common_year - 1));
    YearlyDay day;
    day.month = date.month();
    day.day = static_cast<int>(static_cast<unsigned>(date.day()));
    return day;
}

Result<YearlyDay, ParseError> take_posix_day(Cursor& in) {
    if (in.accept("M")) {
        return take_week_day(in);
    }
    if (in.accept("J")) {
        return take_number(in, {1, 365}, "a day of the year from 1 to 365").transform(date_of);
    }
    return take_number(in, {0, 365}, "Mm.w.d, Jn or a day of the year from 0 to 365")
        .transform([](int number) {
            YearlyDay day;
            day.kind = YearlyDay::Kind::day_of_year;
            day.day = number;
            return day;
        });
}

// "," day [ "/" time ]
Result<ClockChange, ParseError> take_posix_change(Cursor& in) {
    if (!in.accept(",")) {
        return in.wanted("a comma and the day on which the clocks change");
    }
    const auto day = take_posix_day(in);
    if (!day) {
        return Failure{day.error()};
    }
    ClockChange change{*day, 2h};
    if (in.accept("/")) {
        const auto time = take_signed_time(in, within_week);
        if (!time) {
            return Failure{time.error()};
        }
        change.time = *time;
    }
    return change;
}

// dst [ offset ] "," start "," end
Result<DaylightSaving, ParseError> take_posix_daylight(Cursor& in, Seconds standard) {
    DaylightSaving rule;
    if (const auto name = take_zone_name(in); !name) {
        return Failure{name.error()};
    }
    if (in.peek() != ',') {
        const Failure<ParseError> wrong =
            in.wanted("an offset of at most 24 hours from standard time");
        const auto offset = take_posix_offset(in);
        if (!offset) {
            return Failure{offset.error()};
        }
        rule.saving = *offset - standard;
        if (std::chrono::abs(rule.saving) > 24h) {
            return wrong;
        }
    }
    const auto start = take_posix_change(in);
    if (!start) {
        return Failure{start.error()};
    }
    const auto end = take_posix_change(in);
    if (!end) {
        return Failure{end.error()};
    }
    rule.start = *start;
    rule.end = *end;
    return rule;
}

// RFC 8536 3.1: takes a header and the data block that it measures, whose times have `time_bytes`.
Status<ParseError> skip_block(Cursor& in, std::uint64_t time_bytes) {
    constexpr std::string_view form = "a whole TZif file (RFC 8536), version 2 or later";
    constexpr std::size_t header_bytes = 44;
    const Failure<ParseError> wrong = in.wanted(form);
    if (in.rest().size() < header_bytes || !in.accept("TZif") || in.peek() < '2') {
        return wrong;
    }
    in.advance(16);
    std::array<std::uint64_t, 6> counts{};
    for (std::uint64_t& count : counts) {
        for (int i = 0; i < 4; ++i) {
            count = count << 8U | static_cast<std::uint8_t>(in.peek());
            in.advance();
        }
    }
    const auto [in_ut, in_standard, leaps, times, types, letters] = counts;
    const std::uint64_t bytes = times * (time_bytes + 1) + types * 6 + letters +
                                leaps * (time_bytes + 4) + in_standard + in_ut;
    if (bytes > in.rest().size()) {
        return wrong;
    }
    in.advance(static_cast<std::size_t>(bytes));
    return Done{};
}

}  // namespace

Result<Seconds, ParseError> parse_gmt_offset(std::string_view text) {
    constexpr std::string_view form = "GMT, or GMT-12:00 to GMT+14:00 with two digits each";
    constexpr std::size_t length = 9;
    Cursor in(text);
    if (!in.accept("GMT")) {
        return in.wanted(form);
    }
    if (in.at_end()) {
        return Seconds(0);
    }
    const Failure<ParseError> wrong = in.wanted(form);
    const bool east = in.peek() == '+';
    if (text.size() != length || (!east && in.peek() != '-')) {
        return wrong;
    }
    const auto whole = parse_number<unsigned>(text.substr(4, 2));
    const auto part = parse_number<unsigned>(text.substr(7, 2));
    if (!whole || text[6] != ':' || !part || *part > 59) {
        return wrong;
    }
    const Seconds offset = (east ? 1 : -1) * Seconds(hours(*whole) + minutes(*part));
    return offset >= -12h && offset <= 14h ? Result<Seconds, ParseError>(offset) : wrong;
}

Result<DaylightSaving, ParseError> parse_daylight_rule(std::string_view text) {
    Cursor in(text);
    if (!accept_word(in, "start")) {
        return in.wanted("start=month/day/weekday/time");
    }
    const auto start = take_cisco_change(in);
    if (!start) {
        return Failure{start.error()};
    }
    if (!accept_spaced(in, ";") || !accept_word(in, "end")) {
        return in.wanted(";end=month/day/weekday/time");
    }
    const auto end = take_cisco_change(in);
    if (!end) {
        return Failure{end.error()};
    }
    if (!accept_spaced(in, ";") || !accept_word(in, "save")) {
        return in.wanted(";save=hours");
    }
    const auto saving = take_signed_time(in, within_day);
    if (!saving) {
        return Failure{saving.error()};
    }
    in.skip_spaces();
    if (!in.at_end()) {
        return in.wanted("the end of the rule");
    }
    return DaylightSaving{*start, *end, *saving};
}

TimeZone read_cisco_zone(const CiscoClock& clock) {
    TimeZone zone;
    zone.offset = parse_gmt_offset(clock.time_zone).value_or(Seconds(0));
    if (!is_yes(clock.daylight_enable)) {
        return zone;
    }
    if (const auto rule = parse_daylight_rule(clock.daylight_rule); rule) {
        zone.daylight = *rule;
    }
    return zone;
}

Result<TimeZone, ParseError> parse_posix_zone(std::string_view text) {
    Cursor in(text);
    if (const auto name = take_zone_name(in); !name) {
        return Failure{name.error()};
    }
    const auto offset = take_posix_offset(in);
    if (!offset) {
        return Failure{offset.error()};
    }
    TimeZone zone{*offset, std::nullopt};
    if (in.at_end()) {
        return zone;
    }
    const auto daylight = take_posix_daylight(in, zone.offset);
    if (!daylight) {
        return Failure{daylight.error()};
    }
    if (!in.at_end()) {
        return in.wanted("the end of the zone");
    }
    zone.daylight = *daylight;
    return zone;
}

Result<TimeZone, ParseError> read_zone_file(std::string_view file) {
    Cursor in(file);
    // The first block is there for readers of version 1; the second says it again in 64 bits.
    for (const std::uint64_t time_bytes : {4U, 8U}) {
        if (const auto skipped = skip_block(in, time_bytes); !skipped) {
            return Failure{skipped.error()};
        }
    }
    if (!in.accept("\n")) {
        return in.wanted("a line end before the footer");
    }
    const std::size_t start = in.offset();
    const std::string_view footer = in.take_while([](char c) { return c != '\n'; });
    if (footer.empty()) {
        return Failure{ParseError{start, "a footer with the rule for the years to come"}};
    }
    if (!in.accept("\n") || !in.at_end()) {
        return in.wanted("a line end and the end of the file behind the footer");
    }
    const auto zone = parse_posix_zone(footer);
    return zone ? zone : Failure{ParseError{start + zone.error().offset, zone.error().expected}};
}

}  // namespace onhook::profile
