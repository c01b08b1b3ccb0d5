#include "phone/daily_time.h"

#include <algorithm>
#include <map>

#include "phone/samples.h"
#include "profile/local_time.h"
#include "support/phone_world.h"
#include "support/properties.h"

namespace onhook::phone {

using std::chrono::days;
using std::chrono::local_days;
using test::PhoneWorld;
using test::SamplePhone;

namespace {

constexpr WallTime new_year(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
constexpr int hour = 3600;

// Resyncs at power-up and then every day.
SamplePhone daily(std::string_view at = "1000") {
    return SamplePhone()
        .set("Profile_Rule", "http://h/a.xml")
        .set("Resync_Random_Delay", "0")
        .set("Resync_Periodic", "7200")
        .set("Resync_At__HHmm_", at)
        .set("Resync_At_Random_Delay", "600");
}

// A phone that was started at this time of day of the 1st of January 2026, UTC.
struct DailyPhone {
    PhoneWorld world;
    WallTime start;

    explicit DailyPhone(const SamplePhone& sample = daily(),
                        WallTime at = new_year,
                        const profile::TimeZone& zone = {},
                        std::uint64_t seed = 1)
        : world(sample), start(at) {
        world.wall_at_start = at;
        world.settings().zone = zone;
        world.serve_profile("http://h/a.xml", "").power_up({"192.168.1.100"}, seed);
    }

    // The clock is set to be so far from where it was at the start.
    void set_clock(Seconds ahead) { world.step(WallClockRead{start + world.now() + ahead}); }

    // When the phone resynced, the start left out, in seconds since the start.
    [[nodiscard]] Times later() const {
        Times times = world.times();
        times.erase(times.begin());
        return times;
    }
};

profile::TimeZone zone_of(std::string_view posix) { return *profile::parse_posix_zone(posix); }

void expect_between(int value, int least, int most) {
    EXPECT_GE(value, least);
    EXPECT_LE(value, most);
}

}  // namespace

TEST(DailyTime, ResyncsOnceADayInItsWindow) {
    DailyPhone started;
    started.world.run_for(10 * 24h);
    const Times times = started.later();
    ASSERT_EQ(times.size(), 10U);
    for (std::size_t day = 0; day < times.size(); ++day) {
        const int base = static_cast<int>(day) * 24 * hour + 10 * hour;
        expect_between(times[day], base, base + 600);
    }
    EXPECT_NE(times[1] - times[0], 24 * hour);  // each day draws its own moment
}

// 5.1: what cannot be read is ignored, and Resync_Periodic goes on.
TEST(DailyTime, WhatIsNoTimeOfDayIsIgnored) {
    for (const std::string_view at : {"9960", "", "10", "24:00", "2401", "noon", "-100"}) {
        SCOPED_TRACE(at);
        DailyPhone started(daily(at));
        started.world.run_for(4h);
        EXPECT_EQ(started.later(), (Times{7200, 14400}));
    }
}

// 15, point 15.
TEST(DailyTime, MidnightHasTwoNames) {
    for (const std::string_view at : {"0000", "2400"}) {
        DailyPhone started(daily(at), new_year + 1h);
        started.world.run_for(24h);
        ASSERT_EQ(started.later().size(), 1U);
        expect_between(started.later()[0], 23 * hour, 23 * hour + 600);
    }
}

// CONFLICT 3, both generations; vector 48 has the rounding.
TEST(DailyTime, TheWindowIsThatOfTheGeneration) {
    struct Row {
        profile::RandomWindowPolicy policy;
        std::string_view delay;
        int most;
    };

    for (const Row& row : {Row{profile::RandomWindowPolicy::gen_b, "0", 600},
                           Row{profile::RandomWindowPolicy::gen_b, "65535", 65520},
                           Row{profile::RandomWindowPolicy::gen_a, "0", 0},
                           Row{profile::RandomWindowPolicy::gen_a, "120", 120}}) {
        SCOPED_TRACE(row.delay);
        PhoneWorld world(daily().set("Resync_At_Random_Delay", row.delay));
        world.settings().policy.random_window = row.policy;
        world.wall_at_start = new_year;
        world.serve_profile("http://h/a.xml", "").power_up().run_for(100 * 24h);
        int longest = 0;
        for (const int time : world.times()) {
            if (time > 0) {
                const int into = (time - 10 * hour) % (24 * hour);
                expect_between(into, 0, row.most);
                longest = std::max(longest, into);
            }
        }
        EXPECT_GE(longest, row.most * 9 / 10);
    }
}

// ---- the clock ----

// 15, point 16.
TEST(DailyTime, UntilTheClockIsKnownTheIntervalCounts) {
    PhoneWorld world(daily());
    world.serve_profile("http://h/a.xml", "").power_up().run_for(8000s);
    EXPECT_EQ(world.times(), (Times{0, 7200}));
    world.step(WallClockRead{new_year + 8000s});
    world.run_for(24h);
    ASSERT_EQ(world.times().size(), 3U);
    expect_between(world.times()[2], 10 * hour, 10 * hour + 600);
}

TEST(DailyTime, AWindowThatIsOpenWhenTheClockIsKnownCounts) {
    int today = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        PhoneWorld world(daily());
        world.serve_profile("http://h/a.xml", "").power_up({}, seed);
        world.step(WallClockRead{new_year + 10h + 300s});
        world.run_for(301s);
        today += static_cast<int>(world.times().size()) - 1;
    }
    expect_between(today, 5, 35);
}

// A clock that is read again and again is the same clock; a shorter interval is not stretched.
TEST(DailyTime, ReadingTheClockMovesNothing) {
    for (const std::string_view at : {"1000", ""}) {
        DailyPhone read(daily(at));
        DailyPhone unread(daily(at));
        for (int i = 0; i < 48 * 6; ++i) {
            read.world.run_for(600s);
            read.set_clock(0s);
        }
        unread.world.run_for(48h);
        EXPECT_EQ(read.later(), unread.later());
    }
}

TEST(DailyTime, MovesWithAClockThatIsSet) {
    for (const Seconds ahead : {Seconds(-3h), Seconds(-10min), Seconds(30s), Seconds(2h)}) {
        SCOPED_TRACE(ahead.count());
        DailyPhone started;
        started.world.run_for(6h);
        started.set_clock(ahead);
        started.world.run_for(12h);
        ASSERT_EQ(started.later().size(), 1U);
        const int base = 10 * hour - static_cast<int>(ahead.count());
        expect_between(started.later()[0], base, base + 600);
    }
}

// Never twice for one day because of a small step back, as often as it happens.
TEST(DailyTime, AStepBackDoesNotServeADayTwice) {
    for (const Seconds back : {Seconds(1s), Seconds(60s), Seconds(15min), Seconds(9h)}) {
        SCOPED_TRACE(back.count());
        DailyPhone started;
        started.world.run_for(10h + 601s);
        ASSERT_EQ(started.later().size(), 1U);
        started.set_clock(-back);
        started.world.run_for(back);
        started.set_clock(-2 * back);
        started.world.run_for(12h);
        EXPECT_EQ(started.later().size(), 1U);
        started.world.run_for(24h);
        EXPECT_EQ(started.later().size(), 2U);
    }
}

TEST(DailyTime, AStepBackOverMidnightDoesNotEither) {
    DailyPhone started(daily("0000"), new_year + 23h);
    started.world.run_for(1h + 601s);
    ASSERT_EQ(started.later().size(), 1U);
    started.set_clock(-900s);
    started.world.run_for(2h);
    EXPECT_EQ(started.later().size(), 1U);
    started.world.run_for(24h);
    EXPECT_EQ(started.later().size(), 2U);
}

// Nor because a pass is still under way when the clock goes back.
TEST(DailyTime, AStepBackDuringTheResyncDoesNotEither) {
    DailyPhone started;
    started.world.run_for(10h);
    started.world.hold_transfers = true;
    for (int i = 0; i < 11 && started.world.under_way() == 0; ++i) {
        started.world.wait(60s);
    }
    ASSERT_EQ(started.world.under_way(), 1U);
    started.set_clock(-15min);
    started.world.hold_transfers = false;
    started.world.run_for(12h);
    EXPECT_EQ(started.later().size(), 1U);
}

TEST(DailyTime, AResyncInsideTheWindowIsThatOfTheDay) {
    DailyPhone started;
    started.world.run_for(10h + 1s);
    ASSERT_EQ(started.later(), Times{});  // its moment is still to come
    started.world.step(request());
    started.world.settle();
    started.set_clock(-15min);
    started.world.run_for(12h);
    EXPECT_EQ(started.later(), Times{10 * hour + 1});
}

// A moment that the clock leaps over is now, unless the clock was a day and more behind.
TEST(DailyTime, AMomentThatTheClockLeapsOverIsNow) {
    for (const auto& [ahead, now] :
         {std::pair{Seconds(9h), true}, std::pair{Seconds(90h), false}}) {
        DailyPhone started;
        started.world.run_for(2h);
        started.set_clock(ahead);
        started.world.run_for(1s);
        EXPECT_EQ(started.later().size(), now ? 1U : 0U);
        started.set_clock(ahead);
        started.world.run_for(10h);
        EXPECT_EQ(started.later().size(), now ? 1U : 0U);
        started.world.run_for(24h);
        EXPECT_EQ(started.later().size(), now ? 2U : 1U);
    }
}

// ---- parameters ----

TEST(DailyTime, AChangeByHandCountsAtOnce) {
    DailyPhone started;
    started.world.run_for(8h).submit("Resync_At__HHmm_", "0900").run_for(3h);
    ASSERT_EQ(started.later().size(), 1U);
    expect_between(started.later()[0], 9 * hour, 9 * hour + 600);
    // The same day has another time now.
    started.world.submit("Resync_At__HHmm_", "1500").run_for(5h);
    ASSERT_EQ(started.later().size(), 2U);
    expect_between(started.later()[1], 15 * hour, 15 * hour + 600);
    // None: the interval counts from now on.
    started.world.submit("Resync_At__HHmm_", "").run_for(7200s);
    EXPECT_EQ(started.later().back(), 16 * hour + 7200);
    started.world.submit("Resync_At__HHmm_", "1000").run_for(17h);
    expect_between(started.later().back(), 34 * hour, 34 * hour + 600);
    EXPECT_EQ(started.later().size(), 4U);
}

TEST(DailyTime, AChangeByProfileCountsAtOnce) {
    DailyPhone started;
    started.world.serve_profile("http://h/once.xml", "<Resync_At__HHmm_>0400</Resync_At__HHmm_>");
    started.world.step(ResyncRequested{{1}, "http://h/once.xml", ""});
    started.world.settle().run_for(5h);
    ASSERT_EQ(started.later().size(), 2U);
    expect_between(started.later()[1], 4 * hour, 4 * hour + 600);
}

// Resync_Periodic does not count while there is a daily time.
TEST(DailyTime, TheIntervalDoesNotDisturbIt) {
    DailyPhone started;
    started.world.run_for(1h).submit("Resync_Periodic", "60").run_for(8h);
    EXPECT_EQ(started.later(), Times{});
}

TEST(DailyTime, AfterARestartTheDayThatWasServedIsOver) {
    PhoneWorld world(daily());
    world.wall_at_start = new_year;
    world.serve_profile("http://h/a.xml", "")
        .serve_profile("http://h/a.xml", "<Display_Name_1_>Ann</Display_Name_1_>")
        .power_up()
        .run_for(20h);
    EXPECT_EQ(world.boots.size(), 2U);
    EXPECT_EQ(world.times().size(), 2U);
}

TEST(DailyTime, AFailureIsRetriedAndTheNextDayComes) {
    PhoneWorld world(daily().set("Resync_Error_Retry_Delay", "60"));
    world.wall_at_start = new_year;
    world.serve_profile("http://h/a.xml", "")
        .serve_fault("http://h/a.xml", TransferFault::connect)
        .serve_profile("http://h/a.xml", "")
        .power_up()
        .run_for(20h);
    ASSERT_EQ(world.times().size(), 3U);
    EXPECT_EQ(world.times()[2] - world.times()[1], 60);
    world.run_for(24h);
    EXPECT_EQ(world.times().size(), 4U);
}

// ---- zones ----

TEST(DailyTime, IsInTheTimeOfTheSettingsUntilTimeZoneIsSet) {
    const profile::TimeZone east = {.offset = 2h, .daylight = {}};
    DailyPhone unset(daily(), new_year, east);
    unset.world.run_for(24h);
    ASSERT_EQ(unset.later().size(), 1U);
    expect_between(unset.later()[0], 8 * hour, 8 * hour + 600);
    DailyPhone set(daily().set("Time_Zone", "GMT-05:00"), new_year, east);
    set.world.run_for(24h);
    ASSERT_EQ(set.later().size(), 1U);
    expect_between(set.later()[0], 15 * hour, 15 * hour + 600);
}

// A call holds the restart that another zone asks for; the timer knows already.
TEST(DailyTime, AnotherZoneCountsAtOnce) {
    DailyPhone started(daily("1000").set("Time_Zone", "GMT"));
    started.world.lines(true).submit("Time_Zone", "GMT+05:00");
    ASSERT_EQ(started.world.boots.size(), 1U);
    const auto due = started.world.phone().next_deadline();
    ASSERT_TRUE(due);
    expect_between(static_cast<int>((*due - TimePoint{}) / 1s), 5 * hour, 5 * hour + 600);
}

TEST(DailyTime, HasDaylightSavingByTheParameters) {
    const SamplePhone sample =
        daily("0930")
            .set("Time_Zone", "GMT+01:00")
            .set("Daylight_Saving_Time_Enable", "Yes")
            .set("Daylight_Saving_Time_Rule", "start=3/-1/7/2:0:0;end=10/-1/7/3:0:0;save=1");
    const WallTime saturday(std::chrono::sys_days(std::chrono::year(2026) / 3 / 28));
    DailyPhone started(sample, saturday);
    started.world.run_for(48h);
    ASSERT_EQ(started.later().size(), 2U);
    expect_between(started.later()[0], 8 * hour + 1800, 8 * hour + 2400);
    expect_between(started.later()[1], 24 * hour + 7 * hour + 1800, 24 * hour + 7 * hour + 2400);
}

// The nights in which clocks are changed: an hour that is left out, and one that comes twice.
TEST(DailyTime, EveryLocalDayIsServedOnceInNightsOfAClockChange) {
    const profile::TimeZone zone = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
    for (const auto& night :
         {std::chrono::year(2026) / 3 / 27, std::chrono::year(2026) / 10 / 23}) {
        for (const std::string_view at : {"0130", "0200", "0230", "0259", "0300", "0000"}) {
            SCOPED_TRACE(at);
            const WallTime start(std::chrono::sys_days(night) + 12h);
            DailyPhone started(daily(at), start, zone, 7);
            started.world.run_for(96h);
            std::map<local_days, int> served;
            for (const int time : started.later()) {
                const auto shown = profile::local_time(zone, start + Seconds(time));
                ++served[std::chrono::floor<days>(shown)];
            }
            EXPECT_EQ(served.size(), 4U);
            for (const auto& [day, times] : served) {
                EXPECT_EQ(times, 1) << day.time_since_epoch().count();
            }
        }
    }
}

// However the clock is set within some hours, no local day is served twice, and each day whose
// window passes by is served.
RC_GTEST_PROP(DailyTime, SmallStepsNeverServeADayTwiceNorSkipOne, (std::uint64_t seed)) {
    DailyPhone started(daily("1200").set("Resync_Error_Retry_Delay", "60"), new_year, {}, seed);
    Seconds ahead{0};
    std::map<int, int> served;
    const int steps = *rc::gen::inRange(1, 60);
    int last_day = 0;
    std::size_t counted = started.later().size();
    for (int i = 0; i < steps; ++i) {
        started.world.run_for(Seconds(*rc::gen::inRange(0, 20000)));
        const Times later = started.later();
        for (; counted < later.size(); ++counted) {
            const Seconds shown = Seconds(later[counted]) + ahead;
            ++served[static_cast<int>(std::chrono::floor<days>(shown).count())];
        }
        last_day = std::max(
            last_day,
            static_cast<int>(std::chrono::floor<days>(started.world.now() + ahead).count()));
        ahead = std::clamp(ahead + Seconds(*rc::gen::inRange(-3000, 3000)), -5000s, 5000s);
        started.set_clock(ahead);
        started.world.run_for(0s);
    }
    for (const auto& [day, times] : served) {
        RC_ASSERT(times == 1);
    }
    // The day that runs may still be served; a leap serves at once, counted with the next step.
    RC_ASSERT(static_cast<int>(served.size()) + 1 >= last_day);
}

}  // namespace onhook::phone
