// The engine, RC and DHCP vectors of cisco-mpp.md section 16 that this machine covers, each
// named by its number.

#include "phone/samples.h"
#include "support/phone_world.h"
#include "support/properties.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::redirect_url;
using test::Reply;
using test::SamplePhone;

namespace {

// A phone that fetches one rule at once after power-up.
SamplePhone with_rule(std::string_view rule = "http://h/a.xml") {
    return SamplePhone().set("Profile_Rule", rule).set("Resync_Random_Delay", "0");
}

const std::string& redirect = test::redirect_rule;

}  // namespace

TEST(Section16, Vector19ConfigurationByCertificate) {
    const std::string_view rule =
        "(\"$CCERT\" eq \"Installed\")? https://p.tel.com/config? | "
        "https://p.tel.com/config?cisco$MAU";
    PhoneWorld without(with_rule(rule));
    without.serve_profile("https://p.tel.com/config?cisco000E08012345", "").power_up();
    EXPECT_EQ(without.urls(), Strings{"https://p.tel.com/config?cisco000E08012345"});
    SamplePhone sample = with_rule(rule);
    sample.identity.client_certificate = true;
    PhoneWorld with(sample);
    with.serve_profile("https://p.tel.com/config?", "").power_up();
    EXPECT_EQ(with.urls(), Strings{"https://p.tel.com/config?"});
}

TEST(Section16, Vector20PostsTheSerialNumber) {
    PhoneWorld world(with_rule("($PRVTMR ge 600)? http://p.tel.com/has-reg.cfg | [--post a] "
                               "http://p.tel.com/lost-reg?")
                         .set("GPP_A", "sn=$SN"));
    world.serve_profile("http://p.tel.com/lost-reg?", "<GPP_B>1</GPP_B>").power_up();
    ASSERT_EQ(world.requests.size(), 1U);
    EXPECT_EQ(world.requests[0].method, Method::post);
    EXPECT_EQ(world.requests[0].url, "http://p.tel.com/lost-reg?");
    EXPECT_EQ(world.requests[0].body, "sn=88012BA01234");
    EXPECT_EQ(world.requests[0].content_type, "text/plain");
    EXPECT_EQ(world.get("GPP_B"), "1");  // the answer counts like that of a GET
}

TEST(Section16, Vector21DisablesTheLineUntilItIsProvisioned) {
    PhoneWorld world(with_rule("(\"$A\" ne \"Provisioned\")? (Line_Enable_1_ = \"No\";)! "
                               "https://p.tel.com/init-prov | https://p.tel.com/configs")
                         .set("Resync_Periodic", "600"));
    world.serve_profile("https://p.tel.com/init-prov", "<GPP_A>Provisioned</GPP_A>")
        .serve_profile("https://p.tel.com/configs", "<Line_Enable_1_>Yes</Line_Enable_1_>");
    world.power_up();
    EXPECT_EQ(world.urls(), Strings{"https://p.tel.com/init-prov"});
    EXPECT_EQ(world.get("Line_Enable_1_"), "No");
    world.run_for(600s);
    EXPECT_EQ(world.urls(), (Strings{"https://p.tel.com/init-prov", "https://p.tel.com/configs"}));
    EXPECT_EQ(world.get("Line_Enable_1_"), "Yes");
}

TEST(Section16, Vector22AssignsWithoutATransfer) {
    PhoneWorld world(with_rule("( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )!")
                         .set("GPP_B", "7")
                         .set("GPP_C", "x"));
    world.power_up();
    EXPECT_EQ(world.urls(), Strings{});
    EXPECT_EQ(world.get("User_ID_1_"), "uid7");
    EXPECT_EQ(world.get("GPP_C"), "");
    EXPECT_EQ(world.get("GPP_D"), "000e08012345");
    EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
}

TEST(Section16, Vector23AFalseConditionSkipsTheRule) {
    PhoneWorld world(
        with_rule("(\"1\" eq \"2\")? http://h/x").set("Profile_Rule_B", "http://h/b.xml"));
    world.serve_profile("http://h/b.xml", "").power_up();
    EXPECT_EQ(world.urls(), Strings{"http://h/b.xml"});
    EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
}

