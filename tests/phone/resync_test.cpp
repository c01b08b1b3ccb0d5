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

// One machine with its bench.
struct DrivenResync {
    MachineBench bench;
    Resync resync;

    explicit DrivenResync(const SamplePhone& sample = resyncing()) : bench(sample) {}

    std::optional<PassResult> start(ResyncCause cause = ResyncCause::power_up) {
        Context context = bench.context();
        return resync.start(cause, context);
    }

    std::optional<PassResult> answer(int code, std::string body = {}) {
        Context context = bench.context();
        return resync.on(answered(bench, code, std::move(body)), context);
    }

    std::optional<PassResult> deadline() {
        Context context = bench.context();
        return resync.on_deadline(context);
    }

    void wait_start_delay() {
        Context context = bench.context();
        resync.wait_start_delay(context);
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
              Context context = d.bench.context();
              d.resync.resume(context);
          }},
    ResyncInput{"boot retries",
          [](DrivenResync& d) {
              Context context = d.bench.context();
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
    ResyncInput{"start", [](DrivenResync& d) { EXPECT_FALSE(d.start(ResyncCause::request)); }},
    ResyncInput{"one-shot",
          [](DrivenResync& d) {
              Context context = d.bench.context();
              EXPECT_FALSE(d.resync.request(OneRule{"http://h/once.xml", ""}, context));
          }},
};

}  // namespace

