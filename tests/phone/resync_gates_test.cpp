// What lets a resync start or keeps it from it: boots, triggers, lines, enables, and the policies
// for what the documents contradict each other in (cisco-mpp.md 5.1, 6.1).
#include <gtest/gtest.h>

#include "phone/samples.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::MachineBench;
using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {

// It is always served.
PhoneWorld world_of(const SamplePhone& sample) {
    PhoneWorld world(sample);
    world.serve_profile("http://h/a.xml", "").serve_profile("http://h/once.xml", "");
    return world;
}

NotifyArrived sip_event(std::string event) {
    return {RequestId{1}, std::move(event), Sender::known};
}

}  // namespace

// ---- the start delay (CONFLICT 2) ----

TEST(ResyncGates, StartDelayReadsEveryFormOfANumber) {
    struct Row {
        std::string_view text;
        Seconds longest;
        RandomDelayUnit unit = RandomDelayUnit::of_dialect;
    };

    for (const Row& row : {Row{"0", 0s},
                           Row{"3", 60s},
                           Row{"0x3", 60s},
                           Row{"+3", 60s},
                           Row{"", 0s},
                           Row{"30", 30s, RandomDelayUnit::second}}) {
        Seconds seen{0};
        MachineBench bench(provisioned().set("Resync_Random_Delay", row.text));
        bench.settings.policy.random_delay_unit = row.unit;
        for (int i = 0; i < 200; ++i) {
            Context context = bench.context();
            Resync resync;
            resync.wait_start_delay(context);
            ASSERT_TRUE(resync.deadline());
            seen =
                std::max(seen, std::chrono::floor<Seconds>(resync.deadline()->time_since_epoch()));
        }
        EXPECT_LE(seen, row.longest) << row.text;
        EXPECT_GE(seen, row.longest * 9 / 10) << row.text;
    }
}

// All phones of a site see the switch come back at once; the delay keeps them apart still.
TEST(ResyncGates, ALinkThatFlapsDoesNotCutTheStartDelayShort) {
    PhoneWorld world = world_of(provisioned().set("Resync_On_Reset", "No"));
    world.power_up();
    world.step(NetworkLost{});
    world.submit("Profile_Rule", "http://h/once.xml");  // a resync is owed over the boot
    world.submit("Resync_Random_Delay", "65535");
    world.power_up({"192.168.1.100"}, 5).run_for(10s);
    world.step(NetworkLost{});
    world.step(NetworkUp{{"192.168.1.100"}});
    world.settle().run_for(100s);
    EXPECT_EQ(world.urls(), Strings{});
    world.run_for(Seconds(65535) * 20);
    EXPECT_EQ(world.asked("http://h/once.xml") > 0, true);
}

// ---- boots (CONFLICT 1) ----

TEST(ResyncGates, EveryBootReasonHasItsParameter) {
    struct Row {
        BootReason reason;
        std::array<bool, 3> resyncs;  // on reset only, after upgrades only, by neither
    };

    const std::array<bool, 3> on_reset = {true, false, false};
    for (const Row& row : {Row{BootReason::power_up, on_reset},
                           Row{BootReason::provisioning, {false, false, false}},
                           Row{BootReason::redirect, on_reset},
                           Row{BootReason::user, on_reset},
                           Row{BootReason::upgrade, {false, true, false}},
                           Row{BootReason::sip, on_reset},
                           Row{BootReason::ip_changed, on_reset},
                           Row{BootReason::watchdog, on_reset}}) {
        for (std::size_t i = 0; i < row.resyncs.size(); ++i) {
            SCOPED_TRACE(fmt::format("{} {}", to_string(row.reason), i));
            PhoneWorld world =
                world_of(provisioned()
                             .set("Resync_On_Reset", i == 0 ? "Yes" : "No")
                             .set("Resync_After_Upgrade_Attempt", i == 1 ? "Yes" : "No"));
            world.start(row.reason).run_for(0s);
            EXPECT_EQ(world.requests.size(), row.resyncs[i] ? 1U : 0U);
        }
    }
}

