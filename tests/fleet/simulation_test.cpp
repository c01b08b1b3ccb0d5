#include "fleet/simulation.h"

#include <gtest/gtest.h>

#include "support/scenarios.h"

namespace onhook::fleet {

namespace {

using test::scenario_text;
using test::simulated;
using test::times_of;
using Times = std::vector<double>;

// A phone that fetches one rule at once after power-up.
const std::string provisioned = R"("Profile_Rule":"http://h/a.xml","Resync_Random_Delay":0)";
const std::string served = R"("world":[{"match":"http://h/a.xml","body":"<flat-profile/>"}])";

std::vector<Line> with_events(const std::string& events, const std::string& rest = "") {
    return simulated(scenario_text(
        provisioned, R"("until":5000,)" + served + R"(,"events":[)" + events + "]" + rest));
}

const Line& first(const std::vector<Line>& lines, What what) {
    for (const Line& line : lines) {
        if (line.what == what) {
            return line;
        }
    }
    static const Line none;
    ADD_FAILURE() << "no line is a " << to_string(what);
    return none;
}

}  // namespace

TEST(Simulation, ThePhoneIsSwitchedOnAtZeroUnlessAnEventDoesIt) {
    EXPECT_EQ(times_of(with_events(""), What::fetch), (Times{0, 3600}));
    EXPECT_EQ(times_of(with_events(R"({"at":0,"event":"boot"})"), What::fetch), (Times{0, 3600}));
    EXPECT_EQ(times_of(with_events(R"({"at":100,"event":"boot"})"), What::fetch),
              (Times{100, 3700}));
    EXPECT_EQ(times_of(with_events(R"({"at":0,"event":"network_down"},
                                      {"at":50,"event":"network_up"})"),
                       What::fetch),
              (Times{50, 3650}));
    // Something happens to a phone that runs: it was on, and its power goes for a moment.
    EXPECT_EQ(times_of(with_events(R"({"at":10,"event":"call_start"},{"at":100,"event":"boot"})"),
                       What::fetch),
              (Times{0, 100, 3700}));
}

TEST(Simulation, ARebootTakesItsTimeAndEndsCalls) {
    const auto lines = with_events(
        R"({"at":100,"event":"call_start"},{"at":200,"event":"reboot"},
           {"at":210,"event":"notify"},{"at":300,"event":"call_end"})",
        R"(,"boot_seconds":30)");
    EXPECT_EQ(times_of(lines, What::reboot), (Times{200}));
    EXPECT_EQ(first(lines, What::reboot).why, "User Triggered");
    EXPECT_EQ(times_of(lines, What::fetch), (Times{0, 230, 3830}));
    EXPECT_EQ(first(lines, What::blocked).to, "notify");
    EXPECT_EQ(first(lines, What::blocked).why, "the phone is starting");
}

TEST(Simulation, WhatIsUnderWayFailsWithTheNetwork) {
    const auto lines = simulated(scenario_text(
        provisioned,
        R"("until":59,"world":[{"match":"*","delay":30}],"events":[{"at":10,"event":"network_down"}])"));
    EXPECT_EQ(times_of(lines, What::failed), (Times{10}));
    EXPECT_EQ(first(lines, What::failed).message, "the network is down");
}

TEST(Simulation, AnswersComeAfterTheirDelay) {
    const auto lines = simulated(scenario_text(
        provisioned, R"("until":10,"world":[{"match":"*","body":"<flat-profile/>","delay":2.5}])"));
    EXPECT_EQ(times_of(lines, What::fetched), (Times{2.5}));
    EXPECT_EQ(first(lines, What::fetched).status, 200);
    EXPECT_EQ(first(lines, What::fetched).cause, 0);
}

TEST(Simulation, APowerCutLosesWhatWasNotSaved) {
    const auto scenario = read_scenario(
        scenario_text(provisioned,
                      R"("until":20,"world":[{"match":"*","body":"<flat-profile><GPP_A>1</GPP_A>)"
                      R"(</flat-profile>","delay":10}],"events":[{"at":0,"event":"boot"},)"
                      R"({"at":5,"event":"boot"}])"),
        test::no_files());
    ASSERT_TRUE(scenario) << scenario.error();
    std::vector<double> fetched;
    Simulation simulation(*scenario, [&](const Line& line) {
        if (line.what == What::fetched) {
            fetched.push_back(static_cast<double>(line.at.count()) / 1e9);
        }
    });
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(fetched, (Times{15}));  // the answer of the life before is for nobody
    EXPECT_EQ(simulation.saved().values.get(*profile::cisco_mpp_catalogue().find("GPP_A")), "1");
}

