// The behaviour vectors of flyingvoice.md section 13, each named by its number. Those of the
// language are in tests/profile.
#include <cmath>

#include <gtest/gtest.h>

#include "phone/upgrade_plan.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SampleFlyingvoice;

namespace {

using Strings = std::vector<std::string>;
using Times = std::vector<int>;

const std::string rule_url = "http://h/a.cfg";

// A phone that asks its own rule only, at once after power-up.
SampleFlyingvoice flyingvoice_phone(std::string_view rule = rule_url) {
    return SampleFlyingvoice()
        .set("DBID_PROFILE_RULE", rule)
        .set("DBID_PRV_SIPPNP_ENABLED", "0")
        .set("DBID_RANDOM_DELAY", "0");
}

Lease lease_with(DhcpOptions options) {
    return {"192.168.1.20", DhcpAnswer{"", std::move(options)}};
}

Reply boot_reply(std::string_view text) { return {.body = std::string(text)}; }

// What PrvUserAgentVal set to `text` sends.
std::string sent_user_agent(std::string_view text) {
    PhoneWorld world(flyingvoice_phone().set("PrvUserAgentVal", text));
    world.power_up();
    return world.requests.at(0).user_agent;
}

// What a phone asks, given these files; "404" where there is none.
Strings asked(const SampleFlyingvoice& phone,
              const std::map<std::string, std::string>& files,
              Lease lease = lease_with({})) {
    PhoneWorld world(phone);
    world.otherwise = Reply{.status = 404};
    for (const auto& [url, text] : files) {
        world.serve(url, boot_reply(text));
    }
    world.power_up(std::move(lease));
    return world.urls();
}

// Seconds until the first request after a boot.
int first_contact(const SampleFlyingvoice& phone, BootReason reason, std::uint64_t seed = 1) {
    PhoneWorld world(phone);
    world.serve(rule_url, boot_reply("DBID_SIP_ACCOUNT ="));
    if (reason == BootReason::power_up) {
        world.power_up(lease_with({}), seed);
    } else {
        world.start(reason);
    }
    world.run_for(100s);
    return world.requests.empty() ? -1 : world.times().front();
}

NotifyArrived notify(std::string event) {
    return {.request = {}, .event = std::move(event), .sender = Sender::registrar};
}

// What a NOTIFY does to a phone with this DBID_RESYNC_FROM_SIP.
struct Effects {
    int status = 0;
    int fetches = 0;
    int reboots = 0;

    friend bool operator==(const Effects&, const Effects&) = default;
};

Effects effects_of(std::string_view from_sip, std::string_view event) {
    PhoneWorld world(flyingvoice_phone()
                         .set("DBID_RESYNC_FROM_SIP", from_sip)
                         .set("DBID_RANDOM_DELAY", "1000000"));
    world.serve(rule_url, boot_reply("DBID_SIP_ACCOUNT ="));
    world.power_up();
    world.step(notify(std::string(event)));
    world.settle();
    return {
        world.notify_answers.at(0), static_cast<int>(world.requests.size()), world.power_cycles};
}

}  // namespace

TEST(Section13, F03UnknownMacroStaysAndIsLoggedOnce) {
    PhoneWorld world(flyingvoice_phone("http://h/$(NOPE)/x.cfg"));
    world.power_up();
    EXPECT_EQ(world.urls(), Strings{"http://h/$(NOPE)/x.cfg"});
    EXPECT_EQ(std::count_if(world.log.begin(),
                            world.log.end(),
                            [](const auto& line) {
                                return line.find("NOPE") != line.npos &&
                                       line.find("macro") != line.npos;
                            }),
              1);
}

TEST(Section13, F04UserAgent) {
    EXPECT_EQ(sent_user_agent(""), "Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1");
    EXPECT_EQ(sent_user_agent("x/$(PN) $(MA) $(PRVST)"), "x/FIP13G 0021f222aef1 0");  // D22
}

TEST(Section13, F06DirectoryRuleWithoutSlash) {
    const std::string at = "https://domain.tld/app/provision/";
    EXPECT_EQ(asked(flyingvoice_phone("https://domain.tld/app/provision"), {}),
              (Strings{at + "0021f222aef1.boot",
                       at + "y000000000000.boot",
                       at + "y000000000000.cfg",
                       at + "0021f222aef1.cfg"}));
}

