// The report and upgrade vectors of cisco-mpp.md section 16, each named by its number.
#include "phone/samples.h"
#include "profile/flat_profile.h"
#include "profile/status.h"
#include "support/phone_world.h"
#include "support/properties.h"
#include "support/sample_load.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {

SamplePhone reporter_phone(std::string_view rule) {
    return SamplePhone().set("Report_Rule", rule).set("Profile_Rule", "");
}

SamplePhone upgrade_phone(std::string_view rule) {
    return SamplePhone().set("Upgrade_Rule", rule).set("Profile_Rule", "");
}

void notify_report(PhoneWorld& world, Sender sender = Sender::known) {
    world.step(NotifyArrived{.request = {1}, .event = "report", .sender = sender});
    world.settle();
}

}  // namespace

TEST(Section16, Vector45UpgradeRetriesByTheList) {
    PhoneWorld world(upgrade_phone("http://fw.test/a.loads")
                         .set("Upgrade_Error_Retry_Delay", "1800,3600,7200,14400+3600"));
    world.power_up().run_for(72h);
    const auto times = world.times();
    ASSERT_GT(times.size(), 10U);
    EXPECT_EQ(times[1], 1800);
    EXPECT_EQ(times[2], 1800 + 3600);
    EXPECT_EQ(times[3], 1800 + 3600 + 7200);
    for (std::size_t i = 4; i < times.size(); ++i) {
        EXPECT_GE(times[i] - times[i - 1], 14400);
        EXPECT_LE(times[i] - times[i - 1], 18000);
    }
}

TEST(Section16, Vector69TwoReportsByPut) {
    PhoneWorld world(reporter_phone("[--delta]http://s/d.xml [--status]http://s/s.xml")
                         .set("HTTP_Report_Method", "PUT"));
    world.serve("http://s/d.xml", Reply{}).serve("http://s/s.xml", Reply{}).power_up();
    ASSERT_EQ(world.requests.size(), 2U);
    EXPECT_EQ(world.urls(), (Strings{"http://s/d.xml", "http://s/s.xml"}));
    EXPECT_EQ(world.requests[0].method, Method::put);
    EXPECT_EQ(world.requests[1].method, Method::put);
    EXPECT_TRUE(profile::read_flat_profile(world.requests[0].body));
    EXPECT_TRUE(profile::is_status(world.requests[1].body));
}

// That the shell seals with the key is tests/agent/content_test.cpp.
TEST(Section16, Vector70DeltaWithAKey) {
    PhoneWorld world(reporter_phone("[--delta --key test123]http://s/d.enc.xml;"));
    world.serve("http://s/d.enc.xml", Reply{}).power_up();
    EXPECT_EQ(world.urls(), Strings{"http://s/d.enc.xml"});
    EXPECT_TRUE(world.requests.at(0).key);
    EXPECT_TRUE(world.requests[0].upload);
}

TEST(Section16, Vector71SecondDeltaHoldsTheSecondChangeOnly) {
    PhoneWorld world(reporter_phone("[--delta]http://s/d.xml"));
    world.serve("http://s/d.xml", Reply{}).power_up();
    const auto change_and_report = [&](const char* name) {
        world.step(ValuesSubmitted{{2}, {{name, "new"}}, Editor::web});
        notify_report(world);
        return world.requests.back().body;
    };
    const std::string first = change_and_report("GPP_A");
    const std::string second = change_and_report("GPP_B");
    EXPECT_NE(first.find("<GPP_A ua=\"na\">new</GPP_A>"), std::string::npos);
    EXPECT_EQ(first.find("GPP_B"), std::string::npos);
    EXPECT_NE(second.find("<GPP_B ua=\"na\">new</GPP_B>"), std::string::npos);
    EXPECT_EQ(second.find("GPP_A"), std::string::npos);
}

TEST(Section16, Vector72NotifyReportNeedsCredentialsAndIsNotRetried) {
    PhoneWorld world(reporter_phone("http://s/r.xml").set("Report_to_Server", "On Local Change"));
    world.serve("http://s/r.xml", {.status = 500}).power_up();
    notify_report(world, Sender::unknown);
    EXPECT_EQ(world.notify_answers, std::vector<int>{401});
    EXPECT_TRUE(world.requests.empty());
    notify_report(world);
    EXPECT_EQ(world.notify_answers.back(), 200);
    world.run_for(48h);
    EXPECT_EQ(world.requests.size(), 1U);
}

// The header is the shell's (tests/agent/content_test.cpp), the order is the phone's.
TEST(Section16, Vector73ReportIsSealedWithTheKeyingMaterial) {
    PhoneWorld world(reporter_phone("http://s/r.xml").set("IKM_HTTP_Encrypt_Content", "material"));
    world.power_up();
    EXPECT_TRUE(world.requests.at(0).ikm);
    EXPECT_FALSE(world.requests[0].key);
}

TEST(Section16, Vector74KeyingMaterialIsInNoReport) {
    for (const char* rule :
         {"http://s/r.xml", "[--delta]http://s/r.xml", "[--status]http://s/r.xml"}) {
        PhoneWorld world(reporter_phone(rule));
        world.power_up();
        world.step(ValuesSubmitted{{2}, {{"IKM_HTTP_Encrypt_Content", "m4terial"}}, Editor::web});
        notify_report(world);
        const std::string said = world.everything_said();
        EXPECT_EQ(said.find("IKM_HTTP_Encrypt_Content"), std::string::npos) << rule;
        EXPECT_EQ(said.find("m4terial"), std::string::npos) << rule;
    }
}

TEST(Section16, Vector75LoadsThatAreThere) {
    PhoneWorld running(upgrade_phone("http://dead.test/sip88xx.11-3-1MPP-678.loads"));
    running.power_up().run_for(48h);
    EXPECT_TRUE(running.requests.empty());
    EXPECT_EQ(running.boots.size(), 1U);
    PhoneWorld inactive(upgrade_phone("http://dead.test/sip88xx.12-0-1MN-113.loads"));
    Firmware firmware;
    firmware.inactive = "sip88xx.12-0-1MN-113";
    inactive.start_with(firmware).power_up().run_for(48h);
    EXPECT_TRUE(inactive.requests.empty());
    EXPECT_EQ(inactive.boots, (std::vector{BootReason::power_up, BootReason::upgrade}));
    EXPECT_EQ(inactive.saved().firmware->running, "sip88xx.12-0-1MN-113");
    EXPECT_EQ(inactive.saved().firmware->inactive, "sip88xx.11-3-1MPP-678");
}

TEST(Section16, Vector76UpgradeWaitsForTheEndOfTheCall) {
    PhoneWorld world(upgrade_phone(""));
    test::serve_load(world).power_up();
    world.step(LinesChanged{true});
    world.step(ValuesSubmitted{{2}, {{"Upgrade_Rule", test::new_load_url}}, Editor::web});
    world.run_for(2h);
    EXPECT_TRUE(world.requests.empty());
    EXPECT_EQ(world.observed.back().what, Observed::What::blocked);
    EXPECT_EQ(world.observed.back().from, "upgrade");
    world.step(LinesChanged{false});
    world.run_for(0s);
    EXPECT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.boots.back(), BootReason::upgrade);
    EXPECT_EQ(world.saved().reboots.at(0).reason, BootReason::upgrade);
}

}  // namespace onhook::phone
