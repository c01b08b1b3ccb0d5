#include "profile/local_time.h"

#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/properties.h"

namespace onhook::profile {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::sys_days;

constexpr std::string_view central_europe = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr std::string_view new_york = "EST5EDT,M3.2.0,M11.1.0";
constexpr std::string_view sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
constexpr std::string_view dublin = "IST-1GMT0,M10.5.0,M3.5.0/1";
constexpr std::string_view lord_howe = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";
constexpr std::string_view nuuk = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
constexpr std::string_view gaza = "EET-2EEST,M3.4.4/50,M10.4.4/50";

TimeZone zone_of(std::string_view posix) { return *parse_posix_zone(posix); }

// "2024-03-31 01:30" or with seconds, as a count from the epoch in whatever clock.
Seconds count(std::string_view text) {
    const auto part = [text](std::size_t at, std::size_t size) {
        return *parse_number<int>(text.substr(at, size));
    };
    const auto date = std::chrono::year(part(0, 4)) /
                      std::chrono::month(static_cast<unsigned>(part(5, 2))) / part(8, 2);
    const Seconds day = sys_days(date).time_since_epoch();
    return day + std::chrono::hours(part(11, 2)) + std::chrono::minutes(part(14, 2)) +
           Seconds(text.size() > 16 ? part(17, 2) : 0);
}

WallTime utc(std::string_view text) { return WallTime(count(text)); }

local_seconds local(std::string_view text) { return local_seconds(count(text)); }

// What the clock shows is `wanted`, or was less than it a second before.
bool is_due(const TimeZone& zone, WallTime at, local_seconds wanted) {
    return local_time(zone, at) == wanted ||
           (local_time(zone, at) > wanted && local_time(zone, at - 1s) < wanted);
}

rc::Gen<int> within(int least, int most) { return rc::gen::inRange(least, most + 1); }

ClockChange any_change(int first_month, int last_month) {
    const auto month = static_cast<unsigned>(*within(first_month, last_month));
    return {
        {*rc::gen::element(
             YearlyDay::Kind::date, YearlyDay::Kind::weekday_from, YearlyDay::Kind::weekday_until),
         std::chrono::month(month),
         *within(1, 28),
         std::chrono::weekday(static_cast<unsigned>(*within(0, 6)))},
        Seconds(*within(0, 86400))};
}

// A zone whose clock changes twice a year, on either half of the globe.
TimeZone any_zone() {
    const Seconds offset(*within(-86400, 86400));
    DaylightSaving rule{any_change(2, 5), any_change(7, 11), Seconds(*within(-86400, 86400))};
    if (*rc::gen::arbitrary<bool>()) {
        std::swap(rule.start, rule.end);
    }
    return {offset, rule};
}

WallTime any_instant() {
    return WallTime(Seconds(*rc::gen::inRange<std::int64_t>(-62135596800, 253402300800)));
}

}  // namespace

TEST(LocalTime, ReadsCiscosTimeZone) {
    struct Row {
        std::string_view text;
        Seconds offset;
    };

    for (const Row& row : {Row{"GMT", 0s},
                           Row{"GMT-08:00", -8h},
                           Row{"GMT+02:00", 2h},
                           Row{"GMT+05:45", 5h + 45min},
                           Row{"GMT-03:30", -3h - 30min},
                           Row{"GMT-12:00", -12h},
                           Row{"GMT+14:00", 14h}}) {
        SCOPED_TRACE(row.text);
        ASSERT_TRUE(parse_gmt_offset(row.text));
        EXPECT_EQ(*parse_gmt_offset(row.text), row.offset);
    }
}

TEST(LocalTime, RejectsOtherTimeZones) {
    for (const std::string_view text : {"",
                                        "UTC",
                                        "GMT ",
                                        "GMT8",
                                        "GMT-8:00",
                                        "GMT-0800",
                                        "GMT 08:00",
                                        "GMT-08:60",
                                        "GMT--8:00",
                                        "GMT-08:-1",
                                        "GMT-08:00 ",
                                        "GMT-08.00",
                                        "GMT-12:01",
                                        "GMT+14:01"}) {
        EXPECT_FALSE(parse_gmt_offset(text)) << text;
    }
}

