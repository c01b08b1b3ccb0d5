#include "phone/reporter.h"

#include <gtest/gtest.h>

#include "phone/samples.h"
#include "phone/states/driven_reporter.h"
#include "profile/flat_profile.h"
#include "profile/status.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::MachineBench;
using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {

Strings logged_about_reports(const PhoneWorld& world) {
    Strings lines;
    for (const std::string& line : world.log) {
        if (line.starts_with("report")) {
            lines.push_back(line);
        }
    }
    return lines;
}

}  // namespace

TEST(Reporter, UsesTheVerbOfTheParameterAndWritesByTftp) {
    struct Row {
        std::string_view url;
        std::string_view method;
        Method verb;
    };

    for (const Row& row : {Row{"http://s/r.xml", "POST", Method::post},
                           Row{"http://s/r.xml", "PUT", Method::put},
                           Row{"https://s/r.xml", "PUT", Method::put},
                           Row{"tftp://s/r.xml", "POST", Method::put},
                           Row{"s/r.xml", "POST", Method::put}}) {
        SCOPED_TRACE(row.url);
        PhoneWorld world(reporting(row.url).set("HTTP_Report_Method", row.method));
        world.power_up();
        ASSERT_EQ(world.requests.size(), 1U);
        EXPECT_EQ(world.requests[0].method, row.verb);
        EXPECT_EQ(world.requests[0].content_type, "application/xml");
        EXPECT_TRUE(profile::read_flat_profile(world.requests[0].body));
    }
}

TEST(Reporter, SendsTwoReportsOneAfterTheOther) {
    PhoneWorld world(reporting("http://s/one.xml; http://s/$MA.xml http://s/third.xml"));
    world.hold_transfers = true;
    world.serve("http://s/one.xml", Reply{}).serve("http://s/000e08012345.xml", Reply{}).power_up();
    EXPECT_EQ(world.urls(), (Strings{"http://s/one.xml"}));
    world.settle();
    EXPECT_EQ(world.urls(), (Strings{"http://s/one.xml", "http://s/000e08012345.xml"}));
    EXPECT_EQ(
        logged_about_reports(world),
        (Strings{"report sent to http://s/one.xml", "report sent to http://s/000e08012345.xml"}));
    EXPECT_TRUE(world.logged("Report_Rule names more than two reports; the first two are sent"));
}

// 8.1: a report rule is evaluated like a profile rule.
TEST(Reporter, ChoosesAndAssignsAsItsRuleSays) {
    PhoneWorld world(
        reporting("(1 eq 2)? http://s/one.xml | ( GPP_A = \"told\" ; "
                  "Line_Enable_1_ = \"No\" ; )! http://s/two.xml"));
    world.serve("http://s/two.xml", Reply{}).power_up().run_for(1h);
    EXPECT_EQ(world.urls(), (Strings{"http://s/two.xml"}));
    EXPECT_EQ(world.get("GPP_A"), "told");
    EXPECT_TRUE(world.logged("what Report_Rule assigned takes effect when the phone starts again"));
    EXPECT_EQ(world.boots.size(), 1U);
}

// 8.3: one attempt, and the next report is not held back by it.
TEST(Reporter, TriesOnceAndSaysWhatWentWrong) {
    PhoneWorld world(reporting("http://s/one.xml http://s/two.xml"));
    world.serve("http://s/one.xml", {500, {}, {}, {}, {}})
        .serve_fault("http://s/two.xml", TransferFault::tls)
        .power_up()
        .run_for(48h);
    EXPECT_EQ(world.requests.size(), 2U);
    EXPECT_EQ(logged_about_reports(world),
              (Strings{"report to http://s/one.xml failed: http_post failed: 500",
                       "report to http://s/two.xml failed: tls failed: as told"}));
}

TEST(Reporter, OnlyAFailureIsAnError) {
    for (const auto& [status, event] :
         {std::pair{200, LogEvent::report_sent}, std::pair{500, LogEvent::report_failed}}) {
        DrivenReporter driven(ReporterState::sending);
        driven.answer(status);
        const Log* said = std::get_if<Log>(&driven.bench.actions.back());
        ASSERT_NE(said, nullptr);
        EXPECT_EQ(said->event, event);
    }
}

