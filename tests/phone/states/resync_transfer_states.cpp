// What becomes of a transfer of Resync, and what follows for its schedule.
#include "phone/states/driven_resync.h"

namespace onhook::phone {

namespace {

using ResyncIn = test::Input<DrivenResync>;

std::vector<ResyncIn> resync_successes() {
    const auto profile = [](auto& d) { (void)d.answer(200, profile_text); };
    return {
        ResyncIn{"server found", "6.7", [](auto& d) { d.find_server(); }},
        ResyncIn{"profile, no rule follows", "6.2, 6.3", profile},
        ResyncIn{"profile, no rule follows, `Resync_At` is set",
                 "5.1, 6.3",
                 [](auto& d) {
                     d.bench.set("Resync_At__HHmm_", "1000");
                     (void)d.answer(200, profile_text);
                 }},
        ResyncIn{"profile, no rule follows, `Resync_Periodic` is 0",
                 "5.1, 6.3",
                 [](auto& d) {
                     d.bench.set("Resync_Periodic", "0");
                     (void)d.answer(200, profile_text);
                 }},
        ResyncIn{"profile, another rule follows",
                 "6.2",
                 [](auto& d) {
                     d.bench.set("Profile_Rule_B", "http://h/b.xml");
                     (void)d.answer(200, profile_text);
                 }},
        ResyncIn{"profile, the next rule asks for a code",
                 "7.5",
                 [](auto& d) {
                     d.bench.set("Profile_Rule_B", "gds://");
                     (void)d.answer(200, profile_text);
                 }}
            .noting({ResyncState::transferring}, "a code goes on, not a timer"),
        ResyncIn{"profile of one rule that was asked for", "6.2", profile}
            .when([](auto& d) {
                d.one_rule = OneRule{"http://h/once.xml", ""};
            })
            .noting({ResyncState::transferring}, "what it waited for before it waits for again"),
    };
}

std::vector<ResyncIn> resync_failures() {
    const auto not_found = [](auto& d) { (void)d.answer(404); };
    const auto error = [](auto& d) { (void)d.answer(500); };
    const auto error_without_retry = [](auto& d) {
        d.bench.set("Resync_Error_Retry_Delay", "0");
        (void)d.answer(500);
    };
    return {
        ResyncIn{"corrupt profile", "6.4", [](auto& d) { (void)d.answer(200, "<flat-profile>"); }},
        ResyncIn{"404, not found", "6.4", not_found},
        ResyncIn{"404, `Resync_Fails_On_FNF` is No",
                 "6.4",
                 [](auto& d) {
                     d.bench.set("Resync_Fails_On_FNF", "No");
                     (void)d.answer(404);
                 }},
        ResyncIn{"any other status", "6.4", error},
        ResyncIn{"no answer", "6.4", [](auto& d) { (void)d.fail(); }},
        ResyncIn{"a failure, the retry list says never", "6.3", error_without_retry},
        ResyncIn{
            "a failure, the retry list says never, an earlier success", "6.3", error_without_retry}
            .when([](auto& d) { d.remember_success(); }),
        ResyncIn{"a failure, DHCP names another place", "13.3", not_found}.when([](auto& d) {
            d.rule_of_pass = "/a.xml";
            d.bench.network.lease.dhcp = DhcpAnswer{"", {{std::uint8_t{160}, "http://10.0.0.1"}}};
        }),
    };
}

std::vector<ResyncIn> resync_detours() {
    return {
        ResyncIn{"redirect", "4.3", [](auto& d) { (void)d.answer(302); }},
        ResyncIn{"redirect out of `Restricted_Access_Domains`",
                 "4.3",
                 [](auto& d) {
                     d.bench.set("Restricted_Access_Domains", "example.com");
                     (void)d.answer(302);
                 }},
        ResyncIn{"challenge, the rule has credentials", "4.3", [](auto& d) { (void)d.answer(401); }}
            .when([](auto& d) { d.rule_of_pass = "[--uid bob --pwd pw] http://h/a.xml"; }),
        ResyncIn{"challenge, there are none", "4.3", [](auto& d) { (void)d.answer(401); }},
        ResyncIn{"SRV records",
                 "6.8",
                 [](auto& d) {
                     d.find_servers({{"s1.example.com", 443, 1, 1}});
                 }}
            .when([](auto& d) { d.rule_of_pass = "[--srv] https://example.com/a.xml"; }),
        ResyncIn{"no SRV records", "6.8", [](auto& d) { d.find_servers({}); }}.when(
            [](auto& d) { d.rule_of_pass = "[--srv] https://example.com/a.xml"; }),
    };
}

}  // namespace

std::vector<test::Inputs<DrivenResync>> resync_transfer_inputs() {
    return {{"A profile comes", resync_successes()},
            {"No profile comes", resync_failures()},
            {"The transfer goes on", resync_detours()}};
}

}  // namespace onhook::phone
