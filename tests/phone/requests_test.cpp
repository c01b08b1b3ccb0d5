// What people and servers ask of a phone: cisco-mpp.md 6.1 (requests), 7.5, 10.1, 12.
#include <gtest/gtest.h>

#include "phone/samples.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::redirect_rule;
using test::Reply;
using test::SamplePhone;
using State = CustomizationState;

namespace {

using Boots = std::vector<BootReason>;

const std::string own_rule = "http://h/a.xml";
const std::string code_url =
    "https://rc.test/software/edos/callhome/"
    "rc?code=1234567890123456&id=000E08012345:88012BA01234:CP-8841-3PCC";

// A phone in sync, whose lines ask for credentials.
PhoneWorld in_sync(const SamplePhone& sample = provisioned()) {
    PhoneWorld world(sample);
    world.serve_profile(own_rule, "").power_up();
    world.requests.clear();
    return world;
}

NotifyArrived notify_of(std::string event, Sender sender = Sender::known, unsigned line = 1) {
    return {RequestId{7}, std::move(event), sender, line};
}

ValuesSubmitted submit(std::vector<profile::Assignment> settings, Editor editor = Editor::web) {
    return {RequestId{1}, std::move(settings), editor};
}

ProfileSubmitted upload(std::string_view elements) {
    return {RequestId{1}, fmt::format("<flat-profile>{}</flat-profile>", elements)};
}

// What a step ordered, in its order.
Strings order_of(const Actions& actions) {
    Strings all;
    for (const Action& action : actions) {
        if (const auto* answer = std::get_if<AnswerNotify>(&action)) {
            all.push_back(std::to_string(answer->status));
        } else if (std::holds_alternative<AnswerRequest>(action)) {
            all.emplace_back("answer");
        } else if (std::holds_alternative<StartTransfer>(action)) {
            all.emplace_back("fetch");
        } else if (std::holds_alternative<Reboot>(action)) {
            all.emplace_back("reboot");
        } else if (std::holds_alternative<Restart>(action)) {
            all.emplace_back("restart");
        }
    }
    return all;
}

Strings order_of(PhoneWorld& world, const Event& event) {
    return order_of(world.phone().step(event, TimePoint{} + world.now()));
}

}  // namespace

// ---- NOTIFY (12) ----

TEST(Notify, DoesWhatItsEventSaysAfterIts200) {
    struct Row {
        std::string_view event;
        Strings order;
    };

    for (const Row& row : {Row{"resync", {"200", "fetch"}},
                           Row{"Resync", {"200", "fetch"}},
                           Row{"resync;id=5", {"200", "fetch"}},
                           Row{"reboot_now", {"200", "reboot"}},
                           Row{"restart_now", {"200", "restart"}},
                           Row{"report", {"200", "fetch"}},
                           Row{"check-sync", {"200", "fetch"}},
                           Row{"check-sync;reboot=true", {"200", "reboot"}},
                           Row{"check-sync;reboot=false", {"200", "fetch"}},
                           Row{"reboot", {"200", "reboot"}},
                           Row{"xml-service", {"200"}},  // with nothing in it
                           Row{"presence", {"489"}},
                           Row{"message-summary", {"489"}},
                           Row{"", {"489"}}}) {
        SCOPED_TRACE(row.event);
        PhoneWorld world = in_sync(provisioned().set("Report_Rule", "http://h/report"));
        EXPECT_EQ(order_of(world, notify_of(std::string(row.event))), row.order);
    }
    PhoneWorld no_rule = in_sync();
    EXPECT_EQ(order_of(no_rule, notify_of("report")), (Strings{"200"}));
}

// Who may say it; an unknown event is refused before anybody has to prove anything.
TEST(Notify, AsksForTheCredentialsOfTheLine) {
    struct Row {
        Sender sender;
        std::string_view authentication;
        int status;
    };

    for (const std::string_view event : {"resync", "reboot_now", "restart_now", "report"}) {
        for (const Row& row : {Row{Sender::unknown, "Yes", 401},
                               Row{Sender::registrar, "Yes", 401},
                               Row{Sender::wrong, "Yes", 403},
                               Row{Sender::known, "Yes", 200},
                               Row{Sender::unknown, "No", 200},
                               Row{Sender::registrar, "No", 200},
                               Row{Sender::wrong, "No", 200},
                               Row{Sender::known, "No", 200}}) {
            PhoneWorld world =
                in_sync(provisioned().set("Auth_Resync-Reboot_2_", row.authentication));
            const auto order = order_of(world, notify_of(std::string(event), row.sender, 2));
            EXPECT_EQ(order.front(), std::to_string(row.status)) << event;
            if (row.status != 200) {
                EXPECT_EQ(order.size(), 1U);
            }
        }
    }
    PhoneWorld world = in_sync(provisioned().set("Auth_Resync-Reboot_1_", "No"));
    EXPECT_EQ(order_of(world, notify_of("presence", Sender::unknown)), (Strings{"489"}));
    // Each line has its own; a line that the phone does not have asks.
    EXPECT_EQ(order_of(world, notify_of("resync", Sender::unknown, 2)), (Strings{"401"}));
    EXPECT_EQ(order_of(world, notify_of("resync", Sender::unknown, 99)), (Strings{"401"}));
    EXPECT_EQ(order_of(world, notify_of("resync", Sender::unknown, 0)), (Strings{"401"}));
}