TEST(Reporter, AnswersChallengesAndFollowsRedirects) {
    PhoneWorld world(reporting("[--uid bob --pwd $SA] http://s/r.xml").set("GPP_SA", "s3cret"));
    world.serve("http://s/r.xml", {401, {}, {}, "Digest", {}})
        .serve("http://s/r.xml", {301, {}, "/new.xml", {}, {}})
        .serve("http://s/new.xml", {201, {}, {}, {}, {}})
        .power_up();
    ASSERT_EQ(world.requests.size(), 3U);
    EXPECT_EQ(world.requests[1].user, "bob");
    EXPECT_EQ(world.requests[2].url, "http://s/new.xml");
    EXPECT_EQ(world.requests[2].body, world.requests[0].body);
    EXPECT_EQ(logged_about_reports(world), (Strings{"report sent to http://s/new.xml"}));
}

// Not sent rather than sent in clear; the other report still goes.
// 1.11, 8.2: the shell seals with what the order holds; RFC 8188 is a mechanism of HTTP.
TEST(Reporter, OrdersWhatItsReportsAreSealedWith) {
    struct Row {
        std::string_view rule;
        std::string_view ikm;
        bool with_key;
        bool with_ikm;
    };

    for (const Row& row : {Row{"http://s/f.xml", "", false, false},
                           Row{"[--key k]http://s/f.xml", "", true, false},
                           Row{"[--status --key k]http://s/f.xml", "", true, false},
                           Row{"http://s/f.xml", "keying material", false, true},
                           Row{"[--delta]http://s/f.xml", "keying material", false, true},
                           Row{"[--key k]http://s/f.xml", "keying material", true, true},
                           Row{"tftp://s/f.xml", "keying material", false, false}}) {
        SCOPED_TRACE(row.rule);
        PhoneWorld world(reporting(row.rule).set("IKM_HTTP_Encrypt_Content", row.ikm));
        world.power_up();
        ASSERT_EQ(world.requests.size(), 1U);
        EXPECT_EQ(world.requests[0].key, row.with_key);
        EXPECT_EQ(world.requests[0].ikm, row.with_ikm);
        EXPECT_TRUE(world.requests[0].upload);
    }
}

TEST(Reporter, SendsTheStatus) {
    PhoneWorld world(reporting("[--status]http://s/s.xml"));
    world.serve("http://s/s.xml", Reply{}).power_up();
    const auto status = profile::read_status(world.requests.at(0).body);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->sections.size(), 6U);
    EXPECT_EQ(world.requests[0].content_type, "application/xml");
}

// 8.2: since the last delta report that a server took, or since the boot.
TEST(Reporter, DeltaHoldsWhatNoServerHasYet) {
    DrivenReporter driven(ReporterState::idle);
    driven.bench.set("Report_Rule", "[--delta]http://s/d.xml");
    driven.bench.set("GPP_A", "before the boot");
    EXPECT_EQ(driven.delta(), "");
    driven.answer(200);
    driven.change("GPP_B", "1");
    driven.change("GPP_A", "2");
    driven.change("GPP_A", "3");
    EXPECT_EQ(driven.delta(), "GPP_A=3 GPP_B=1");
    // 8.3: a lost report loses nothing.
    driven.answer(500);
    driven.change("GPP_C", "4");
    EXPECT_EQ(driven.delta(), "GPP_A=3 GPP_B=1 GPP_C=4");
    // What changes while it is sent is news for the next.
    driven.change("GPP_A", "5");
    driven.answer(200);
    EXPECT_EQ(driven.delta(), "GPP_A=5");
    driven.answer(204);
    EXPECT_EQ(driven.delta(), "");
}

TEST(Reporter, BothReportsOfARuleHoldTheSameChanges) {
    DrivenReporter driven(ReporterState::idle);
    driven.bench.set("Report_Rule", "[--delta]http://s/one.xml [--delta]http://s/two.xml");
    driven.change("GPP_A", "1");
    EXPECT_EQ(driven.delta(), "GPP_A=1");
    driven.answer(200);
    EXPECT_EQ(driven.read_delta(), "GPP_A=1");
    // One server took it: it is the baseline.
    driven.answer(500);
    EXPECT_EQ(driven.delta(), "");
}

