// The phone as the router between its machines: boots, restarts, requests, and what follows from
// a pass. What one machine does alone stands in its own file.
#include "phone/phone.h"

#include <gtest/gtest.h>

#include "phone/samples.h"
#include "phone/states/driven_phone.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {

// Something that counts only after a reboot.
constexpr std::string_view reboots = "<VLAN_ID>20</VLAN_ID>";

}  // namespace

TEST(Phone, WantsNoTimerWithoutNetworkOrPermissionOrWhileItRestarts) {
    for (const PhoneAt at : {PhoneAt::booted,
                             PhoneAt::offline,
                             PhoneAt::disabled,
                             PhoneAt::restarting,
                             PhoneAt::transferring}) {
        DrivenPhone driven;
        driven.enter(at);
        EXPECT_FALSE(driven.glance().deadline) << static_cast<int>(at);
    }
    DrivenPhone idle;
    idle.enter(PhoneAt::idle);
    EXPECT_TRUE(idle.glance().deadline);
}

// ---- boots ----

// 5.1: the delay belongs to the first attempt after a start, not to timers and requests.
TEST(Phone, WaitsTheRandomDelayOnlyAfterItsStart) {
    PhoneWorld world(provisioned().set("Resync_Random_Delay", "3").set("Resync_Periodic", "100"));
    world.serve_profile("http://h/a.xml", "")
        .serve("http://h/a.xml", status(500))
        .serve_profile("http://h/a.xml", "");
    world.power_up({}, 5).run_for(400s);
    const Times times = world.times();
    ASSERT_GE(times.size(), 3U);
    EXPECT_GT(times[0], 0);
    EXPECT_LE(times[0], 60);
    EXPECT_EQ(times[1] - times[0], 100);
    EXPECT_EQ(times[2] - times[1], 60);
    const auto asked = static_cast<int>(world.now().count());
    world.step(request());
    EXPECT_EQ(world.times().back(), asked);
}

// CONFLICT 1, by boot reason.
TEST(Phone, ResyncsAfterTheBootsThatCallForIt) {
    struct Row {
        BootReason reason;
        std::string_view resync_on_reset;
        bool resyncs;
    };

    for (const Row& row : {Row{BootReason::power_up, "Yes", true},
                           Row{BootReason::user, "Yes", true},
                           Row{BootReason::redirect, "Yes", true},
                           Row{BootReason::provisioning, "Yes", false},
                           Row{BootReason::power_up, "No", false},
                           Row{BootReason::user, "No", false},
                           Row{BootReason::redirect, "No", false},
                           Row{BootReason::provisioning, "No", false}}) {
        SCOPED_TRACE(to_string(row.reason));
        PhoneWorld world(provisioned().set("Resync_On_Reset", row.resync_on_reset));
        world.serve_profile("http://h/a.xml", "").start(row.reason).run_for(0s);
        EXPECT_EQ(world.requests.size(), row.resyncs ? 1U : 0U);
        EXPECT_EQ(world.saved().reboots.size(), row.reason == BootReason::power_up ? 0U : 1U);
    }
}

TEST(Phone, WithoutResyncOnResetOnlyAnEarlierSuccessKeepsItGoing) {
    PhoneWorld never(provisioned().set("Resync_On_Reset", "No"));
    never.power_up().run_for(48h);
    EXPECT_EQ(never.times(), Times{});
    never.serve_profile("http://h/a.xml", "").step(request());
    never.settle();
    const auto boot = static_cast<int>(never.now().count());
    never.power_up().run_for(7200s);
    EXPECT_EQ(never.times(), (Times{boot, boot + 7200}));
}

// A retry that was pending is no resync on reset, and is not lost either.
TEST(Phone, WithoutResyncOnResetAPendingRetryGoesOn) {
    PhoneWorld world(provisioned().set("Resync_On_Reset", "No"));
    world.power_up().step(request());
    world.settle();
    ASSERT_EQ(world.times(), (Times{0}));
    world.power_up().run_for(60s);
    EXPECT_EQ(world.times(), (Times{0, 60}));
}

TEST(Phone, KeepsTheRebootHistoryWithItsReasons) {
    PhoneWorld world(provisioned());
    world.wall_at_start = WallTime(1000s);
    world.serve_profile("http://h/a.xml", restarts).power_up();
    EXPECT_EQ(world.saved().reboots,
              (std::vector{RebootRecord{WallTime(1000s), BootReason::provisioning}}));
    for (int i = 0; i < 9; ++i) {
        world.start(BootReason::user);
    }
    EXPECT_EQ(world.saved().reboots.size(), Memory::most_reboots);
    EXPECT_EQ(world.saved().reboots[0].reason, BootReason::user);
}

