#include "phone/resync.h"

#include <gtest/gtest.h>

#include "phone/samples.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

using profile::ResyncCause;
using test::MachineBench;
using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;
using ResyncState = Resync::State;

namespace {

SamplePhone resyncing(std::string_view rule = "http://h/a.xml") {
    return SamplePhone()
        .set("Profile_Rule", rule)
        .set("Resync_Periodic", "3600")
        .set("Resync_Error_Retry_Delay", "60,120");
}

Answered answered(const MachineBench& bench, int code, std::string body = {}) {
    return {bench.transfer().transfer, code, std::move(body), {}, {}};
}

const std::string profile_text = "<flat-profile><GPP_A>1</GPP_A></flat-profile>";

constexpr WallTime resync_start(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + 8h);

// One machine with its bench.
struct DrivenResync {
    MachineBench bench;
    Resync resync;

    explicit DrivenResync(const SamplePhone& sample = resyncing()) : bench(sample) {}

    [[nodiscard]] Context at() {
        bench.wall = resync_start + std::chrono::floor<Seconds>(bench.now.time_since_epoch());
        return bench.context();
    }

    std::optional<PassResult> start(ResyncCause cause = ResyncCause::power_up) {
        Context context = at();
        return resync.start(cause, context);
    }

    std::optional<PassResult> answer(int code, std::string body = {}) {
        Context context = at();
        return resync.on(answered(bench, code, std::move(body)), context);
    }

    std::optional<PassResult> deadline() {
        Context context = at();
        return resync.on_deadline(context);
    }

    void wait_start_delay() {
        Context context = at();
        resync.wait_start_delay(context);
    }

    std::optional<PassResult> request(std::optional<OneRule> one_rule) {
        Context context = at();
        return resync.request(std::move(one_rule), context);
    }

    void lines(bool busy) {
        bench.network.busy = busy;
        Context context = at();
        EXPECT_FALSE(resync.start_waiting(context));
    }

    // By hand.
    void change(std::string_view name, std::string_view value) {
        bench.set(name, value);
        const std::array changed = {*bench.memory.values.catalogue().find(name)};
        Context context = at();
        resync.on_changed(changed, context);
    }