TEST(ResyncGates, TheBootsOfTheOtherGuides) {
    struct Row {
        BootResync policy;
        BootReason reason;
        bool resyncs;
    };

    for (const Row& row :
         {Row{BootResync::not_after_upgrades, BootReason::power_up, true},
          Row{BootResync::not_after_upgrades, BootReason::user, true},
          Row{BootResync::not_after_upgrades, BootReason::upgrade, false},
          Row{BootResync::not_after_upgrades, BootReason::provisioning, false},
          Row{BootResync::power_up_and_upgrades, BootReason::power_up, true},
          Row{BootResync::power_up_and_upgrades, BootReason::upgrade, true},
          Row{BootResync::power_up_and_upgrades, BootReason::user, false},
          Row{BootResync::power_up_and_upgrades, BootReason::provisioning, false}}) {
        for (const std::string_view on_reset : {"Yes", "No"}) {
            SCOPED_TRACE(fmt::format("{} {}", to_string(row.reason), on_reset));
            PhoneWorld world = world_of(provisioned().set("Resync_On_Reset", on_reset));
            world.settings().policy.boot_resync = row.policy;
            world.start(row.reason).run_for(0s);
            EXPECT_EQ(world.requests.size(), row.resyncs && on_reset == "Yes" ? 1U : 0U);
        }
    }
}

// ---- triggers (CONFLICT 6) ----

TEST(ResyncGates, TriggersGateWhatIsNotAskedFor) {
    struct Row {
        std::string_view one;
        std::string_view two;
        bool passes;
    };

    for (const Row& row : {Row{"", "", true},
                           Row{"  ", "", true},
                           Row{"1 eq 1", "", true},
                           Row{"", "1 eq 1", true},
                           Row{"1 eq 2", "1 eq 1", true},
                           Row{"1 eq 2", "", false},
                           Row{"", "1 eq 2", false},
                           Row{"1 eq 2", "2 eq 1", false},
                           Row{"(1 eq 1)?", "", false},  // an error is false
                           Row{"1 eq", "1 eq 1", true},
                           Row{"http://phone/admin/resync?/x", "", false}}) {
        SCOPED_TRACE(fmt::format("'{}' '{}'", row.one, row.two));
        PhoneWorld world = world_of(
            provisioned().set("Resync_Trigger_1", row.one).set("Resync_Trigger_2", row.two));
        world.power_up().run_for(60s);
        EXPECT_EQ(world.requests.size(), row.passes ? 1U : 0U);
    }
}

TEST(ResyncGates, TriggersAreTestedAgainEveryTenSeconds) {
    PhoneWorld world = world_of(provisioned().set("Resync_Trigger_1", "$PRVTMR ge 25"));
    world.power_up().run_for(7000s);
    EXPECT_EQ(world.times(), (Times{30}));
    world.run_for(300s);
    EXPECT_EQ(world.times(), (Times{30, 7230}));
}

TEST(ResyncGates, TriggersGateBootsTimersAndRetries) {
    for (const std::string_view cause : {"0", "1", "2"}) {
        SCOPED_TRACE(cause);
        // Only this cause is not let through.
        PhoneWorld world(provisioned().set("Resync_Trigger_1", fmt::format("$PRVST ne {}", cause)));
        world.serve_profile("http://h/a.xml", "")
            .serve("http://h/a.xml", {500, {}, {}, {}, {}})
            .serve_profile("http://h/a.xml", "");
        world.power_up().run_for(7300s);
        const std::size_t expected = cause == "0" ? 0 : cause == "1" ? 1 : 2;
        EXPECT_EQ(world.requests.size(), expected);
    }
    PhoneWorld upgraded = world_of(provisioned().set("Resync_Trigger_1", "1 eq 2"));
    upgraded.start(BootReason::upgrade).run_for(60s);
    EXPECT_EQ(upgraded.requests.size(), 0U);
}

TEST(ResyncGates, NobodyWhoAsksMindsTheTriggers) {
    for (const Event& event : {Event(request()),
                               Event(request("http://h/once.xml")),
                               Event(sip_event("resync")),
                               Event(sip_event("check-sync"))}) {
        PhoneWorld world = world_of(provisioned().set("Resync_Trigger_1", "1 eq 2"));
        world.power_up().run_for(60s);
        world.step(event);
        world.settle();
        EXPECT_EQ(world.requests.size(), 1U);
    }
}

