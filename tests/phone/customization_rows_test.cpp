// The rows of cisco-mpp.md 7.2, each by its name, with a whole phone.
#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "phone/samples.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::redirect_rule;
using test::redirect_url;
using test::Reply;
using test::SamplePhone;

namespace {

Strings transitions(const PhoneWorld& world) {
    Strings all;
    for (const std::string& line : world.log) {
        if (line.starts_with("customization ")) {
            all.push_back(line.substr(14));
        }
    }
    return all;
}

}  // namespace

TEST(Customization72, OpenBootDhcpGaveOptionsAndTheProfileWasDownloadedIsAborted) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "<GPP_A>1</GPP_A>")
        .power_up(lease_with(160, "http://10.0.0.1"))
        .run_for(48h);
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
    EXPECT_EQ(transitions(world), (Strings{"Open -> Aborted"}));
    EXPECT_EQ(world.asked(redirect_url), 0);
}

// S2 against PR: the DHCP answer alone does not abort.
TEST(Customization72, OpenBootADhcpServerThatGivesNoProfileDoesNotAbort) {
    for (const Reply& reply :
         {Reply{404, {}, {}, {}, {}}, Reply{500, {}, {}, {}, {}}, Reply{200, "junk", {}, {}, {}}}) {
        PhoneWorld world(fresh(), redirect_rule);
        world.serve("http://10.0.0.1/8841-3PCC.xml", reply)
            .serve("http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg", reply)
            .serve(redirect_url, {200, redirect_profile, {}, {}, {}})
            .serve_profile(redirect_target, "")
            .power_up(lease_with(160, "http://10.0.0.1"));
        EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
        EXPECT_EQ(
            transitions(world),
            (Strings{
                "Open -> Pending", "Pending -> Custom-Pending", "Custom-Pending -> Acquired"}));
    }
}

// "Not found" may count as success for the schedule; it is no downloaded profile.
TEST(Customization72, OpenBootNotFoundThatCountsAsSuccessDoesNotAbortEither) {
    PhoneWorld world(fresh().set("Resync_Fails_On_FNF", "No"), redirect_rule);
    for (const std::string url :
         {"http://10.0.0.1/8841-3PCC.xml", "http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg"}) {
        world.serve(url, {404, {}, {}, {}, {}});
    }
    world.serve(redirect_url, {200, redirect_profile, {}, {}, {}})
        .serve(redirect_target, {404, {}, {}, {}, {}})
        .power_up(lease_with(160, "http://10.0.0.1"));
    EXPECT_EQ(world.urls().back(), redirect_target);
    EXPECT_EQ(world.saved().customization, CustomizationState::custom_pending);
    world.serve_profile(redirect_target, "").run_for(7200s);
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
}

TEST(Customization72, OpenBootNoUsableDhcpIsPendingAndAsks) {
    PhoneWorld world(fresh(), redirect_rule);
    world.hold_transfers = true;
    world.power_up();
    EXPECT_EQ(world.saved().customization, CustomizationState::pending);
    EXPECT_EQ(world.urls(), (Strings{redirect_url}));
}

TEST(Customization72, OpenAlreadyConfiguredIsAborted) {
    for (const auto& [name, value] :
         {std::pair{"Profile_Rule", "http://h/a.xml"}, std::pair{"Proxy_4_", "sip.test"}}) {
        PhoneWorld world(fresh().set(name, value), redirect_rule);
        world.power_up().run_for(48h);
        EXPECT_EQ(world.saved().customization, CustomizationState::aborted) << name;
        EXPECT_EQ(world.asked(redirect_url), 0);
    }
    // Rules B to D are not among the settings of the row.
    PhoneWorld world(fresh().set("Profile_Rule_B", "http://h/b.xml"), redirect_rule);
    world.power_up();
    EXPECT_EQ(world.saved().customization, CustomizationState::pending);
}

TEST(Customization72, PendingProfileWithARedirectIsCustomPendingAndResyncs) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve(redirect_url, {200, redirect_profile, {}, {}, {}});
    world.hold_transfers = true;
    world.power_up();
    world.reply_to(0);
    EXPECT_EQ(world.saved().customization, CustomizationState::custom_pending);
    EXPECT_EQ(world.urls().back(), redirect_target);
}

TEST(Customization72, PendingEmptyAnswerIsUnavailableAndStops) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve(redirect_url, {200, "", {}, {}, {}}).power_up().run_for(48h);
    EXPECT_EQ(world.saved().customization, CustomizationState::unavailable);
    EXPECT_EQ(world.urls(), (Strings{redirect_url}));
}

