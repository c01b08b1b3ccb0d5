#include "phone/reporter.h"

#include <gtest/gtest.h>

#include "profile/flat_profile.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::MachineBench;
using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;
using State = Reporter::State;

namespace {

using Strings = std::vector<std::string>;

// Reports once at its start, and asks for no profile.
SamplePhone reporting(std::string_view rule) {
    return SamplePhone().set("Report_Rule", rule).set("Profile_Rule", "");
}

Strings logged_about_reports(const PhoneWorld& world) {
    Strings lines;
    for (const std::string& line : world.log) {
        if (line.starts_with("report")) {
            lines.push_back(line);
        }
    }
    return lines;
}

std::string_view name_of(State state) { return state == State::idle ? "idle" : "sending"; }

struct Driven {
    MachineBench bench;
    Reporter reporter;

    explicit Driven(State state) : bench(reporting("http://s/r.xml")) {
        if (state == State::sending) {
            send();
        }
    }

    void send() {
        Context context = bench.context();
        reporter.send(context);
    }

    void answer(int status) {
        Context context = bench.context();
        reporter.on(Answered{bench.transfer().transfer, status, {}, "/moved.xml", "Basic"},
                    context);
    }
};

struct Input {
    std::string_view name;
    void (*happen)(Driven&);
};

constexpr std::array inputs = {
    Input{"send", [](Driven& d) { d.send(); }},
    Input{"send, no rule",
          [](Driven& d) {
              d.bench.set("Report_Rule", "");
              d.send();
          }},
    Input{"send, bad rule",
          [](Driven& d) {
              d.bench.set("Report_Rule", "/no-server.xml");
              d.send();
          }},
};

// These happen to the transfer that runs, so only in `sending`.
constexpr std::array answers = {
    Input{"found",
          [](Driven& d) {
              d.reporter.on(ServerFound{d.bench.transfer().transfer, "192.0.2.1"});
          }},
    Input{"200", [](Driven& d) { d.answer(200); }},
    Input{"204", [](Driven& d) { d.answer(204); }},
    Input{"302", [](Driven& d) { d.answer(302); }},
    Input{"401", [](Driven& d) { d.answer(401); }},
    Input{"500", [](Driven& d) { d.answer(500); }},
    Input{"fault",
          [](Driven& d) {
              Context context = d.bench.context();
              d.reporter.on(
                  TransferFailed{d.bench.transfer().transfer, TransferFault::tls, "expired"},
                  context);
          }},
};

}  // namespace

// Every state and event; docs/reference/phone-states.md has the same cells.
TEST(Reporter, DecidesEveryStateAndInput) {
    struct Row {
        State from;
        std::array<std::string_view, inputs.size()> to;
    };

    for (const Row& row : {Row{State::idle, {"sending", "idle", "idle"}},
                           // The transfer that runs is never cut off; the new reports follow it.
                           Row{State::sending, {"sending", "sending", "sending"}}}) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            SCOPED_TRACE(fmt::format("{} x {}", name_of(row.from), inputs[i].name));
            Driven driven(row.from);
            const std::size_t transfers = driven.bench.count<StartTransfer>();
            inputs[i].happen(driven);
            EXPECT_EQ(name_of(driven.reporter.state()), row.to[i]);
            EXPECT_EQ(driven.bench.count<StartTransfer>(),
                      transfers + (row.from == State::idle && i == 0 ? 1 : 0));
        }
    }
    const Driven idle(State::idle);
    EXPECT_FALSE(idle.reporter.owns(TransferId{}));
    EXPECT_FALSE(idle.reporter.owns(TransferId{1}));
    constexpr std::array<std::string_view, answers.size()> to = {
        "sending", "idle", "idle", "sending", "idle", "idle", "idle"};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        SCOPED_TRACE(answers[i].name);
        Driven driven(State::sending);
        answers[i].happen(driven);
        EXPECT_EQ(name_of(driven.reporter.state()), to[i]);
    }
}

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

// Not sent rather than sent in clear or as something else; the other report still goes.
TEST(Reporter, RefusesWhatItCannotDoYet) {
    struct Row {
        std::string_view rule;
        std::string_view ikm;
        Strings urls;
        std::string_view why;
    };

    const std::string_view unsupported =
        "report not sent: delta and status reports are not supported yet";
    const std::string_view unsealed =
        "report not sent: sealed reports are not supported yet; not sent in clear";
    for (const Row& row :
         {Row{"[--delta]http://s/d.xml http://s/f.xml", "", {"http://s/f.xml"}, unsupported},
          Row{"[--status]http://s/s.xml", "", {}, unsupported},
          Row{"[--key k]http://s/k.xml http://s/f.xml", "", {"http://s/f.xml"}, unsealed},
          Row{"http://s/f.xml", "keying material", {}, unsealed},
          Row{"tftp://s/f.xml", "keying material", {}, unsealed}}) {
        SCOPED_TRACE(row.rule);
        PhoneWorld world(reporting(row.rule).set("IKM_HTTP_Encrypt_Content", row.ikm));
        world.power_up().run_for(48h);
        EXPECT_EQ(world.urls(), row.urls);
        EXPECT_EQ(logged_about_reports(world).front(), row.why);
    }
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