TEST(Section16, Vector38LaterRuleWins) {
    PhoneWorld world(with_rule().set("Profile_Rule_B", "http://h/b.xml"));
    world.serve_profile("http://h/a.xml", "<GPP_C>A</GPP_C>")
        .serve_profile("http://h/b.xml", "<GPP_C>B</GPP_C>")
        .power_up();
    EXPECT_EQ(world.get("GPP_C"), "B");
}

TEST(Section16, Vector42AliasesOfTheRule) {
    PhoneWorld world(with_rule("[--alias m] http://h/a.xml")
                         .set("GPP_M",
                              "/SIP-Credentials/name = /flat-profile/Display_Name_1_ ; "
                              "/auth-secret = /flat-profile/Password_1_ ;"));
    world
        .serve("http://h/a.xml",
               {200,
                "<CPE><SIP-Credentials><name>J. Smith</name><auth-secret>732</auth-secret>"
                "</SIP-Credentials></CPE>",
                {},
                {},
                {}})
        .power_up();
    EXPECT_EQ(world.get("Display_Name_1_"), "J. Smith");
    EXPECT_EQ(world.get("Password_1_"), "732");
}

TEST(Section16, Vector43RetriesByTheListAndStartsItAnew) {
    PhoneWorld world(with_rule()
                         .set("Resync_Periodic", "7200")
                         .set("Resync_Error_Retry_Delay", "1800,3600,7200,14400"));
    for (int i = 0; i < 6; ++i) {
        world.serve_fault("http://h/a.xml", TransferFault::connect);
    }
    world.serve_profile("http://h/a.xml", "").serve_fault("http://h/a.xml", TransferFault::connect);
    world.power_up().run_for(Seconds(1800 + 3600 + 7200 + 3 * 14400 + 7200 + 1800));
    EXPECT_EQ(world.times(), (Times{0, 1800, 5400, 12600, 27000, 41400, 55800, 63000, 64800}));
}

TEST(Section16, Vector44PeriodicDrawsItsRandomPart) {
    PhoneWorld world(with_rule().set("Resync_Periodic", "3600+600"));
    world.serve_profile("http://h/a.xml", "").power_up().run_for(48h);
    const Times times = world.times();
    ASSERT_GT(times.size(), 40U);
    for (std::size_t i = 1; i < times.size(); ++i) {
        EXPECT_GE(times[i] - times[i - 1], 3600);
        EXPECT_LE(times[i] - times[i - 1], 4200);
    }
}

TEST(Section16, Vector46ZeroMeansNoRetry) {
    PhoneWorld world(with_rule().set("Resync_Error_Retry_Delay", "0"));
    world.serve_fault("http://h/a.xml", TransferFault::connect).power_up().run_for(48h);
    EXPECT_EQ(world.times(), (Times{0}));
}