TEST(Section13, F07BootFileReplacesTheRest) {
    const std::string at = "https://domain.tld/app/provision/";
    EXPECT_EQ(asked(flyingvoice_phone("https://domain.tld/app/provision"),
                    {{at + "y000000000000.boot",
                      "#!version:1.0.0.1\n\ninclude:config \"y000000000000.cfg\"\n"
                      "include:config \"0021f222aef1.cfg\"\n"},
                     {at + "y000000000000.cfg", "DBID_SIP_ACCOUNT = 1"},
                     {at + "0021f222aef1.cfg", "DBID_SIP_ACCOUNT = "}}),
              (Strings{at + "0021f222aef1.boot",
                       at + "y000000000000.boot",
                       at + "y000000000000.cfg",
                       at + "0021f222aef1.cfg"}));
}

TEST(Section13, F08FileRule) {
    EXPECT_EQ(asked(flyingvoice_phone("tftp://10.0.0.1/$(MA).cfg"), {}),
              Strings{"tftp://10.0.0.1/0021f222aef1.cfg"});
}

TEST(Section13, F09BareHost) {
    PhoneWorld world(flyingvoice_phone("10.0.0.1"));
    const std::string at = "tftp://10.0.0.1/";
    for (const char* name : {"0021f222aef1.boot", "y000000000000.boot", "y000000000000.cfg"}) {
        world.serve_fault(at + name, TransferFault::tftp_not_found);
    }
    world.serve(at + "0021f222aef1.cfg", boot_reply("DBID_RESYNC_PERIODIC = 60"));
    world.power_up();
    EXPECT_EQ(world.urls(),
              (Strings{at + "0021f222aef1.boot",
                       at + "y000000000000.boot",
                       at + "y000000000000.cfg",
                       at + "0021f222aef1.cfg"}));
    EXPECT_EQ(world.get("DBID_RESYNC_PERIODIC"), "60");
}

TEST(Section13, F10DhcpPathBehindUrl) {
    EXPECT_EQ(
        asked(flyingvoice_phone(), {}, lease_with({{66, "http://10.0.0.1/p"}, {67, "a.cfg"}})),
        Strings{"http://10.0.0.1/p/a.cfg"});
}

TEST(Section13, F11DhcpBareHost) {
    EXPECT_EQ(asked(flyingvoice_phone(), {}, lease_with({{66, "10.0.0.1"}})).front(),
              "tftp://10.0.0.1/0021f222aef1.boot");
}

TEST(Section13, F12DhcpUrlInOption67) {
    EXPECT_EQ(asked(flyingvoice_phone(), {}, lease_with({{67, "http://h/x.cfg"}})),
              Strings{"http://h/x.cfg"});
}

TEST(Section13, F13CheckSyncResyncs) {
    EXPECT_EQ(effects_of("0", "check-sync"), (Effects{200, 1, 0}));
    EXPECT_EQ(effects_of("0", "check-sync;reboot=false"), (Effects{200, 1, 0}));
}

TEST(Section13, F14CheckSyncThatAsksForAReboot) {
    EXPECT_EQ(effects_of("0", "check-sync;reboot=true"), (Effects{200, 0, 1}));
}

TEST(Section13, F15CheckSyncAlwaysReboots) {
    EXPECT_EQ(effects_of("1", "check-sync;reboot=false"), (Effects{200, 0, 1}));
    EXPECT_EQ(effects_of("1", "check-sync;reboot=true"), (Effects{200, 0, 1}));
    EXPECT_EQ(effects_of("1", "check-sync"), (Effects{200, 0, 1}));
}

TEST(Section13, F16CheckSyncIsIgnored) {
    EXPECT_EQ(effects_of("2", "check-sync;reboot=true"), (Effects{200, 0, 0}));
    EXPECT_EQ(effects_of("2", "check-sync"), (Effects{200, 0, 0}));
}

TEST(Section13, F17PeriodCountsSeconds) {
    PhoneWorld world(flyingvoice_phone());
    world.serve(rule_url, boot_reply("DBID_RESYNC_PERIODIC = 3600"));
    world.power_up().run_for(7200s);
    EXPECT_EQ(world.times(), (Times{0, 3600, 7200}));
}

