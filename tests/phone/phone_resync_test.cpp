// What people ask of a phone, what goes wrong, what it says about it, and where DHCP leads it.
#include <gtest/gtest.h>

#include "phone/samples.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {}  // namespace

// ---- requests ----

TEST(Phone, RefusesRequestsWithAReason) {
    PhoneWorld world(provisioned().set("Enable_Direct_Action_Url", "No"));
    world.power_up().step(request());
    EXPECT_FALSE(world.answers.back().accepted);
    EXPECT_EQ(world.answers.back().text,
              "direct actions are disabled: Enable_Direct_Action_Url is No");
    EXPECT_EQ(world.answers.back().request, RequestId{1});
}

TEST(Phone, OneShotSavesNoRuleAndLeavesTheScheduleAlone) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "")
        .serve_profile("http://h/once.xml", "<GPP_A>once</GPP_A>")
        .power_up()
        .run_for(7000s);
    world.step(request("http://h/once.xml"));
    world.settle().run_for(200s);
    EXPECT_EQ(world.get("GPP_A"), "once");
    EXPECT_EQ(world.get("Profile_Rule"), "http://h/a.xml");
    EXPECT_EQ(world.times(), (Times{0, 7000, 7200}));
    world.step(request("http://h/nowhere.xml"));
    world.settle().run_for(7200s);
    EXPECT_EQ(world.times(), (Times{0, 7000, 7200, 7200, 14400}));
}

// 4.1: a web-issued rule without a server means the host that sent it.
TEST(Phone, OneShotWithoutAServerAsksTheSender) {
    PhoneWorld world(provisioned());
    world.power_up();
    world.step(request("/x.xml", "192.168.1.5"));
    world.settle();
    world.step(request("/x.xml", "2001:db8::5"));
    world.settle();
    world.step(request("/x.xml", ""));
    world.settle();
    EXPECT_EQ(
        world.urls(),
        (Strings{"http://h/a.xml", "tftp://192.168.1.5/x.xml", "tftp://[2001:db8::5]/x.xml"}));
    EXPECT_EQ(world.saved().resyncs[0].error, "connect failed: the rule names no server");
}

// 6.6: a parameter change like any other; without it nothing would ever fetch the new rule.
TEST(Phone, OneShotThatBringsARuleIsFollowedByOneResync) {
    for (const std::string_view also : {std::string_view(), restarts}) {
        PhoneWorld world(provisioned("").set("Resync_On_Reset", "No"));
        world
            .serve_profile("http://h/boot.xml",
                           "<Profile_Rule>http://h/own.xml</Profile_Rule>" + std::string(also))
            .serve_profile("http://h/own.xml", "<GPP_A>1</GPP_A>")
            .power_up();
        world.step(request("http://h/boot.xml"));
        world.settle().run_for(7199s);
        EXPECT_EQ(world.urls(), (Strings{"http://h/boot.xml", "http://h/own.xml"}));
    }
}

TEST(Phone, ARestartByOneShotKeepsTheRetryOfAFailedPass) {
    PhoneWorld world(provisioned());
    world.serve("http://h/a.xml", status(500)).serve_profile("http://h/a.xml", "<GPP_A>1</GPP_A>");
    world.serve_profile("http://h/once.xml", restarts).power_up();
    world.step(request("http://h/once.xml"));
    world.settle();
    ASSERT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
    world.run_for(60s);
    EXPECT_EQ(world.get("GPP_A"), "1");
}

TEST(Phone, ARestartDuringTheStartDelayDoesNotSwallowTheResyncOfTheBoot) {
    PhoneWorld world(provisioned().set("Resync_Random_Delay", "65535"));
    world.serve_profile("http://h/a.xml", "").serve_profile("http://h/once.xml", restarts);
    world.power_up();
    world.step(request("http://h/once.xml"));
    world.settle();
    EXPECT_EQ(world.boots.size(), 2U);
    EXPECT_EQ(world.urls(), (Strings{"http://h/once.xml", "http://h/a.xml"}));
}

TEST(Phone, RequestsDuringAPassCoalesceToTheLast) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "").serve_profile("http://h/two.xml", "");
    world.hold_transfers = true;
    world.power_up().wait(0s);
    world.step(request("http://h/one.xml"));
    world.step(request("http://h/two.xml"));
    EXPECT_EQ(world.answers.size(), 2U);
    EXPECT_TRUE(world.answers[0].accepted && world.answers[1].accepted);
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml"}));
    world.settle();
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml", "http://h/two.xml"}));
}

TEST(Phone, ARequestOutlivesTheRestartOfThePassItWaitedFor) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", restarts);
    world.hold_transfers = true;
    world.power_up().wait(0s);
    world.step(request());
    world.reply_to(0);
    EXPECT_EQ(world.boots.back(), BootReason::provisioning);
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml", "http://h/a.xml"}));
}

