#include "phone/upgrade.h"

#include <array>

#include <gtest/gtest.h>

#include "phone/behaviour.h"
#include "phone/samples.h"
#include "phone/states/driven_upgrade.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"
#include "support/sample_load.h"

namespace onhook::phone {

using test::MachineBench;
using test::new_load_url;
using test::PhoneWorld;
using test::Reply;
using test::sample_manifest;
using test::SamplePhone;
using test::serve_load;

namespace {

const std::string load_name(test::new_load);
const std::string factory_load = "sip88xx.11-3-1MPP-678";  // of the sample phone's factory

}  // namespace

TEST(Upgrade, FetchesTheManifestAndThenItsComponents) {
    PhoneWorld world(upgrading()
                         .set("Log_Upgrade_Request_Msg", "ask $SWVER $PATH")
                         .set("Log_Upgrade_Success_Msg", "done $SERVIP$PATH $ERR"));
    world.wall_at_start = WallTime(Seconds(1'700'000'000));
    serve_load(world).power_up().run_for(48h);
    EXPECT_EQ(world.urls(), (Strings{new_load_url, test::kernel_url, test::rootfs_url}));
    EXPECT_EQ(world.requests[0].store_as, "");
    EXPECT_EQ(world.requests[1].store_as, load_name + "+0");
    EXPECT_EQ(world.requests[2].store_as, load_name + "+1");
    // The shell may refuse what is longer while it arrives, and say how far it has come.
    EXPECT_EQ(world.requests[1].store_bytes, 1000U);
    EXPECT_EQ(world.requests[2].store_bytes, 20000U);
    EXPECT_EQ(world.requests[2].store_count, 2);
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::upgrade}));
    EXPECT_EQ(world.power_cycles, 1);
    const Firmware& firmware = *world.saved().firmware;
    EXPECT_EQ(firmware.running, load_name);
    EXPECT_EQ(firmware.inactive, factory_load);
    ASSERT_EQ(firmware.upgrades.size(), 1U);
    EXPECT_EQ(firmware.upgrades[0],
              (UpgradeRecord{WallTime(Seconds(1'700'000'000)), true, new_load_url, ""}));
    EXPECT_EQ(world.syslog,
              (Strings{"ask " + factory_load + " /88xx/" + load_name + ".loads",
                       "done 192.0.2.1/88xx/" + load_name + ".loads OK"}));
    EXPECT_EQ(world.saved().reboots.at(0).reason, BootReason::upgrade);
}

TEST(Upgrade, SaysEachOfItsSteps) {
    PhoneWorld world(upgrading());
    serve_load(world).power_up();
    Strings steps;
    for (const Observed& seen : world.observed) {
        if (seen.what == Observed::What::upgrade) {
            steps.push_back(fmt::format("{} {}", seen.to, seen.detail));
        }
    }
    EXPECT_EQ(steps,
              (Strings{"requested " + load_name,
                       "fetching " + new_load_url,
                       "fetching " + test::kernel_url,
                       "fetching " + test::rootfs_url,
                       "stored " + load_name,
                       "activated " + load_name}));
}

// The load that runs is $SWVER, the User-Agent's version, and what the status shows.
TEST(Upgrade, TheNewLoadIsWhoThePhoneIs) {
    PhoneWorld world(
        upgrading("($SWVER eq sip88xx.12-0-1MN-113)? http://fw.test/two.loads | " + new_load_url)
            .set("HTTP_User_Agent_Name", ""));
    serve_load(world).power_up();
    EXPECT_EQ(world.urls().back(), "http://fw.test/two.loads");  // the second stage
    EXPECT_EQ(world.phone().memory().firmware->running, load_name);
}

TEST(Upgrade, WaitsForIdleLinesAndIsNotStoppedByACall) {
    PhoneWorld world(upgrading());
    serve_load(world);
    world.hold_transfers = true;
    world.power_up();
    EXPECT_EQ(world.under_way(), 1U);
    world.step(LinesChanged{true});
    world.settle();
    EXPECT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.boots.size(), 1U);
    EXPECT_EQ(world.saved().firmware->running, "");
    EXPECT_EQ(world.saved().firmware->inactive, load_name);
    world.run_for(10h);
    EXPECT_EQ(world.boots.size(), 1U);
    world.step(LinesChanged{false});
    EXPECT_EQ(world.boots.back(), BootReason::upgrade);
    EXPECT_EQ(world.saved().firmware->running, load_name);
}

TEST(Upgrade, WaitsForTheNetworkToo) {
    PhoneWorld world(upgrading(""));
    serve_load(world).power_up();
    world.step(LinesChanged{true});
    world.step(ValuesSubmitted{{1}, {{"Upgrade_Rule", new_load_url}}, Editor::web});
    world.step(NetworkLost{});
    world.step(LinesChanged{false});
    EXPECT_TRUE(world.requests.empty());
    world.step(NetworkUp{{"192.168.1.100"}});
    world.settle();
    EXPECT_EQ(world.saved().firmware->running, load_name);
}

// The power fails while the load waits for the end of a call: it is there, and is not fetched
// again.
TEST(Upgrade, ALoadThatIsStoredOutlivesThePower) {
    PhoneWorld world(upgrading());
    serve_load(world);
    world.hold_transfers = true;
    world.power_up();
    world.step(LinesChanged{true});
    world.settle();
    world.power_up();
    EXPECT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.saved().firmware->running, load_name);
    EXPECT_EQ(world.boots.back(), BootReason::upgrade);
}

TEST(Upgrade, APowerCutAtAnyActionLeavesOneLoadOrTheOther) {
    for (std::size_t actions = 0; actions < 40; ++actions) {
        SCOPED_TRACE(actions);
        PhoneWorld world(upgrading());
        serve_load(world);
        world.cut_power_after(actions);
        world.power_up().run_for(48h);
        EXPECT_EQ(world.saved().firmware->running, load_name);
        EXPECT_EQ(world.saved().firmware->inactive, factory_load);
        EXPECT_EQ(world.saved().firmware->upgrades.at(0).succeeded, true);
    }
}

// 9: not the same scheme, server, port and path again, whatever became of it, over reboots too.
TEST(Upgrade, TriesAPlaceOnceUntilTheRuleChanges) {
    PhoneWorld world(upgrading("http://fw.test/a.loads")
                         .set("Upgrade_Error_Retry_Delay", "0")
                         .set("Profile_Rule", "http://h/a.xml")
                         .set("Resync_Random_Delay", "0")
                         .set("Resync_Periodic", "3600"));
    world.serve("http://fw.test/a.loads", {.status = 404})
        .serve_profile("http://h/a.xml", "")
        .serve_profile("http://h/b.xml",
                       "<Upgrade_Rule>http://fw.test/a.loads?again</Upgrade_Rule>");
    world.power_up().run_for(10h).power_up().run_for(10h);
    EXPECT_EQ(world.asked("http://fw.test/a.loads"), 1);
    const auto submit = [&](std::string_view rule) {
        world.step(ValuesSubmitted{{1}, {{"Upgrade_Rule", std::string(rule)}}, Editor::web});
        world.run_for(1h);
    };
    submit("(\"1\" eq \"1\")? http://fw.test/a.loads");  // the rule is another one
    EXPECT_EQ(world.asked("http://fw.test/a.loads"), 2);
    submit("http://fw.test/$A.loads");
    EXPECT_EQ(world.asked("http://fw.test/.loads"), 0);  // no load's name: refused
    EXPECT_EQ(world.saved().firmware->upgrades.at(0).error.substr(0, 21), "upgrade image invalid");
    world.step(ResyncRequested{{2}, "http://h/b.xml", "192.168.1.5", Asker::web});
    world.run_for(1h);
    EXPECT_EQ(world.asked("http://fw.test/a.loads?again"), 1);
}

TEST(Upgrade, ANewRuleIsNotToBlameForTheFailureOfTheOld) {
    const std::string other = "http://fw.test/other.12-0-2.loads";
    PhoneWorld world(upgrading());
    world.hold_transfers = true;
    world.power_up();
    ASSERT_EQ(world.urls(), Strings{new_load_url});
    world.step(LinesChanged{true});
    world.step(ValuesSubmitted{{1}, {{"Upgrade_Rule", other}}});
    world.reply_to(0, Reply{.status = 503});
    EXPECT_EQ(world.saved().firmware->failures, 0);
    EXPECT_EQ(world.saved().firmware->tried, "");
    world.step(LinesChanged{false});
    EXPECT_EQ(world.urls().back(), other);
}

// The same rule leads elsewhere when its macros do.
TEST(Upgrade, AnotherPlaceOfTheSameRuleIsTried) {
    PhoneWorld world(upgrading("http://fw.test/$A.loads")
                         .set("GPP_A", "one")
                         .set("Upgrade_Error_Retry_Delay", "0")
                         .set("Profile_Rule", "http://h/a.xml")
                         .set("Resync_Random_Delay", "0")
                         .set("Resync_Periodic", "3600"));
    world.serve_profile("http://h/a.xml", "").serve_profile("http://h/a.xml", "<GPP_A>two</GPP_A>");
    world.power_up().run_for(10h);
    EXPECT_EQ(world.asked("http://fw.test/one.loads"), 1);
    EXPECT_EQ(world.asked("http://fw.test/two.loads"), 1);
}

// 2.3: a retry knows that it is one, how long ago the last attempt was, and what came of it; so do
// triggers and messages.
TEST(Upgrade, ARetryTellsTheRule) {
    PhoneWorld world(
        upgrading("($UPGST eq 2)? http://backup.test/$UPGTMR/$UPGERR.loads | " + new_load_url)
            .set("Upgrade_Error_Retry_Delay", "100"));
    world.serve(new_load_url, {.status = 503});
    world.otherwise = Reply{.status = 200, .body = "no manifest"};
    world.power_up().run_for(100s);
    // White space cannot be in a URL: the rule fails, and the next retry knows that.
    EXPECT_EQ(world.asked(new_load_url), 1);
    EXPECT_EQ(world.saved().firmware->failures, 2);
    const std::string error = world.saved().firmware->upgrades.at(0).error;
    EXPECT_EQ(error.substr(0, 17), "rule syntax error");
    // What retries led to is no reason to try the first place again at once.
    world.power_up().run_for(99s);
    EXPECT_EQ(world.asked(new_load_url), 1);
    PhoneWorld quoted(
        upgrading("(\"$UPGERR\" eq \"http_get failed: 503\")? http://backup.test/$UPGTMR.loads | " +
                  new_load_url)
            .set("Upgrade_Error_Retry_Delay", "100")
            .set("Provision_Enable", "No"));
    quoted.serve(new_load_url, {.status = 503}).power_up().run_for(100s);
    EXPECT_EQ(quoted.urls(), (Strings{new_load_url, "http://backup.test/100.loads"}));
}

TEST(Upgrade, WhereARetryLedIsNotTakenForWhereTheRuleLeads) {
    const std::string backup = "http://backup.test/x.loads";
    PhoneWorld world(upgrading("($UPGST eq 2)? " + backup + " | " + new_load_url)
                         .set("Upgrade_Error_Retry_Delay", "100"));
    world.otherwise = Reply{.status = 503};
    world.power_up().run_for(100s);
    ASSERT_EQ(world.urls(), (Strings{new_load_url, backup}));
    world.power_up().run_for(99s);  // a boot looks at the rule, whose place was tried
    EXPECT_EQ(world.urls().size(), 2U);
}

// 5.2, 9: retries go on where they were when the phone started again.
TEST(Upgrade, RetriesOutliveAReboot) {
    PhoneWorld world(upgrading().set("Upgrade_Error_Retry_Delay", "100,1000,5000"));
    world.serve(new_load_url, {.status = 503}).power_up().run_for(150s);
    EXPECT_EQ(world.times(), (Times{0, 100}));
    world.start(BootReason::user).run_for(999s);
    EXPECT_EQ(world.times(), (Times{0, 100}));
    world.run_for(1s);
    EXPECT_EQ(world.times(), (Times{0, 100, 1150}));
}

TEST(Upgrade, UpgradeEnableIsTheGateAndProvisionEnableIsNot) {
    PhoneWorld off(upgrading().set("Upgrade_Enable", "No"));
    serve_load(off).power_up().run_for(48h);
    EXPECT_TRUE(off.requests.empty());
    off.step(UpgradeRequested{{7}, new_load_url, "192.168.1.5"});
    EXPECT_FALSE(off.answers.at(0).accepted);
    EXPECT_EQ(off.answers[0].text, "upgrades are disabled: Upgrade_Enable is No");
    off.step(ValuesSubmitted{{8}, {{"Upgrade_Enable", "Yes"}}, Editor::web});
    off.run_for(0s);
    EXPECT_EQ(off.saved().firmware->running, load_name);
    PhoneWorld on(upgrading().set("Provision_Enable", "No"));
    serve_load(on).power_up();
    EXPECT_EQ(on.saved().firmware->running, load_name);
}

TEST(Upgrade, ARequestIsOneTime) {
    PhoneWorld world(upgrading("http://fw.test/" + factory_load + ".loads"));
    serve_load(world).power_up();
    world.step(UpgradeRequested{{1}, new_load_url, "192.168.1.5"});
    EXPECT_TRUE(world.answers.at(0).accepted);
    world.run_for(48h);
    EXPECT_EQ(world.saved().firmware->running, load_name);
    EXPECT_EQ(world.get("Upgrade_Rule"), "http://fw.test/" + factory_load + ".loads");
    // The rule was looked at before and is not tried again: the phone stays with the load.
    EXPECT_EQ(world.boots.size(), 2U);
    world.step(UpgradeRequested{{2}, new_load_url, "192.168.1.5"});
    world.run_for(0s);
    EXPECT_TRUE(world.logged("upgrade not done: the phone runs that load already"));
}

TEST(Upgrade, ARequestIsNotRetriedAndHasItsGates) {
    PhoneWorld world(upgrading(""));
    world.power_up();
    world.step(UpgradeRequested{{1}, new_load_url, ""});
    world.run_for(48h);
    EXPECT_EQ(world.requests.size(), 1U);
    EXPECT_EQ(world.saved().firmware->tried, "");
    EXPECT_EQ(world.saved().firmware->failures, 0);
    EXPECT_EQ(world.saved().firmware->upgrades.size(), 1U);
    world.step(UpgradeRequested{{2}, " ", ""});
    EXPECT_EQ(world.answers.back().text,
              "no load is named; write /admin/upgrade?http://server/path/name.loads");
    world.step(ValuesSubmitted{{3}, {{"Enable_Direct_Action_Url", "No"}}, Editor::web});
    world.step(UpgradeRequested{{4}, new_load_url, ""});
    EXPECT_EQ(world.answers.back().text,
              "direct actions are disabled: Enable_Direct_Action_Url is No");
}

// 4.1: a rule of a web request without a server means who sent it; Upgrade_Rule needs one.
TEST(Upgrade, ARequestWithoutAServerMeansTheSender) {
    for (const auto& [sender, url] : {std::pair{"192.168.1.5", "tftp://192.168.1.5/x.loads"},
                                      {"fd00::5", "tftp://[fd00::5]/x.loads"}}) {
        PhoneWorld world(upgrading(""));
        world.power_up();
        world.step(UpgradeRequested{{1}, "/x.loads", sender});
        EXPECT_EQ(world.urls(), Strings{url});
    }
}

TEST(Upgrade, NeverRunsTwice) {
    PhoneWorld world(upgrading());
    serve_load(world);
    world.hold_transfers = true;
    world.power_up();
    world.step(UpgradeRequested{{1}, "http://fw.test/other.loads", ""});
    EXPECT_EQ(world.answers.at(0).text, "an upgrade is under way");
    world.step(ValuesSubmitted{{2}, {{"Upgrade_Rule", "http://fw.test/b.loads"}}, Editor::web});
    EXPECT_EQ(world.under_way(), 1U);
    world.settle();
    // The load that was on its way is installed; then the new rule counts.
    EXPECT_EQ(world.saved().firmware->running, load_name);
    EXPECT_EQ(world.urls().back(), "http://fw.test/b.loads");
}

// A restart would cut the transfers off: it waits for their end.
TEST(Upgrade, HoldsBackARestart) {
    PhoneWorld world(upgrading());
    world.serve(new_load_url, {.status = 500});
    world.hold_transfers = true;
    world.power_up();
    world.step(ValuesSubmitted{{1}, {{"Display_Name_1_", "Ann"}}, Editor::web});
    EXPECT_EQ(world.boots.size(), 1U);
    world.settle();
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
}

TEST(Upgrade, DowngradeRevLimitRefusesOlderLoads) {
    struct Row {
        std::string_view limit;
        std::string_view error;  // empty: allowed
    };

    for (const Row& row :
         {Row{"", ""},
          Row{"12-0-1MN", ""},
          Row{"sip88xx.12-0-1MN-113", ""},
          Row{"12-0-2MN-1",
              "upgrade image invalid: sip88xx.12-0-1MN-113 is older than Downgrade_Rev_Limit "
              "12-0-2MN-1"},
          Row{"12.0.1", "upgrade image invalid: Downgrade_Rev_Limit is no version"}}) {
        SCOPED_TRACE(row.limit);
        PhoneWorld world(upgrading().set("Downgrade_Rev_Limit", row.limit));
        serve_load(world).power_up().run_for(48h);
        const UpgradeRecord& record = world.saved().firmware->upgrades.at(0);
        EXPECT_EQ(record.error.substr(0, row.error.size()), row.error);
        EXPECT_EQ(record.succeeded, row.error.empty());
        EXPECT_EQ(world.requests.empty(), !row.error.empty());
        EXPECT_EQ(world.saved().firmware->upgrades.size(), 1U);  // no delay changes a refusal
    }
}

TEST(Upgrade, ALimitThatChangesIsAReasonToLookAgain) {
    PhoneWorld world(upgrading().set("Downgrade_Rev_Limit", "13-0-0MPP"));
    serve_load(world).power_up();
    world.step(ValuesSubmitted{{1}, {{"Downgrade_Rev_Limit", ""}}, Editor::web});
    world.run_for(0s);
    EXPECT_EQ(world.saved().firmware->running, load_name);
}

// 4.2, 4.3: credentials are for the rule's own server, a redirect's directory is the components'.
TEST(Upgrade, CredentialsAndRedirects) {
    PhoneWorld world(upgrading("[--uid bob --pwd s3cret] " + new_load_url));
    world.serve(new_load_url, {.status = 401, .challenge = "Basic"})
        .serve(new_load_url, {.status = 302, .location = "http://cdn.test/x/load.loads"})
        .serve("http://cdn.test/x/load.loads", {.status = 200, .body = sample_manifest()})
        .serve("http://cdn.test/x/kern88xx.12-0-1.sbn", {.status = 401, .challenge = "Basic"});
    world.power_up();
    EXPECT_EQ(world.urls(),
              (Strings{new_load_url,
                       new_load_url,
                       "http://cdn.test/x/load.loads",
                       "http://cdn.test/x/kern88xx.12-0-1.sbn"}));
    EXPECT_EQ(world.requests[1].user, "bob");
    EXPECT_EQ(world.requests[3].user, "");
    EXPECT_EQ(world.saved().firmware->upgrades.at(0).error, "auth failed");
    EXPECT_EQ(world.everything_said().find("s3cret"), std::string::npos);
    PhoneWorld own(upgrading("[--uid bob --pwd s3cret] " + new_load_url));
    own.serve(new_load_url, {.status = 200, .body = sample_manifest()})
        .serve(test::kernel_url, {.status = 401, .challenge = "Basic"})
        .serve(test::kernel_url, {.status = 200, .stored = test::stored_kernel()})
        .serve(test::rootfs_url, {.status = 200, .stored = test::stored_rootfs()});
    own.power_up();
    EXPECT_EQ(own.saved().firmware->running, load_name);
}

// 4.3, 5.5: a server outside the listed domains is not asked.
TEST(Upgrade, KeepsToTheRestrictedDomains) {
    PhoneWorld world(upgrading().set("Restricted_Access_Domains", "example.com"));
    serve_load(world).power_up();
    EXPECT_TRUE(world.requests.empty());
    EXPECT_EQ(world.saved().firmware->upgrades.at(0).error, "restricted domain");
    EXPECT_EQ(world.saved().firmware->failures, 1);
}

// 3.5: assignments first, for good; rules that they change count when their turn comes.
TEST(Upgrade, AssignsBeforeItFetches) {
    PhoneWorld world(upgrading(
        "( GPP_A = \"told\" ; Upgrade_Rule = \"http://fw.test/n.loads\" ; )! " + new_load_url));
    world.serve(new_load_url, {.status = 404}).power_up();
    EXPECT_EQ(world.get("GPP_A"), "told");
    EXPECT_EQ(world.urls(), Strings{new_load_url});
    world.power_up();
    EXPECT_EQ(world.urls(), (Strings{new_load_url, "http://fw.test/n.loads"}));
    // Two rules that assign each other do not keep the phone busy.
    PhoneWorld circle(upgrading("$A")
                          .set("GPP_A", "( Upgrade_Rule = \"$$B\" ; )!")
                          .set("GPP_B", "( Upgrade_Rule = \"$$A\" ; )!"));
    circle.power_up().run_for(1h);
    EXPECT_TRUE(circle.requests.empty());
}

// An unreadable rule is an attempt that failed; a rule that leads nowhere is none (3.4).
TEST(Upgrade, RulesThatLeadNowhere) {
    PhoneWorld skipped(upgrading("(\"1\" eq \"2\")? " + new_load_url));
    skipped.power_up().run_for(48h);
    EXPECT_TRUE(skipped.saved().firmware->upgrades.empty());
    PhoneWorld wrong(upgrading("http://").set("Upgrade_Error_Retry_Delay", "0"));
    wrong.power_up().run_for(48h).power_up();
    ASSERT_EQ(wrong.saved().firmware->upgrades.size(), 1U);
    EXPECT_EQ(wrong.saved().firmware->upgrades[0].url, "");
    EXPECT_EQ(wrong.saved().firmware->upgrades[0].error.substr(0, 17), "rule syntax error");
    ASSERT_EQ(wrong.syslog.size(), 1U);
    EXPECT_NE(wrong.syslog[0].find("Upgrade failed: rule syntax error"), std::string::npos);
}

TEST(Upgrade, AResyncThatRunsAtTheEndIsDoneAgain) {
    PhoneWorld world(
        upgrading().set("Profile_Rule", "http://h/a.xml").set("Resync_On_Reset", "No"));
    serve_load(world).serve_profile("http://h/a.xml", "");
    world.hold_transfers = true;
    world.power_up();
    world.step(ResyncRequested{{1}, "", "192.168.1.5", Asker::web});
    ASSERT_EQ(world.under_way(), 2U);
    for (int i = 0; i < 3; ++i) {  // the upgrade ends first
        world.reply_to(world.requests.back().purpose == Purpose::upgrade && i > 0 ? 1 : 0);
    }
    EXPECT_EQ(world.boots.back(), BootReason::upgrade);
    EXPECT_TRUE(world.saved().resync_due);
}

// What a maker without manifests and partitions asks for: one image, which may change behind its
// URL (flyingvoice.md 10, D29, D30).
class ImageUpgrade : public testing::Test {
  protected:
    ImageUpgrade() {
        bench.behaviour.upgrades_once = false;
        bench.behaviour.upgrades_after_success_only = true;
        bench.behaviour.plan_upgrade = [](const OneRule& rule, const Context& context) {
            UpgradePlan plan;
            plan.step = UpgradePlan::Step::fetch_image;
            plan.url = *Url::parse(rule.rule);
            plan.load = "0.6.24";
            plan.if_none_match = context.memory.firmware->etag;
            return Result<UpgradePlan, std::string>(plan);
        };
    }

    void start() {
        Context context = bench.context();
        upgrade.boot(context);
        EXPECT_EQ(upgrade.state(), UpgradeState::idle);
        look();
    }

    void look() {
        Context context = bench.context();
        upgrade.look();
        outcome = upgrade.go_on(context);
    }

    void answer(const Reply& reply) {
        Context context = bench.context();
        outcome = upgrade.on(answer_of(bench, reply), context);
    }

    MachineBench bench{upgrading("http://fw.test/FIP13G.bin")};
    Upgrade upgrade;
    Upgrade::Outcome outcome;
};

TEST_F(ImageUpgrade, IsStoredAndRunsAfterTheReboot) {
    start();
    EXPECT_EQ(bench.transfer().store_as, "0.6.24+0");
    EXPECT_EQ(bench.transfer().if_none_match, "");
    answer({.status = 200, .stored = StoredFile{9, "ab"}, .etag = "\"v1\""});
    EXPECT_TRUE(outcome.reboot);
    EXPECT_EQ(bench.memory.firmware->running, "");
    Context context = bench.context();
    upgrade.activate(context);
    EXPECT_EQ(bench.memory.firmware->running, "0.6.24");
    EXPECT_EQ(bench.memory.firmware->inactive, "");
    EXPECT_EQ(bench.memory.firmware->etag, "\"v1\"");
    EXPECT_EQ(bench.memory.firmware->sha256, "ab");
}

TEST_F(ImageUpgrade, TheIdenticalImageIsNeverInstalledAgain) {
    bench.memory.firmware.own().etag = "\"v1\"";
    bench.memory.firmware.own().sha256 = "ab";
    start();
    EXPECT_EQ(bench.transfer().if_none_match, "\"v1\"");
    answer({.status = 304});
    EXPECT_TRUE(outcome.ended && !outcome.reboot);
    look();  // the same URL again, for what is behind it may change
    answer({.status = 200, .stored = StoredFile{9, "ab"}, .etag = "\"v2\""});
    EXPECT_TRUE(outcome.ended && !outcome.reboot);
    EXPECT_EQ(bench.memory.firmware->etag, "\"v2\"");
    EXPECT_TRUE(bench.memory.firmware->upgrades.empty());
}

TEST_F(ImageUpgrade, WhatWasRefusedIsNotRefusedAgain) {
    bench.behaviour.plan_upgrade = [](const OneRule& rule, const Context& /*context*/) {
        UpgradePlan plan;
        plan.step = UpgradePlan::Step::refuse;
        plan.url = *Url::parse(rule.rule);
        plan.error = "it is for another phone";
        return Result<UpgradePlan, std::string>(plan);
    };
    start();
    look();
    EXPECT_EQ(bench.memory.firmware->upgrades.size(), 1U);
}

TEST_F(ImageUpgrade, AFailureWaitsForItsDelayAndDoesNotReboot) {
    start();
    answer({.status = 200});
    EXPECT_TRUE(outcome.ended && !outcome.reboot);
    EXPECT_EQ(upgrade.state(), UpgradeState::retry_wait);
    look();
    EXPECT_EQ(upgrade.state(), UpgradeState::retry_wait);
    EXPECT_EQ(bench.count<StartTransfer>(), 1U);
}

}  // namespace onhook::phone