TEST(Notify, AChallengedSenderIsHeardTheSecondTime) {
    PhoneWorld world = in_sync();
    world.step(notify_of("resync", Sender::unknown));
    world.step(notify_of("resync", Sender::known));
    world.settle();
    EXPECT_EQ(world.notify_answers, (std::vector{401, 200}));
    EXPECT_EQ(world.urls(), Strings{own_rule});
}

TEST(Notify, ABusyPhoneSays200AndActsWhenItsLinesAreIdle) {
    struct Row {
        std::string event;
        BootReason reason;
        int power_cycles;
    };

    for (const Row& row : {Row{"reboot_now", BootReason::sip, 1},
                           Row{"restart_now", BootReason::sip, 0},
                           Row{"check-sync;reboot=true", BootReason::sip, 1}}) {
        PhoneWorld world = in_sync();
        world.step(LinesChanged{true});
        world.step(notify_of(row.event));
        EXPECT_EQ(world.notify_answers, std::vector{200});
        world.run_for(1h);
        EXPECT_EQ(world.boots.size(), 1U);
        world.step(LinesChanged{false});
        EXPECT_EQ(world.boots.back(), row.reason);
        EXPECT_EQ(world.boots.size(), 2U);
        EXPECT_EQ(world.power_cycles, row.power_cycles);
        EXPECT_EQ(to_string(world.saved().reboots[0].reason), "SIP Triggered");
    }
    PhoneWorld world = in_sync();
    world.step(LinesChanged{true});
    world.step(notify_of("resync"));
    world.run_for(10s);
    EXPECT_EQ(world.urls(), Strings{});
    world.step(LinesChanged{false});
    EXPECT_EQ(world.urls(), Strings{own_rule});
}

TEST(Notify, TheStrongerOfTwoDeferredRestartsWins) {
    PhoneWorld world = in_sync();
    world.step(LinesChanged{true});
    world.step(notify_of("restart_now"));
    world.step(notify_of("reboot_now"));
    world.step(notify_of("restart_now"));
    world.step(LinesChanged{false});
    EXPECT_EQ(world.boots.size(), 2U);
    EXPECT_EQ(world.power_cycles, 1);
}

TEST(Notify, APhoneThatMayNotResyncSays200AndDoesNot) {
    PhoneWorld world = in_sync(provisioned().set("Provision_Enable", "No"));
    EXPECT_EQ(order_of(world, notify_of("resync")), (Strings{"200"}));
    EXPECT_EQ(order_of(world, notify_of("reboot_now")), (Strings{"200", "reboot"}));
    EXPECT_EQ(order_of(world, notify_of("resync")), (Strings{"503"}));  // it restarts
}

TEST(Notify, AnXmlObjectAsksForAResync) {
    struct Row {
        std::string_view body;
        Strings urls;
    };

    const std::string once = "http://h/once.xml";
    for (const Row& row :
         {Row{"<CP-8841-3PCCExecute><ExecuteItem URL=Resync:[http://h/once.xml]/>"
              "</CP-8841-3PCCExecute>",
              {once}},
          Row{"<CP-8841-3PCCExecute><ExecuteItem URL=Resync:http://h/once.xml/>"
              "</CP-8841-3PCCExecute>",
              {once}},
          Row{"<?xml version=\"1.0\"?>\n<CiscoIPPhoneExecute>\n"
              "  <ExecuteItem Priority=\"0\" URL=\"Resync:http://h/once.xml\"></ExecuteItem>\n"
              "</CiscoIPPhoneExecute>\n",
              {once}},
          Row{"<CiscoIPPhoneExecute><ExecuteItem URL='Resync:'/></CiscoIPPhoneExecute>",
              {own_rule}},
          Row{"<CiscoIPPhoneExecute><ExecuteItem URL='Play:ring.raw'/></CiscoIPPhoneExecute>", {}},
          Row{"<CiscoIPPhoneExecute/>", {}},
          Row{"<CiscoIPPhoneText><Text>hello</Text></CiscoIPPhoneText>", {}},
          Row{"hello", {}}}) {
        SCOPED_TRACE(row.body);
        PhoneWorld world = in_sync(provisioned()
                                       .set("Enable_Direct_Action_Url", "No")
                                       .set("User_Configurable_Resync", "No")
                                       .set("Resync_Trigger_1", "\"a\" eq \"b\""));
        world.requests.clear();
        world.serve_profile(once, "<GPP_A>1</GPP_A>");
        NotifyArrived event = notify_of("XML-Service");
        event.body = row.body;
        world.step(event);
        world.settle();
        EXPECT_EQ(world.notify_answers, std::vector{200});
        EXPECT_EQ(world.urls(), row.urls);
    }
    PhoneWorld off = in_sync(provisioned().set("Provision_Enable", "No"));
    NotifyArrived event = notify_of("XML-Service");
    event.body = "<CiscoIPPhoneExecute><ExecuteItem URL='Resync:'/></CiscoIPPhoneExecute>";
    off.step(event);
    EXPECT_EQ(off.urls(), Strings{});
    EXPECT_TRUE(off.logged("Provision_Enable is No"));
}

// ---- the gates of a requested resync (6.1) ----