TEST(Phone, ARequestedRuleThatTheRestartOvertookIsSaidToBeLost) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", restarts);
    world.hold_transfers = true;
    world.power_up().wait(0s);
    world.step(request("http://h/once.xml"));
    world.reply_to(0);
    EXPECT_TRUE(world.logged("the requested resync was not done: the phone restarts"));
}

TEST(Phone, LateAndForeignAnswersAreDropped) {
    PhoneWorld world(provisioned());
    world.hold_transfers = true;
    world.power_up().wait(0s);
    const TransferId first = world.id_under_way(0);
    world.reply_to(0, status(500));
    const Memory before = world.saved();
    const std::string text = "<flat-profile><GPP_A>late</GPP_A></flat-profile>";
    for (const TransferId id : {first, TransferId{}, TransferId{99}}) {
        world.step(ServerFound{id, "192.0.2.7"});
        world.step(Answered{id, 200, text, {}, {}});
        world.step(TransferFailed{id, TransferFault::dns, "late"});
    }
    EXPECT_EQ(world.saved(), before);
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml"}));
}

// ---- failures ----

TEST(Phone, FailuresLeaveTheValuesAndAreRetriedAndLoggedWithTheirCause) {
    struct Row {
        Reply reply;
        std::string_view cause;
    };

    const auto fault = [](TransferFault what) { return Reply{0, {}, {}, {}, what}; };
    const auto body = [](std::string text) { return Reply{200, std::move(text), {}, {}, {}}; };
    for (
        const Row& row :
        {Row{body("<flat-profile><GPP_A>new</GPP_A>"),
             "corrupt file: line 1, column 33: no element found; the document ends too early, see "
             "that "
             "all of it is there"},
         Row{body("<!DOCTYPE x><flat-profile><GPP_A>new</GPP_A></flat-profile>"),
             "corrupt file: line 1, column 1: a DOCTYPE is not allowed in a profile; leave it out"},
         Row{body(""),
             "corrupt file: line 1, column 1: no element found; the document ends too early, see "
             "that "
             "all of it is there"},
         Row{body("<device><GPP_A>new</GPP_A></device>"),
             "corrupt file: line 1, column 1: there is no <flat-profile> element; put the "
             "parameters into one"},
         Row{body("<flat-profile><GPP_A>" + std::string(65537, 'x') + "</GPP_A></flat-profile>"),
             "corrupt file: line 1, column 22: value of GPP_A longer than 65536 bytes; shorten it"},
         Row{fault(TransferFault::too_large), "corrupt file: as told"},
         Row{fault(TransferFault::undecoded), "decryption failed: as told"},
         Row{fault(TransferFault::corrupt), "corrupt file: as told"},
         Row{fault(TransferFault::tftp), "http_get failed: as told"},
         Row{fault(TransferFault::connect), "connect failed: as told"},
         Row{fault(TransferFault::tls), "tls failed: as told"},
         Row{fault(TransferFault::dns), "dns failed: as told"},
         Row{status(404), "file not found"}}) {
        SCOPED_TRACE(row.cause);
        PhoneWorld world(provisioned().set("GPP_A", "old"));
        world.serve("http://h/a.xml", row.reply).power_up();
        EXPECT_EQ(world.get("GPP_A"), "old");
        EXPECT_EQ(world.saved().resyncs.at(0).error, row.cause);
        EXPECT_EQ(world.syslog.back(),
                  fmt::format("CP-8841-3PCC 00:0e:08:01:23:45 -- Resync failed: {}", row.cause));
        world.run_for(180s);
        EXPECT_EQ(world.times(), (Times{0, 60, 180}));
    }
}

TEST(Phone, ATruncatedTftpTransferChangesNothing) {
    PhoneWorld world(provisioned("tftp://10.0.0.9/a.xml").set("GPP_A", "old"));
    world.serve_fault("tftp://10.0.0.9/a.xml", TransferFault::tftp).power_up();
    EXPECT_EQ(world.get("GPP_A"), "old");
    EXPECT_EQ(world.saved().resyncs.at(0).error, "tftp_get failed: as told");
}

TEST(Phone, ValuesThatFailTheirTypeAreIgnoredOneByOne) {
    PhoneWorld world(provisioned());
    world.serve_profile("http://h/a.xml", "<VLAN_ID>many</VLAN_ID><Nope>1</Nope><GPP_A>1</GPP_A>")
        .power_up();
    EXPECT_EQ(world.get("GPP_A"), "1");
    EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
    EXPECT_TRUE(world.logged("line 1, column 38: Nope ignored: unknown parameter"));
    EXPECT_TRUE(world.logged("line 1, column 15: VLAN_ID ignored: VLAN_ID must be"));
    EXPECT_FALSE(world.logged("many"));
}

// ---- log messages ----