    void enter(ResyncState state) {
        switch (state) {
            case ResyncState::idle:
                return;
            case ResyncState::start_delay:
                wait_start_delay();
                return;
            case ResyncState::periodic_wait:
                (void)start();
                (void)answer(200, profile_text);
                return;
            case ResyncState::retry_wait:
                (void)start();
                (void)answer(500);
                return;
            case ResyncState::transferring:
                (void)start();
                return;
            case ResyncState::daily_wait:
                bench.set("Resync_At__HHmm_", "1000");
                (void)start();
                (void)answer(200, profile_text);
                return;
            case ResyncState::blocked:
                bench.set("Resync_Trigger_1", "$PRVTMR ge 99999");
                (void)start();
                return;
            case ResyncState::line_wait:
                bench.network.busy = true;
                (void)start();
                return;
        }
    }
};

std::string_view name_of(ResyncState state) {
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

// What the phone tells the machine; docs/reference/phone-states.md has the same columns.
struct ResyncInput {
    std::string_view name;
    void (*happen)(DrivenResync&);
};

constexpr std::array resync_inputs = {
    ResyncInput{"boot resyncs", [](DrivenResync& d) { d.wait_start_delay(); }},
    ResyncInput{"boot resumes",
                [](DrivenResync& d) {
                    Context context = d.at();
                    d.resync.resume(context);
                }},
    ResyncInput{"boot retries",
                [](DrivenResync& d) {
                    Context context = d.at();
                    d.resync.retry_later(context);
                }},
    ResyncInput{"early deadline",
                [](DrivenResync& d) {
                    d.bench.now = d.resync.deadline().value_or(TimePoint{} + 1s) - 1ms;
                    EXPECT_FALSE(d.deadline());
                }},
    ResyncInput{"deadline",
                [](DrivenResync& d) {
                    d.bench.now = d.resync.deadline().value_or(TimePoint{} + 24h);
                    EXPECT_FALSE(d.deadline());
                }},
    ResyncInput{"start", [](DrivenResync& d) { EXPECT_FALSE(d.start(ResyncCause::power_up)); }},
    ResyncInput{"request", [](DrivenResync& d) { EXPECT_FALSE(d.request({})); }},
    ResyncInput{"one-shot",
                [](DrivenResync& d) {
                    EXPECT_FALSE(d.request(OneRule{"http://h/once.xml", ""}));
                }},
    ResyncInput{"lines busy", [](DrivenResync& d) { d.lines(true); }},
    ResyncInput{"lines idle", [](DrivenResync& d) { d.lines(false); }},
    ResyncInput{"clock read",
                [](DrivenResync& d) {
                    Context context = d.at();
                    d.resync.on_clock(context);
                }},
    ResyncInput{"interval changed", [](DrivenResync& d) { d.change("Resync_Periodic", "100"); }},
    ResyncInput{"daily time set", [](DrivenResync& d) { d.change("Resync_At__HHmm_", "1100"); }},
    ResyncInput{"daily time cleared", [](DrivenResync& d) { d.change("Resync_At__HHmm_", ""); }},
    ResyncInput{"disabled", [](DrivenResync& d) { (void)d.resync.drop_waiting(); }},
};

struct ResyncRow {
    ResyncState from;
    std::array<std::string_view, resync_inputs.size()> to;
};

constexpr std::array resync_table = {
    ResyncRow{ResyncState::idle,
              {"start_delay",
               "idle",
               "retry_wait",
               "=",  // no timer, so nothing can be due
               "=",
               "transferring",
               "transferring",
               "transferring",
               "=",
               "=",
               "=",
               "=",  // there never was a success
               "=",
               "=",
               "="}},
    ResyncRow{ResyncState::start_delay,
              {"start_delay",
               "idle",
               "retry_wait",
               "=",  // the clock of the shell may be early
               "transferring",
               "transferring",
               "transferring",
               "transferring",
               "=",
               "=",
               "=",
               "=",
               "=",
               "=",
               "="}},
    ResyncRow{ResyncState::periodic_wait,
              {"start_delay",
               "periodic_wait",  // there was a success
               "retry_wait",
               "=",
               "transferring",
               "transferring",
               "transferring",
               "transferring",
               "=",
               "=",
               "=",  // an interval is not people's time
               "periodic_wait",
               "daily_wait",
               "=",
               "="}},
    ResyncRow{ResyncState::daily_wait,
              {"start_delay",
               "daily_wait",
               "retry_wait",
               "=",
               "transferring",
               "transferring",
               "transferring",
               "transferring",
               "=",
               "=",
               "=",  // the same time still
               "=",  // Resync_Periodic does not count
               "daily_wait",
               "periodic_wait",
               "="}},
    ResyncRow{ResyncState::retry_wait,
              {"start_delay",
               "idle",  // there never was one
               "retry_wait",
               "=",
               "transferring",
               "transferring",
               "transferring",
               "transferring",
               "=",
               "=",
               "=",
               "=",  // the schedule stands still while a retry waits (6.3)
               "=",
               "=",
               "="}},
    ResyncRow{ResyncState::blocked,
              {"start_delay",
               "idle",
               "retry_wait",
               "=",
               "blocked",  // and tested again
               "blocked",
               "transferring",  // no trigger counts
               "transferring",
               "=",
               "=",
               "=",
               "=",
               "=",
               "=",
               "idle"}},
    ResyncRow{ResyncState::line_wait,
              {"start_delay",
               "idle",
               "retry_wait",
               "=",
               "transferring",  // Forced_Resync_Delay is over
               "line_wait",
               "line_wait",
               "line_wait",
               "=",
               "transferring",
               "=",
               "=",
               "=",
               "=",
               "idle"}},
    ResyncRow{ResyncState::transferring,
              {"bug",
               "bug",
               "bug",
               "=",  // the schedule waits for the pass
               "=",
               "bug",
               "=",  // a request waits for the pass
               "=",
               "=",
               "=",
               "=",
               "=",
               "=",
               "=",
               "="}},
};

}  // namespace

// Every state and every input that does not answer a transfer. "=" is ignored: nothing changes
// and nothing is ordered. "bug" is never asked for by the phone and stops the process.
TEST(Resync, DecidesEveryStateAndInput) {
    for (const ResyncRow& row : resync_table) {
        for (std::size_t i = 0; i < resync_inputs.size(); ++i) {
            SCOPED_TRACE(fmt::format("{} x {}", name_of(row.from), resync_inputs[i].name));
            DrivenResync driven;
            driven.enter(row.from);
            ASSERT_EQ(driven.resync.state(), row.from);
            if (row.to[i] == "bug") {
                EXPECT_DEATH(resync_inputs[i].happen(driven), "");
                continue;
            }
            const auto deadline = driven.resync.deadline();
            const std::size_t ordered = driven.bench.actions.size();
            resync_inputs[i].happen(driven);
            if (row.to[i] == "=") {
                EXPECT_EQ(driven.resync.state(), row.from);
                EXPECT_EQ(driven.resync.deadline(), deadline);
                EXPECT_EQ(driven.bench.actions.size(), ordered);
            } else {
                EXPECT_EQ(name_of(driven.resync.state()), row.to[i]);
            }
        }
    }
}

// Answers belong to `transferring`; in every other state no transfer is the machine's.
TEST(Resync, DecidesEveryAnswer) {
    for (const ResyncState state : {ResyncState::idle,
                                    ResyncState::start_delay,
                                    ResyncState::periodic_wait,
                                    ResyncState::daily_wait,
                                    ResyncState::retry_wait,
                                    ResyncState::blocked,
                                    ResyncState::line_wait}) {
        DrivenResync driven;
        driven.enter(state);
        for (std::uint32_t id = 0; id < 3; ++id) {
            EXPECT_FALSE(driven.resync.owns(TransferId{id})) << name_of(state);
        }
    }

    struct Row {
        std::string_view name;
        Answered answer;
        std::string_view fails_on_fnf;
        ResyncState to;
        bool succeeded;
    };

    const auto answer = [](int code, std::string body = {}, std::string location = {}) {
        return Answered{{}, code, std::move(body), std::move(location), "Basic realm=\"x\""};
    };
    for (const Row& row :
         {Row{"profile", answer(200, profile_text), "Yes", ResyncState::periodic_wait, true},
          Row{"corrupt", answer(200, "<flat-profile>"), "Yes", ResyncState::retry_wait, false},
          Row{"corrupt", answer(200, "<flat-profile>"), "No", ResyncState::retry_wait, false},
          Row{"not found", answer(404), "Yes", ResyncState::retry_wait, false},
          Row{"not found", answer(404), "No", ResyncState::periodic_wait, true},
          Row{"server error", answer(500), "No", ResyncState::retry_wait, false},
          Row{"redirect", answer(302, "", "/b.xml"), "Yes", ResyncState::transferring, false},
          Row{"challenge", answer(401), "Yes", ResyncState::transferring, false}}) {
        SCOPED_TRACE(row.name);
        DrivenResync driven(
            resyncing("[--uid bob] http://h/a.xml").set("Resync_Fails_On_FNF", row.fails_on_fnf));
        driven.enter(ResyncState::transferring);
        Context context = driven.bench.context();
        driven.resync.on(ServerFound{driven.bench.transfer().transfer, "192.0.2.1"}, context);
        EXPECT_EQ(driven.resync.state(), ResyncState::transferring);
        Answered event = row.answer;
        event.transfer = driven.bench.transfer().transfer;
        const auto result = driven.resync.on(event, context);
        EXPECT_EQ(driven.resync.state(), row.to);
        EXPECT_EQ(result.has_value(), row.to != ResyncState::transferring);
        if (result) {
            EXPECT_EQ(result->succeeded, row.succeeded);
            EXPECT_EQ(result->installed, row.name == "profile");
        }
    }
    DrivenResync failing;
    failing.enter(ResyncState::transferring);
    Context context = failing.bench.context();
    const auto result = failing.resync.on(
        TransferFailed{failing.bench.transfer().transfer, TransferFault::connect, "refused"},
        context);
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->succeeded);
    EXPECT_EQ(failing.resync.state(), ResyncState::retry_wait);
}