// One line a block, not one a test.
TEST(ResyncGates, ATriggerThatCannotBeReadIsToldOnce) {
    PhoneWorld world =
        world_of(provisioned().set("Resync_Trigger_1", "(1 eq 1)?").set("Log_Request_Msg", ""));
    world.power_up().run_for(300s);
    ASSERT_EQ(world.syslog.size(), 1U);
    EXPECT_TRUE(world.syslog[0].starts_with("Resync_Trigger_1 is false, it cannot be read: "))
        << world.syslog[0];
    world.step(request());  // it ends the block
    world.settle().run_for(7300s);
    EXPECT_EQ(std::count_if(world.syslog.begin(),
                            world.syslog.end(),
                            [](const std::string& line) {
                                return line.starts_with("Resync_Trigger_1 is false");
                            }),
              2);
}

TEST(ResyncGates, ABlockIsSeenOnce) {
    MachineBench bench(provisioned().set("Resync_Trigger_1", "1 eq 2"));
    Resync resync;
    Context context = bench.context();
    ASSERT_FALSE(resync.start(profile::ResyncCause::periodic, context));
    for (int i = 0; i < 5; ++i) {
        bench.now = *resync.deadline();
        Context later = bench.context();
        ASSERT_FALSE(resync.on_deadline(later));
    }
    EXPECT_EQ(bench.count<Observed>(), 1U);
    const auto& seen = std::get<Observed>(bench.actions.front());
    EXPECT_EQ(seen.what, Observed::What::blocked);
    EXPECT_EQ(seen.to, "resync triggers");
    EXPECT_EQ(seen.cause, profile::ResyncCause::periodic);
}

// The other reading: they start resyncs, and hold none back.
TEST(ResyncGates, ByPolicyATriggerThatBecomesTrueStartsAResync) {
    PhoneWorld world = world_of(provisioned().set("Resync_Trigger_2", "$PRVTMR ge 95"));
    world.settings().policy.triggers = Triggers::start;
    world.power_up().run_for(320s);
    EXPECT_EQ(world.times(), (Times{0, 100, 200, 300}));
    // One that stays true becomes so once.
    PhoneWorld steady = world_of(provisioned().set("Resync_Trigger_1", "1 eq 1"));
    steady.settings().policy.triggers = Triggers::start;
    steady.power_up().run_for(7100s);
    EXPECT_EQ(steady.times(), (Times{0, 10}));
    PhoneWorld silent = world_of(provisioned());
    silent.settings().policy.triggers = Triggers::start;
    silent.power_up().run_for(100s).submit("Resync_Trigger_1", "1 eq 1").run_for(100s);
    EXPECT_EQ(silent.times(), (Times{0, 110}));
}

TEST(ResyncGates, ByPolicyAFalseTriggerHoldsNothingBack) {
    PhoneWorld world = world_of(provisioned().set("Resync_Trigger_1", "1 eq 2"));
    world.settings().policy.triggers = Triggers::start;
    world.power_up().run_for(7200s);
    EXPECT_EQ(world.times(), (Times{0, 7200}));
}

// ---- lines (CONFLICT 5) ----

namespace {

// Due at 7200 s, in a call that starts at 7100 s and lasts so long.
Times with_call(ForcedDelay policy, std::string_view forced, Seconds call) {
    PhoneWorld world = world_of(provisioned().set("Forced_Resync_Delay", forced));
    world.settings().policy.forced_delay = policy;
    world.power_up().run_for(7100s);
    world.lines(true).run_for(call);
    world.lines(false).run_for(Seconds(14000) - call);
    return world.times();
}

}  // namespace