TEST(LocalTime, ReadsCiscosRule) {
    const auto rule = parse_daylight_rule("start=3/-1/7/2:0:0;end=10/8/7/3:30;save=1");
    ASSERT_TRUE(rule);
    const YearlyDay start{
        YearlyDay::Kind::weekday_until, std::chrono::March, 1, std::chrono::Sunday};
    const YearlyDay end{
        YearlyDay::Kind::weekday_from, std::chrono::October, 8, std::chrono::Sunday};
    EXPECT_EQ(*rule, (DaylightSaving{{start, 2h}, {end, 3h + 30min}, 1h}));
}

TEST(LocalTime, ReadsEveryFormOfCiscosRule) {
    struct Row {
        std::string_view text;
        std::string_view same_as;
    };

    for (const Row& row : {
             Row{"start=4/1/7;end=10/-1/7;save=1",
                 "start=4/1/7/0:0:0;end=10/-1/7/0:0:0;save=1:0:0"},
             Row{" Start = 3/8/7/02:0:0 ; End = 11/1/7/02 ; Save = +1 ",
                 "start=3/8/7/2;end=11/1/7/2;save=01:00:00"},
             Row{"start=3/ -1 /7 / 2;end=10/+1/7/2;save=1", "start=3/-1/7/2;end=10/1/7/2;save=1"},
         }) {
        SCOPED_TRACE(row.text);
        ASSERT_TRUE(parse_daylight_rule(row.text));
        EXPECT_EQ(*parse_daylight_rule(row.text), *parse_daylight_rule(row.same_as));
    }
    const auto exact = parse_daylight_rule("start=2/29/0/24:00:00;end=12/31/0;save=-0:30:15");
    ASSERT_TRUE(exact);
    EXPECT_EQ(exact->start.day.kind, YearlyDay::Kind::date);
    EXPECT_EQ(exact->start.time, 24h);
    EXPECT_EQ(exact->saving, -30min - 15s);
    EXPECT_EQ(parse_daylight_rule("start=3/1/0;end=10/1/0;save=24:00")->saving, 24h);
}

TEST(LocalTime, RejectsBadRulesAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{"3/-1/7/2;end=10/-1/7/2;save=1", 0},
                           Row{"start=0/1/7;end=10/1/7;save=1", 6},
                           Row{"start=13/1/7;end=10/1/7;save=1", 6},
                           Row{"start=4/1,end=10/-1/7;save=1", 9},
                           Row{"start=4;end=10/-1/7;save=1", 7},
                           Row{"start=4/0/7;end=10/1/7;save=1", 8},
                           Row{"start=4/31/7;end=10/1/7;save=1", 8},
                           Row{"start=2/30/7;end=10/1/7;save=1", 8},
                           Row{"start=4/--1/7;end=10/1/7;save=1", 9},
                           Row{"start=4/1/8;end=10/1/7;save=1", 10},
                           Row{"start=4/-1/0;end=10/1/7;save=1", 8},
                           Row{"start=4/1/7/25;end=10/1/7;save=1", 12},
                           Row{"start=4/1/7/24:01;end=10/1/7;save=1", 12},
                           Row{"start=4/1/7/2:60;end=10/1/7;save=1", 14},
                           Row{"start=4/1/7/2:;end=10/1/7;save=1", 14},
                           Row{"start=4/1/7/-2;end=10/1/7;save=1", 12},
                           Row{"start=4/1/7", 11},
                           Row{"start=4/1/7;save=1;end=10/1/7", 12},
                           Row{"start=4/1/7;end=10/1/7", 22},
                           Row{"start=4/1/7;end=10/1/7;save=", 28},
                           Row{"start=4/1/7;end=10/1/7;save=25", 28},
                           Row{"start=4/1/7;end=10/1/7;save=1;", 29}}) {
        SCOPED_TRACE(row.text);
        const auto rule = parse_daylight_rule(row.text);
        ASSERT_FALSE(rule);
        EXPECT_EQ(rule.error().offset, row.offset);
    }
}

