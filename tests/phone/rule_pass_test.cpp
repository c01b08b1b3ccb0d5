#include "phone/rule_pass.h"

#include <gtest/gtest.h>

#include "phone/samples.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {

Lease in_domain(std::string domain) { return {"192.168.1.100", DhcpAnswer{std::move(domain), {}}}; }

const std::string https_name = "_ciscoprov-https._tls.example.com";
const std::string http_name = "_ciscoprov-http._tcp.example.com";

}  // namespace

// ---- what a rule does before and besides its transfer ----

// 3.5: at once and for good, whatever becomes of the transfer.
TEST(RulePass, AssignsBeforeItFetchesAndKeepsItWhenThatFails) {
    PhoneWorld world(provisioned("( GPP_C = \"1\" ; d = \"$MA\" ; Nobody = \"x\" ; "
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
TEST(RulePass, AnAssignmentHasTheEffectOfAChange) {
    PhoneWorld world(provisioned("( Line_Enable_1_ = \"No\" ; )! http://h/a.xml")
                         .set("Resync_Random_Delay", "0"));
    world.serve_profile("http://h/a.xml", "").power_up();
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
    world.step(ResyncRequested{{1}, "", ""});
    world.settle();
    EXPECT_EQ(world.asked("http://h/a.xml"), 2);
    EXPECT_EQ(world.boots.size(), 2U);
}

TEST(RulePass, AnAssignedProfileRuleIsFetchedAfterThePass) {
    PhoneWorld world(
        provisioned("( Profile_Rule = \"http://h/b.xml\" ; )!").set("Resync_Random_Delay", "0"));
    world.serve_profile("http://h/b.xml", "<GPP_A>1</GPP_A>").power_up();
    EXPECT_EQ(world.urls(), Strings{"http://h/b.xml"});
    EXPECT_EQ(world.get("GPP_A"), "1");
}

// 3.4: an alternative without a URL succeeds without a transfer; a rule of which no condition
// holds is skipped. B is next in both cases.
TEST(RulePass, GoesOnWhereARuleFetchesNothing) {
    for (const std::string_view rule :
         {"( GPP_C = \"1\" ; )!", "(1 eq 1)?", "(1 eq 2)? http://h/a.xml", "$A"}) {
        SCOPED_TRACE(rule);
        PhoneWorld world(provisioned(rule)
                             .set("Resync_Random_Delay", "0")
                             .set("Profile_Rule_B", "http://h/b.xml"));
        world.serve_profile("http://h/b.xml", "").power_up();
        EXPECT_EQ(world.urls(), Strings{"http://h/b.xml"});
        EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
    }
}

TEST(RulePass, PostsToEveryServerThatMayHaveIt) {
    PhoneWorld world(provisioned("[--post b] /x.cfg")
                         .set("Resync_Random_Delay", "0")
                         .set("GPP_B", "mac=$MA $SA")
                         .set("GPP_SA", "s3cret"));
    world.serve_profile("https://192.0.2.9/x.cfg", "<GPP_A>1</GPP_A>");
    world.power_up({"192.168.1.100", DhcpAnswer{"", {{66, "192.0.2.9"}}}});
    ASSERT_FALSE(world.requests.empty());
    for (const test::Request& request : world.requests) {
        EXPECT_FALSE(request.url.starts_with("tftp:")) << request.url;
        EXPECT_EQ(request.method, Method::post);
        EXPECT_EQ(request.body, "mac=000e08012345 $SA");
        EXPECT_EQ(request.content_type, "text/plain");
    }
    EXPECT_EQ(world.get("GPP_A"), "1");
}

TEST(RulePass, ARuleThatPostsNowIsNotSentToTheTftpServerThatHadItsFile) {
    PhoneWorld world(provisioned("/x.cfg").set("GPP_B", "mac=$MA"));
    world.serve_profile("tftp://192.0.2.9/x.cfg", "").serve_profile("http://192.0.2.9/x.cfg", "");
    world.power_up(lease_with(66, "192.0.2.9"));
    ASSERT_EQ(world.urls(), Strings{"tftp://192.0.2.9/x.cfg"});
    world.submit("Profile_Rule", "[--post b] /x.cfg");
    EXPECT_EQ(world.urls().back(), "http://192.0.2.9/x.cfg");
}

// 6.7: two messages a transfer; an answered challenge is still the same one.
TEST(RulePass, LogsOneRequestPerUrl) {
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

TEST(RulePass, OnlyTheMessageOfAFailureIsAnError) {
    PhoneWorld world(provisioned());
    world.hold_transfers = true;
    world.power_up().wait(0s);
    std::vector<LogEvent> said;
    for (const Action& action : world.phone().step(
             TransferFailed{world.id_under_way(0), TransferFault::connect, "refused"},
             TimePoint{})) {
        if (const Log* line = std::get_if<Log>(&action); line != nullptr && line->syslog) {
            said.push_back(line->event);
        }
    }
    EXPECT_EQ(said,
              (std::vector{LogEvent::resync_requested,
                           LogEvent::resync_failed}));  // the request, its failure
}

// 2.3: PRVST and PRVTMR are those of the resync that is being evaluated.
TEST(RulePass, RulesSeeItsCauseAndTheTimeSinceTheLast) {
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

TEST(RulePass, RecordsWhatAFailedRuleDidNotReach) {
    PhoneWorld world(provisioned()
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

// 7.5: the pass ends without failing, and nothing is due; a new rule goes on.
TEST(RulePass, ARuleThatAsksForACodeEndsThePassAndWaits) {
    PhoneWorld world(provisioned("gds://").set("Profile_Rule_B", "http://h/b.xml"));
    world.serve_profile("http://h/c.xml", "<GPP_A>1</GPP_A>").power_up().run_for(48h);
    EXPECT_EQ(world.urls(), Strings{});
    EXPECT_TRUE(world.saved().resyncs.empty());
    EXPECT_FALSE(world.saved().resync_due);
    world.submit("Profile_Rule", "http://h/c.xml");
    EXPECT_EQ(world.get("GPP_A"), "1");
}

TEST(RulePass, SaysThatARuleAsksForACode) {
    test::MachineBench bench(provisioned("gds://"));
    Context context = bench.context();
    RulePass pass({});
    const auto result = pass.start(context);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->wants_code);
    EXPECT_FALSE(result->succeeded);
    EXPECT_EQ(result->error, "waiting for an activation code");
    EXPECT_FALSE(result->installed);
}

// ---- the profile account (4.3, 5.1 Profile_Authentication_Type) ----

TEST(RulePass, TheProfileAccountAnswersWhereARuleHasNoCredentials) {
    struct Row {
        std::string_view type;
        std::string_view rule;
        std::string_view user;  // who answered the challenge; empty: nobody
    };

    for (const Row& row : {Row{"Basic Http Authentication", "http://h/a.xml", "ann"},
                           Row{"Basic Http Authentication", "[--uid bob] http://h/a.xml", "bob"},
                           Row{"Disabled", "http://h/a.xml", ""},
                           Row{"XSI Authentication", "http://h/a.xml", ""}}) {
        for (const bool one_shot : {false, true}) {
            SCOPED_TRACE(fmt::format("{} {} {}", row.type, row.rule, one_shot));
            PhoneWorld world(provisioned(row.rule)
                                 .set("Profile_Authentication_Type", row.type)
                                 .set("Resync_On_Reset", "No"));
            world.serve("http://h/a.xml", {401, {}, {}, "Basic realm=\"x\"", {}})
                .serve_profile("http://h/a.xml", "");
            world.power_up();
            ResyncRequested request{{1}, one_shot ? std::string(row.rule) : "", "", Asker::menu};
            request.account = profile::Credentials{"ann", Secret("pw")};
            world.step(request);
            world.settle();
            ASSERT_EQ(world.requests.size(), row.user.empty() ? 1U : 2U);
            EXPECT_EQ(world.requests.front().user, "");
            EXPECT_EQ(world.requests.back().user, row.user);
        }
    }
}

TEST(RulePass, TheProfileAccountIsOfOneResync) {
    PhoneWorld world(provisioned().set("Resync_On_Reset", "No"));
    world.serve("http://h/a.xml", {401, {}, {}, "Basic realm=\"x\"", {}})
        .serve_profile("http://h/a.xml", "")
        .serve("http://h/a.xml", {401, {}, {}, "Basic realm=\"x\"", {}});
    world.power_up();
    world.step(
        ResyncRequested{{1}, "", "", Asker::menu, profile::Credentials{"ann", Secret("pw")}});
    world.settle().run_for(7200s);
    EXPECT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.saved().resyncs[0].error, "auth failed");
}

// ---- restricted domains (4.3) ----

TEST(RulePass, ServersOutsideTheListedDomainsAreNotAsked) {
    PhoneWorld world(provisioned("https://prov.other.test/a.xml")
                         .set("Restricted_Access_Domains", "example.com, sip.test"));
    world.power_up();
    EXPECT_EQ(world.urls(), Strings{});
    EXPECT_EQ(world.saved().resyncs.at(0).error, "restricted domain");
    EXPECT_EQ(world.saved().resyncs.at(0).url, "https://prov.other.test/a.xml");
    EXPECT_EQ(world.syslog,
              Strings{"CP-8841-3PCC 00:0e:08:01:23:45 -- Resync failed: restricted domain"});
    ASSERT_TRUE(world.phone().next_deadline());  // class C: the error retry
    world.run_for(60s);
    EXPECT_EQ(world.syslog.size(), 2U);
}

// Of the servers that DHCP names, the ones that may be asked are.
TEST(RulePass, DiscoveryGoesOnPastARestrictedServer) {
    PhoneWorld world(provisioned("/$PSN.xml").set("Restricted_Access_Domains", "10.0.0.2"));
    world.serve_profile("tftp://10.0.0.2/8841-3PCC.xml", "<GPP_A>1</GPP_A>")
        .power_up({"192.168.1.100", DhcpAnswer{"", {{150, "10.0.0.1;10.0.0.2"}}}});
    EXPECT_EQ(world.urls(), Strings{"tftp://10.0.0.2/8841-3PCC.xml"});
    EXPECT_EQ(world.get("GPP_A"), "1");
}

// ---- DHCPv6 (5.1 DHCPv6_Option_To_Use) ----

TEST(RulePass, FindsServersByTheOptionsOfDhcpv6) {
    PhoneWorld world(provisioned("/$PSN.xml"));
    world.serve_profile("http://[2001:db8::1]/8841-3PCC.xml", "<GPP_A>six</GPP_A>")
        .power_up({"2001:db8::9", DhcpAnswer{"", {}, {{159, "http://[2001:db8::1]"}}}});
    EXPECT_EQ(world.get("GPP_A"), "six");
    PhoneWorld unlisted(provisioned("/$PSN.xml").set("DHCPv6_Option_To_Use", "160"));
    unlisted.power_up({"2001:db8::9", DhcpAnswer{"", {}, {{159, "http://[2001:db8::1]"}}}});
    EXPECT_EQ(unlisted.urls(), Strings{});
}

// ---- DNS SRV (6.8) ----

// Vector 29, of the phone.
TEST(RulePass, SrvOverTftpIsAnErrorWithTheTextOfTheDocuments) {
    PhoneWorld world(provisioned("[--srv] tftp://example.com/a"));
    world.power_up();
    EXPECT_EQ(world.lookups, Strings{});
    EXPECT_EQ(world.saved().resyncs.at(0).error,
              "Error - TFTP Scheme not supported in SRV lookups");
}

TEST(RulePass, ARuleWithSrvAsksTheTargetsInCiscosOrder) {
    PhoneWorld world(provisioned("[--srv --uid bob] https://example.com/x/$MA.xml?a=1"));
    world
        .serve_srv(
            https_name,
            {{"two.test", 443, 10, 20}, {"three.test", 443, 20, 0}, {"one.test", 8443, 10, 1}})
        .serve("https://one.test:8443/x/000e08012345.xml?a=1", {500, {}, {}, {}, {}})
        .serve_profile("https://two.test/x/000e08012345.xml?a=1", "<GPP_A>1</GPP_A>");
    world.power_up();
    EXPECT_EQ(world.lookups, Strings{https_name});
    EXPECT_EQ(world.urls(),
              (Strings{"https://one.test:8443/x/000e08012345.xml?a=1",
                       "https://two.test/x/000e08012345.xml?a=1"}));
    EXPECT_EQ(world.get("GPP_A"), "1");
    for (const test::Request& request : world.requests) {
        EXPECT_EQ(request.certificate_name, "example.com");
    }
    world.run_for(7200s);  // each resync looks them up again
    EXPECT_EQ(world.lookups.size(), 2U);
}

TEST(RulePass, ARuleWithSrvOverHttpHasNoCertificate) {
    PhoneWorld world(provisioned("[--srv] http://example.com/a.xml"));
    world.serve_srv(http_name, {{"one.test", 8080, 0, 0}})
        .serve_profile("http://one.test:8080/a.xml", "")
        .power_up();
    EXPECT_EQ(world.lookups, Strings{http_name});
    EXPECT_EQ(world.requests.at(0).certificate_name, "");
    EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
}

TEST(RulePass, ARuleWithSrvAndNoRecordsFailsAndIsRetried) {
    PhoneWorld world(provisioned("[--srv] https://example.com/a.xml"));
    world.power_up();
    EXPECT_EQ(world.urls(), Strings{});
    EXPECT_EQ(world.saved().resyncs.at(0).error,
              "dns failed: no server in the SRV records of " + https_name);
    world.serve_srv(https_name, {{"one.test", 443, 0, 0}})
        .serve_profile("https://one.test/a.xml", "<GPP_A>1</GPP_A>")
        .run_for(60s);
    EXPECT_EQ(world.get("GPP_A"), "1");
}

TEST(RulePass, OneShotsKnowSrvToo) {
    PhoneWorld world(provisioned("").set("Resync_On_Reset", "No"));
    world.serve_srv(https_name, {{"one.test", 443, 0, 0}})
        .serve_profile("https://one.test/a.xml", "<GPP_A>1</GPP_A>")
        .power_up();
    world.step(ResyncRequested{{1}, "[--srv] https://example.com/a.xml", ""});
    world.settle();
    EXPECT_EQ(world.get("GPP_A"), "1");
}

// 6.5: DHCP, then DNS SRV, then the redirect service; https before http.
TEST(RulePass, AnUnprovisionedPhoneLooksForServersOfItsDomain) {
    PhoneWorld world(SamplePhone(), test::redirect_rule);
    world.serve_srv(https_name, {{"one.test", 443, 0, 0}})
        .serve_srv(http_name, {{"two.test", 80, 0, 0}})
        .serve_profile("http://two.test/Cisco/000e08012345.cfg", "<GPP_A>1</GPP_A>");
    world.power_up({"192.168.1.100", DhcpAnswer{"example.com", {{66, "http://10.0.0.1"}}}});
    EXPECT_EQ(world.urls(),
              (Strings{"http://10.0.0.1/8841-3PCC.xml",
                       "http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg",
                       "https://one.test/8841-3PCC.xml",
                       "https://one.test/Cisco/000e08012345.cfg",
                       "http://two.test/8841-3PCC.xml",
                       "http://two.test/Cisco/000e08012345.cfg"}));
    EXPECT_EQ(world.lookups, (Strings{https_name, http_name}));
    EXPECT_EQ(world.requests[2].certificate_name, "example.com");
    EXPECT_EQ(world.requests[4].certificate_name, "");
    EXPECT_EQ(world.get("GPP_A"), "1");
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
}

TEST(RulePass, TheSecondLookUpIsMadeOnlyIfTheFirstLedNowhere) {
    PhoneWorld world(SamplePhone(), test::redirect_rule);
    world.serve_srv(https_name, {{"one.test", 443, 0, 0}})
        .serve_profile("https://one.test/8841-3PCC.xml", "")
        .power_up(in_domain("example.com"))
        .run_for(3600s);
    EXPECT_EQ(world.lookups, Strings{https_name});
    // The server is remembered, with the name of its certificate.
    ASSERT_EQ(world.urls(), Strings(2, "https://one.test/8841-3PCC.xml"));
    EXPECT_EQ(world.requests[1].certificate_name, "example.com");
}

// The common bootstrap in two steps, on a server that only DNS named.
TEST(RulePass, APathThatChangesIsOnTheServerThatDnsNamed) {
    PhoneWorld world(SamplePhone(), test::redirect_rule);
    world.serve_srv(https_name, {{"one.test", 443, 0, 0}})
        .serve_profile("https://one.test/8841-3PCC.xml", "<Profile_Rule>/$MA.xml</Profile_Rule>")
        .serve_profile("https://one.test/000e08012345.xml", "<GPP_A>own</GPP_A>")
        .power_up(in_domain("example.com"));
    EXPECT_EQ(world.get("GPP_A"), "own");
    EXPECT_EQ(world.requests.back().certificate_name, "example.com");
}

TEST(RulePass, WithoutRecordsTheRedirectServiceIsAsked) {
    PhoneWorld world(SamplePhone(), test::redirect_rule);
    world.serve(test::redirect_url, {200, "", {}, {}, {}}).power_up(in_domain("example.com"));
    EXPECT_EQ(world.lookups, (Strings{https_name, http_name}));
    EXPECT_EQ(world.urls(), Strings{test::redirect_url});
    EXPECT_EQ(world.saved().resyncs.at(0).error,
              "connect failed: no provisioning server: the rule names none, nor do DHCP and DNS");
    EXPECT_EQ(world.saved().customization, CustomizationState::unavailable);
}

// What failed last is what is told, not the look-ups that found nothing after it.
TEST(RulePass, TheFailureIsThatOfTheServersThatWereAsked) {
    PhoneWorld world;
    world.serve("http://10.0.0.1/8841-3PCC.xml", {500, {}, {}, {}, {}})
        .serve("http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg", {503, {}, {}, {}, {}})
        .power_up({"192.168.1.100", DhcpAnswer{"example.com", {{66, "http://10.0.0.1"}}}});
    EXPECT_EQ(world.saved().resyncs.at(0).error, "http_get failed: 503");
}

TEST(RulePass, AProvisionedPhoneDoesNotLookUpItsDomain) {
    for (const auto state : {CustomizationState::aborted, CustomizationState::acquired}) {
        PhoneWorld world(provisioned("/$PSN.xml"));
        world.start_with(state).power_up(in_domain("example.com"));
        EXPECT_EQ(world.lookups, Strings{});
    }
}

TEST(RulePass, LateLookUpsAreDropped) {
    PhoneWorld world(provisioned("[--srv] https://example.com/a.xml"));
    world.hold_transfers = true;
    world.power_up().wait(0s);
    ASSERT_EQ(world.lookups.size(), 1U);
    world.step(ServersLookedUp{{4711}, {{"late.test", 443, 0, 0}}});
    EXPECT_EQ(world.urls(), Strings{});
    world.settle();
    world.step(ServersLookedUp{{1}, {{"late.test", 443, 0, 0}}});
    world.step(ServersLookedUp{{}, {{"late.test", 443, 0, 0}}});
    EXPECT_EQ(world.urls(), Strings{});
}

}  // namespace onhook::phone