TEST(ResyncGates, WaitsForIdleLinesAsThePolicySays) {
    struct Row {
        ForcedDelay policy;
        std::string_view forced;
        Seconds call;
        Times times;
    };

    for (const Row& row : {Row{ForcedDelay::upper_bound, "300", 50s, {0, 7200, 14400}},
                           Row{ForcedDelay::upper_bound, "300", 200s, {0, 7300, 14500}},
                           Row{ForcedDelay::upper_bound, "300", 1000s, {0, 7500, 14700}},
                           Row{ForcedDelay::upper_bound, "0", 1000s, {0, 7200, 14400}},
                           // The lines must have been idle for 300 s.
                           Row{ForcedDelay::idle_countdown, "300", 50s, {300, 7500, 14700}},
                           Row{ForcedDelay::idle_countdown, "300", 1000s, {300, 8400, 15600}},
                           Row{ForcedDelay::idle_countdown, "0", 1000s, {0, 7200, 14400}},
                           Row{ForcedDelay::until_idle, "300", 1000s, {0, 8100, 15300}},
                           Row{ForcedDelay::until_idle, "0", 1000s, {0, 8100, 15300}}}) {
        SCOPED_TRACE(
            fmt::format("{} {} {}", static_cast<int>(row.policy), row.forced, row.call.count()));
        EXPECT_EQ(with_call(row.policy, row.forced, row.call), row.times);
    }
}

// A call during the countdown starts it anew.
TEST(ResyncGates, TheCountdownIsOfIdleLines) {
    PhoneWorld world = world_of(provisioned().set("Forced_Resync_Delay", "300"));
    world.settings().policy.forced_delay = ForcedDelay::idle_countdown;
    world.power_up().run_for(200s);
    world.lines(true).run_for(1000s);
    world.lines(false).run_for(299s);
    EXPECT_EQ(world.times(), Times{});
    world.lines(false).run_for(1s);  // they were idle already
    EXPECT_EQ(world.times(), (Times{1500}));
}

// 6.1: every cause; a second request while one waits coalesces.
TEST(ResyncGates, RequestsWaitForIdleLinesToo) {
    PhoneWorld world =
        world_of(provisioned().set("Resync_On_Reset", "No").set("Forced_Resync_Delay", "300"));
    world.power_up().lines(true);
    world.step(request());
    world.step(sip_event("resync"));
    world.step(request("http://h/once.xml"));
    world.run_for(100s);
    EXPECT_EQ(world.urls(), Strings{});
    world.lines(false);
    EXPECT_EQ(world.urls(), Strings{"http://h/once.xml"});
    world.lines(true);
    world.step(request());
    world.run_for(300s);
    EXPECT_EQ(world.times(), (Times{100, 400}));
    EXPECT_EQ(world.notify_answers, (std::vector{200}));
}

TEST(ResyncGates, WhoAsksAgainDuringACallDoesNotPutItsBoundOff) {
    PhoneWorld world =
        world_of(provisioned().set("Resync_On_Reset", "No").set("Forced_Resync_Delay", "300"));
    world.power_up().lines(true);
    world.step(request());
    world.run_for(200s);
    world.step(request("http://h/once.xml"));
    world.run_for(200s);
    EXPECT_EQ(world.urls(), Strings{"http://h/once.xml"});
    EXPECT_EQ(world.times(), Times{300});
}

// What is due and what is asked for are done by one pass over all rules.
TEST(ResyncGates, ARequestDoesWhatWaitedForTheSameCall) {
    PhoneWorld world = world_of(provisioned());
    world.power_up().lines(true).run_for(7200s);
    world.step(request());
    world.lines(false).run_for(100s);
    EXPECT_EQ(world.times(), (Times{0, 7200}));
}

// 6.2.7: one rule is not what was due.
TEST(ResyncGates, ARequestForOneRuleLeavesWhatWaitedForTheSameCall) {
    PhoneWorld world = world_of(provisioned());
    world.power_up().lines(true).run_for(7200s);
    world.step(request("http://h/once.xml"));
    EXPECT_EQ(world.urls().size(), 1U);
    world.lines(false);
    ASSERT_EQ(world.urls().size(), 3U);
    EXPECT_EQ(world.urls()[1], "http://h/once.xml");
    EXPECT_EQ(world.urls()[2], world.urls()[0]);
    EXPECT_EQ(world.times(), (Times{0, 7200, 7200}));
}

TEST(ResyncGates, ACallDuringAPassDoesNotStopIt) {
    PhoneWorld world = world_of(provisioned());
    world.hold_transfers = true;
    world.power_up().wait(0s);
    world.step(LinesChanged{true});
    world.settle();
    EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
}