TEST(LocalTime, TakesUnreadableParametersForUnset) {
    constexpr std::string_view rule = "start=3/-1/7/2;end=10/-1/7/3;save=1";
    const TimeZone berlin = read_cisco_zone({"GMT+01:00", "Yes", rule});
    EXPECT_EQ(berlin, zone_of(central_europe));
    EXPECT_EQ(read_cisco_zone({"GMT+01:00", "No", rule}), (TimeZone{1h, {}}));
    EXPECT_EQ(read_cisco_zone({"GMT+01:00", "", rule}), (TimeZone{1h, {}}));
    EXPECT_EQ(read_cisco_zone({"GMT+01:00", "Yes", "x"}), (TimeZone{1h, {}}));
    EXPECT_EQ(read_cisco_zone({"", "Yes", ""}), TimeZone{});
    EXPECT_EQ(read_cisco_zone({"Berlin", "Yes", rule}), (TimeZone{0h, berlin.daylight}));
}

TEST(LocalTime, ReadsPosixZones) {
    EXPECT_EQ(zone_of("UTC0"), TimeZone{});
    EXPECT_EQ(zone_of("<+0330>-3:30"), (TimeZone{3h + 30min, {}}));
    EXPECT_EQ(zone_of("ABC+24:00:00"), (TimeZone{-24h, {}}));
    const TimeZone east_coast = zone_of(new_york);
    EXPECT_EQ(east_coast.offset, -5h);
    ASSERT_TRUE(east_coast.daylight);
    const YearlyDay start{
        YearlyDay::Kind::weekday_from, std::chrono::March, 8, std::chrono::Sunday};
    const YearlyDay end{
        YearlyDay::Kind::weekday_from, std::chrono::November, 1, std::chrono::Sunday};
    EXPECT_EQ(*east_coast.daylight, (DaylightSaving{{start, 2h}, {end, 2h}, 1h}));
    EXPECT_EQ(zone_of(lord_howe).daylight->saving, 30min);
    EXPECT_EQ(zone_of(dublin).daylight->saving, -1h);
    EXPECT_EQ(zone_of(nuuk).daylight->start.time, -1h);
    EXPECT_EQ(zone_of(gaza).daylight->end.time, 50h);
    const TimeZone by_days = zone_of("AAA3BBB,J60/0,365/-167:00:00");
    EXPECT_EQ(by_days.daylight->start,
              (ClockChange{{YearlyDay::Kind::date, std::chrono::March, 1, {}}, 0s}));
    EXPECT_EQ(by_days.daylight->end.day.kind, YearlyDay::Kind::day_of_year);
    EXPECT_EQ(by_days.daylight->end.day.day, 365);
    EXPECT_EQ(by_days.daylight->end.time, -167h);
}