// Asked again while a delta report runs: what it holds is told twice rather than never.
TEST(Reporter, ADeltaThatIsOvertakenIsToldAgain) {
    DrivenReporter driven(ReporterState::idle);
    driven.bench.set("Report_Rule", "[--delta]http://s/d.xml");
    driven.change("GPP_A", "1");
    driven.send();
    driven.change("GPP_B", "2");
    driven.send();
    driven.answer(200);
    EXPECT_EQ(driven.read_delta(), "GPP_A=1 GPP_B=2");
    driven.answer(500);
    EXPECT_EQ(driven.delta(), "GPP_A=1 GPP_B=2");
}

// 8.2: a full report, or a status, is no baseline.
TEST(Reporter, OnlyADeltaIsABaseline) {
    DrivenReporter driven(ReporterState::idle);
    driven.bench.set("Report_Rule", "http://s/f.xml [--status]http://s/s.xml");
    driven.change("GPP_A", "1");
    driven.send();
    driven.answer(200);
    driven.answer(200);
    driven.bench.set("Report_Rule", "[--delta]http://s/d.xml");
    EXPECT_EQ(driven.delta(), "GPP_A=1");
}

TEST(Reporter, SaysWhereTheRuleIsWrong) {
    PhoneWorld world(reporting("http://s/r.xml [--sync] http://s/b.xml"));
    world.power_up();
    EXPECT_EQ(world.urls(), Strings{});
    EXPECT_EQ(logged_about_reports(world),
              (Strings{"report not sent: Report_Rule, character 17: unknown option --sync; "
                       "supported are --key, --uid, --pwd, --delta, --status"}));
}

// 8.4: the phone's start is a reason to report, Provision_Enable none not to.
TEST(Reporter, EveryStartOfThePhoneReportsOnce) {
    PhoneWorld world(reporting("http://s/r.xml").set("Provision_Enable", "No"));
    world.serve("http://s/r.xml", Reply{}).power_up().run_for(48h).power_up().run_for(48h);
    EXPECT_EQ(world.urls(), (Strings{"http://s/r.xml", "http://s/r.xml"}));
}

// 8.4, policy: the other modes have times of their own, and a start is none of them.
TEST(Reporter, AStartReportsOnRequestOnly) {
    for (const auto& [mode, reports] : {std::pair{"On Request", 1},
                                        std::pair{"On Local Change", 0},
                                        std::pair{"Periodically", 0}}) {
        SCOPED_TRACE(mode);
        PhoneWorld world(reporting("http://s/r.xml").set("Report_to_Server", mode));
        world.serve("http://s/r.xml", Reply{}).power_up().run_for(10min);
        EXPECT_EQ(world.asked("http://s/r.xml"), reports);
    }
}

TEST(Reporter, NotifyReportsInEveryModeWhateverProvisionEnableSays) {
    for (const char* mode : {"On Request", "On Local Change", "Periodically"}) {
        SCOPED_TRACE(mode);
        PhoneWorld world(reporting("http://s/r.xml")
                             .set("Report_to_Server", mode)
                             .set("Provision_Enable", "No"));
        world.serve("http://s/r.xml", Reply{}).power_up();
        const int before = world.asked("http://s/r.xml");
        world.step(NotifyArrived{.request = {1}, .event = "report", .sender = Sender::known});
        world.settle();
        EXPECT_EQ(world.asked("http://s/r.xml"), before + 1);
        EXPECT_EQ(world.notify_answers, std::vector<int>{200});
    }
}