// Nobody tells twice: lines that became idle while the network was away are idle.
TEST(ResyncGates, LinesThatBecameIdleWithoutANetworkAreIdle) {
    PhoneWorld world = world_of(provisioned());
    world.settings().policy.forced_delay = ForcedDelay::until_idle;
    world.power_up().lines(true).run_for(7300s);
    world.step(NetworkLost{});
    world.lines(false);
    EXPECT_EQ(world.times(), (Times{0}));
    world.step(NetworkUp{{"192.168.1.100"}});
    world.settle();
    EXPECT_EQ(world.times(), (Times{0, 7300}));
}

// ---- enables ----

TEST(ResyncGates, ResyncFromSipIsTheGateOfNotify) {
    for (const std::string_view event : {"resync", "check-sync"}) {
        for (const std::string_view gate : {"Yes", "No"}) {
            SCOPED_TRACE(fmt::format("{} {}", event, gate));
            PhoneWorld world =
                world_of(provisioned().set("Resync_On_Reset", "No").set("Resync_From_SIP", gate));
            world.power_up().step(sip_event(std::string(event)));
            world.settle();
            EXPECT_EQ(world.requests.size(), gate == "Yes" ? 1U : 0U);
            EXPECT_EQ(world.notify_answers, (std::vector{200}));
        }
    }
}

TEST(ResyncGates, ResyncFromSipStopsNoRebootAndNoReport) {
    PhoneWorld world =
        world_of(provisioned().set("Resync_From_SIP", "No").set("Report_Rule", "http://s/r.xml"));
    world.power_up();
    world.requests.clear();
    world.step(sip_event("report"));
    world.settle();
    EXPECT_EQ(world.urls(), Strings{"http://s/r.xml"});
    world.step(sip_event("reboot_now"));
    EXPECT_EQ(world.boots.back(), BootReason::sip);
}

TEST(ResyncGates, UserConfigurableResyncIsTheGateOfTheMenu) {
    struct Row {
        Asker asker;
        std::string_view gate;
        bool accepted;
    };

    for (const Row& row : {Row{Asker::menu, "Yes", true},
                           Row{Asker::menu, "No", false},
                           Row{Asker::web, "No", true},
                           Row{Asker::xml_object, "No", true}}) {
        PhoneWorld world = world_of(provisioned().set("User_Configurable_Resync", row.gate));
        world.power_up().step(ResyncRequested{{1}, "", "", row.asker});
        EXPECT_EQ(world.answers.at(0).accepted, row.accepted);
    }
}

// 6.1: the master gate. Behind it nothing is lost but what was due at the time.
TEST(ResyncGates, ResyncsGoOnWhenProvisioningIsEnabled) {
    PhoneWorld at_boot = world_of(provisioned().set("Provision_Enable", "No"));
    at_boot.power_up().run_for(8000s);
    EXPECT_EQ(at_boot.times(), Times{});
    at_boot.submit("Provision_Enable", "Yes").run_for(7200s);
    EXPECT_EQ(at_boot.times(), (Times{8000, 15200}));

    PhoneWorld later = world_of(provisioned());
    later.power_up().run_for(7100s).lines(true).run_for(200s);
    later.submit("Provision_Enable", "No").run_for(1000s).lines(false).run_for(1000s);
    EXPECT_EQ(later.times(), (Times{0}));
    later.submit("Provision_Enable", "Yes").run_for(1s);
    EXPECT_EQ(later.times(), (Times{0, 9300}));

    PhoneWorld factory(SamplePhone().set("Provision_Enable", "No"), test::redirect_rule);
    factory.serve(test::redirect_url, {200, {}, {}, {}, {}}).power_up();
    EXPECT_EQ(factory.urls(), Strings{});
    factory.submit("Provision_Enable", "Yes");
    EXPECT_EQ(factory.urls(), Strings{test::redirect_url});
}

// ---- timers and their parameters (5.2) ----

TEST(ResyncGates, AnIntervalThatChangesByHandCountsFromNow) {
    PhoneWorld world = world_of(provisioned().set("Resync_Periodic", "1000,2000,3000"));
    world.power_up().run_for(1500s);
    world.submit("Resync_Periodic", "100,200,300").run_for(650s);
    EXPECT_EQ(world.times(), (Times{0, 1000, 1600, 1800, 2100}));
    world.submit("Resync_Periodic", "0").run_for(10000s);
    EXPECT_EQ(world.times().size(), 5U);
    world.submit("Resync_Periodic", "500").run_for(500s);
    EXPECT_EQ(world.times().back(), 2150 + 10000 + 500);
    // The same once more is no change.
    world.run_for(400s).submit("Resync_Periodic", "500").run_for(100s);
    EXPECT_EQ(world.times().back(), 2150 + 11000);
}