TEST(Section16, Vector47DailyInItsWindowOrIgnored) {
    const WallTime new_year(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
    PhoneWorld world(with_rule()
                         .set("Resync_At__HHmm_", "1000")
                         .set("Resync_At_Random_Delay", "600")
                         .set("Resync_Periodic", "3600"));
    world.wall_at_start = new_year;
    world.serve_profile("http://h/a.xml", "").power_up().run_for(24h);
    ASSERT_EQ(world.times().size(), 2U);
    EXPECT_GE(world.times()[1], 36000);
    EXPECT_LE(world.times()[1], 36600);
    PhoneWorld ignored(with_rule().set("Resync_At__HHmm_", "9960").set("Resync_Periodic", "3600"));
    ignored.wall_at_start = new_year;
    ignored.serve_profile("http://h/a.xml", "").power_up().run_for(2h);
    EXPECT_EQ(ignored.times(), (Times{0, 3600, 7200}));
}

TEST(Section16, Vector48TheWindowIsRoundedToTheMinute) {
    for (const auto& [delay, most] : {std::pair{"629", 600}, std::pair{"630", 660}}) {
        int longest = 0;
        PhoneWorld world(
            with_rule().set("Resync_At__HHmm_", "0000").set("Resync_At_Random_Delay", delay));
        world.wall_at_start = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
        world.serve_profile("http://h/a.xml", "").power_up().run_for(300 * 24h);
        for (const int time : world.times()) {
            longest = std::max(longest, time % 86400);
        }
        EXPECT_LE(longest, most);
        EXPECT_GT(longest, most - 30);
    }
}

RC_GTEST_PROP(Section16, Vector49StartDelayIsWithinTwentySecondUnits, (std::uint64_t seed)) {
    PhoneWorld world(with_rule().set("Resync_Random_Delay", "3"));
    world.serve_profile("http://h/a.xml", "").power_up({}, seed).run_for(61s);
    RC_ASSERT(world.requests.size() == 1U);
    RC_ASSERT(world.requests[0].at <= 60s);
}

TEST(Section16, Vector50NotFoundCountsAsTheParameterSays) {
    struct Row {
        std::string_view fails_on_fnf;
        Reply reply;
        int second_attempt;
    };

    Reply tftp_not_found;
    tftp_not_found.fault = TransferFault::tftp_not_found;
    for (const Row& row : {Row{"No", Reply{404, {}, {}, {}, {}}, 7200},
                           Row{"Yes", Reply{404, {}, {}, {}, {}}, 60},
                           Row{"No", tftp_not_found, 7200},
                           Row{"No", Reply{503, {}, {}, {}, {}}, 60},
                           Row{"No", Reply{200, "corrupt", {}, {}, {}}, 60},
                           Row{"No", Reply{410, {}, {}, {}, {}}, 60}}) {
        SCOPED_TRACE(row.reply.status);
        PhoneWorld world(with_rule()
                             .set("Resync_Periodic", "7200")
                             .set("Resync_Error_Retry_Delay", "60")
                             .set("Resync_Fails_On_FNF", row.fails_on_fnf));
        world.serve("http://h/a.xml", row.reply).power_up().run_for(Seconds(row.second_attempt));
        EXPECT_EQ(world.times(), (Times{0, row.second_attempt}));
    }
}

TEST(Section16, Vector51OnlyThe301And302AreFollowed) {
    for (const int status : {301, 302}) {
        PhoneWorld world(with_rule());
        world.serve("http://h/a.xml", {status, {}, "http://i/b.xml", {}, {}})
            .serve_profile("http://i/b.xml", "<GPP_A>1</GPP_A>")
            .power_up();
        EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml", "http://i/b.xml"}));
        EXPECT_EQ(world.get("GPP_A"), "1");
        EXPECT_EQ(world.saved().resyncs.size(), 1U);
    }
    for (const int status : {300, 303, 307, 308}) {
        PhoneWorld world(with_rule());
        world.serve("http://h/a.xml", {status, {}, "http://i/b.xml", {}, {}}).power_up();
        EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml"}));
        EXPECT_EQ(world.saved().resyncs[0].error, "http_get failed: " + std::to_string(status));
    }
}

TEST(Section16, Vector52TwoAnswersToChallengesThenFailure) {
    PhoneWorld world(with_rule("[--uid bob --pwd pw] http://h/a.xml"));
    world.serve("http://h/a.xml", {401, {}, {}, "Digest realm=\"x\"", {}}).power_up();
    ASSERT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.requests[0].user, "");
    EXPECT_EQ(world.requests[1].user, "bob");
    EXPECT_EQ(world.requests[2].user, "bob");
    EXPECT_EQ(world.saved().resyncs[0].error, "auth failed");
}

TEST(Section16, Vector53BlankProfileRuleDoesNotStopB) {
    PhoneWorld world(with_rule("").set("Profile_Rule_B", "http://h/b.xml"));
    world.serve_profile("http://h/b.xml", "").power_up();
    EXPECT_EQ(world.urls(), (Strings{"http://h/b.xml"}));
}

TEST(Section16, Vector54FailureOfBEndsThePassAndTheNextStartsAtA) {
    PhoneWorld world(with_rule()
                         .set("Profile_Rule_B", "http://h/b.xml")
                         .set("Profile_Rule_C", "http://h/c.xml")
                         .set("Profile_Rule_D", "http://h/d.xml")
                         .set("Resync_Error_Retry_Delay", "60"));
    world.serve_profile("http://h/a.xml", "<GPP_A>kept</GPP_A>")
        .serve_profile("http://h/c.xml", "")
        .serve_profile("http://h/d.xml", "")
        .serve("http://h/b.xml", {500, {}, {}, {}, {}})
        .serve_profile("http://h/b.xml", "");
    world.power_up();
    EXPECT_EQ(world.urls(), (Strings{"http://h/a.xml", "http://h/b.xml"}));
    EXPECT_EQ(world.get("GPP_A"), "kept");
    world.run_for(60s);
    EXPECT_EQ(world.urls(),
              (Strings{"http://h/a.xml",
                       "http://h/b.xml",
                       "http://h/a.xml",
                       "http://h/b.xml",
                       "http://h/c.xml",
                       "http://h/d.xml"}));
}