TEST(LocalTime, RejectsBadPosixZonesAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{":Europe/Berlin", 0},
                           Row{"CE-1", 0},
                           Row{"<+1>-1", 0},
                           Row{"<+01-1", 0},
                           Row{"CET", 3},
                           Row{"CET25", 3},
                           Row{"CET-24:00:01", 4},
                           Row{"CET-1:", 6},
                           Row{"CET-1 ", 5},
                           Row{"CET-1CEST", 9},
                           Row{"CET-1CEST-2", 11},
                           Row{"AAA24BBB-1,M3.5.0,M10.5.0", 8},
                           Row{"CET-1CEST,M3.5.0", 16},
                           Row{"CET-1CEST,M13.5.0,M10.5.0", 11},
                           Row{"CET-1CEST,M3,M10.5.0", 12},
                           Row{"CET-1CEST,M3.6.0,M10.5.0", 13},
                           Row{"CET-1CEST,M3.5,M10.5.0", 14},
                           Row{"CET-1CEST,M3.5.7,M10.5.0", 15},
                           Row{"CET-1CEST,J0,M10.5.0", 11},
                           Row{"CET-1CEST,366,M10.5.0", 10},
                           Row{"CET-1CEST,X,M10.5.0", 10},
                           Row{"CET-1CEST,M3.5.0/168,M10.5.0", 17},
                           Row{"CET-1CEST,M3.5.0,M10.5.0/3x", 26}}) {
        SCOPED_TRACE(row.text);
        const auto zone = parse_posix_zone(row.text);
        ASSERT_FALSE(zone);
        EXPECT_EQ(zone.error().offset, row.offset);
    }
}

namespace {

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        bytes += static_cast<char>(number >> shift & 0xFFU);
    }
    return bytes;
}

// A block with two transitions, two types, a leap second and one indicator each.
std::string zone_block(char version, std::size_t time_bytes) {
    std::string block = "TZif";
    block += version;
    block.append(15, '\0');
    for (const std::uint32_t number : {2U, 2U, 1U, 2U, 2U, 8U}) {
        block += big_endian(number);
    }
    return block.append(2 * (time_bytes + 1) + 2 * 6 + 8 + time_bytes + 4 + 2 + 2, '\n');
}

}  // namespace

TEST(LocalTime, ReadsTheFooterOfAZoneFile) {
    const std::string blocks = zone_block('2', 4) + zone_block('2', 8);
    const auto zone = read_zone_file(blocks + "\n" + std::string(new_york) + "\n");
    ASSERT_TRUE(zone);
    EXPECT_EQ(*zone, zone_of(new_york));
}

TEST(LocalTime, RejectsBadZoneFilesAtTheRightOffset) {
    const std::string first = zone_block('2', 4);
    const std::string blocks = first + zone_block('2', 8);

    struct Row {
        std::string file;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{"CET-1", 0},
                           Row{zone_block('\0', 4), 0},
                           Row{first.substr(0, 43), 0},
                           Row{first.substr(0, first.size() - 1), 0},
                           Row{first, first.size()},
                           Row{first + first, first.size()},
                           Row{blocks, blocks.size()},
                           Row{blocks + "UTC0\n", blocks.size()},
                           Row{blocks + "\n\n", blocks.size() + 1},
                           Row{blocks + "\nUTC0", blocks.size() + 5},
                           Row{blocks + "\nUTC0\nx", blocks.size() + 6},
                           Row{blocks + "\nUTC\n", blocks.size() + 4}}) {
        const auto zone = read_zone_file(row.file);
        ASSERT_FALSE(zone) << row.file.size();
        EXPECT_EQ(zone.error().offset, row.offset) << zone.error().expected;
    }
}

TEST(LocalTime, RefusesAZoneFileThatCountsMoreThanItHolds) {
    std::string file = zone_block('2', 4);
    file.replace(20, 24, 24, '\xFF');
    EXPECT_EQ(read_zone_file(file).error().offset, 0U);
}