TEST(Requests, EachAskerHasItsGate) {
    struct Row {
        Asker asker;
        std::string_view parameter;
        bool accepted;
    };

    for (const Row& row : {Row{Asker::web, "Enable_Direct_Action_Url", false},
                           Row{Asker::menu, "Enable_Direct_Action_Url", true},
                           Row{Asker::xml_object, "Enable_Direct_Action_Url", true},
                           Row{Asker::web, "User_Configurable_Resync", true},
                           Row{Asker::menu, "User_Configurable_Resync", false},
                           Row{Asker::xml_object, "User_Configurable_Resync", true},
                           Row{Asker::web, "Provision_Enable", false},
                           Row{Asker::menu, "Provision_Enable", false},
                           Row{Asker::xml_object, "Provision_Enable", false}}) {
        SCOPED_TRACE(row.parameter);
        PhoneWorld world = in_sync(provisioned().set(row.parameter, "No"));
        world.step(ResyncRequested{RequestId{3}, {}, {}, row.asker});
        world.settle();
        ASSERT_EQ(world.answers.size(), 1U);
        EXPECT_EQ(world.answers[0].accepted, row.accepted) << world.answers[0].text;
        if (!row.accepted) {
            EXPECT_NE(world.answers[0].text.find(row.parameter), std::string::npos);
        }
        EXPECT_EQ(world.urls().size(), row.accepted ? 1U : 0U);
    }
}

// ---- values that somebody sets here ----

TEST(Submit, TakesWhatFitsAndSaysHowMuchAndWhatFollows) {
    struct Row {
        std::vector<profile::Assignment> settings;
        std::string_view text;
        Boots boots;
    };

    const auto first = BootReason::power_up;
    const auto again = BootReason::provisioning;
    for (const Row& row :
         {Row{{{"GPP_A", "1"}}, "1 setting changed", {first}},
          Row{{{"GPP_A", ""}, {"Provision_Enable", "yes"}}, "0 settings changed", {first}},
          Row{{{"GPP_A", "1"}, {"Display_Name_1_", "Ann"}},
              "2 settings changed; the phone restarts as soon as no call holds a line",
              {first, again}},
          Row{{{"Display_Name_1_", "Ann"}, {"VLAN_ID", "20"}},
              "2 settings changed; the phone reboots as soon as no call holds a line",
              {first, again}}}) {
        for (const Editor editor : {Editor::web, Editor::screen}) {
            PhoneWorld world = in_sync();
            world.step(submit(row.settings, editor));
            ASSERT_EQ(world.answers.size(), 1U);
            EXPECT_TRUE(world.answers[0].accepted);
            EXPECT_EQ(world.answers[0].text, row.text);
            EXPECT_EQ(world.boots, row.boots);
            EXPECT_EQ(world.urls(), Strings{});  // no rule changed: no resync (6.6)
        }
    }
}

TEST(Submit, OneMistakeAndNothingIsChanged) {
    PhoneWorld world = in_sync();
    world.step(submit({{"GPP_A", "1"},
                       {"Proxy_99_", "x"},
                       {"Resync_Random_Delay", "many"},
                       {"Resync_At__HHmm_", "9960"},
                       {"Resync_Periodic", "often"},
                       {"Display_Name_1_", "Ann"}}));
    ASSERT_EQ(world.answers.size(), 1U);
    EXPECT_FALSE(world.answers[0].accepted);
    const std::string& text = world.answers[0].text;
    for (const std::string_view name :
         {"Proxy_99_: ", "Resync_Random_Delay: ", "Resync_At__HHmm_: ", "Resync_Periodic: "}) {
        EXPECT_NE(text.find(name), std::string::npos) << text;
    }
    EXPECT_TRUE(text.ends_with("\nNothing was changed.")) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
    EXPECT_EQ(world.get("GPP_A"), "");
    EXPECT_EQ(world.get("Display_Name_1_"), "");
    EXPECT_EQ(world.boots.size(), 1U);
}

// A page sends every field; one that a profile broke must not be in the way of the others.
TEST(Submit, AWrongValueThatIsThereAlreadyIsNoMistake) {
    PhoneWorld world = in_sync(provisioned().set("Resync_At__HHmm_", "9960"));
    world.step(submit({{"Resync_At__HHmm_", "9960"}, {"GPP_A", "1"}}));
    EXPECT_TRUE(world.answers.at(0).accepted) << world.answers[0].text;
    EXPECT_EQ(world.get("GPP_A"), "1");
}

TEST(Submit, TellsOfAFewMistakesOfMany) {
    PhoneWorld world = in_sync();
    std::vector<profile::Assignment> many;
    for (int i = 0; i < 100; ++i) {
        many.push_back({fmt::format("No_Such_{}", i), "1"});
    }
    world.step(submit(many));
    EXPECT_NE(world.answers.at(0).text.find("and 80 more"), std::string::npos);
}

// 6.6: one resync after the restart, and only if a rule changed.
TEST(Submit, AChangedRuleIsFollowedByOneResyncAfterTheRestart) {
    for (const bool restarting : {false, true}) {
        PhoneWorld world = in_sync();
        world.serve_profile("http://h/b.xml", "");
        std::vector<profile::Assignment> settings{{"Profile_Rule", "http://h/b.xml"}};
        if (restarting) {
            settings.push_back({"Display_Name_1_", "Ann"});
        }
        world.step(submit(settings));
        world.settle().run_for(7199s);
        EXPECT_EQ(world.boots.size(), restarting ? 2U : 1U);
        EXPECT_EQ(world.urls(), Strings{"http://h/b.xml"});
    }
}

