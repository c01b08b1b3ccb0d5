// What the whole phone does with each event in each of its states.
#include "phone/states/driven_phone.h"
#include "support/sample_load.h"

namespace onhook::phone {

namespace {

using PhoneIn = test::Input<DrivenPhone>;

constexpr std::string_view alive = "alive";

constexpr std::array<test::NamedState<PhoneAt>, 8> phone_states = {{
    {PhoneAt::booted, {"booted", "no network in this life yet", test::Place::first}},
    {PhoneAt::idle, {"idle", "the network is there, timers run", test::Place::middle, alive}},
    {PhoneAt::transferring,
     {"transferring", "a pass over the profile rules runs", test::Place::middle, alive}},
    {PhoneAt::in_call, {"in a call", "a call holds a line", test::Place::middle, alive}},
    {PhoneAt::restart_waits, {"restart waits", "a call holds a line, and a restart is due"}},
    {PhoneAt::offline,
     {"offline", "the network is lost; no timer counts", test::Place::middle, alive}},
    {PhoneAt::disabled, {"disabled", "`Provision_Enable` is No", test::Place::middle, alive}},
    {PhoneAt::restarting, {"restarting", "the shell begins the next life", test::Place::last}},
}};

const std::vector<PhoneAt> all_alive = {PhoneAt::idle,
                                        PhoneAt::transferring,
                                        PhoneAt::in_call,
                                        PhoneAt::restart_waits,
                                        PhoneAt::offline,
                                        PhoneAt::disabled};

std::vector<PhoneIn> network_events() {
    return {
        PhoneIn{"`Booted`", test::ours, [](auto& d) { d.step(Booted{}); }}
            .never({PhoneAt::booted}, "once a life")
            .bug(all_alive, "the first event of a life"),
        PhoneIn{"`NetworkUp`, the same address",
                "6.5",
                [](auto& d) { d.step(NetworkUp{{"192.168.1.100"}}); }},
        PhoneIn{"`NetworkUp`, another address",
                "10.2",
                [](auto& d) { d.step(NetworkUp{{"192.168.1.101"}}); }}
            .undrawn(),
        PhoneIn{"`NetworkUp`, the same address, another domain or DHCP option",
                "13.3",
                [](auto& d) {
                    d.step(NetworkUp{{"192.168.1.100", DhcpAnswer{"example.com", {}}}});
                }}
            .noting(all_alive, "the servers found before are forgotten"),
        PhoneIn{"`NetworkLost`", test::ours, [](auto& d) { d.step(NetworkLost{}); }},
        PhoneIn{"`LinesChanged`, busy", "6.1", [](auto& d) { d.step(LinesChanged{true}); }},
        PhoneIn{"`LinesChanged`, idle", "6.1", [](auto& d) { d.step(LinesChanged{false}); }},
        PhoneIn{"`RegistrationChanged`",
                "2.3, 10.2",
                [](auto& d) {
                    d.step(RegistrationChanged{1, false});
                    d.step(RegistrationChanged{1, true});
                    d.step(RegistrationChanged{0, true});
                }}
            .noting(all_alive, "`$REGTMR1` and the status say it"),
        PhoneIn{"`WallClockRead`", "5.1, 15", [](auto& d) { d.step(WallClockRead{WallTime(1s)}); }},
        PhoneIn{"`DeadlineReached`, early", test::ours, [](auto& d) { d.pass_deadline(1ms); }},
        PhoneIn{"`DeadlineReached`", "6.1", [](auto& d) { d.pass_deadline(); }},
    };
}

std::vector<PhoneIn> transfer_events() {
    static constexpr TransferId unknown{4711};
    return {
        PhoneIn{"`ServerFound`",
                "6.7",
                [](auto& d) {
                    d.step(ServerFound{d.newest(), "192.0.2.1"});
                }},
        PhoneIn{
            "`Answered`, a profile that changes nothing", "6.3", [](auto& d) { d.answer(200); }},
        PhoneIn{"`Answered`, a profile that needs a restart",
                "6.6",
                [](auto& d) { d.answer(200, restarts); }},
        PhoneIn{"`Answered`, a profile that needs a restart, a call holds a line",
                "6.6",
                [](auto& d) { d.answer(200, restarts); }}
            .having([](auto& d) {
                if (d.state() == PhoneAt::transferring) {
                    d.step(LinesChanged{true});
                }
            }),
        PhoneIn{"`Answered`, a profile that needs a reboot",
                "6.6",
                [](auto& d) { d.answer(200, "<VLAN_ID>20</VLAN_ID>"); }},
        PhoneIn{"`Answered`, a profile with another `Profile_Rule`",
                "6.6",
                [](auto& d) { d.answer(200, "<Profile_Rule>http://h/b.xml</Profile_Rule>"); }},
        PhoneIn{"`Answered`, a profile with `Provision_Enable` No",
                "5.1",
                [](auto& d) { d.answer(200, "<Provision_Enable>No</Provision_Enable>"); }},
        PhoneIn{"`Answered`, a failure", "6.3", [](auto& d) { d.answer(500); }},
        PhoneIn{"`TransferFailed`",
                "6.3",
                [](auto& d) {
                    d.step(TransferFailed{d.newest(), TransferFault::connect, "refused"});
                }},
        PhoneIn{"any of these for a transfer that nobody waits for",
                test::ours,
                [](auto& d) {
                    d.step(ServerFound{unknown, "192.0.2.1"});
                    d.step(Answered{unknown, 200, "<flat-profile/>", {}, {}});
                    d.step(TransferFailed{unknown, TransferFault::connect, "refused"});
                }},
        PhoneIn{"`ServersLookedUp` that nobody waits for",
                test::ours,
                [](auto& d) {
                    d.step(ServersLookedUp{LookupId{4711}, {}});
                }},
        PhoneIn{"`PnpAnswered`, to a Cisco phone",
                test::ours,
                [](auto& d) { d.step(PnpAnswered{"http://h/x.cfg"}); }},
    };
}

std::vector<PhoneIn> request_events() {
    return {
        PhoneIn{"`ResyncRequested`, all rules", "6.1", [](auto& d) { d.step(request()); }},
        PhoneIn{"`ResyncRequested`, one rule",
                "6.2",
                [](auto& d) { d.step(request("http://h/once.xml")); }},
        PhoneIn{"`ResyncRequested` by the web, `Enable_Direct_Action_Url` is No",
                "6.1, 10.1",
                [](auto& d) { d.step(request()); }}
            .having([](auto& d) { d.submit("Enable_Direct_Action_Url", "No"); }),
        PhoneIn{"`ResyncRequested` by the menu, `User_Configurable_Resync` is No",
                "5.1, 6.1",
                [](auto& d) {
                    d.step(ResyncRequested{{1}, {}, {}, Asker::menu});
                }}
            .when([](auto& d) { d.sample.set("User_Configurable_Resync", "No"); }),
        PhoneIn{"`UpgradeRequested`",
                "9, 10.1",
                [](auto& d) {
                    d.step(UpgradeRequested{{1}, test::new_load_url, ""});
                }},
        PhoneIn{"`UpgradeRequested`, `Upgrade_Enable` is No",
                "5.4",
                [](auto& d) {
                    d.step(UpgradeRequested{{1}, test::new_load_url, ""});
                }}
            .when([](auto& d) { d.sample.set("Upgrade_Enable", "No"); }),
        PhoneIn{"`UpgradeRequested`, no load is named",
                "10.1",
                [](auto& d) {
                    d.step(UpgradeRequested{{1}, "", ""});
                }},
        PhoneIn{"`AuthorityRequested`",
                "10.1, 11.2",
                [](auto& d) {
                    d.step(AuthorityRequested{{1}, "http://h/ca.pem", ""});
                }},
        PhoneIn{"`AuthorityRequested`, `Enable_Direct_Action_Url` is No",
                "10.1",
                [](auto& d) {
                    d.step(AuthorityRequested{{1}, "http://h/ca.pem", ""});
                }}
            .having([](auto& d) { d.submit("Enable_Direct_Action_Url", "No"); }),
        PhoneIn{"`AuthorityRequested`, no file is named",
                "10.1",
                [](auto& d) {
                    d.step(AuthorityRequested{{1}, "", ""});
                }},
        PhoneIn{"`RebootRequested`", "10.1", [](auto& d) { d.step(RebootRequested{{1}}); }},
        PhoneIn{"`FactoryResetRequested`",
                "7.2, 10.2",
                [](auto& d) { d.step(FactoryResetRequested{{1}}); }},
        PhoneIn{"`CodeEntered`, no rule asks for one",
                "7.5",
                [](auto& d) {
                    d.step(CodeEntered{{1}, "#123"});
                }},
    };
}

void send_notify(DrivenPhone& d, std::string event, Sender sender = Sender::known) {
    d.step(NotifyArrived{{1}, std::move(event), sender, 1, {}});
}

std::vector<PhoneIn> notify_events() {
    const auto asks = [](auto& d) { d.sample.set("Auth_Resync-Reboot_1_", "Yes"); };
    return {
        PhoneIn{
            "an event that it does not know", "12", [](auto& d) { send_notify(d, "presence"); }},
        PhoneIn{"without credentials, which the line asks for",
                "12",
                [](auto& d) { send_notify(d, "resync", Sender::unknown); }}
            .when(asks),
        PhoneIn{"with wrong credentials",
                "12",
                [](auto& d) { send_notify(d, "resync", Sender::wrong); }}
            .when(asks),
        PhoneIn{"`resync` or `check-sync`", "6.1, 12", [](auto& d) { send_notify(d, "resync"); }},
        PhoneIn{"`resync`, `Resync_From_SIP` is No",
                "5.1, 12",
                [](auto& d) { send_notify(d, "resync"); }}
            .when([](auto& d) { d.sample.set("Resync_From_SIP", "No"); }),
        PhoneIn{"`restart_now`", "12", [](auto& d) { send_notify(d, "restart_now"); }},
        PhoneIn{"`reboot_now`", "12", [](auto& d) { send_notify(d, "reboot_now"); }},
        PhoneIn{"`report`, there is a rule", "8.4, 12", [](auto& d) { send_notify(d, "report"); }}
            .when([](auto& d) {
                d.sample.set("Report_Rule", "http://s/r.xml")
                    .set("Report_to_Server", "On Local Change");
            }),
        PhoneIn{"`report`, there is no rule", "12", [](auto& d) { send_notify(d, "report"); }},
        PhoneIn{"`XML-Service` that asks for a resync",
                "10.1, 12",
                [](auto& d) {
                    d.step(NotifyArrived{{1},
                                         "XML-Service",
                                         Sender::known,
                                         1,
                                         "<XExecute><ExecuteItem URL=Resync:/></XExecute>"});
                }},
        PhoneIn{"`XML-Service` that cannot be read",
                "10.1, 12",
                [](auto& d) { send_notify(d, "XML-Service"); }},
    };
}

std::vector<PhoneIn> submit_events() {
    return {
        PhoneIn{"a value that counts at once", "6.6", [](auto& d) { d.submit("GPP_A", "1"); }},
        PhoneIn{"a value of the wrong type",
                "1.6",
                [](auto& d) { d.submit("Resync_Periodic", "often"); }},
        PhoneIn{"an unknown parameter", "1.6", [](auto& d) { d.submit("No_Such", "1"); }},
        PhoneIn{"another `Profile_Rule`",
                "6.6",
                [](auto& d) { d.submit("Profile_Rule", "http://h/b.xml"); }},
        PhoneIn{"what needs a restart", "6.6", [](auto& d) { d.submit("Display_Name_2_", "Bob"); }}
            .undrawn(),
        PhoneIn{"what needs a reboot", "6.6", [](auto& d) { d.submit("VLAN_ID", "20"); }}.undrawn(),
        PhoneIn{
            "`Provision_Enable` No", "5.1", [](auto& d) { d.submit("Provision_Enable", "No"); }},
        PhoneIn{
            "`Provision_Enable` Yes", "5.1", [](auto& d) { d.submit("Provision_Enable", "Yes"); }},
        PhoneIn{"a whole profile (`ProfileSubmitted`)",
                "6.6, 10.1",
                [](auto& d) {
                    d.step(ProfileSubmitted{{1}, "<flat-profile><GPP_A>1</GPP_A></flat-profile>"});
                }},
        PhoneIn{"a corrupt profile (`ProfileSubmitted`)",
                "10.1",
                [](auto& d) {
                    d.step(ProfileSubmitted{{1}, "<flat-profile>"});
                }},
    };
}

}  // namespace

test::Table phone_table() {
    std::vector<PhoneIn> notifies = notify_events();
    for (PhoneIn& input : notifies) {
        input.drawn = test::Drawn::no;  // each leads where a request does that is drawn
    }
    const std::array groups = {
        test::Inputs<DrivenPhone>{"The phone: network, lines and time", network_events()},
        test::Inputs<DrivenPhone>{"The phone: its transfers", transfer_events()},
        test::Inputs<DrivenPhone>{"The phone: requests", request_events()},
        test::Inputs<DrivenPhone>{"The phone: `NotifyArrived`", std::move(notifies)},
        test::Inputs<DrivenPhone>{"The phone: `ValuesSubmitted`", submit_events()}};
    return test::Observer<DrivenPhone>(phone_states).observe(groups);
}

}  // namespace onhook::phone