TEST(LocalTime, ChangesTheClockAtTheRightSecond) {
    struct Row {
        std::string_view zone;
        std::string_view utc;
        std::string_view local;
    };

    for (const Row& row :
         {Row{central_europe, "2024-03-31 00:59:59", "2024-03-31 01:59:59"},
          Row{central_europe, "2024-03-31 01:00:00", "2024-03-31 03:00:00"},
          Row{central_europe, "2024-10-27 00:59:59", "2024-10-27 02:59:59"},
          Row{central_europe, "2024-10-27 01:00:00", "2024-10-27 02:00:00"},
          Row{central_europe, "2023-12-31 23:30:00", "2024-01-01 00:30:00"},
          Row{new_york, "2025-03-09 06:59:59", "2025-03-09 01:59:59"},
          Row{new_york, "2025-03-09 07:00:00", "2025-03-09 03:00:00"},
          Row{new_york, "2025-11-02 05:59:59", "2025-11-02 01:59:59"},
          Row{new_york, "2025-11-02 06:00:00", "2025-11-02 01:00:00"},
          Row{sydney, "2024-01-01 00:00:00", "2024-01-01 11:00:00"},
          Row{sydney, "2024-04-06 15:59:59", "2024-04-07 02:59:59"},
          Row{sydney, "2024-04-06 16:00:00", "2024-04-07 02:00:00"},
          Row{sydney, "2024-10-05 16:00:00", "2024-10-06 03:00:00"},
          Row{dublin, "2024-07-01 12:00:00", "2024-07-01 13:00:00"},
          Row{dublin, "2024-12-01 12:00:00", "2024-12-01 12:00:00"},
          Row{dublin, "2024-10-27 00:59:59", "2024-10-27 01:59:59"},
          Row{dublin, "2024-10-27 01:00:00", "2024-10-27 01:00:00"},
          Row{lord_howe, "2024-10-05 15:30:00", "2024-10-06 02:30:00"},
          Row{nuuk, "2024-03-31 00:59:59", "2024-03-30 22:59:59"},
          Row{nuuk, "2024-03-31 01:00:00", "2024-03-31 00:00:00"},
          // The fourth Thursday and two days.
          Row{gaza, "2025-03-29 00:00:00", "2025-03-29 03:00:00"},
          Row{gaza, "2025-03-28 23:59:59", "2025-03-29 01:59:59"},
          // Saving all the year.
          Row{"XXX3EDT4,0/0,J365/23", "2024-01-01 00:00:00", "2023-12-31 20:00:00"},
          Row{"EST5EDT,0/0,J365/25", "2024-01-01 05:00:00", "2024-01-01 01:00:00"},
          Row{"EST5EDT,0/0,J365/25", "2024-07-01 04:00:00", "2024-07-01 00:00:00"},
          Row{"UTC0", "2024-02-29 12:34:56", "2024-02-29 12:34:56"}}) {
        SCOPED_TRACE(std::string(row.zone) + " " + std::string(row.utc));
        EXPECT_EQ(local_time(zone_of(row.zone), utc(row.utc)), local(row.local));
    }
}

TEST(LocalTime, FindsTheDayOfARule) {
    struct Row {
        std::string_view start;
        std::string_view first_day;  // of saving
    };

    for (const Row& row : {Row{"3/-1/7", "2024-03-31 00:00"},
                           Row{"3/-8/7", "2024-03-24 00:00"},
                           Row{"3/31/7", "2024-03-31 00:00"},
                           Row{"3/30/1", "2024-04-01 00:00"},
                           Row{"3/1/5", "2024-03-01 00:00"},
                           Row{"3/1/4", "2024-03-07 00:00"},
                           Row{"2/29/0", "2024-02-29 00:00"},
                           Row{"2/-1/4", "2024-02-29 00:00"},
                           Row{"3/-31/4", "2024-02-29 00:00"}}) {
        SCOPED_TRACE(row.start);
        const std::string rule = "start=" + std::string(row.start) + ";end=10/1/0;save=1";
        const TimeZone zone{0s, *parse_daylight_rule(rule)};
        EXPECT_EQ(offset_at(zone, utc(row.first_day) - 1s), 0s);
        EXPECT_EQ(offset_at(zone, utc(row.first_day)), 1h);
    }
    const TimeZone leap_day{0s, *parse_daylight_rule("start=2/29/0;end=10/1/0;save=1")};
    EXPECT_EQ(offset_at(leap_day, utc("2023-02-28 23:59")), 0s);
    EXPECT_EQ(offset_at(leap_day, utc("2023-03-01 00:00")), 1h);
}