TEST(Customization72, PendingAnyOtherErrorStaysPendingAndRetriesUpToADay) {
    for (const Reply& reply : {Reply{404, {}, {}, {}, {}},
                               Reply{401, {}, {}, {}, {}},
                               Reply{200, "junk", {}, {}, {}},
                               Reply{0, {}, {}, {}, TransferFault::dns},
                               Reply{0, {}, {}, {}, TransferFault::tls}}) {
        PhoneWorld world(fresh(), redirect_rule);
        world.serve(redirect_url, reply).power_up().run_for(Seconds(61440 * 2 + 86400 * 2));
        EXPECT_EQ(world.saved().customization, CustomizationState::pending);
        Times waits;
        for (std::size_t i = 1; i < world.requests.size(); ++i) {
            waits.push_back(world.times()[i] - world.times()[i - 1]);
        }
        EXPECT_EQ(
            waits,
            (Times{60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 61440, 86400, 86400}));
    }
}

TEST(Customization72, PendingRebootStaysPendingAndStartsAtOneMinute) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve(redirect_url, {500, {}, {}, {}, {}}).power_up().run_for(1000s);
    world.requests.clear();
    const int boot = static_cast<int>(world.now().count());
    world.power_up().run_for(180s);
    EXPECT_EQ(world.saved().customization, CustomizationState::pending);
    EXPECT_EQ(world.times(), (Times{boot + 60, boot + 180}));
}

TEST(Customization72, CustomPendingTargetFetchedIsAcquired) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve(redirect_url, {200, redirect_profile, {}, {}, {}})
        .serve_profile(redirect_target, "");
    world.power_up();
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
}

TEST(Customization72, CustomPendingFailureRetriesByTheListOfTheRedirect) {
    PhoneWorld world(fresh(), redirect_rule);
    world
        .serve_profile(redirect_url,
                       "<Profile_Rule>http://sp.test/$MA.xml</Profile_Rule>"
                       "<Resync_Error_Retry_Delay>7,11</Resync_Error_Retry_Delay>")
        .serve(redirect_target, {503, {}, {}, {}, {}})
        .serve(redirect_target, {503, {}, {}, {}, {}})
        .serve_profile(redirect_target, "")
        .power_up()
        .run_for(7s);
    EXPECT_EQ(world.saved().customization, CustomizationState::custom_pending);
    world.run_for(11s);
    EXPECT_EQ(world.times(), (Times{0, 0, 7, 18}));
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
}

TEST(Customization72, PendingOrCustomPendingProfileRuleOrProxySetIsAborted) {
    struct Row {
        std::string_view elements;
        CustomizationState state;
    };

    for (const bool redirected : {false, true}) {
        for (const Row& row :
             {Row{"<Profile_Rule>http://h/a.xml</Profile_Rule>", CustomizationState::aborted},
              Row{"<Proxy_1_>sip.test</Proxy_1_>", CustomizationState::aborted},
              Row{"<Profile_Rule_B>http://h/b.xml</Profile_Rule_B>",
                  redirected ? CustomizationState::custom_pending : CustomizationState::pending},
              Row{"<GPP_A>1</GPP_A>",
                  redirected ? CustomizationState::custom_pending : CustomizationState::pending}}) {
            SCOPED_TRACE(row.elements);
            PhoneWorld world(fresh(), redirect_rule);
            world
                .serve(redirect_url,
                       redirected ? Reply{200, redirect_profile, {}, {}, {}}
                                  : Reply{500, {}, {}, {}, {}})
                .serve_profile("http://h/once.xml", row.elements)
                .power_up();
            world.step(ResyncRequested{{1}, "http://h/once.xml", ""});
            world.settle();
            EXPECT_EQ(world.saved().customization, row.state);
        }
    }
}

