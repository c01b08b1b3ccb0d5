#include "fleet/scenario.h"

#include <string>

#include <gtest/gtest.h>

#include "support/scenarios.h"

namespace onhook::fleet {

namespace {

using test::no_files;
using test::scenario_text;

std::string error_of(const std::string& text) {
    const auto scenario = read_scenario(text, no_files());
    return scenario ? "" : scenario.error();
}

// What is wrong with a scenario that has these keys beside `phone`.
std::string error_in(const std::string& rest) { return error_of(scenario_text("", rest)); }

}  // namespace

TEST(Scenario, NeedsAPhoneAndAnEndOnly) {
    const auto scenario = read_scenario(scenario_text("", R"("until":60)"), no_files());
    ASSERT_TRUE(scenario) << scenario.error();
    EXPECT_EQ(scenario->dialect, &profile::cisco_mpp());
    EXPECT_EQ(scenario->seed, 1U);
    EXPECT_EQ(scenario->until, 60s);
    EXPECT_EQ(scenario->boot_time, 0s);
    EXPECT_EQ(scenario->start, WallTime(Seconds(1767225600)));
    EXPECT_EQ(scenario->lease.ip, "192.168.1.100");
    EXPECT_EQ(scenario->settings.redirect_rule,
              "https://rc.test/software/edos/callhome/rc?id=$MAU:$SN:$PN");
    EXPECT_EQ(scenario->memory.customization, phone::CustomizationState::open);
}

TEST(Scenario, ReadsEveryKey) {
    const auto scenario = read_scenario(
        scenario_text(R"("GPP_A":"1")",
                      R"("seed":7,"start":"2026-07-01T12:30:00Z","timezone":"GMT+01:00",
        "until":3600.5,"rc":"","boot_seconds":30,"customization":"Custom-Pending",
        "inactive_load":"sip88xx.12-0-1MN-113",
        "policy":{"allow_plain_with_key":true,"empty_elements":"spa","most_redirects":3},
        "dns":{"H.example":"192.0.2.7"},
        "srv":[{"name":"_a._tcp.example","targets":[{"host":"h","port":80,"priority":1,"weight":2}]}],
        "world":[{"match":"http://h/*","method":"PUT","times":2,"status":201,"body":"x",
                  "headers":{"ETag":"1"},"delay":0.25},
                 {"match":"tftp://*","error":"tftp:1"}],
        "events":[{"at":5,"event":"call_start"},{"at":1,"event":"notify","auth":"wrong","line":2}])"),
        no_files());
    ASSERT_TRUE(scenario) << scenario.error();
    EXPECT_EQ(scenario->seed, 7U);
    EXPECT_EQ(scenario->start, WallTime(Seconds(1782909000)));
    EXPECT_EQ(scenario->settings.zone.offset, 3600s);
    EXPECT_EQ(scenario->until, 3600500ms);
    EXPECT_EQ(scenario->settings.redirect_rule, "");
    EXPECT_EQ(scenario->boot_time, 30s);
    EXPECT_EQ(scenario->memory.customization, phone::CustomizationState::custom_pending);
    EXPECT_EQ(scenario->memory.firmware->inactive, "sip88xx.12-0-1MN-113");
    EXPECT_TRUE(scenario->allow_plain_with_key);
    EXPECT_EQ(scenario->settings.policy.empty_elements, profile::EmptyElements::spa);
    EXPECT_EQ(scenario->settings.policy.most_redirects, 3);
    EXPECT_EQ(scenario->addresses.at("h.example"), "192.0.2.7");
    EXPECT_EQ(scenario->srv.at("_a._tcp.example"),
              (std::vector<phone::SrvTarget>{{"h", 80, 1, 2}}));
    ASSERT_EQ(scenario->world.size(), 2U);
    EXPECT_EQ(scenario->world[0].method, phone::Method::put);
    EXPECT_EQ(scenario->world[0].times, 2U);
    EXPECT_EQ(scenario->world[0].delay, 250ms);
    EXPECT_EQ(scenario->world[1].fault, phone::TransferFault::tftp_not_found);
    ASSERT_EQ(scenario->events.size(), 2U);
    EXPECT_EQ(scenario->events[0].name, "notify");  // by time
    const auto& told = std::get<Told>(scenario->events[0].what);
    EXPECT_EQ(std::get<phone::NotifyArrived>(told.event).sender, phone::Sender::wrong);
    EXPECT_EQ(std::get<phone::NotifyArrived>(told.event).line, 2U);
}

TEST(Scenario, KnowsZonesByNameRuleAndOffset) {
    const ScenarioFiles files = test::system_files();
    for (const std::string zone :
         {"UTC", "GMT-08:00", "CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Berlin"}) {
        const auto scenario =
            read_scenario(scenario_text("", R"("until":1,"timezone":")" + zone + '"'), files);
        EXPECT_TRUE(scenario) << zone << ": " << scenario.error();
    }
    EXPECT_EQ(error_in(R"("until":1,"timezone":"Nowhere/Else")"),
              "timezone: 'Nowhere/Else' is no zone; write UTC, GMT+01:00, a name such as "
              "Europe/Berlin or a POSIX rule such as CET-1CEST,M3.5.0,M10.5.0/3");
}

TEST(Scenario, ReadsThePhoneAndBodiesFromFiles) {
    ScenarioFiles files = no_files();
    files.read = [](const std::string& name) -> Result<std::string, std::string> {
        return std::string(name == "phone.json"
                               ? R"({"dialect":"flyingvoice","mac":"0021F222AEF1"})"
                               : "the body");
    };
    const auto scenario = read_scenario(
        R"({"phone":"phone.json","until":1,"world":[{"match":"*","body_file":"a.cfg"}]})", files);
    ASSERT_TRUE(scenario) << scenario.error();
    EXPECT_EQ(scenario->dialect, &profile::flyingvoice());
    EXPECT_EQ(scenario->settings.redirect_rule, "");  // Flyingvoice phones have no such service
    EXPECT_EQ(scenario->world.at(0).body, "the body");
}

TEST(Scenario, ErrorsNameTheirPlaceAndWhatToDo) {
    struct Row {
        std::string_view rest;
        std::string_view error;
    };

    for (const Row& row : {
             Row{R"("until":-1)", "until: -1 is not from 0 to 315576000 seconds"},
             Row{R"("seed":1)", "until: is missing; write how many seconds are simulated"},
             Row{R"("until":"60")",
                 "until: must be a number of seconds without quotes, e.g. 3600 or 0.5"},
             Row{R"("until":1,"start":"2026-13-01T00:00:00Z")",
                 "start: must be a time in UTC such as 2026-01-01T00:00:00Z"},
             Row{R"("until":1,"sead":1)", "sead: is not known; did you mean 'seed'?"},
             Row{R"("until":1,"world":{})", "world: must be a list: [ … ]"},
             Row{R"("until":1,"world":[1])", "world[0]: must be an object: { … }"},
             Row{R"("until":1,"world":[{"match":"*"},{"status":200}])",
                 "world[1].match: is missing"},
             Row{R"("until":1,"world":[{"match":"*","status":700}])",
                 "world[0].status: 700 is not from 100 to 599; write a whole number between them"},
             Row{R"("until":1,"world":[{"match":"*","time":1}])",
                 "world[0].time: is not known; did you mean 'times'?"},
             Row{R"("until":1,"world":[{"match":"*","error":"gone"}])",
                 "world[0].error: 'gone' is none of timeout, refused, dns, tls, tftp:CODE"},
             Row{R"("until":1,"world":[{"match":"*","error":"dns","status":200}])",
                 "world[0].error: no answer comes, so leave status out"},
             Row{R"("until":1,"world":[{"match":"*","headers":{"A":1}}])",
                 "world[0].headers.A: must be a text in quotes"},
             Row{R"("until":1,"world":[{"match":"*","body_file":"x"}])",
                 "world[0].body_file: there is no file 'x'"},
             Row{R"("until":1,"events":[{"event":"boot"}])",
                 "events[0].at: is missing; write when it happens, in seconds"},
             Row{R"("until":1,"events":[{"at":0}])",
                 "events[0].event: is missing; write what happens, e.g. \"boot\""},
             Row{R"("until":1,"events":[{"at":0,"event":"call_start","line":1}])",
                 "events[0].line: is not known; known are at, event"},
             Row{R"("until":1,"events":[{"at":0,"event":"lease","options":{"x":"1"}}])",
                 "events[0].options.x: is no number of an option"},
             Row{R"("until":1,"events":[{"at":0,"event":"submit"}])",
                 "events[0].values: is missing; write what is submitted, e.g. {\"GPP_A\":\"1\"}"},
             Row{R"("until":1,"events":[{"at":0,"event":"clock"}])",
                 "events[0].to: needs one of to, step and unknown beside it or in its place"},
             Row{R"("until":1,"policy":{"empty_elements":"all"})",
                 "policy.empty_elements: must be mpp, spa or reset"},
             Row{R"("until":1,"policy":{"most_redirect":1})",
                 "policy.most_redirect: is not known; did you mean 'most_redirects'?"},
             Row{R"("until":1,"srv":[{"name":"a","targets":[{"host":"h","port":70000}]}])",
                 "srv[0].targets[0].port: 70000 is not from 0 to 65535; write a whole number "
                 "between them"},
         }) {
        EXPECT_EQ(error_in(std::string(row.rest)), row.error);
    }
    EXPECT_EQ(error_of(R"({"until":1,"phone":{"dialect":"cisco-mpp","mac":"00"}})"),
              "phone.mac: expected a hex digit (a MAC address has twelve)");
    EXPECT_EQ(error_of(scenario_text(R"("GPP_AA":"1")", R"("until":1)")),
              "phone.parameters.GPP_AA: is no parameter of this dialect; did you mean GPP_A?");
    EXPECT_TRUE(error_of("[").starts_with("it is not JSON: ")) << error_of("[");
    EXPECT_EQ(error_of("[]"), "the document: must be an object: { … }");
}

}  // namespace onhook::fleet
