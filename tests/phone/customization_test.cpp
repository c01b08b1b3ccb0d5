#include "phone/customization.h"

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "phone/samples.h"
#include "phone/status.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::redirect_rule;
using test::redirect_url;
using test::Reply;
using test::SamplePhone;

// ---- the clarifications below the table of 7.2, and what follows for the rest of the phone ----

TEST(Customization, ARedirectProfileThatSetsProxiesIsNoAbort) {
    PhoneWorld world(fresh(), redirect_rule);
    world
        .serve_profile(redirect_url,
                       "<Profile_Rule>http://sp.test/$MA.xml</Profile_Rule>"
                       "<Proxy_1_>sip.test</Proxy_1_>")
        .serve_profile(redirect_target, "<Proxy_1_>sip2.test</Proxy_1_>")
        .power_up()
        .run_for(60s);
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
    // Both set what counts only after a restart: the first of them is the redirect's.
    EXPECT_EQ(world.boots,
              (std::vector{BootReason::power_up, BootReason::redirect, BootReason::provisioning}));
    EXPECT_EQ(to_string(world.saved().reboots.back().reason), "RC");
}

TEST(Customization, AProfileWithoutARedirectCompletesIt) {
    for (const std::string elements :
         {"<GPP_A>1</GPP_A>", "<Profile_Rule/>", "<Profile_Rule>/x.xml</Profile_Rule>"}) {
        PhoneWorld world(fresh(), redirect_rule);
        world.serve_profile(redirect_url, elements).power_up();
        EXPECT_EQ(world.saved().customization, CustomizationState::acquired) << elements;
    }
}

TEST(Customization, ACutInCustomPendingFetchesTheTargetAfterTheNextBoot) {
    PhoneWorld world(fresh().set("Resync_On_Reset", "No"), redirect_rule);
    world.serve(redirect_url, {200, redirect_profile, {}, {}, {}})
        .serve_profile(redirect_target, "");
    world.hold_transfers = true;
    world.power_up();
    world.reply_to(0);
    ASSERT_EQ(world.saved().customization, CustomizationState::custom_pending);
    world.power_up().run_for(0s);
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
    EXPECT_EQ(world.urls(), (Strings{redirect_url, redirect_target, redirect_target}));
}

TEST(Customization, WithoutARedirectServiceThePhoneStaysOpenAndRetriesByItsList) {
    PhoneWorld world(fresh().set("Resync_Error_Retry_Delay", "60,120"));
    world.serve_fault("http://10.0.0.1/8841-3PCC.xml", TransferFault::connect)
        .power_up(lease_with(160, "http://10.0.0.1"))
        .run_for(180s);
    EXPECT_EQ(world.saved().customization, CustomizationState::open);
    EXPECT_EQ(world.requests.size(), 6U);
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "").run_for(240s);
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
}

// The invariant that would stop the process: ended, and still waiting to ask.
TEST(Customization, ADhcpServerThatComesBackEndsTheRetriesOfARequestedResync) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve_fault("http://10.0.0.1/8841-3PCC.xml", TransferFault::connect)
        .serve_profile("http://10.0.0.1/8841-3PCC.xml", "")
        .serve(redirect_url, {500, {}, {}, {}, {}})
        .power_up(lease_with(160, "http://10.0.0.1"));
    ASSERT_EQ(world.saved().customization, CustomizationState::pending);
    world.step(ResyncRequested{{1}, "", ""});
    world.settle().run_for(48h);
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
    EXPECT_EQ(world.asked(redirect_url), 1);
}

TEST(Customization, ADiscoveredProfileAbortsThoughALaterRuleFails) {
    PhoneWorld world(fresh().set("Profile_Rule_B", "http://h/b.xml"), redirect_rule);
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "")
        .power_up(lease_with(160, "http://10.0.0.1"))
        .run_for(48h);
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
    EXPECT_EQ(world.asked(redirect_url), 0);
}

// The redirect service stood in for the error retry, which goes on without it.
TEST(Customization, AfterUnavailableAServerOfDhcpIsStillRetried) {
    PhoneWorld world(fresh().set("Resync_Error_Retry_Delay", "60"), redirect_rule);
    world.serve(redirect_url, {200, "", {}, {}, {}})
        .power_up(lease_with(160, "http://10.0.0.1"))
        .run_for(60s);
    EXPECT_EQ(world.saved().customization, CustomizationState::unavailable);
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "<GPP_A>late</GPP_A>").run_for(60s);
    EXPECT_EQ(world.get("GPP_A"), "late");
}