TEST(Section13, F18RetryCountsSeconds) {
    PhoneWorld world(flyingvoice_phone().set("DBID_RESYNC_RETRY_DELAY", "3600"));
    world.power_up().run_for(3600s);
    EXPECT_EQ(world.times(), (Times{0, 3600}));
}

TEST(Section13, F19RandomDelayIsUniform) {
    constexpr int boots = 10'000;
    const SampleFlyingvoice phone = flyingvoice_phone().set("DBID_RANDOM_DELAY", "40");
    double sum = 0;
    for (int i = 0; i < boots; ++i) {
        PhoneWorld world(phone);
        world.hold_transfers = true;
        world.power_up(lease_with({}), static_cast<std::uint64_t>(i) + 1);
        const auto due = world.phone().next_deadline();
        ASSERT_TRUE(due);
        const auto delay = std::chrono::duration<double>(due->time_since_epoch()).count();
        ASSERT_GE(delay, 0);
        ASSERT_LE(delay, 40);
        sum += delay;
    }
    EXPECT_NEAR(sum / boots, 20, 1);
}

TEST(Section13, F20NoRandomDelay) {
    EXPECT_EQ(first_contact(flyingvoice_phone(), BootReason::power_up), 0);
}

TEST(Section13, F21RandomDelayIsOfBootsOnly) {
    PhoneWorld world(flyingvoice_phone()
                         .set("DBID_RANDOM_DELAY", "40")
                         .set("DBID_RESYNC_FROM_SIP", "0")
                         .set("DBID_RESYNC_PERIODIC", "600"));
    world.serve(rule_url, boot_reply("DBID_SIP_ACCOUNT ="));
    world.power_up(lease_with({}), 3).run_for(50s);
    ASSERT_EQ(world.requests.size(), 1U);
    world.step(notify("check-sync"));
    world.settle().run_for(600s);
    ASSERT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.times()[1], 50);
    EXPECT_EQ(world.times()[2], 650);
}

TEST(Section13, F22NoResyncAfterAParameterUpdate) {
    EXPECT_EQ(first_contact(flyingvoice_phone(), BootReason::provisioning), -1);
    EXPECT_EQ(first_contact(flyingvoice_phone(), BootReason::user), 0);
    EXPECT_EQ(first_contact(flyingvoice_phone(), BootReason::sip), 0);
    EXPECT_EQ(first_contact(flyingvoice_phone().set("DBID_RESYNC_ON_RESET", "0"), BootReason::user),
              -1);
}

TEST(Section13, F23ResyncAfterUpgradeDecides) {
    EXPECT_EQ(first_contact(flyingvoice_phone(), BootReason::upgrade), -1);
    EXPECT_EQ(first_contact(flyingvoice_phone().set("DBID_RESYNC_AFTER_UPGRADE", "1"),
                            BootReason::upgrade),
              0);
}

TEST(Section13, F24ProvisionEnableOffIsSilence) {
    PhoneWorld world(SampleFlyingvoice()
                         .set("DBID_PROFILE_RULE", rule_url)
                         .set("DBID_RANDOM_DELAY", "0")
                         .set("DBID_PRV_ENABLED", "0"));
    world.power_up(lease_with({{66, "http://10.0.0.1/p"}})).run_for(24h);
    EXPECT_TRUE(world.requests.empty());
    EXPECT_TRUE(world.asked_pnp.empty());
    EXPECT_FALSE(world.phone().next_deadline());
    world.step(notify("check-sync;reboot=true"));
    EXPECT_EQ(world.notify_answers, std::vector<int>{200});  // D16
    EXPECT_EQ(world.power_cycles, 0);
}

TEST(Section13, F29DigestAnswersNoBasicChallenge) {
    PhoneWorld world(flyingvoice_phone());
    world.serve(rule_url, {.status = 401, .challenge = "Basic realm=\"prov\""});
    world.power_up();
    ASSERT_EQ(world.requests.size(), 1U);
    EXPECT_EQ(world.requests[0].user, "");
    EXPECT_EQ(world.saved().resyncs.at(0).code, ResyncCode::authentication);
    EXPECT_EQ(static_cast<int>(world.saved().resyncs.at(0).code), 5);
}