// 8.4: counted from the first change; one report with all of them; a resync begins none.
TEST(Reporter, TellsABatchOfLocalChanges) {
    PhoneWorld world(reporting("[--delta]http://s/d.xml")
                         .set("Report_to_Server", "On Local Change")
                         .set("Upload_Delay_On_Local_Change", "30")
                         .set("Profile_Rule", "http://h/a.xml")
                         .set("Resync_Random_Delay", "0"));
    world.serve("http://s/d.xml", Reply{}).serve_profile("http://h/a.xml", "<GPP_C>r</GPP_C>");
    world.power_up().run_for(10min);
    EXPECT_EQ(world.asked("http://s/d.xml"), 0);  // the resync changed GPP_C
    const auto submit = [&](std::string_view name, std::string_view value) {
        world.step(ValuesSubmitted{{1}, {{std::string(name), std::string(value)}}, Editor::web});
    };
    submit("GPP_A", "1");
    world.run_for(20s);
    submit("GPP_B", "2");
    world.run_for(9s);
    EXPECT_EQ(world.asked("http://s/d.xml"), 0);
    world.run_for(1s);
    ASSERT_EQ(world.asked("http://s/d.xml"), 1);
    const std::string& body = world.requests.back().body;
    for (const char* element : {">1</GPP_A>", ">2</GPP_B>", ">r</GPP_C>"}) {
        EXPECT_NE(body.find(element), std::string::npos) << element;
    }
    world.run_for(48h);
    EXPECT_EQ(world.asked("http://s/d.xml"), 1);
    world.step(ProfileSubmitted{{2}, "<flat-profile><GPP_A>3</GPP_A></flat-profile>"});
    world.run_for(30s);
    EXPECT_EQ(world.asked("http://s/d.xml"), 2);  // uploaded to the phone is changed here
}

// 8.2: when a request told of the changes meanwhile, there is nothing left to tell.
TEST(Reporter, AnEmptyDeltaIsLeftOutOfABatchOnly) {
    DrivenReporter driven(ReporterState::idle, "On Local Change");
    driven.bench.set("Report_Rule", "[--delta]http://s/d.xml");
    driven.change_here("GPP_A", "1");
    EXPECT_EQ(driven.delta(), "GPP_A=1");
    driven.answer(200);
    const std::size_t sent = driven.bench.count<StartTransfer>();
    driven.pass_deadline();
    EXPECT_EQ(driven.bench.count<StartTransfer>(), sent);
    EXPECT_EQ(driven.reporter.state(), ReporterState::idle);
    EXPECT_EQ(driven.delta(), "");  // who asks gets an empty one
    driven.answer(200);
    driven.change("Report_to_Server", "Periodically");
    driven.pass_deadline();
    EXPECT_EQ(driven.read_delta(), "Report_to_Server=Periodically");
    driven.answer(200);
    driven.pass_deadline();
    EXPECT_EQ(driven.read_delta(), "");  // so does the server that waits for the period
}

// A full report or a status tells also when no value changed since.
TEST(Reporter, ABatchStillTellsTheOtherReports) {
    DrivenReporter driven(ReporterState::idle, "On Local Change");
    driven.bench.set("Report_Rule", "[--delta]http://s/d.xml [--status]http://s/s.xml");
    driven.change_here("GPP_A", "1");
    EXPECT_EQ(driven.delta(), "GPP_A=1");
    driven.answer(200);
    driven.answer(200);
    driven.pass_deadline();
    EXPECT_EQ(driven.bench.transfer().url.to_string(), "http://s/s.xml");
}

TEST(Reporter, ReportsPeriodically) {
    PhoneWorld world(reporting("http://s/r.xml")
                         .set("Report_to_Server", "Periodically")
                         .set("periodic_upload_to_server", "7200"));
    world.serve("http://s/r.xml", {500, {}, {}, {}, {}}).serve("http://s/r.xml", Reply{});
    world.power_up().run_for(6h);
    EXPECT_EQ(world.times(), (std::vector<int>{7200, 14400, 21600}));
}