TEST(Customization, AnAbortByOneProfileKeepsTheRetryOverItsRestart) {
    PhoneWorld world(fresh().set("Resync_Error_Retry_Delay", "60"), redirect_rule);
    world.serve(redirect_url, {500, {}, {}, {}, {}})
        .serve_profile("http://h/once.xml", "<Proxy_1_>sip.test</Proxy_1_>")
        .power_up(lease_with(160, "http://10.0.0.1"));
    world.step(ResyncRequested{{1}, "http://h/once.xml", ""});
    world.settle();
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
    world.serve_profile("http://10.0.0.1/8841-3PCC.xml", "<GPP_A>late</GPP_A>").run_for(120s);
    EXPECT_EQ(world.get("GPP_A"), "late");
}

// 7.4: doubling ends at a day, however long the service is gone.
TEST(Customization, AsksOnceADayForMonths) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve(redirect_url, status(500)).power_up().run_for(24h * 100);
    const Times times = world.times();
    ASSERT_GT(times.size(), 100U);
    for (std::size_t i = times.size() - 90; i < times.size(); ++i) {
        EXPECT_EQ(times[i] - times[i - 1], 86400);
    }
}

// 7.2: DHCP ends what nobody has begun; a rule of the provider that names no server is no such end.
TEST(Customization, AServerOfDhcpForALaterRuleIsNoAbort) {
    PhoneWorld world(fresh(), redirect_rule);
    world
        .serve_profile(redirect_url,
                       "<Profile_Rule>http://sp.test/$MA.xml</Profile_Rule>"
                       "<Profile_Rule_B>/b.xml</Profile_Rule_B>")
        .serve_profile(redirect_target, "<GPP_A>1</GPP_A>")
        .serve_profile("http://10.0.0.1/b.xml", "<GPP_B>2</GPP_B>")
        .power_up(lease_with(66, "http://10.0.0.1"));
    EXPECT_EQ(world.get("GPP_B"), "2");
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
}

TEST(Customization, ALateAnswerOfTheRedirectServiceChangesNothingAfterAnAbort) {
    PhoneWorld world(fresh(), redirect_rule);
    world.serve_profile("http://h/once.xml", "<Profile_Rule>http://h/own.xml</Profile_Rule>");
    world.hold_transfers = true;
    world.power_up();
    world.step(ResyncRequested{{1}, "http://h/once.xml", ""});
    world.reply_to(1);
    ASSERT_EQ(world.saved().customization, CustomizationState::aborted);
    world.reply_to(0, Reply{200, redirect_profile, {}, {}, {}});
    EXPECT_EQ(world.saved().customization, CustomizationState::aborted);
    EXPECT_EQ(world.get("Profile_Rule"), "http://h/own.xml");
}

// The target of the old rules is not that of the redirect which arrived meanwhile.
TEST(Customization, APassThatRunsWhileTheRedirectArrivesDoesNotCompleteIt) {
    const Reply not_found{404, {}, {}, {}, {}};
    PhoneWorld world(fresh(), redirect_rule);
    world.serve_profile(redirect_target, "<GPP_A>1</GPP_A>");
    world.hold_transfers = true;
    world.power_up(lease_with(160, "http://10.0.0.1"));
    world.reply_to(0, not_found);
    world.reply_to(0, not_found);
    ASSERT_EQ(world.urls().back(), redirect_url);
    world.step(ResyncRequested{{1}, {}, {}});
    ASSERT_EQ(world.under_way(), 2U);
    world.reply_to(0, Reply{200, redirect_profile, {}, {}, {}});
    world.reply_to(0, Reply{200, "<flat-profile/>", {}, {}, {}});
    EXPECT_EQ(world.saved().customization, CustomizationState::custom_pending);
    EXPECT_EQ(world.urls().back(), redirect_target);
    world.settle();
    EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
}

// 7.2: the name is the provider's where its profile says it, and only for Acquired.
TEST(Customization, ShowsWhoProvisionedThePhone) {
    for (const auto& [settings, shown] : {std::pair<std::string, std::string>{"", "Acquired"},
                                          {"Acme", "Acme"},
                                          {"$A", "Acme Telecom"},
                                          {"$B", "Acquired"},
                                          {"$C", std::string(64, 'x')}}) {
        PhoneWorld world(fresh(), redirect_rule);
        world.settings().customization_name = settings;
        world
            .serve_profile(redirect_url,
                           "<Profile_Rule>http://sp.test/$MA.xml</Profile_Rule>"
                           "<GPP_A>Acme Telecom</GPP_A><GPP_C>" +
                               std::string(100, 'x') + "</GPP_C>")
            .serve(redirect_target, {500, {}, {}, {}, {}})
            .serve_profile(redirect_target, "<GPP_A>mine</GPP_A>")
            .power_up();
        const auto customization = [&] {
            const auto status =
                status_document(profile::cisco_mpp(), test::sample_identity(), world.saved());
            return status.sections.at(1).fields.at(3).value;
        };
        EXPECT_EQ(customization(), "Custom-Pending");
        world.run_for(7200s);
        EXPECT_EQ(customization(), shown);
    }
}