TEST(LocalTime, NeverForgetsARuleAcrossTheYear) {
    // The Thursday on or after the 31st of December 2023 is the 4th of January 2024.
    const TimeZone zone{0s, *parse_daylight_rule("start=12/31/4;end=6/1/0;save=1")};
    EXPECT_EQ(offset_at(zone, utc("2024-01-03 23:59")), 0s);
    EXPECT_EQ(offset_at(zone, utc("2024-01-04 00:00")), 1h);
    // 31 days before the end of January may be in December.
    const TimeZone early{0s, *parse_daylight_rule("start=1/-31/7;end=6/1/0;save=1")};
    EXPECT_EQ(offset_at(early, utc("2024-12-28 23:59")), 0s);
    EXPECT_EQ(offset_at(early, utc("2024-12-29 00:00")), 1h);
    // On the 1st of January both changes of the last year are still to come.
    const TimeZone late{0s, *parse_daylight_rule("start=12/31/4;end=12/31/5;save=1")};
    EXPECT_EQ(offset_at(late, utc("2024-01-01 00:00")), 0s);
    EXPECT_EQ(offset_at(late, utc("2024-01-04 00:00")), 1h);
    EXPECT_EQ(offset_at(late, utc("2024-01-05 00:00")), 0s);
}

TEST(LocalTime, FindsTheNextDailyInstant) {
    struct Row {
        std::string_view zone;
        std::string_view now;  // UTC
        Seconds time_of_day;
        std::string_view next;  // UTC
    };

    for (const Row& row :
         {Row{"UTC0", "2024-01-01 00:00", 0h, "2024-01-02 00:00"},
          Row{"UTC0", "2024-01-01 00:00", 24h, "2024-01-02 00:00"},
          Row{"UTC0", "2024-12-31 10:00", 10h, "2025-01-01 10:00"},
          Row{"UTC0", "2024-12-31 09:59:59", 10h, "2024-12-31 10:00"},
          Row{central_europe, "2024-07-01 00:00", 10h, "2024-07-01 08:00"},
          Row{central_europe, "2024-01-01 00:00", 10h, "2024-01-01 09:00"},
          // 02:30 does not exist; the first instant after the gap is 03:00.
          Row{central_europe, "2024-03-30 01:30", 2h + 30min, "2024-03-31 01:00"},
          Row{central_europe, "2024-03-31 01:00", 2h + 30min, "2024-04-01 00:30"},
          Row{central_europe, "2024-03-30 01:00", 2h, "2024-03-31 01:00"},
          Row{central_europe, "2024-03-30 02:00", 3h, "2024-03-31 01:00"},
          // 02:30 comes twice; the second one does not count.
          Row{central_europe, "2024-10-26 00:30", 2h + 30min, "2024-10-27 00:30"},
          Row{central_europe, "2024-10-27 00:30", 2h + 30min, "2024-10-28 01:30"},
          Row{central_europe, "2024-10-27 01:15", 2h + 30min, "2024-10-28 01:30"},
          Row{central_europe, "2024-10-27 00:59", 3h, "2024-10-27 02:00"},
          Row{sydney, "2024-10-05 12:00", 2h + 30min, "2024-10-05 16:00"},
          Row{sydney, "2024-04-06 12:00", 2h + 30min, "2024-04-06 15:30"},
          Row{sydney, "2024-04-06 15:30", 2h + 30min, "2024-04-07 16:30"},
          Row{dublin, "2024-03-31 00:00", 1h + 30min, "2024-03-31 01:00"},
          Row{dublin, "2024-10-27 00:30", 1h + 30min, "2024-10-28 01:30"},
          // Midnight that comes twice: the clock goes from 24:00 back to 23:00.
          Row{"<-04>4<-03>,M9.1.6/24,M4.1.6/24", "2024-04-06 12:00", 0h, "2024-04-07 04:00"},
          Row{"AAA0BBB,M3.5.0/1,M10.5.0/0:30", "2024-10-26 12:00", 0h, "2024-10-26 23:00"},
          Row{"AAA0BBB,M3.5.0/1,M10.5.0/0:30", "2024-10-26 23:00", 0h, "2024-10-28 00:00"},
          Row{"AAA0BBB,M3.5.0/1,M10.5.0/0:30", "2024-10-26 23:45", 0h, "2024-10-28 00:00"},
          // The clock is set back and forth at one instant, so it does not leap.
          Row{"AAA0BBB1,J100/2,J100/1", "2024-04-09 12:00", 1h + 30min, "2024-04-10 02:30"},
          // Midnight that does not exist.
          Row{"EET-2EEST,M4.5.5/0,M10.5.4/24", "2024-04-25 12:00", 0h, "2024-04-25 22:00"},
          Row{nuuk, "2024-03-30 12:00", 23h + 30min, "2024-03-31 01:00"},
          Row{nuuk, "2024-03-31 01:00", 23h + 30min, "2024-04-01 00:30"}}) {
        SCOPED_TRACE(std::string(row.zone) + " " + std::string(row.now));
        const WallTime next = next_daily(zone_of(row.zone), utc(row.now), row.time_of_day);
        EXPECT_EQ(next, utc(row.next)) << (next - utc(row.next)).count() << " s off";
    }
}