TEST(Phone, RecordsItsLastResyncs) {
    PhoneWorld world(provisioned().set("Resync_Error_Retry_Delay", "10"));
    world.wall_at_start = WallTime(0s);
    for (const int code : {500, 404, 403}) {
        world.serve("http://h/a.xml", status(code));
    }
    world.serve_profile("http://h/a.xml", "").power_up().run_for(30s);
    EXPECT_EQ(
        world.saved().resyncs,
        (std::vector{ResyncRecord{WallTime(30s), "http://h/a.xml", "", true},
                     ResyncRecord{WallTime(20s), "http://h/a.xml", "http_get failed: 403", false},
                     ResyncRecord{WallTime(10s), "http://h/a.xml", "file not found", false}}));
}

// ---- restarts and what follows them ----

TEST(Phone, RestartsOrRebootsAsItsChangesNeed) {
    struct Row {
        std::string elements;
        std::vector<BootReason> boots;
        bool reboot;
    };

    for (const Row& row :
         {Row{"<GPP_A>1</GPP_A>", {BootReason::power_up}, false},
          Row{std::string(restarts), {BootReason::power_up, BootReason::provisioning}, false},
          Row{std::string(reboots), {BootReason::power_up, BootReason::provisioning}, true},
          Row{std::string(restarts) + std::string(reboots),
              {BootReason::power_up, BootReason::provisioning},
              true}}) {
        SCOPED_TRACE(row.elements);
        PhoneWorld world(provisioned());
        world.serve_profile("http://h/a.xml", row.elements).power_up().run_for(7199s);
        EXPECT_EQ(world.boots, row.boots);
        EXPECT_EQ(world.power_cycles, row.reboot ? 1 : 0);
        // "none after reboots caused by parameter updates"
        EXPECT_EQ(world.times(), (Times{0}));
        world.run_for(1s);
        EXPECT_EQ(world.times(), (Times{0, 7200}));
    }
}

TEST(Phone, AnUnchangedProfileRestartsNothing) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", restarts).power_up().run_for(7200s);
    EXPECT_EQ(world.boots.size(), 2U);
    EXPECT_EQ(world.requests.size(), 2U);
}

TEST(Phone, NoRestartWhenALaterRuleSetsTheValueBack) {
    PhoneWorld world(provisioned().set("Profile_Rule_B", "http://h/b.xml"));
    world.serve_profile("http://h/a.xml", restarts)
        .serve_profile("http://h/b.xml", "<Display_Name_1_/>")
        .power_up();
    EXPECT_EQ(world.boots.size(), 1U);
    EXPECT_EQ(world.get("Display_Name_1_"), "");
}

TEST(Phone, AChangedRuleIsFollowedByExactlyOneResyncAfterTheRestart) {
    PhoneWorld world(provisioned());
    world
        .serve_profile("http://h/a.xml",
                       "<Profile_Rule>http://h/b.xml</Profile_Rule>" + std::string(restarts))
        .serve_profile("http://h/b.xml", "")
        .power_up()
        .run_for(7199s);
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml", "http://h/b.xml"}));
    EXPECT_EQ(world.times(), (Times{0, 0}));
}

TEST(Phone, AChangedRuleWithoutARestartIsFollowedAtOnce) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "<Profile_Rule>http://h/b.xml</Profile_Rule>")
        .serve_profile("http://h/b.xml", "")
        .power_up()
        .run_for(7199s);
    EXPECT_EQ(world.boots.size(), 1U);
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml", "http://h/b.xml"}));
}

// The same text is not read twice for nothing, but for who changed a value meanwhile it is.
TEST(Phone, AProfileThatBroughtNothingNewUndoesALaterChange) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "<GPP_A>1</GPP_A>").power_up().run_for(7200s);
    world.submit("GPP_A", "2").run_for(7200s);
    EXPECT_EQ(world.get("GPP_A"), "1");
}

TEST(Phone, TwoProfilesThatPointAtEachOtherStopAfterTheBound) {
    for (const std::string_view also : {std::string_view(), std::string_view("restart")}) {
        PhoneWorld world(provisioned());
        const std::string ann = also.empty() ? "" : "<Display_Name_1_>Ann</Display_Name_1_>";
        const std::string bob = also.empty() ? "" : "<Display_Name_1_>Bob</Display_Name_1_>";
        world.serve_profile("http://h/a.xml", "<Profile_Rule>http://h/b.xml</Profile_Rule>" + ann)
            .serve_profile("http://h/b.xml", "<Profile_Rule>http://h/a.xml</Profile_Rule>" + bob)
            .power_up()
            .run_for(7199s);
        EXPECT_EQ(world.requests.size(), 6U);
        EXPECT_TRUE(world.logged("the profile rules change each other again and again"));
        world.run_for(1s);
        EXPECT_EQ(world.requests.size(), 12U);
    }
}