// 6.2.7: whatever it was doing, it goes on doing.
TEST(Resync, OneShotLeavesTheScheduleAlone) {
    for (const ResyncState state : {ResyncState::idle,
                                    ResyncState::start_delay,
                                    ResyncState::periodic_wait,
                                    ResyncState::daily_wait,
                                    ResyncState::retry_wait}) {
        for (const int code : {200, 500}) {
            SCOPED_TRACE(name_of(state));
            DrivenResync driven;
            driven.enter(state);
            const auto deadline = driven.resync.deadline();
            Context context = driven.bench.context();
            ASSERT_FALSE(driven.resync.request(OneRule{"http://h/once.xml", ""}, context));
            EXPECT_FALSE(driven.resync.deadline());
            const auto result = driven.answer(code, profile_text);
            ASSERT_TRUE(result);
            EXPECT_TRUE(result->one_shot);
            EXPECT_EQ(driven.resync.state(), state);
            EXPECT_EQ(driven.resync.deadline(), deadline);
        }
    }
}

TEST(Resync, PassesOverTheFourRulesOneByOne) {
    DrivenResync driven(resyncing()
                            .set("Profile_Rule_B", "")
                            .set("Profile_Rule_C", "http://h/c.xml")
                            .set("Profile_Rule_D", "   "));
    ASSERT_FALSE(driven.start());
    EXPECT_EQ(driven.bench.transfer().url.target(), "/a.xml");
    ASSERT_FALSE(driven.answer(200, profile_text));
    EXPECT_EQ(driven.bench.transfer().url.target(), "/c.xml");
    ASSERT_TRUE(driven.answer(200, profile_text));
    EXPECT_EQ(driven.bench.count<StartTransfer>(), 2U);
}