// 5.3: both waits keep to their ranges; a period beyond the newer guides' is told.
TEST(Reporter, KeepsItsWaitsInRange) {
    struct Row {
        std::string_view mode;
        std::string_view parameter;
        std::string_view value;
        int seconds;
        bool warns;
    };

    for (const Row& row :
         {Row{"Periodically", "periodic_upload_to_server", "1", 600, false},
          Row{"Periodically", "periodic_upload_to_server", "", 3600, false},
          Row{"Periodically", "periodic_upload_to_server", "259200", 259'200, false},
          Row{"Periodically", "periodic_upload_to_server", "259201", 259'201, true},
          Row{"Periodically", "periodic_upload_to_server", "9999999", 2'592'000, true},
          Row{"On Local Change", "Upload_Delay_On_Local_Change", "1", 10, false},
          Row{"On Local Change", "Upload_Delay_On_Local_Change", "", 60, false},
          Row{"On Local Change", "Upload_Delay_On_Local_Change", "9999", 900, false}}) {
        SCOPED_TRACE(fmt::format("{} = {}", row.parameter, row.value));
        MachineBench bench(reporting("http://s/r.xml")
                               .set("Report_to_Server", row.mode)
                               .set(row.parameter, row.value));
        Reporter reporter;
        Context context = bench.context();
        reporter.boot(context);
        reporter.changed_here(context);
        ASSERT_TRUE(reporter.deadline());
        EXPECT_EQ(*reporter.deadline() - bench.now, Seconds(row.seconds));
        EXPECT_EQ(bench.count<Log>(), row.warns ? 1U : 0U);
    }
}

TEST(Reporter, FollowsItsParametersAtOnce) {
    DrivenReporter periodic(ReporterState::idle, "Periodically");
    periodic.bench.now += 1000s;
    EXPECT_EQ(periodic.due_in(), 2600);
    periodic.change("Report_Rule", "http://s/other.xml");
    EXPECT_EQ(periodic.due_in(), 2600);
    periodic.change("periodic_upload_to_server", "1200");
    EXPECT_EQ(periodic.due_in(), 1200);
    DrivenReporter batch(ReporterState::waiting, "On Local Change");
    batch.bench.now += 20s;
    EXPECT_EQ(batch.due_in(), 40);
    batch.change("Upload_Delay_On_Local_Change", "100");
    EXPECT_EQ(batch.due_in(), 80);  // still from the first change
    batch.change("Report_to_Server", "Periodically");
    EXPECT_EQ(batch.due_in(), 3600);
    batch.change("Report_to_Server", "On Request");
    EXPECT_EQ(batch.due_in(), -1);
}

// A change that restarts the phone is told by the next life.
TEST(Reporter, ABatchOutlivesTheRestartThatItCaused) {
    PhoneWorld world(
        reporting("[--delta]http://s/d.xml").set("Report_to_Server", "On Local Change"));
    world.serve("http://s/d.xml", Reply{}).power_up();
    world.step(ValuesSubmitted{{1}, {{"GPP_A", "1"}, {"Display_Name_1_", "Ann"}}, Editor::screen});
    EXPECT_EQ(world.boots.size(), 2U);
    EXPECT_TRUE(world.saved().unreported->empty());
    world.run_for(60s);
    ASSERT_EQ(world.asked("http://s/d.xml"), 1);
    EXPECT_NE(world.requests.back().body.find(">Ann</Display_Name_1_>"), std::string::npos);
    world.start(BootReason::user).run_for(48h);
    EXPECT_EQ(world.asked("http://s/d.xml"), 1);
}

TEST(Reporter, HasNoSecretInTheBody) {
    PhoneWorld world(reporting("http://s/r.xml")
                         .set("Password_1_", "line-password")
                         .set("Admin_Password", "admin-password")
                         .set("GPP_SB", "general-secret")
                         .set("Upgrade_Rule", "[--uid a --pwd rule-password] http://s/x.loads")
                         .set("User_ID_1_", "1001"));
    world.power_up();
    const std::string& body = world.requests.at(0).body;
    EXPECT_NE(body.find(">1001<"), std::string::npos);
    for (const std::string_view secret :
         {"line-password", "admin-password", "general-secret", "rule-password"}) {
        EXPECT_EQ(body.find(secret), std::string::npos) << secret;
    }
    EXPECT_EQ(body.find("IKM_HTTP_Encrypt_Content"), std::string::npos);
}

}  // namespace onhook::phone