TEST(Section16, Vector55TriggersGateBootsAndNotNotify) {
    PhoneWorld world(with_rule().set("Resync_Trigger_1", "$PRVTMR ge 99999"));
    world.serve_profile("http://h/a.xml", "").power_up().run_for(600s);
    EXPECT_EQ(world.urls(), Strings{});
    world.step(NotifyArrived{{1}, "resync", Sender::known});
    world.settle();
    EXPECT_EQ(world.urls(), Strings{"http://h/a.xml"});
}

TEST(Section16, Vector56ACallPutsTheResyncOffUpToTheBound) {
    for (const auto& [call, resync] : {std::pair{100, 100}, std::pair{400, 300}}) {
        PhoneWorld world(
            with_rule().set("Forced_Resync_Delay", "300").set("Resync_Periodic", "1000"));
        world.serve_profile("http://h/a.xml", "").power_up().run_for(900s);
        world.lines(true).run_for(Seconds(100 + call));
        world.lines(false).run_for(1s);
        EXPECT_EQ(world.times(), (Times{0, 1000 + resync}));
    }
}

TEST(Section16, Vector57ProvisionEnableNoRefusesTheDirectAction) {
    PhoneWorld world(with_rule().set("Provision_Enable", "No"));
    world.power_up().step(ResyncRequested{{7}, "http://h/b.xml", "192.168.1.5"});
    ASSERT_EQ(world.answers.size(), 1U);
    EXPECT_FALSE(world.answers[0].accepted);
    EXPECT_EQ(world.answers[0].text, "resync is disabled: Provision_Enable is No");
    EXPECT_EQ(world.urls(), Strings{});
}

TEST(Section16, Vector58And59OneShotResyncAndItsLogLines) {
    PhoneWorld world(with_rule("").set("Resync_On_Reset", "No"));
    world.serve_profile("tftp://192.168.15.100/my_config.xml", "<GPP_A>1</GPP_A>").power_up();
    world.step(ResyncRequested{{1}, "tftp://192.168.15.100/my_config.xml", "192.168.1.5"});
    world.settle();
    EXPECT_EQ(world.get("GPP_A"), "1");
    EXPECT_EQ(world.get("Profile_Rule"), "");
    EXPECT_EQ(world.syslog,
              (Strings{"CP-8841-3PCC 00:0e:08:01:23:45 -- Requesting resync "
                       "tftp://192.168.15.100:69/my_config.xml",
                       "CP-8841-3PCC 00:0e:08:01:23:45 -- Successful resync "
                       "tftp://192.168.15.100:69/my_config.xml"}));
}

TEST(Section16, Vector60EmptySuccessMessageSaysNothing) {
    PhoneWorld world(with_rule().set("Log_Success_Msg", ""));
    world.serve_profile("http://h/a.xml", "").power_up();
    EXPECT_EQ(
        world.syslog,
        (Strings{"CP-8841-3PCC 00:0e:08:01:23:45 -- Requesting resync http://192.0.2.1:80/a.xml"}));
}

TEST(Section16, Vector61RedirectedPhoneIsAcquired) {
    PhoneWorld world(SamplePhone(), redirect);
    world.serve_profile(redirect_url, "<Profile_Rule>http://sp.test/$MA.xml</Profile_Rule>")
        .serve_profile("http://sp.test/000e08012345.xml", "<GPP_A>1</GPP_A>")
        .power_up();
    EXPECT_EQ(world.urls(), (Strings{redirect_url, "http://sp.test/000e08012345.xml"}));
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
    Strings transitions;
    for (const std::string& line : world.log) {
        if (line.starts_with("customization ")) {
            transitions.push_back(line.substr(14));
        }
    }
    EXPECT_EQ(
        transitions,
        (Strings{"Open -> Pending", "Pending -> Custom-Pending", "Custom-Pending -> Acquired"}));
}