TEST(Section13, F30BothProfilesOrNone) {
    PhoneWorld world(flyingvoice_phone()
                         .set("DBID_PROFILE_RULE2", "http://h/b.cfg")
                         .set("DBID_RESYNC_RETRY_DELAY", "600"));
    world.serve(rule_url, boot_reply("DBID_RESYNC_PERIODIC = 60"))
        .serve("http://h/b.cfg", {.status = 404});
    world.power_up();
    EXPECT_EQ(world.urls(), (Strings{rule_url, "http://h/b.cfg"}));
    EXPECT_EQ(world.get("DBID_RESYNC_PERIODIC"), "3600");
    EXPECT_FALSE(world.saved().resyncs.at(0).succeeded);
    EXPECT_EQ(world.saved().resyncs.at(0).code, ResyncCode::not_found);
    world.run_for(600s);
    EXPECT_EQ(world.times(), (Times{0, 0, 600, 600}));
}

TEST(Section13, F32SameVersionIsNotDownloaded) {
    test::MachineBench bench{SampleFlyingvoice()};
    const auto plan = plan_image_upgrade({"http://h/FIP13G-FVUI_V0.6.24_202201010000_RC.bin", {}},
                                         bench.context());
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->step, UpgradePlan::Step::nothing);
}

TEST(Section13, F33OtherModelIsRefused) {
    test::MachineBench bench{SampleFlyingvoice()};
    const auto plan = plan_image_upgrade({"http://h/FIP14G-FVUI_V0.7.1_202201010000_RC.bin", {}},
                                         bench.context());
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->step, UpgradePlan::Step::refuse);
    EXPECT_EQ(plan->error, "upgrade image invalid: it is for FIP14G, this phone is a FIP13G");
}

TEST(Section13, F34PnpUrlIsForThisBoot) {
    PhoneWorld world(SampleFlyingvoice()
                         .set("DBID_PROFILE_RULE", "http://static/a.cfg")
                         .set("DBID_RANDOM_DELAY", "0"));
    const std::string url = "tftp://10.0.0.1/0021f222aef1.cfg";
    world.serve(url, boot_reply("DBID_RESYNC_PERIODIC = 60"));
    world.power_up();
    EXPECT_EQ(world.asked_pnp, Times{0});
    EXPECT_TRUE(world.requests.empty());
    world.step(PnpAnswered{url});
    world.settle();
    EXPECT_EQ(world.urls(), Strings{url});
    EXPECT_EQ(world.get("DBID_PROFILE_RULE"), "http://static/a.cfg");
    world.run_for(60s);
    EXPECT_EQ(world.urls(), (Strings{url, url}));  // still this boot; nobody is asked again
    EXPECT_EQ(world.asked_pnp, Times{0});
    world.step(RebootRequested{});
    world.run_for(5s);
    EXPECT_EQ(world.asked_pnp, (Times{0, 60}));
    EXPECT_EQ(world.requests.back().url, "http://static/a.cfg");
}

TEST(Section13, F35ResyncAfterTheCall) {
    PhoneWorld world(flyingvoice_phone()
                         .set("DBID_RESYNC_DELAY", "14400")
                         .set("DBID_RESYNC_FROM_SIP", "0")
                         .set("DBID_RANDOM_DELAY", "1000000"));
    world.serve(rule_url, boot_reply("DBID_RESYNC_PERIODIC = 60"));
    world.power_up();
    world.step(LinesChanged{true});
    world.step(notify("check-sync"));
    world.run_for(60s);
    EXPECT_TRUE(world.requests.empty());
    world.step(LinesChanged{false});
    world.settle();
    EXPECT_EQ(world.times(), Times{60});
}

TEST(Section13, F36ResyncInACallThatNeverEnds) {
    PhoneWorld world(flyingvoice_phone()
                         .set("DBID_RESYNC_DELAY", "14400")
                         .set("DBID_RESYNC_FROM_SIP", "0")
                         .set("DBID_RANDOM_DELAY", "1000000"));
    world.serve(rule_url, boot_reply("account.1.user_name = 100"));  // takes a restart
    world.power_up();
    world.step(LinesChanged{true});
    world.step(notify("check-sync"));
    world.run_for(20000s);
    EXPECT_EQ(world.times(), Times{14400});  // the next one waits as long
    EXPECT_EQ(world.boots.size(), 1U);
    world.step(LinesChanged{false});
    EXPECT_EQ(world.boots.size(), 2U);
    EXPECT_EQ(world.boots.back(), BootReason::provisioning);
}

}  // namespace onhook::phone
