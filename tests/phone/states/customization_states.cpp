// What Customization does in each of its states (cisco-mpp.md 7.2).
#include "phone/phone.h"
#include "phone/states/driven_customization.h"

namespace onhook::phone {

namespace {

using RedirectIn = test::Input<DrivenCustomization>;

constexpr std::string_view family_pending = "all of Pending";

constexpr std::array<test::NamedState<RedirectAt>, 8> redirect_states = {{
    {RedirectAt::open, {"Open", "nobody has been asked yet", test::Place::first}},
    {RedirectAt::pending,
     {"Pending",
      "after a boot; an earlier life asked the redirect service",
      test::Place::middle,
      family_pending}},
    {RedirectAt::asking,
     {"Pending, asking",
      "the request to the redirect service is under way",
      test::Place::middle,
      family_pending}},
    {RedirectAt::waiting,
     {"Pending, waiting", "for the time of the next request", test::Place::middle, family_pending}},
    {RedirectAt::custom_pending,
     {"Custom-Pending", "the provider is known, its profile was not fetched yet"}},
    {RedirectAt::acquired, {"Acquired", "the provider's profile is there"}},
    {RedirectAt::aborted, {"Aborted", "somebody else provisioned the phone"}},
    {RedirectAt::unavailable, {"Unavailable", "the redirect service knows of no provider"}},
}};

constexpr std::string_view no_profile_rule_yet = "its rule may name a server, its profile a proxy";

std::vector<RedirectIn> redirect_boots() {
    return {
        RedirectIn{"reboot", "7.2", [](auto& d) { d.reboot(); }},
        RedirectIn{"boot, nobody configured the phone", "7.2", [](auto& d) { d.settle_at_boot(); }},
        RedirectIn{"boot, `Profile_Rule` is set",
                   "7.2",
                   [](auto& d) {
                       d.bench.set("Profile_Rule", "http://h/x.xml");
                       d.settle_at_boot();
                   }}
            .noting({RedirectAt::custom_pending}, no_profile_rule_yet),
        RedirectIn{"boot, a proxy is set",
                   "7.2",
                   [](auto& d) {
                       d.bench.set("Proxy_3_", "sip.test");
                       d.settle_at_boot();
                   }}
            .noting({RedirectAt::custom_pending}, no_profile_rule_yet),
        RedirectIn{"factory reset", "7.2", [](auto& d) { d.factory_reset(); }},
    };
}

std::vector<RedirectIn> redirect_searches() {
    const std::vector<RedirectAt> not_looking = {RedirectAt::custom_pending,
                                                 RedirectAt::acquired,
                                                 RedirectAt::aborted,
                                                 RedirectAt::unavailable};
    const std::vector<RedirectAt> already = {RedirectAt::asking, RedirectAt::waiting};
    const auto discover = [](auto& d) {
        Context context = d.bench.context();
        d.machine.on_discovered(context);
    };
    const auto servers = [](auto& d) {
        Context context = d.bench.context();
        d.machine.on_servers_named(context);
    };
    return {
        RedirectIn{"DHCP names servers", "7.2", servers},
        RedirectIn{"DHCP names servers, policy `dhcp_answer_aborts`", "7.2", servers}.when(
            [](auto& d) { d.bench.settings.policy.dhcp_answer_aborts = true; }),
        RedirectIn{"a server that DHCP named has a profile", "7.2, 7.3", discover}.noting(
            {RedirectAt::asking}, "the answer counts for nothing"),
        RedirectIn{"DHCP and SRV led nowhere", "6.5, 7.2", [](auto& d) { d.ask(); }}
            .never(already, "it was told so before")
            .never(not_looking, "the phone does not look any more"),
        RedirectIn{"DHCP and SRV led nowhere, the redirect rule is no URL",
                   "7.1",
                   [](auto& d) { d.ask(); }}
            .having([](auto& d) { d.bench.settings.redirect_rule = "not a url"; })
            .never(already, "it was told so before")
            .never(not_looking, "the phone does not look any more"),
        RedirectIn{"early deadline", test::ours, [](auto& d) { d.pass_deadline(1ms); }},
        RedirectIn{"deadline", "7.4", [](auto& d) { d.pass_deadline(); }},
    };
}

std::vector<RedirectIn> redirect_configurations() {
    return {
        RedirectIn{"a pass succeeded and brought a profile",
                   "7.2",
                   [](auto& d) {
                       Context context = d.bench.context();
                       Customization::on_profile_installed(context);
                   }},
        RedirectIn{
            "`Profile_Rule` is configured", "7.2", [](auto& d) { d.configure("Profile_Rule"); }}
            .noting({RedirectAt::asking}, "the answer counts for nothing"),
        RedirectIn{"a proxy is configured", "7.2", [](auto& d) { d.configure("Proxy_2_"); }}.noting(
            {RedirectAt::asking}, "the answer counts for nothing"),
        RedirectIn{"anything else is configured", "7.2", [](auto& d) { d.configure("GPP_A"); }},
    };
}

std::vector<RedirectIn> redirect_answers() {
    return {
        RedirectIn{"server found", test::ours, [](auto& d) { d.find_server(); }},
        RedirectIn{"200, profile whose rule names a server",
                   "7.2",
                   [](auto& d) { d.answer(200, redirect_profile); }}
            .noting({RedirectAt::asking}, "the phone resyncs to it"),
        RedirectIn{"200, profile without such a rule",
                   "7.2",
                   [](auto& d) { d.answer(200, "<flat-profile/>"); }}
            .noting({RedirectAt::asking}, "it is all that the provider wanted"),
        RedirectIn{"200, empty", "7.2", [](auto& d) { d.answer(200); }},
        RedirectIn{"200, corrupt", "7.2", [](auto& d) { d.answer(200, "<flat-profile>"); }},
        RedirectIn{"redirect", "4.3", [](auto& d) { d.answer(302); }},
        RedirectIn{
            "challenge, the redirect rule has credentials", "4.3", [](auto& d) { d.answer(401); }}
            .when([](auto& d) {
                d.bench.settings.redirect_rule = "[--uid bob --pwd pw] " + test::redirect_rule;
            }),
        RedirectIn{"any other status", "7.2, 7.4", [](auto& d) { d.answer(404); }}.noting(
            {RedirectAt::asking}, "doubled each time, at most 24 h"),
        RedirectIn{"no answer",
                   "7.2, 7.4",
                   [](auto& d) {
                       d.tell(TransferFailed{{}, TransferFault::dns, "no such name"});
                   }},
    };
}

}  // namespace

void DrivenCustomization::enter(RedirectAt at) {
    switch (at) {
        case RedirectAt::open:
            return;
        case RedirectAt::pending:
            ask();
            reboot();
            return;
        case RedirectAt::asking:
            ask();
            return;
        case RedirectAt::waiting:
            ask();
            answer(500);
            return;
        case RedirectAt::custom_pending:
            ask();
            answer(200, redirect_profile);
            return;
        case RedirectAt::acquired:
            ask();
            answer(200, "<flat-profile/>");
            return;
        case RedirectAt::aborted:
            configure("Profile_Rule");
            return;
        case RedirectAt::unavailable:
            ask();
            answer(200);
            return;
    }
}

RedirectAt DrivenCustomization::state() const {
    switch (bench.memory.customization) {
        case CustomizationState::open:
            return RedirectAt::open;
        case CustomizationState::pending:
            return machine.asking()    ? RedirectAt::asking
                   : machine.waiting() ? RedirectAt::waiting
                                       : RedirectAt::pending;
        case CustomizationState::custom_pending:
            return RedirectAt::custom_pending;
        case CustomizationState::acquired:
            return RedirectAt::acquired;
        case CustomizationState::aborted:
            return RedirectAt::aborted;
        case CustomizationState::unavailable:
            return RedirectAt::unavailable;
    }
    return RedirectAt::open;
}

// The whole phone's to do, with this machine's memory.
void DrivenCustomization::factory_reset() {
    Phone phone(profile::cisco_mpp(), test::sample_identity(), bench.settings, bench.memory, 1);
    (void)phone.step(Booted{}, bench.now);
    for (Action& action : phone.step(FactoryResetRequested{{1}}, bench.now)) {
        actions().push_back(std::move(action));
    }
    bench.memory = phone.memory();
    reboot();
}

test::Table customization_table() {
    const std::array groups = {
        test::Inputs<DrivenCustomization>{"Boots", redirect_boots()},
        test::Inputs<DrivenCustomization>{"The phone looks for its provider", redirect_searches()},
        test::Inputs<DrivenCustomization>{"The phone is configured", redirect_configurations()},
        test::Inputs<DrivenCustomization>{"The redirect service answers", redirect_answers()}};
    return test::Observer<DrivenCustomization>(redirect_states).observe(groups);
}

}  // namespace onhook::phone