TEST(Simulation, NotifyIsAnsweredAsItsSenderDeserves) {
    struct Row {
        std::string_view auth;
        int status;
        std::size_t fetches;
    };

    for (const Row& row : {Row{"none", 401, 0}, Row{"wrong", 403, 0}, Row{"right", 200, 1}}) {
        const auto lines = simulated(scenario_text(
            provisioned + R"(,"Resync_On_Reset":"No")",
            R"("until":60,"events":[{"at":10,"event":"notify","sip_event":"resync","auth":")" +
                std::string(row.auth) + "\"}]"));
        EXPECT_EQ(first(lines, What::notify_answer).status, row.status) << row.auth;
        EXPECT_EQ(times_of(lines, What::fetch).size(), row.fetches) << row.auth;
    }
}

TEST(Simulation, RefusedRequestsSayWhy) {
    const auto lines = simulated(scenario_text(
        R"("Provision_Enable":"No")", R"("until":60,"events":[{"at":10,"event":"resync_url"}])"));
    EXPECT_EQ(first(lines, What::blocked).to, "resync_url");
    EXPECT_EQ(first(lines, What::blocked).why, "resync is disabled: Provision_Enable is No");
}

TEST(Simulation, WhatDoesNotComeToRestIsStopped) {
    std::string events = R"({"at":5,"event":"reboot"})";
    for (std::size_t i = 1; i < 9'999; ++i) {
        events += R"(,{"at":5,"event":"boot"})";
    }
    const auto scenario = read_scenario(
        scenario_text(provisioned, R"("until":60,)" + served + R"(,"events":[)" + events + "]"),
        test::no_files());
    ASSERT_TRUE(scenario) << scenario.error();
    Simulation simulation(*scenario, [](const Line& /*line*/) {});
    const auto ran = simulation.run();
    ASSERT_FALSE(ran);
    EXPECT_TRUE(ran.error().starts_with(
        "the phone does not come to rest at second 5: more than 10000 steps; "))
        << ran.error();
}

TEST(Simulation, ABlockedResyncWaitsForItsTrigger) {
    const auto lines = simulated(scenario_text(
        provisioned + R"(,"Resync_Trigger_1":"$PRVTMR gt 100")", R"("until":300,)" + served));
    EXPECT_EQ(times_of(lines, What::fetch), (Times{110}));
    EXPECT_EQ(first(lines, What::blocked).why, "resync triggers");
}

TEST(Simulation, SettingsThatChangedStandInTheirLine) {
    const auto lines = simulated(
        scenario_text(provisioned,
                      R"("until":60,"world":[{"match":"*","body":"<flat-profile><GPP_A>1</GPP_A>)"
                      R"(<Password_1_>geheim</Password_1_></flat-profile>"}])"));
    const Line& apply = first(lines, What::apply);
    EXPECT_EQ(apply.effect, profile::Effect::restart);
    EXPECT_EQ(
        apply.changed,
        (std::vector<std::pair<std::string, std::string>>{{"GPP_A", "1"}, {"Password_1_", "***"}}));
}

TEST(Simulation, TheSameScenarioGivesTheSameLines) {
    const std::string text = scenario_text(
        R"("Profile_Rule":"http://h/a.xml","Resync_Random_Delay":30,"Resync_Periodic":"600+600")",
        R"("until":86400,"seed":42,)" + served);
    std::string once;
    std::string again;
    for (const Line& line : simulated(text)) {
        once += to_json(line) + "\n";
    }
    for (const Line& line : simulated(text)) {
        again += to_json(line) + "\n";
    }
    EXPECT_EQ(once, again);
    EXPECT_GT(once.size(), 1000U);
}

TEST(Simulation, LinesHoldNoSecret) {
    const auto lines = simulated(scenario_text(
        R"("Profile_Rule":"[--key geheim1 --uid u --pwd geheim2] http://h/a.xml",)"
        R"("Resync_Random_Delay":0,"Report_Rule":"[--delta]http://s/r.xml")",
        R"("until":60,"world":[{"match":"http://h/*","key":"geheim1","body":"<flat-profile>)"
        R"(<Password_1_>geheim3</Password_1_><Profile_Rule>[--key geheim4]http://h/b.xml)"
        R"(</Profile_Rule></flat-profile>"},{"match":"*"}],)"
        R"("events":[{"at":30,"event":"notify","sip_event":"report"}])"));
    ASSERT_GT(lines.size(), 5U);
    for (const Line& line : lines) {
        EXPECT_EQ(to_json(line).find("geheim"), std::string::npos) << to_json(line);
    }
}

}  // namespace onhook::fleet