// A pass that runs has read its rules already.
TEST(Submit, ARuleThatChangesDuringAPassIsFollowedByAnother) {
    PhoneWorld world(provisioned());
    world.serve_profile(own_rule, "").serve_profile("http://h/b.xml", "");
    world.hold_transfers = true;
    world.power_up().wait(0s);
    ASSERT_EQ(world.under_way(), 1U);
    world.step(submit({{"Profile_Rule", "http://h/b.xml"}}));
    EXPECT_EQ(world.under_way(), 1U);
    world.reply_to(0);
    world.reply_to(0);
    EXPECT_EQ(world.urls(), (Strings{own_rule, "http://h/b.xml"}));
    EXPECT_EQ(world.under_way(), 0U);
}

TEST(Submit, ARuleThatChangesDuringAPassThatEndsInACodeIsFollowed) {
    PhoneWorld world(provisioned().set("Profile_Rule_B", "gds://"));
    world.serve_profile(own_rule, "").serve_profile("http://h/new.xml", "");
    world.hold_transfers = true;
    world.power_up().wait(0s);
    world.step(submit({{"Profile_Rule", "http://h/new.xml"}}));
    world.settle();
    EXPECT_EQ(world.urls(), (Strings{own_rule, "http://h/new.xml"}));
}

TEST(Submit, ARestartDuringACallWaitsForItsEnd) {
    PhoneWorld world = in_sync();
    world.step(LinesChanged{true});
    world.step(submit({{"VLAN_ID", "20"}}));
    world.step(submit({{"Display_Name_1_", "Ann"}}));
    EXPECT_EQ(world.boots.size(), 1U);
    EXPECT_EQ(world.get("VLAN_ID"), "20");  // kept at once
    world.step(LinesChanged{false});
    EXPECT_EQ(world.boots, (Boots{BootReason::power_up, BootReason::provisioning}));
    EXPECT_EQ(world.power_cycles, 1);
}

// The first pass of a life is owed even when the restart comes in the middle of it.
TEST(Submit, ARestartThatCutsAPassOffOwesIt) {
    PhoneWorld world(provisioned());
    world.serve_profile(own_rule, "<GPP_B>2</GPP_B>");
    world.hold_transfers = true;
    world.power_up().wait(0s);
    ASSERT_EQ(world.under_way(), 1U);
    world.step(submit({{"Display_Name_1_", "Ann"}}));
    EXPECT_EQ(world.boots.size(), 2U);
    world.settle();
    EXPECT_EQ(world.get("GPP_B"), "2");
    EXPECT_EQ(world.urls(), (Strings{own_rule, own_rule}));
}

TEST(Submit, ARequestedRuleThatARestartCutsOffIsTold) {
    PhoneWorld world = in_sync();
    world.hold_transfers = true;
    world.step(ResyncRequested{RequestId{3}, "http://h/once.xml", {}});
    world.step(RebootRequested{RequestId{4}});
    EXPECT_TRUE(world.logged("the requested resync was not done: the phone restarts"));
}

TEST(Submit, TurningProvisioningOnMakesUpForTheBoot) {
    PhoneWorld world(provisioned().set("Provision_Enable", "No"));
    world.serve_profile(own_rule, "").power_up().run_for(48h);
    EXPECT_EQ(world.urls(), Strings{});
    world.step(submit({{"Provision_Enable", "Yes"}}));
    world.run_for(0s);
    EXPECT_EQ(world.urls(), Strings{own_rule});
    // Off and on again in one life owes nothing, the timers go on.
    world.step(submit({{"Provision_Enable", "No"}}));
    world.step(submit({{"Provision_Enable", "Yes"}}));
    world.run_for(7199s);
    EXPECT_EQ(world.urls(), Strings{own_rule});
    PhoneWorld fresh(SamplePhone().set("Provision_Enable", "No"), redirect_rule);
    fresh.power_up().step(submit({{"Provision_Enable", "Yes"}}));
    EXPECT_EQ(fresh.saved().customization, State::pending);
}

// A pass that runs is not begun once more.
TEST(Submit, TurningProvisioningOffAndOnLeavesAPassAlone) {
    PhoneWorld world(provisioned());
    world.hold_transfers = true;
    world.serve_profile(own_rule, "<GPP_A>1</GPP_A>").power_up().wait(0s);
    ASSERT_EQ(world.under_way(), 1U);
    ASSERT_EQ(world.urls(), Strings{own_rule});
    world.step(submit({{"Provision_Enable", "No"}}));
    world.step(submit({{"Provision_Enable", "Yes"}}));
    world.hold_transfers = false;
    world.settle();
    EXPECT_EQ(world.urls(), Strings{own_rule});
    EXPECT_EQ(world.get("GPP_A"), "1");
}

TEST(Upload, IsAProfileLikeAnyOther) {
    PhoneWorld world = in_sync();
    world.step(upload("<GPP_A>1</GPP_A><No_Such>x</No_Such>"));
    EXPECT_TRUE(world.answers.at(0).accepted);
    EXPECT_EQ(world.answers[0].text, "1 setting changed");
    EXPECT_EQ(world.get("GPP_A"), "1");
    world.step(ProfileSubmitted{RequestId{2}, "<flat-profile>\n<GPP_A>2</GPP_B></flat-profile>"});
    EXPECT_FALSE(world.answers.at(1).accepted);
    EXPECT_TRUE(world.answers[1].text.starts_with("line 2, column ")) << world.answers[1].text;
    EXPECT_EQ(world.get("GPP_A"), "1");
    world.step(upload("<VLAN_ID>20</VLAN_ID>"));
    EXPECT_EQ(world.boots.back(), BootReason::provisioning);
}