// Every state and every input that does not answer a transfer. "=" is ignored: nothing changes
// and nothing is ordered. "bug" is never asked for by the phone and stops the process.
TEST(Resync, DecidesEveryStateAndInput) {
    struct Row {
        ResyncState from;
        std::array<std::string_view, resync_inputs.size()> to;
    };

    for (const Row& row : {Row{ResyncState::idle,
                               {"start_delay",
                                "idle",
                                "retry_wait",
                                "=",  // no timer, so nothing can be due
                                "=",
                                "transferring",
                                "transferring"}},
                           Row{ResyncState::start_delay,
                               {"start_delay",
                                "idle",
                                "retry_wait",
                                "=",  // the clock of the shell may be early
                                "transferring",
                                "transferring",
                                "transferring"}},
                           Row{ResyncState::periodic_wait,
                               {"start_delay",
                                "periodic_wait",  // there was a success
                                "retry_wait",
                                "=",
                                "transferring",
                                "transferring",
                                "transferring"}},
                           Row{ResyncState::retry_wait,
                               {"start_delay",
                                "idle",  // there never was one
                                "retry_wait",
                                "=",
                                "transferring",
                                "transferring",
                                "transferring"}},
                           Row{ResyncState::transferring,
                               {"bug",
                                "bug",
                                "bug",
                                "=",  // the schedule waits for the pass
                                "=",
                                "bug",
                                "="}}}) {  // a request waits for the pass
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
                                    ResyncState::retry_wait}) {
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

TEST(Resync, StartDelayReadsEveryFormOfANumber) {
    for (const auto& [text, longest] : {std::pair{"0", 0s},
                                        std::pair{"3", 60s},
                                        std::pair{"0x3", 60s},
                                        std::pair{"+3", 60s},
                                        std::pair{"", 0s}}) {
        Seconds seen{0};
        MachineBench bench(resyncing().set("Resync_Random_Delay", text));
        for (int i = 0; i < 200; ++i) {
            Context context = bench.context();
            Resync resync;
            resync.wait_start_delay(context);
            ASSERT_TRUE(resync.deadline());
            seen =
                std::max(seen, std::chrono::floor<Seconds>(resync.deadline()->time_since_epoch()));
        }
        EXPECT_LE(seen, longest) << text;
        EXPECT_GE(seen, longest * 9 / 10) << text;
    }
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

// 2.3: PRVST and PRVTMR are those of the resync that is being evaluated.
TEST(Resync, RulesSeeItsCauseAndTheTimeSinceTheLast) {
    PhoneWorld world(SamplePhone()
                         .set("Profile_Rule", "http://h/$PRVST/$PRVTMR")
                         .set("Resync_Random_Delay", "0")
                         .set("Resync_Periodic", "100")
                         .set("Resync_Error_Retry_Delay", "30"));
    world.serve_profile("http://h/0/0", "").serve_profile("http://h/2/30", "");
    world.power_up().run_for(130s);
    world.step(ResyncRequested{{1}, "", ""});
    EXPECT_EQ(world.urls(),
              (Strings{"http://h/0/0", "http://h/1/100", "http://h/2/30", "http://h/-1/0"}));
}

TEST(Resync, RecordsWhatAFailedRuleDidNotReach) {
    PhoneWorld world(resyncing()
                         .set("Resync_Random_Delay", "0")
                         .set("Profile_Rule_B", "[--nope] http://h/b.xml")
                         .set("Log_Failure_Msg", "failed $SCHEME$SERV: $ERR"));
    world.serve_profile("http://h/a.xml", "").power_up();
    ASSERT_EQ(world.saved().resyncs.size(), 1U);
    EXPECT_EQ(world.saved().resyncs[0].url, "");
    EXPECT_EQ(
        world.saved().resyncs[0].error,
        "rule syntax error: unknown option --nope; supported are --key, --uid, --pwd, --post, "
        "--alias, --srv");
    EXPECT_EQ(
        world.syslog.back(),
        "failed : rule syntax error: unknown option --nope; supported are --key, --uid, --pwd, "
        "--post, --alias, --srv");
}

// 3.5: at once and for good, whatever becomes of the transfer.
TEST(Resync, AssignsBeforeItFetchesAndKeepsItWhenThatFails) {
    PhoneWorld world(resyncing("( GPP_C = \"1\" ; d = \"$MA\" ; Nobody = \"x\" ; "
                               "Resync_Fails_On_FNF = \"maybe\" )! http://h/a.xml")
                         .set("Resync_Random_Delay", "0"));
    world.hold_transfers = true;
    world.power_up().wait(0s);
    EXPECT_EQ(world.urls(), Strings{"http://h/a.xml"});
    EXPECT_EQ(world.get("GPP_C"), "1");
    EXPECT_EQ(world.get("GPP_D"), "000e08012345");
    EXPECT_EQ(world.get("Resync_Fails_On_FNF"), "Yes");
    EXPECT_TRUE(world.logged("Nobody not assigned by a rule: unknown parameter"));
    EXPECT_TRUE(world.logged("Resync_Fails_On_FNF not assigned by a rule: "));
    world.settle();
    EXPECT_FALSE(world.saved().resyncs.at(0).succeeded);
    EXPECT_EQ(world.get("GPP_C"), "1");
}

// What a rule assigns is a change like any other (6.6); the same once more is none.
TEST(Resync, AnAssignmentHasTheEffectOfAChange) {
    PhoneWorld world(
        resyncing("( Line_Enable_1_ = \"No\" ; )! http://h/a.xml").set("Resync_Random_Delay", "0"));
    world.serve_profile("http://h/a.xml", "").power_up();
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
    world.step(ResyncRequested{{1}, "", ""});
    world.settle();
    EXPECT_EQ(world.asked("http://h/a.xml"), 2);
    EXPECT_EQ(world.boots.size(), 2U);
}

TEST(Resync, AnAssignedProfileRuleIsFetchedAfterThePass) {
    PhoneWorld world(
        resyncing("( Profile_Rule = \"http://h/b.xml\" ; )!").set("Resync_Random_Delay", "0"));
    world.serve_profile("http://h/b.xml", "<GPP_A>1</GPP_A>").power_up();
    EXPECT_EQ(world.urls(), Strings{"http://h/b.xml"});
    EXPECT_EQ(world.get("GPP_A"), "1");
}

// 3.4: an alternative without a URL succeeds without a transfer; a rule of which no condition
// holds is skipped. B is next in both cases.
TEST(Resync, GoesOnWhereARuleFetchesNothing) {
    for (const std::string_view rule :
         {"( GPP_C = \"1\" ; )!", "(1 eq 1)?", "(1 eq 2)? http://h/a.xml", "$A"}) {
        SCOPED_TRACE(rule);
        PhoneWorld world(resyncing(rule)
                             .set("Resync_Random_Delay", "0")
                             .set("Profile_Rule_B", "http://h/b.xml"));
        world.serve_profile("http://h/b.xml", "").power_up();
        EXPECT_EQ(world.urls(), Strings{"http://h/b.xml"});
        EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
    }
}

TEST(Resync, PostsToEveryServerThatMayHaveIt) {
    PhoneWorld world(resyncing("[--post b] /x.cfg")
                         .set("Resync_Random_Delay", "0")
                         .set("GPP_B", "mac=$MA $SA")
                         .set("GPP_SA", "s3cret"));
    world.serve_profile("https://192.0.2.9/x.cfg", "<GPP_A>1</GPP_A>");
    world.power_up({"192.168.1.100", "", {{66, "192.0.2.9"}}});
    ASSERT_FALSE(world.requests.empty());
    for (const test::Request& request : world.requests) {
        EXPECT_FALSE(request.url.starts_with("tftp:")) << request.url;
        EXPECT_EQ(request.method, Method::post);
        EXPECT_EQ(request.body, "mac=000e08012345 $SA");
        EXPECT_EQ(request.content_type, "text/plain");
    }
    EXPECT_EQ(world.get("GPP_A"), "1");
}

// Refused rather than done as something else.
TEST(Resync, SaysWhatItCannotDoYet) {
    struct Row {
        std::string_view rule;
        std::string_view error;
    };

    for (const Row& row :
         {Row{"[--srv] https://example.com/x",
              "--srv is not supported by this version; name the server in the URL"},
          Row{"gds://", "waiting for an activation code"}}) {
        PhoneWorld world(resyncing(row.rule).set("Resync_Random_Delay", "0"));
        world.power_up();
        EXPECT_EQ(world.urls(), Strings{});
        ASSERT_EQ(world.saved().resyncs.size(), 1U);
        EXPECT_EQ(world.saved().resyncs[0].error, row.error);
    }
}

// 6.7: two messages a transfer; an answered challenge is still the same one.
TEST(Resync, LogsOneRequestPerUrl) {
    PhoneWorld world(SamplePhone()
                         .set("Profile_Rule", "[--uid bob] http://h/a.xml")
                         .set("Resync_Random_Delay", "0")
                         .set("Log_Request_Msg", "asking $PATH")
                         .set("Log_Success_Msg", "got $PATH $ERR"));
    world.serve("http://h/a.xml", {401, {}, {}, "Basic", {}})
        .serve("http://h/a.xml", {302, {}, "/b.xml", {}, {}})
        .serve_profile("http://h/b.xml", "");
    world.power_up();
    EXPECT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.syslog, (Strings{"asking /a.xml", "asking /b.xml", "got /b.xml OK"}));
}

}  // namespace onhook::phone