TEST(Section16, Vector62EmptyAnswerMeansUnavailableForEver) {
    PhoneWorld world(SamplePhone().set("Resync_Random_Delay", "0"), redirect);
    world.serve(redirect_url, {200, "", {}, {}, {}}).power_up().run_for(48h);
    EXPECT_EQ(world.saved().customization, CustomizationState::unavailable);
    EXPECT_EQ(world.urls(), (Strings{redirect_url}));
    world.power_up().run_for(48h);
    EXPECT_EQ(world.urls(), (Strings{redirect_url}));
}

TEST(Section16, Vector63RetriesDoubleAndAReboootStartsThemAnew) {
    PhoneWorld world(SamplePhone(), redirect);
    world.serve(redirect_url, {500, {}, {}, {}, {}}).power_up().run_for(Seconds(31 * 60));
    EXPECT_EQ(world.times(), (Times{0, 60, 180, 420, 900, 1860}));
    EXPECT_EQ(world.saved().customization, CustomizationState::pending);
    world.power_up().run_for(180s);
    EXPECT_EQ(world.times(), (Times{0, 60, 180, 420, 900, 1860, 1920, 2040}));
}

TEST(Section16, Vector64AProxySetOnThePageAborts) {
    PhoneWorld world(SamplePhone(), redirect);
    world.serve(redirect_url, {500, {}, {}, {}, {}}).power_up();
    ASSERT_EQ(world.saved().customization, CustomizationState::pending);
    world.step(ValuesSubmitted{{1}, {{"Proxy_1_", "sip.test"}}, Editor::web});
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
    world.run_for(48h);
    EXPECT_EQ(world.asked(redirect_url), 1);
}

TEST(Section16, Vector65BareAddressInOption66) {
    SamplePhone sample;
    sample.identity.model = "8851";
    sample.identity.mac = *MacAddress::parse("001234ab45de");
    PhoneWorld world(sample);
    world.power_up(lease_with(66, "10.23.45.67"));
    EXPECT_EQ(world.urls(),
              (Strings{"tftp://10.23.45.67/8851-3PCC.xml",
                       "tftp://10.23.45.67/Cisco/CP-8851-3PCC/001234ab45de.cfg",
                       "http://10.23.45.67/8851-3PCC.xml",
                       "http://10.23.45.67/Cisco/CP-8851-3PCC/001234ab45de.cfg",
                       "https://10.23.45.67/8851-3PCC.xml",
                       "https://10.23.45.67/Cisco/CP-8851-3PCC/001234ab45de.cfg"}));
}

TEST(Section16, Vector66UrlWithPathInOption160) {
    SamplePhone sample;
    sample.identity.model = "8851";
    sample.identity.mac = *MacAddress::parse("001234ab45de");
    PhoneWorld world(sample);
    world.power_up(lease_with(160, "https://10.23.45.67/path"));
    EXPECT_EQ(world.urls(),
              (Strings{"https://10.23.45.67/path",
                       "https://10.23.45.67/path/8851-3PCC.xml",
                       "https://10.23.45.67/path/Cisco/CP-8851-3PCC/001234ab45de.cfg"}));
}

TEST(Section16, Vector67SeveralAddressesOneAfterTheOther) {
    PhoneWorld world;
    world.power_up(lease_with(150, "10.0.0.1;10.0.0.2"));
    const Strings urls = world.urls();
    ASSERT_EQ(urls.size(), 12U);
    for (std::size_t i = 0; i < urls.size(); ++i) {
        EXPECT_NE(urls[i].find(i < 6 ? "//10.0.0.1/" : "//10.0.0.2/"), std::string::npos)
            << urls[i];
    }
}

TEST(Section16, Vector68RuleWithAServerNeverUsesDhcp) {
    PhoneWorld world(with_rule("http://h/x.cfg"));
    world.serve_fault("http://h/x.cfg", TransferFault::connect)
        .power_up(lease_with(66, "10.0.0.1"));
    EXPECT_EQ(world.urls(), (Strings{"http://h/x.cfg"}));
}

}  // namespace onhook::phone