TEST(LocalTime, Vector47ReadsTheDailyTime) {
    EXPECT_EQ(read_daily_time("1000"), 10h);
    EXPECT_EQ(read_daily_time("0000"), 0h);
    EXPECT_EQ(read_daily_time("0001"), 1min);
    EXPECT_EQ(read_daily_time("2359"), 23h + 59min);
    EXPECT_EQ(read_daily_time("2400"), 0h);
    for (const std::string_view ignored : {"",
                                           "9960",
                                           "0060",
                                           "2401",
                                           "2500",
                                           "100",
                                           "10000",
                                           "10:00",
                                           " 1000",
                                           "-100",
                                           "+100",
                                           "1OOO"}) {
        EXPECT_FALSE(read_daily_time(ignored)) << ignored;
    }
}

TEST(LocalTime, Vector48RoundsTheRandomWindow) {
    struct Row {
        std::int64_t seconds;
        int gen_b;
        int gen_a;
    };

    for (const Row& row : {Row{629, 10, 10},
                           Row{630, 11, 11},
                           Row{600, 10, 10},
                           Row{599, 10, 10},
                           Row{300, 10, 5},
                           Row{29, 10, 0},
                           Row{0, 10, 0},
                           Row{-5, 10, 0},
                           Row{65535, 1092, 1092},
                           Row{1'000'000, 1092, 1092}}) {
        SCOPED_TRACE(row.seconds);
        EXPECT_EQ(random_window(row.seconds).count(), row.gen_b);
        EXPECT_EQ(random_window(row.seconds, RandomWindowPolicy::gen_a).count(), row.gen_a);
    }
}

RC_GTEST_PROP(LocalTime, IsReadAsCiscoWritesIt, ()) {
    const DaylightSaving rule{
        any_change(1, 12), any_change(1, 12), Seconds(*within(-86400, 86400))};
    const auto time = [](Seconds seconds) {
        const std::int64_t count = std::abs(seconds.count());
        return std::to_string(count / 3600) + ":" + std::to_string(count / 60 % 60) + ":" +
               std::to_string(count % 60);
    };
    const auto write = [&time](const ClockChange& change) {
        const bool exact = change.day.kind == YearlyDay::Kind::date;
        const bool back = change.day.kind == YearlyDay::Kind::weekday_until;
        return std::to_string(static_cast<unsigned>(change.day.month)) + (back ? "/-" : "/") +
               std::to_string(change.day.day) + "/" +
               std::to_string(exact ? 0 : change.day.weekday.iso_encoding()) + "/" +
               time(change.time);
    };
    const auto read =
        parse_daylight_rule("start=" + write(rule.start) + ";end=" + write(rule.end) +
                            ";save=" + (rule.saving < 0s ? "-" : "") + time(rule.saving));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->saving == rule.saving);
    for (const auto& [got, wanted] :
         {std::pair{read->start, rule.start}, std::pair{read->end, rule.end}}) {
        RC_ASSERT(got.time == wanted.time);
        RC_ASSERT(got.day.kind == wanted.day.kind);
        RC_ASSERT(got.day.month == wanted.day.month);
        RC_ASSERT(got.day.day == wanted.day.day);
        RC_ASSERT(got.day.kind == YearlyDay::Kind::date || got.day.weekday == wanted.day.weekday);
    }
}