TEST(Phone, LogMessagesFollowTheirTemplates) {
    PhoneWorld world(provisioned("http://prov.test:8080/$MA.xml?v=1")
                         .set("Log_Request_Msg", "$SCHEME|$METH|$SERV|$SERVIP|$PORT|$PATH|$ERR|$SA")
                         .set("Log_Success_Msg", "$PN $MAC $ERR $PRVST"));
    world.serve_profile("http://prov.test:8080/000e08012345.xml?v=1", "").power_up();
    EXPECT_EQ(world.syslog,
              (Strings{"http|http|prov.test|192.0.2.1|8080|/000e08012345.xml?v=1||$SA",
                       "CP-8841-3PCC 00:0e:08:01:23:45 OK 0"}));
}

TEST(Phone, EmptyTemplatesSayNothing) {
    PhoneWorld world(provisioned().set("Log_Request_Msg", "").set("Log_Failure_Msg", ""));
    world.serve("http://h/a.xml", status(500)).power_up();
    EXPECT_EQ(world.syslog, Strings{});
}

TEST(Phone, SpeaksIpv6) {
    PhoneWorld world(provisioned("tftp://[2001:DB8::1]/$MA.xml").set("Log_Success_Msg", "$SERVIP"));
    world.serve_profile("tftp://[2001:db8::1]/000e08012345.xml", "<GPP_A>six</GPP_A>")
        .power_up({"2001:db8::99"});
    EXPECT_EQ(world.get("GPP_A"), "six");
    EXPECT_EQ(world.syslog.back(), "[2001:db8::1]");
}

// ---- DHCP ----

// 13.3: the server that answered once is the server while the lease lasts.
TEST(Phone, RemembersTheServerThatDhcpNamed) {
    PhoneWorld world(provisioned("/$PSN.xml"));
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "")
        .power_up(lease_with(66, "10.0.0.1"))
        .run_for(7200s);
    EXPECT_EQ(world.urls(),
              (Strings{"tftp://10.0.0.1/8841-3PCC.xml",
                       "tftp://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg",
                       "http://10.0.0.1/8841-3PCC.xml",
                       "http://10.0.0.1/8841-3PCC.xml"}));
    // The same lease again is no other lease; another one is, and so is the next boot.
    world.requests.clear();
    world.step(NetworkUp{lease_with(66, "10.0.0.1")});
    world.run_for(7200s);
    EXPECT_EQ(world.urls(), (Strings{"http://10.0.0.1/8841-3PCC.xml"}));
    world.requests.clear();
    world.step(NetworkUp{lease_with(160, "http://10.0.0.2")});
    world.serve_profile("http://10.0.0.2/8841-3PCC.xml", "").run_for(7200s);
    EXPECT_EQ(world.urls(), (Strings{"http://10.0.0.2/8841-3PCC.xml"}));
    world.requests.clear();
    world.power_up(lease_with(66, "10.0.0.1")).run_for(0s);
    EXPECT_EQ(world.urls().front(), "tftp://10.0.0.1/8841-3PCC.xml");
}

// The common bootstrap in two steps: what all phones of a model get names the phone's own file.
TEST(Phone, APathThatChangesIsLookedForOnTheSameServerFirst) {
    PhoneWorld world(provisioned("/$PSN.xml"));
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "<Profile_Rule>/$MA.xml</Profile_Rule>")
        .serve_profile("http://10.0.0.1/000e08012345.xml", "<GPP_A>own</GPP_A>")
        .power_up(lease_with(66, "10.0.0.1"));
    EXPECT_EQ(world.get("GPP_A"), "own");
    EXPECT_EQ(world.urls().back(), "http://10.0.0.1/000e08012345.xml");
    EXPECT_EQ(world.requests.size(), 4U);
}

TEST(Phone, TheOtherRulesHaveFilesOfTheirOwnOnTheServerOfDhcp) {
    PhoneWorld world(provisioned("/$PSN.xml").set("Profile_Rule_B", "[--key $SA] /x/$$MA$MA.xml"));
    world.serve_profile("https://h/site/8841-3PCC.xml", "<GPP_A>a</GPP_A>")
        .serve_profile("https://h/site/x/$MA000e08012345.xml", "<GPP_B>b</GPP_B>")
        .power_up(lease_with(160, "https://h/site"));
    EXPECT_EQ(world.urls(),
              (Strings{"https://h/site",
                       "https://h/site/8841-3PCC.xml",
                       "https://h/site/x/$MA000e08012345.xml"}));
    EXPECT_TRUE(world.requests.back().key);
    EXPECT_EQ(world.get("GPP_B"), "b");
    world.requests.clear();
    world.run_for(7200s);
    EXPECT_EQ(world.urls(),
              (Strings{"https://h/site/8841-3PCC.xml", "https://h/site/x/$MA000e08012345.xml"}));
}

TEST(Phone, WithoutAServerTheFailureSaysSo) {
    PhoneWorld world(provisioned("/$PSN.xml"));
    world.power_up();
    EXPECT_EQ(world.saved().resyncs.at(0).error,
              "connect failed: no provisioning server: the rule names none, nor does DHCP");
}

}  // namespace onhook::phone