// ---- reboots and their history (10.2) ----

TEST(Reboots, EachReasonHasItsWord) {
    struct Row {
        Event event;
        std::string_view reason;
        int power_cycles;
    };

    for (const Row& row : {Row{RebootRequested{RequestId{1}}, "User Triggered", 1},
                           Row{notify_of("reboot_now"), "SIP Triggered", 1},
                           Row{notify_of("restart_now"), "SIP Triggered", 0},
                           Row{submit({{"VLAN_ID", "20"}}), "Provisioning", 1},
                           Row{upload("<Display_Name_1_>Ann</Display_Name_1_>"), "Provisioning", 0},
                           Row{NetworkUp{{"192.168.1.200"}}, "IP Changed", 1},
                           Row{FactoryResetRequested{RequestId{1}}, "User Triggered", 1}}) {
        SCOPED_TRACE(row.reason);
        PhoneWorld world = in_sync();
        world.step(row.event);
        ASSERT_EQ(world.saved().reboots.size(), 1U);
        EXPECT_EQ(to_string(world.saved().reboots[0].reason), row.reason);
        EXPECT_EQ(world.power_cycles, row.power_cycles);
    }
}

TEST(Reboots, WhoAsksForARebootHereDoesNotWaitForTheCall) {
    PhoneWorld world = in_sync();
    world.step(LinesChanged{true});
    world.step(RebootRequested{RequestId{1}});
    EXPECT_EQ(world.boots.size(), 2U);
}

TEST(Reboots, AnotherAddressRebootsWhenTheLinesAreIdle) {
    PhoneWorld world = in_sync();
    world.step(NetworkUp{{"192.168.1.100", DhcpAnswer{"other.test", {{66, "10.0.0.1"}}}}});
    EXPECT_EQ(world.boots.size(), 1U);  // the same address
    world.step(LinesChanged{true});
    world.step(NetworkUp{{"192.168.1.200"}});
    EXPECT_EQ(world.boots.size(), 1U);
    world.step(LinesChanged{false});
    EXPECT_EQ(world.boots.back(), BootReason::ip_changed);
}

TEST(Reboots, OfTwoReasonsForTheSameTheFirstIsRemembered) {
    PhoneWorld world = in_sync();
    world.step(LinesChanged{true});
    world.step(notify_of("reboot_now"));
    world.step(NetworkUp{{"192.168.1.101"}});
    world.step(LinesChanged{false});
    EXPECT_EQ(world.boots.back(), BootReason::sip);
}

// ---- the link ----

TEST(Network, TimersHoldWhileItIsLost) {
    PhoneWorld world = in_sync();
    world.step(NetworkLost{});
    EXPECT_FALSE(world.phone().next_deadline());
    world.run_for(48h);
    EXPECT_EQ(world.urls(), Strings{});
    world.step(DeadlineReached{});
    EXPECT_EQ(world.urls(), Strings{});
    world.step(NetworkUp{{"192.168.1.100"}});
    world.run_for(0s);  // what ran out is due now
    EXPECT_EQ(world.urls(), Strings{own_rule});
}

TEST(Network, WhatWaitedForTheLinesStartsWhenItIsBack) {
    PhoneWorld world = in_sync();
    world.step(LinesChanged{true});
    world.step(ResyncRequested{RequestId{1}, {}, {}});
    world.step(NetworkLost{});
    world.step(LinesChanged{false});
    EXPECT_EQ(world.urls(), Strings{});
    world.step(NetworkUp{{"192.168.1.100"}});
    EXPECT_EQ(world.urls(), Strings{own_rule});
}

TEST(Network, WithoutItNobodyCanAskForAResync) {
    PhoneWorld world = in_sync();
    world.step(NetworkLost{});
    for (const Asker asker : {Asker::web, Asker::menu, Asker::xml_object}) {
        world.step(ResyncRequested{RequestId{1}, {}, {}, asker});
        EXPECT_FALSE(world.answers.back().accepted);
    }
}

// ---- factory reset (7.2, 10.2) ----

namespace {

enum class Doing { nothing, calling, fetching, disabled, offline };

// A phone with a past, in the middle of something.
PhoneWorld with_a_past(State state, Doing doing) {
    PhoneWorld world(provisioned()
                         .set("GPP_A", "old")
                         .set("Provision_Enable", doing == Doing::disabled ? "No" : "Yes"),
                     redirect_rule);
    world.serve_profile(own_rule, "").start_with(state).start(BootReason::user).run_for(0s);
    if (doing == Doing::calling) {
        world.step(LinesChanged{true});
    } else if (doing == Doing::fetching) {
        world.hold_transfers = true;
        world.step(ResyncRequested{RequestId{1}, {}, {}});
        EXPECT_EQ(world.under_way(), 1U);
    } else if (doing == Doing::offline) {
        world.step(NetworkLost{});
    }
    world.requests.clear();
    return world;
}

}  // namespace