TEST(Phone, ARuleChangedByHandDoesNotMakeSuchProfilesCountAnew) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "<Profile_Rule>http://h/b.xml</Profile_Rule>")
        .serve_profile("http://h/b.xml", "<Profile_Rule>http://h/a.xml</Profile_Rule>")
        .serve_profile("http://h/own.xml", "");
    world.hold_transfers = true;
    world.power_up().wait(0s);
    world.reply_to(0);
    world.reply_to(0);
    ASSERT_EQ(world.saved().follow_ups, 2);
    world.step(ValuesSubmitted{{1}, {{"Profile_Rule_B", "http://h/own.xml"}}});
    EXPECT_EQ(world.saved().follow_ups, 2);
    world.reply_to(0);
    world.reply_to(0);
    EXPECT_EQ(world.saved().follow_ups, 3);
}

TEST(Phone, RuleBBroughtByProfileAIsFetchedInTheSamePass) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "<Profile_Rule_B>http://h/b.xml</Profile_Rule_B>")
        .serve_profile("http://h/b.xml", "<GPP_B>2</GPP_B>");
    world.hold_transfers = true;
    world.power_up().wait(0s);
    world.reply_to(0);
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml", "http://h/b.xml"}));
    EXPECT_TRUE(world.saved().resyncs.empty());
    world.reply_to(0);
    EXPECT_EQ(world.get("GPP_B"), "2");
    EXPECT_EQ(world.saved().resyncs.size(), 1U);
}

// A pass that broke off keeps what it applied, restarts if that needs it, and is retried by the
// list: not at once, for the next attempt may break off in the same way.
TEST(Phone, APassThatBreaksOffAfterChangesIsRetriedByTheListAfterItsRestart) {
    PhoneWorld world(provisioned().set("Profile_Rule_B", "http://h/b.xml"));
    for (int i = 0; i < 9; ++i) {
        world.serve_profile("http://h/a.xml",
                            fmt::format("<Display_Name_1_>{}</Display_Name_1_>", i));
    }
    world.serve("http://h/b.xml", status(500)).power_up();
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
    EXPECT_EQ(world.get("Display_Name_1_"), "0");
    world.run_for(180s);
    EXPECT_EQ(world.times(), (Times{0, 0, 60, 60, 120, 120, 180, 180}));
    EXPECT_EQ(world.get("Display_Name_1_"), "3");
}

TEST(Phone, APassThatBreaksOffWithoutRetriesRestartsAndIsSilent) {
    PhoneWorld world(
        provisioned().set("Profile_Rule_B", "http://h/b.xml").set("Resync_Error_Retry_Delay", "0"));
    world.serve_profile("http://h/a.xml", restarts)
        .serve("http://h/b.xml", status(500))
        .power_up()
        .run_for(48h);
    EXPECT_EQ(world.boots.size(), 2U);
    EXPECT_EQ(world.requests.size(), 2U);
}

TEST(Phone, AChangedRuleSurvivesAPowerCutBeforeItsResync) {
    PhoneWorld world(provisioned().set("Resync_On_Reset", "No").set("Resync_Random_Delay", "1"));
    world.serve_profile("http://h/a.xml",
                        "<Profile_Rule>http://h/b.xml</Profile_Rule>" + std::string(restarts));
    world.power_up();
    world.serve_profile("http://h/b.xml", "<GPP_B>2</GPP_B>");
    world.hold_transfers = true;
    world.step(request());
    world.reply_to(0);
    EXPECT_EQ(world.urls().back(), "http://h/b.xml");
    world.power_up().run_for(20s);
    EXPECT_EQ(world.get("GPP_B"), "2");
}

// ---- the master gate ----

TEST(Phone, ProvisionEnableNoMeansNoResyncAtAll) {
    PhoneWorld world(provisioned().set("Provision_Enable", "No"));
    world.power_up().run_for(48h);
    world.step(request());
    world.step(request("http://h/once.xml"));
    world.settle().run_for(48h);
    EXPECT_EQ(world.urls(), Strings{});
}

TEST(Phone, AProfileThatTurnsProvisioningOffIsTheLast) {
    PhoneWorld world(provisioned());
    world
        .serve_profile("http://h/a.xml",
                       "<Provision_Enable>No</Provision_Enable>"
                       "<Profile_Rule>http://h/b.xml</Profile_Rule>")
        .power_up();
    world.step(request());
    world.settle().run_for(48h).power_up().run_for(48h);
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml"}));
}

}  // namespace onhook::phone