TEST(ResyncGates, AnIntervalThatAOneShotBringsCountsFromNow) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "")
        .serve_profile("http://h/once.xml", "<Resync_Periodic>300</Resync_Periodic>")
        .power_up()
        .run_for(1000s);
    world.step(request("http://h/once.xml"));
    world.settle().run_for(300s);
    EXPECT_EQ(world.times(), (Times{0, 1000, 1300}));
}

TEST(ResyncGates, BeforeTheFirstSuccessNoIntervalCounts) {
    PhoneWorld world(provisioned().set("Resync_Error_Retry_Delay", "0"));
    world.serve_fault("http://h/a.xml", TransferFault::connect).power_up();
    world.submit("Resync_Periodic", "100").run_for(10000s);
    EXPECT_EQ(world.times(), (Times{0}));
}

// CONFLICT 4, both readings; an empty list has no item that could say "at once".
TEST(ResyncGates, ZeroInTheRetryListMeansWhatThePolicySays) {
    struct Row {
        ErrorRetryZero policy;
        std::string_view list;
        Times times;
    };

    for (const Row& row : {Row{ErrorRetryZero::never, "0", {0}},
                           Row{ErrorRetryZero::never, "5,0", {0, 5}},
                           Row{ErrorRetryZero::at_once, "0", {0, 1, 2, 3}},
                           Row{ErrorRetryZero::at_once, "2,0", {0, 2, 3}},
                           Row{ErrorRetryZero::at_once, "", {0}},
                           Row{ErrorRetryZero::at_once, "x", {0}}}) {
        SCOPED_TRACE(row.list);
        PhoneWorld world(provisioned().set("Resync_Error_Retry_Delay", row.list));
        world.settings().policy.error_retry_zero = row.policy;
        world.serve_fault("http://h/a.xml", TransferFault::connect).power_up();
        world.run_for(row.list == "5,0" ? 100s : 3s);
        EXPECT_EQ(world.times(), row.times);
    }
}

// ---- policies of 6.6 and 7.2 ----

TEST(ResyncGates, SubmittedChangesAreFollowedAsThePolicySays) {
    for (const auto policy : {SubmitResync::when_rules_changed, SubmitResync::always}) {
        PhoneWorld world = world_of(provisioned().set("Resync_Random_Delay", "0"));
        world.settings().policy.submit_resync = policy;
        world.power_up().submit("Display_Name_1_", "Ann").run_for(1s);
        EXPECT_EQ(world.boots.size(), 2U);
        EXPECT_EQ(world.requests.size(), policy == SubmitResync::always ? 2U : 1U);
        world.submit("GPP_A", "x").run_for(1s);
        EXPECT_EQ(world.requests.size(), policy == SubmitResync::always ? 3U : 1U);
        world.submit("GPP_A", "x").run_for(1s);  // no change
        EXPECT_EQ(world.requests.size(), policy == SubmitResync::always ? 3U : 1U);
    }
}

// 7.2 CONFLICT: a dead DHCP option must not end customization, unless an answer is enough.
TEST(ResyncGates, ADhcpAnswerEndsCustomizationAsThePolicySays) {
    for (const bool aborts : {false, true}) {
        PhoneWorld world(SamplePhone(), test::redirect_rule);
        world.settings().policy.dhcp_answer_aborts = aborts;
        world.serve(test::redirect_url, {500, {}, {}, {}, {}})
            .power_up({"192.168.1.100", DhcpAnswer{"", {{160, "http://10.0.0.1"}}}});
        EXPECT_EQ(world.saved().customization,
                  aborts ? CustomizationState::aborted : CustomizationState::pending);
        EXPECT_EQ(world.asked(test::redirect_url), aborts ? 0 : 1);
        world.run_for(61s);  // by the error retry list, or to the redirect service
        EXPECT_EQ(world.asked("http://10.0.0.1/8841-3PCC.xml"), aborts ? 2 : 1);
    }
}

}  // namespace onhook::phone