TEST(FactoryReset, MakesAnyPhoneAFreshOne) {
    for (const State state : {State::open,
                              State::pending,
                              State::custom_pending,
                              State::acquired,
                              State::aborted,
                              State::unavailable}) {
        for (const Doing doing :
             {Doing::nothing, Doing::calling, Doing::fetching, Doing::disabled, Doing::offline}) {
            SCOPED_TRACE(fmt::format("{} {}", to_string(state), static_cast<int>(doing)));
            PhoneWorld world = with_a_past(state, doing);
            world.step(FactoryResetRequested{RequestId{9}});
            EXPECT_TRUE(world.answers.back().accepted);
            EXPECT_EQ(world.power_cycles, 1);
            const Memory& memory = world.saved();
            EXPECT_EQ(memory.values,
                      profile::factory_values(profile::cisco_mpp(), test::sample_identity()));
            // The fresh phone asks the redirect service at once, as out of its box.
            EXPECT_EQ(memory.customization, State::pending);
            EXPECT_TRUE(world.urls().back().starts_with("https://rc.test/"));
            EXPECT_FALSE(memory.synced_once);
            EXPECT_TRUE(memory.resyncs.empty());
            // Its own reboot is the first of the new history.
            EXPECT_EQ(memory.reboots, (std::vector{RebootRecord{{}, BootReason::user}}));
        }
    }
}

TEST(FactoryReset, KeepsTheFirmwareButNotWhatBecameOfItsRule) {
    SamplePhone sample = provisioned();
    Memory memory(sample.values);
    memory.customization_name = "Acme";
    memory.waits_for_code = true;
    memory.firmware.own().running = "sip88xx.11-3-2MPP-1";
    memory.firmware.own().inactive = "sip88xx.11-3-1MPP-678";
    memory.firmware.own().tried = "http://h/x.loads";
    memory.firmware.own().failures = 2;
    memory.firmware.own().upgrades.push_back({});
    Phone phone(profile::cisco_mpp(), sample.identity, {}, memory, 1);
    (void)phone.step(Booted{BootReason::power_up}, TimePoint{});
    const Actions actions = phone.step(FactoryResetRequested{RequestId{1}}, TimePoint{});
    EXPECT_EQ(order_of(actions), (Strings{"answer", "reboot"}));
    EXPECT_EQ(phone.memory().firmware->running, "sip88xx.11-3-2MPP-1");
    EXPECT_EQ(phone.memory().firmware->inactive, "sip88xx.11-3-1MPP-678");
    EXPECT_EQ(phone.memory().firmware->tried, "");
    EXPECT_EQ(phone.memory().firmware->failures, 0);
    EXPECT_TRUE(phone.memory().firmware->upgrades.empty());
    EXPECT_EQ(phone.memory().customization_name, "");
    EXPECT_FALSE(phone.memory().waits_for_code);
    // A second one while it restarts: answered, and nothing more.
    EXPECT_EQ(order_of(phone.step(FactoryResetRequested{RequestId{2}}, TimePoint{})),
              (Strings{"answer"}));
}

// ---- activation codes (7.5) ----

namespace {

// A phone whose rule asks for a code, which waits for it.
PhoneWorld waiting_for_code(State state = State::custom_pending, std::string redirect = {}) {
    PhoneWorld world(SamplePhone()
                         .set("Profile_Rule", "gds://")
                         .set("Resync_Random_Delay", "0")
                         .set("Resync_Error_Retry_Delay", "60"),
                     redirect.empty() ? redirect_rule : std::move(redirect));
    world.start_with(state).power_up();
    return world;
}

CodeEntered code(std::string text = "1234567890123456") { return {RequestId{5}, std::move(text)}; }

}  // namespace

TEST(ActivationCode, ARuleThatWantsOneIsNotRetriedByItself) {
    PhoneWorld world = waiting_for_code();
    EXPECT_TRUE(world.saved().waits_for_code);
    EXPECT_FALSE(world.saved().resync_due);
    EXPECT_FALSE(world.phone().next_deadline());
    world.run_for(48h);
    EXPECT_EQ(world.urls(), Strings{});
}

TEST(ActivationCode, LeadsToTheProviderLikeARedirect) {
    PhoneWorld world = waiting_for_code();
    world
        .serve_profile(code_url,
                       "<Profile_Rule>http://sp.test/$MA.xml</Profile_Rule><GPP_A>Acme</GPP_A>")
        .serve_profile("http://sp.test/000e08012345.xml", "<GPP_B>2</GPP_B>");
    world.step(code());
    EXPECT_TRUE(world.answers.empty());  // the service decides
    world.settle();
    ASSERT_EQ(world.answers.size(), 1U);
    EXPECT_TRUE(world.answers[0].accepted);
    EXPECT_EQ(world.answers[0].request, RequestId{5});
    EXPECT_EQ(world.urls(), (Strings{code_url, "http://sp.test/000e08012345.xml"}));
    EXPECT_EQ(world.saved().customization, State::acquired);
    EXPECT_FALSE(world.saved().waits_for_code);
    EXPECT_EQ(world.get("GPP_B"), "2");
}