// 6.2.8: nothing to do is done.
TEST(Resync, APassWithoutRulesSucceedsAtOnce) {
    DrivenResync driven(resyncing(""));
    const auto result = driven.start();
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->succeeded);
    EXPECT_FALSE(result->installed);
    EXPECT_EQ(driven.resync.state(), ResyncState::periodic_wait);
}

// 6.3: the periodic timer goes on when the error list says never, if a success ever started it.
TEST(Resync, WithoutRetriesThePeriodicTimerGoesOnAfterASuccess) {
    DrivenResync never(resyncing().set("Resync_Error_Retry_Delay", "0"));
    never.enter(ResyncState::retry_wait);
    EXPECT_EQ(never.resync.state(), ResyncState::idle);
    DrivenResync once(resyncing().set("Resync_Error_Retry_Delay", "0"));
    once.enter(ResyncState::periodic_wait);
    once.bench.now = *once.resync.deadline();
    ASSERT_FALSE(once.deadline());
    ASSERT_TRUE(once.answer(500));
    EXPECT_EQ(once.resync.state(), ResyncState::periodic_wait);
    EXPECT_EQ(once.resync.deadline(), once.bench.now + 3600s);
}

// 5.2: the place in the periodic list starts anew with another list.
TEST(Resync, AnotherPeriodicListStartsAtItsFirstItem) {
    DrivenResync driven(resyncing().set("Resync_Periodic", "10,20,30"));
    const auto wait_after = [&](std::string elements) {
        (void)driven.start(ResyncCause::periodic);
        (void)driven.answer(200, "<flat-profile>" + elements + "</flat-profile>");
        return *driven.resync.deadline() - driven.bench.now;
    };
    EXPECT_EQ(wait_after(""), 10s);
    EXPECT_EQ(wait_after(""), 20s);
    EXPECT_EQ(wait_after("<Resync_Periodic>100,200</Resync_Periodic>"), 100s);
    EXPECT_EQ(wait_after("<Resync_Periodic>100,200</Resync_Periodic>"), 200s);
    EXPECT_EQ(wait_after("<Resync_Periodic>100,200</Resync_Periodic>"), 200s);
}

}  // namespace onhook::phone