// Fail at every step: the request's whole way is replayed once per step with that step failing.
TEST(Customization, RetriesFromWhateverStepFailed) {
    const std::vector<std::string> steps = {
        redirect_url, "https://rc.test/moved", "https://rc.test/moved", redirect_target};
    for (std::size_t bad = 0; bad < steps.size(); ++bad) {
        for (const Reply& failure : {Reply{500, {}, {}, {}, {}},
                                     Reply{404, {}, {}, {}, {}},
                                     Reply{200, "<flat-profile>", {}, {}, {}},
                                     Reply{0, {}, {}, {}, TransferFault::dns},
                                     Reply{0, {}, {}, {}, TransferFault::connect},
                                     Reply{0, {}, {}, {}, TransferFault::tls},
                                     Reply{0, {}, {}, {}, TransferFault::too_large},
                                     Reply{0, {}, {}, {}, TransferFault::undecoded},
                                     Reply{0, {}, {}, {}, TransferFault::corrupt},
                                     Reply{0, {}, {}, {}, TransferFault::protocol}}) {
            SCOPED_TRACE(fmt::format("step {} status {}", bad, failure.status));
            PhoneWorld world(fresh().set("Resync_Error_Retry_Delay", "60"),
                             "[--uid bob --pwd pw] " + redirect_rule);
            std::size_t step = 0;
            world.hold_transfers = true;
            world.power_up();
            bool failed = false;
            while (step < steps.size()) {
                ASSERT_EQ(world.under_way(), 1U);
                EXPECT_EQ(world.urls().back(), steps[step]);
                if (step == bad && !failed) {
                    failed = true;
                    world.reply_to(0, failure);
                    EXPECT_EQ(
                        world.saved().customization,
                        bad < 3 ? CustomizationState::pending : CustomizationState::custom_pending);
                    world.wait(59s);
                    EXPECT_EQ(world.under_way(), 0U);
                    world.wait(1s);
                    step = bad < 3 ? 0 : 3;
                    continue;
                }
                const std::array replies = {Reply{302, {}, "/moved", {}, {}},
                                            Reply{401, {}, {}, "Basic realm=\"x\"", {}},
                                            Reply{200, redirect_profile, {}, {}, {}},
                                            Reply{200, "<flat-profile/>", {}, {}, {}}};
                world.reply_to(0, replies[step++]);
            }
            EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
            EXPECT_EQ(world.under_way(), 0U);
        }
    }
}

// The same with the power failing after every action on the way.
TEST(Customization, GetsThereWhereverThePowerFails) {
    for (std::size_t cut = 0; cut < 40; ++cut) {
        SCOPED_TRACE(cut);
        PhoneWorld world(fresh(), redirect_rule);
        world.serve(redirect_url, {500, {}, {}, {}, {}})
            .serve(redirect_url, {200, redirect_profile, {}, {}, {}})
            .serve_profile(redirect_target, "<GPP_A>1</GPP_A>");
        world.cut_power_after(cut);
        world.power_up().run_for(600s);
        EXPECT_EQ(world.saved().customization, CustomizationState::acquired);
        EXPECT_EQ(world.get("GPP_A"), "1");
        if (!world.power_was_cut()) {
            EXPECT_GT(cut, 10U);
            return;
        }
    }
    FAIL() << "more actions than were cut";
}

TEST(Customization, ProvisionEnableNoAsksNobody) {
    PhoneWorld off(fresh().set("Provision_Enable", "No"), redirect_rule);
    off.power_up().run_for(48h);
    EXPECT_EQ(off.urls(), Strings{});
    PhoneWorld turned_off(fresh(), redirect_rule);
    turned_off.serve(redirect_url, {500, {}, {}, {}, {}})
        .serve_profile("http://h/once.xml", "<Provision_Enable>No</Provision_Enable>")
        .power_up();
    turned_off.step(ResyncRequested{{1}, "http://h/once.xml", ""});
    turned_off.settle().run_for(48h);
    EXPECT_EQ(turned_off.urls(), (Strings{redirect_url, "http://h/once.xml"}));
}

TEST(Customization, ARedirectRuleThatIsNoUrlIsSaidAndRetried) {
    PhoneWorld world(fresh(), "not a url");
    world.power_up();
    EXPECT_TRUE(world.logged("the redirect rule is not a URL; next try in 60 s"));
    EXPECT_EQ(world.saved().customization, CustomizationState::pending);
}

}  // namespace onhook::phone