TEST(ActivationCode, IsSixteenDigitsOrAHashAndThreeToSixteen) {
    struct Row {
        std::string_view text;
        std::string_view digits;  // empty: refused
    };

    for (const Row& row : {Row{"1234567890123456", "1234567890123456"},
                           Row{"1234-5678-9012-3456", "1234567890123456"},
                           Row{" 1234 5678 9012 3456 ", "1234567890123456"},
                           Row{"#123", "123"},
                           Row{"#1234567890123456", "1234567890123456"},
                           Row{"#12", ""},
                           Row{"#12345678901234567", ""},
                           Row{"123456789012345", ""},
                           Row{"12345678901234567", ""},
                           Row{"123456789012345x", ""},
                           Row{"123#", ""},
                           Row{"#", ""},
                           Row{"##123", ""},
                           Row{"", ""}}) {
        SCOPED_TRACE(row.text);
        PhoneWorld world = waiting_for_code(State::custom_pending, "https://rc.test/rc?id=$MAU");
        world.step(code(std::string(row.text)));
        if (row.digits.empty()) {
            EXPECT_EQ(world.urls(), Strings{});
            EXPECT_FALSE(world.answers.at(0).accepted);
        } else {
            EXPECT_EQ(
                world.urls(),
                Strings{fmt::format("https://rc.test/rc?code={}&id=000E08012345", row.digits)});
        }
    }
    for (const auto& [redirect, url] :
         {std::pair{"https://rc.test/rc", "https://rc.test/rc?code=123"},
          std::pair{"https://rc.test/rc?", "https://rc.test/rc?code=123"}}) {
        PhoneWorld world = waiting_for_code(State::custom_pending, redirect);
        world.step(code("#123"));
        EXPECT_EQ(world.urls(), Strings{url});
    }
}

TEST(ActivationCode, AWrongOneMayBeFollowedByAnother) {
    for (const int status : {400, 403, 404, 410, 200}) {
        PhoneWorld world = waiting_for_code();
        world.serve(code_url, {status, "", {}, {}, {}})
            .serve_profile(code_url, "<Profile_Rule>http://sp.test/x.xml</Profile_Rule>")
            .serve_profile("http://sp.test/x.xml", "");
        world.step(code());
        world.settle();
        EXPECT_EQ(world.answers.at(0).text, "Invalid activation code");
        EXPECT_FALSE(world.answers[0].accepted);
        EXPECT_TRUE(world.saved().waits_for_code);
        EXPECT_EQ(world.saved().customization, State::custom_pending);
        world.step(code());
        world.settle();
        EXPECT_TRUE(world.answers.at(1).accepted);
        EXPECT_EQ(world.saved().customization, State::acquired);
    }
}

TEST(ActivationCode, OfAServiceThatCannotSayNothingIsKnown) {
    for (const Reply& reply : {Reply{500, {}, {}, {}, {}},
                               Reply{401, {}, {}, "Basic", {}},
                               Reply{407, {}, {}, "Basic", {}},
                               Reply{200, "junk", {}, {}, {}},
                               Reply{302, {}, {}, {}, {}},
                               Reply{0, {}, {}, {}, TransferFault::dns},
                               Reply{0, {}, {}, {}, TransferFault::tls}}) {
        PhoneWorld world = waiting_for_code();
        world.serve(code_url, reply);
        world.step(code());
        world.settle().run_for(48h);
        EXPECT_EQ(world.answers.size(), 1U);
        EXPECT_FALSE(world.answers.at(0).accepted);
        EXPECT_TRUE(world.answers[0].text.ends_with("; enter the code again"))
            << world.answers[0].text;
        EXPECT_TRUE(world.saved().waits_for_code);
        EXPECT_EQ(world.urls().size(), 1U);
    }
}

// The end stays the end, whatever a code brings.
TEST(ActivationCode, TerminalStatesStayTerminal) {
    for (const State state : {State::acquired, State::aborted, State::unavailable}) {
        PhoneWorld world = waiting_for_code(state);
        world.serve_profile(code_url, "<Profile_Rule>http://sp.test/x.xml</Profile_Rule>")
            .serve_profile("http://sp.test/x.xml", "<GPP_A>1</GPP_A>");
        world.step(code());
        world.settle();
        EXPECT_EQ(world.saved().customization, state);
        EXPECT_EQ(world.get("GPP_A"), "1");
    }
}

TEST(ActivationCode, APhoneStillWaitsAfterAReboot) {
    PhoneWorld world = waiting_for_code(State::aborted);
    world.step(submit({{"Resync_On_Reset", "No"}}));
    world.power_up().run_for(48h);
    EXPECT_TRUE(world.saved().waits_for_code);
    world.serve_profile(code_url, "<GPP_A>1</GPP_A>").step(code());
    world.settle();
    EXPECT_EQ(world.get("GPP_A"), "1");
}

// The rule that asked is still there, and asking once more would be no answer.
TEST(ActivationCode, AProfileWithoutARuleIsTheEndOfIt) {
    PhoneWorld world = waiting_for_code();
    world.serve_profile(code_url, "<GPP_A>1</GPP_A>");
    world.step(code());
    world.settle().run_for(48h);
    EXPECT_EQ(world.saved().customization, State::acquired);
    EXPECT_FALSE(world.saved().waits_for_code);
    EXPECT_EQ(world.urls(), Strings{code_url});
}