// The same by every other way in: the pages, an uploaded profile, the screen.
TEST(Customization72, ProfileRuleOrProxySetHereIsAborted) {
    struct Way {
        std::string_view name;
        Event (*event)(std::string_view name, std::string_view value);
    };

    constexpr std::array ways = {
        Way{"web",
            [](std::string_view name, std::string_view value) -> Event {
                return ValuesSubmitted{{1}, {{std::string(name), std::string(value)}}, Editor::web};
            }},
        Way{"screen",
            [](std::string_view name, std::string_view value) -> Event {
                return ValuesSubmitted{
                    {1}, {{std::string(name), std::string(value)}}, Editor::screen};
            }},
        Way{"profile",
            [](std::string_view name, std::string_view value) -> Event {
                return ProfileSubmitted{
                    {1}, fmt::format("<flat-profile><{0}>{1}</{0}></flat-profile>", name, value)};
            }},
    };

    struct Setting {
        std::string_view name;
        std::string_view value;
        bool aborts;
    };

    for (const Way& way : ways) {
        for (const Setting& setting : {Setting{"Profile_Rule", "http://h/a.xml", true},
                                       Setting{"Profile_Rule", "/own.xml", true},
                                       Setting{"Proxy_1_", "sip.test", true},
                                       Setting{"Profile_Rule_B", "http://h/b.xml", false},
                                       Setting{"GPP_A", "1", false}}) {
            for (const CustomizationState state : {CustomizationState::open,
                                                   CustomizationState::pending,
                                                   CustomizationState::custom_pending,
                                                   CustomizationState::acquired,
                                                   CustomizationState::aborted,
                                                   CustomizationState::unavailable}) {
                SCOPED_TRACE(fmt::format("{} {} in {}", way.name, setting.name, to_string(state)));
                // Without permission nothing happens by itself: the state stays what it is.
                PhoneWorld world(fresh().set("Provision_Enable", "No"), redirect_rule);
                world.start_with(state).power_up();
                ASSERT_EQ(world.saved().customization, state);
                world.step(way.event(setting.name, setting.value));
                const bool over = state == CustomizationState::acquired ||
                                  state == CustomizationState::unavailable;
                EXPECT_EQ(world.saved().customization,
                          setting.aborts && !over ? CustomizationState::aborted : state);
            }
        }
    }
}

// PR against S2, as a switch: the answer of DHCP alone is the end, whatever comes of it.
TEST(Customization72, OpenBootTheAnswerOfDhcpAbortsWhereThePolicySaysSo) {
    PhoneWorld world(fresh().set("Resync_Error_Retry_Delay", "60"), redirect_rule);
    world.settings().policy.dhcp_answer_aborts = true;
    world.power_up(lease_with(160, "http://10.0.0.1"));
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
    EXPECT_EQ(world.asked(redirect_url), 0);
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "<GPP_A>1</GPP_A>").run_for(60s);
    EXPECT_EQ(world.get("GPP_A"), "1");
    PhoneWorld nothing(fresh(), redirect_rule);
    nothing.settings().policy.dhcp_answer_aborts = true;
    nothing.power_up(lease_with(43, "TR-069"));
    EXPECT_EQ(nothing.saved().customization, CustomizationState::pending);
}

TEST(Customization72, FactoryResetIsOpenAndForgetsTheRetries) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve(redirect_url, {500, {}, {}, {}, {}}).power_up().run_for(1000s);
    world.requests.clear();
    const int reset = static_cast<int>(world.now().count());
    world.step(FactoryResetRequested{{1}});
    world.run_for(180s);
    // Open asks at once, then after 60 and 120 s.
    EXPECT_EQ(world.times(), (Times{reset, reset + 60, reset + 180}));
    PhoneWorld unavailable(fresh(), redirect_rule);
    unavailable.serve(redirect_url, {200, "", {}, {}, {}})
        .serve(redirect_url, {200, redirect_profile, {}, {}, {}})
        .serve_profile(redirect_target, "")
        .power_up();
    ASSERT_EQ(unavailable.saved().customization, CustomizationState::unavailable);
    unavailable.step(FactoryResetRequested{{1}});
    unavailable.settle().run_for(60s);
    EXPECT_EQ(unavailable.saved().customization, CustomizationState::acquired);
}

TEST(Customization72, AbortedUnavailableAcquiredAskNoMore) {
    for (const CustomizationState state : {CustomizationState::aborted,
                                           CustomizationState::unavailable,
                                           CustomizationState::acquired}) {
        for (const std::string rule : {"/$PSN.xml", "http://h/a.xml"}) {
            PhoneWorld world(fresh().set("Profile_Rule", rule), redirect_rule);
            world.start_with(state).power_up().run_for(48h).power_up().run_for(48h);
            EXPECT_EQ(world.saved().customization, state);
            EXPECT_EQ(world.asked(redirect_url), 0);
        }
    }
}

}  // namespace onhook::phone