RC_GTEST_PROP(LocalTime, IsStandardTimeOrSavesInEveryZone, ()) {
    const TimeZone zone = any_zone();
    const WallTime now = any_instant();
    const Seconds offset = offset_at(zone, now);
    RC_ASSERT(offset == zone.offset || offset == zone.offset + zone.daylight->saving);
    RC_ASSERT(local_time(zone, now).time_since_epoch() == now.time_since_epoch() + offset);
}

RC_GTEST_PROP(LocalTime, TheNextDailyInstantIsAfterNowAndNotLate, ()) {
    const TimeZone zone = any_zone();
    const WallTime now = any_instant();
    const Seconds time_of_day(*within(0, 86400));
    const WallTime next = next_daily(zone, now, time_of_day);
    RC_ASSERT(next > now);
    RC_ASSERT(next - now <= 24h + std::chrono::abs(zone.daylight->saving));
}

RC_GTEST_PROP(LocalTime, TheNextDailyInstantShowsTheTimeUnlessTheClockLeapsOverIt, ()) {
    const TimeZone zone = any_zone();
    const Seconds time_of_day(*within(0, 86400));
    const WallTime next = next_daily(zone, any_instant(), time_of_day);
    const local_days today = std::chrono::floor<days>(local_time(zone, next));
    // The leap may be from one day into the next, or over a whole one.
    bool due = false;
    for (int back = 0; back <= 2; ++back) {
        due = due || is_due(zone, next, today - days(back) + time_of_day);
    }
    RC_ASSERT(due);
}

RC_GTEST_PROP(LocalTime, ALaterNowHasNoEarlierNextInstant, ()) {
    const TimeZone zone = any_zone();
    const Seconds time_of_day(*within(0, 86400));
    const WallTime now = any_instant();
    const WallTime later = now + Seconds(*within(0, 4 * 86400));
    const WallTime next = next_daily(zone, now, time_of_day);
    RC_ASSERT(next <= next_daily(zone, later, time_of_day));
    RC_ASSERT(later >= next || next_daily(zone, later, time_of_day) == next);
}

// The weeks around a change of the clock by two hours at most: a day, an instant.
RC_GTEST_PROP(LocalTime, EveryDayHasOneInstant, (bool at_start)) {
    TimeZone zone = any_zone();
    zone.daylight->saving = Seconds(*within(-7200, 7200));
    const ClockChange& change = at_start ? zone.daylight->start : zone.daylight->end;
    const Seconds time_of_day(*within(0, 86399));
    const WallTime month = sys_days(std::chrono::year(*within(1, 9999)) / change.day.month / 1);
    // What a leap over midnight brings late belongs to the day before.
    const auto day_of = [&](WallTime instant) {
        const local_days today = std::chrono::floor<days>(local_time(zone, instant));
        return local_time(zone, instant) >= today + time_of_day ? today : today - days(1);
    };
    WallTime at = next_daily(zone, month - days(40), time_of_day);
    local_days day = day_of(at);
    for (int i = 0; i < 80; ++i) {
        at = next_daily(zone, at, time_of_day);
        day += days(1);
        RC_ASSERT(day_of(at) == day);
    }
}

}  // namespace onhook::profile