TEST(ActivationCode, IsRefusedWhereItIsOfNoUse) {
    PhoneWorld in_order = in_sync();
    in_order.step(code());
    EXPECT_EQ(in_order.answers.at(0).text, "this phone asks for no activation code");
    PhoneWorld alone(SamplePhone().set("Profile_Rule", "gds://").set("Resync_Random_Delay", "0"));
    alone.power_up().step(code());
    EXPECT_EQ(alone.answers.at(0).text,
              "this phone has no redirect service that could know the code");
    PhoneWorld off = waiting_for_code();
    off.step(submit({{"Provision_Enable", "No"}}));
    off.step(code());
    EXPECT_NE(off.answers.at(1).text.find("Provision_Enable"), std::string::npos);
    PhoneWorld twice = waiting_for_code();
    twice.hold_transfers = true;
    twice.step(code());
    twice.step(code("#999"));
    EXPECT_EQ(twice.answers.at(0).text,
              "the redirect service is being asked already; try again in a moment");
    EXPECT_EQ(twice.under_way(), 1U);
}

TEST(ActivationCode, WhoWaitsForItIsToldWhenThePhoneRestarts) {
    for (const Event& event : {Event{RebootRequested{RequestId{8}}},
                               Event{FactoryResetRequested{RequestId{8}}},
                               Event{submit({{"VLAN_ID", "20"}})}}) {
        PhoneWorld world = waiting_for_code();
        world.hold_transfers = true;
        world.step(code());
        world.step(event);
        const auto told = std::find_if(world.answers.begin(),
                                       world.answers.end(),
                                       [](const auto& one) { return one.request == RequestId{5}; });
        ASSERT_NE(told, world.answers.end());
        EXPECT_EQ(told->text, "the phone is restarting; enter the code again");
    }
}

// The answer that comes late must not undo what the administrator set; no second request runs
// beside the one that nobody waits for any more.
TEST(ActivationCode, ARuleThatIsSetMeanwhileWins) {
    PhoneWorld world = waiting_for_code(State::aborted);
    world.hold_transfers = true;
    world.step(code());
    world.step(submit({{"Profile_Rule", "gds://"}, {"GPP_B", "x"}}));  // the same rule
    world.step(submit({{"Profile_Rule", "http://h/own.xml"}}));
    EXPECT_EQ(world.answers.at(2).text, "Profile_Rule was set meanwhile; no code is needed");
    EXPECT_FALSE(world.saved().waits_for_code);
    world.reply_to(
        0, Reply{200, "<flat-profile><Profile_Rule>x</Profile_Rule></flat-profile>", {}, {}, {}});
    EXPECT_EQ(world.get("Profile_Rule"), "http://h/own.xml");
    EXPECT_EQ(world.urls().back(), "http://h/own.xml");
}

TEST(ActivationCode, IsInNoLogLine) {
    PhoneWorld world = waiting_for_code();
    world.serve(code_url, {403, {}, {}, {}, {}});
    world.step(code());
    world.settle();
    for (const auto* lines : {&world.log, &world.syslog}) {
        for (const std::string& line : *lines) {
            EXPECT_EQ(line.find("1234567890123456"), std::string::npos) << line;
        }
    }
    EXPECT_TRUE(world.logged("with an activation code"));
}

// Pending asks for its profile and for a code by turns, never both at once.
TEST(ActivationCode, AOneShotRuleThatWantsOneLeavesTheRedirectServiceItsTimer) {
    PhoneWorld world(SamplePhone().set("Resync_Random_Delay", "0"), redirect_rule);
    world.serve(test::redirect_url, {500, {}, {}, {}, {}}).power_up();
    world.step(ResyncRequested{RequestId{1}, "gds://", {}, Asker::menu});
    EXPECT_TRUE(world.saved().waits_for_code);
    world.hold_transfers = true;
    world.step(code());
    ASSERT_EQ(world.under_way(), 1U);
    world.wait(60s);  // its retry is due and waits
    EXPECT_EQ(world.under_way(), 1U);
    EXPECT_FALSE(world.phone().next_deadline());
    world.reply_to(0, Reply{403, {}, {}, {}, {}});
    world.wait(0s);
    EXPECT_EQ(world.urls().back(), test::redirect_url);
    EXPECT_EQ(world.saved().customization, State::pending);
}

// A phone that nobody has provisioned comes to the redirect service while a code is asked for.
TEST(ActivationCode, IsFollowedByTheRequestThatBecameDueMeanwhile) {
    PhoneWorld world(SamplePhone().set("Provision_Enable", "No"), redirect_rule);
    world.serve(test::redirect_url, {500, {}, {}, {}, {}})
        .power_up({"192.168.1.100", DhcpAnswer{"", {{66, "http://10.0.0.1"}}}})
        .lines(true);
    world.step(submit({{"Provision_Enable", "Yes"}}));
    world.step(ResyncRequested{RequestId{1}, "gds://", {}, Asker::menu});
    world.hold_transfers = true;
    world.step(LinesChanged{false});
    ASSERT_TRUE(world.saved().waits_for_code);
    ASSERT_EQ(world.under_way(), 1U);  // DHCP's server
    world.step(code());
    ASSERT_EQ(world.urls().back(), code_url);
    world.reply_to(0, Reply{500, {}, {}, {}, {}});
    world.reply_to(1, Reply{500, {}, {}, {}, {}});  // nor is there a file in the second place
    ASSERT_EQ(world.under_way(), 1U);
    EXPECT_EQ(world.saved().customization, State::pending);
    world.reply_to(0, Reply{403, {}, {}, {}, {}});
    world.wait(0s);
    EXPECT_EQ(world.urls().back(), test::redirect_url);
}

}  // namespace onhook::phone
