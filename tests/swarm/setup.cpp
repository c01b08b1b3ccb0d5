#include "swarm/setup.h"

#include <fmt/format.h>

#include "swarm/dice.h"

namespace onhook::swarm {

namespace {

struct RetryList {
    std::string_view text;
    int shortest;
    int longest;
};

Setup blank_cisco() {
    return {.dialect = &profile::cisco_mpp(),
            .identity = {*MacAddress::parse("000E08012345"),
                         false,
                         "8841",
                         "88012BA01234",
                         "sip88xx.11-3-1MPP-678",
                         "1.0"},
            .harmless = "GPP_B",
            .one_rule = "http://p.test/b.xml",
            .upgrade = "http://f.test/sip88xx.11-3-2MPP0001-1.loads"};
}

void choose_server(Setup& setup, Prng& prng) {
    switch (prng.up_to(3)) {
        case 0:
            setup.set("Profile_Rule", "http://p.test/a.xml");
            return;
        case 1:  // DHCP names the server
            setup.lease.dhcp.own().options = {{160, "https://p.test/dir"}};
            return;
        case 2:
            setup.set("Profile_Rule",
                      fmt::format("[--uid joe --pwd {}]http://p.test/a.xml", secret));
            setup.services.challenge = R"(Digest realm="r", nonce="n", qop="auth")";
            return;
        default:
            setup.services.redirect_target = "http://p.test/a.xml";
    }
}

void choose_timers(Setup& setup, Prng& prng) {
    constexpr RetryList periods[] = {
        {"600", 600, 600}, {"3600", 3600, 3600}, {"1200+300", 1200, 1500}, {"60,7200", 60, 7200}};
    constexpr RetryList retries[] = {
        {"60", 60, 60}, {"60,120,240", 60, 240}, {"30+30", 30, 60}, {"900", 900, 900}};
    constexpr int forced[] = {0, 300, 14'400};
    constexpr int delays[] = {0, 2, 30};
    const RetryList period = any_of(prng, periods);
    const RetryList retry = any_of(prng, retries);
    const int bound = any_of(prng, forced);
    const int delay = any_of(prng, delays);
    setup.set("Resync_Periodic", period.text);
    setup.set("Resync_Error_Retry_Delay", retry.text);
    setup.set("Forced_Resync_Delay", std::to_string(bound));
    setup.set("Resync_Random_Delay", std::to_string(delay));
    setup.rules.shortest_retry = Seconds(retry.shortest);
    setup.rules.shortest_period = Seconds(period.shortest);
    setup.rules.forced = Seconds(bound);
    setup.longest_wait = Seconds(period.longest + retry.longest + 20 * delay + 3600);
    if (one_in(prng, 4)) {
        setup.set("Resync_At__HHmm_", "0330");
        setup.longest_wait += std::chrono::hours(26);
    }
    if (one_in(prng, 4)) {
        setup.set("Resync_Trigger_1", "$PRVTMR ge 30");
        setup.rules.triggers = true;
    }
}

}  // namespace

void Setup::set(std::string_view name, std::string_view value) {
    values.set(id_of(name), std::string(value));
}

profile::ParameterId Setup::id_of(std::string_view name) const {
    return values.catalogue().id_of(name);
}

Setup choose_cisco(Prng& prng) {
    Setup setup = blank_cisco();
    setup.rules.version = setup.id_of("GPP_A");
    setup.rules.upgrade_rule = setup.id_of("Upgrade_Rule");
    choose_server(setup, prng);
    choose_timers(setup, prng);
    if (one_in(prng, 4)) {
        setup.set("Resync_Fails_On_FNF", "No");
    }
    if (one_in(prng, 4)) {
        setup.set("Resync_On_Reset", "No");
        setup.synced_before = true;
    }
    if (one_in(prng, 3)) {
        setup.set("Profile_Rule_B", "http://p.test/b.xml");
    }
    constexpr std::string_view reports[] = {
        "", "http://s.test/r.xml", "[--delta]http://s.test/d.xml [--status]http://s.test/s.xml"};
    constexpr std::string_view modes[] = {"On Request", "On Local Change", "Periodically"};
    setup.set("Report_Rule", any_of(prng, reports));
    setup.set("Report_to_Server", any_of(prng, modes));
    if (one_in(prng, 3)) {
        setup.set("Upgrade_Rule", setup.upgrade);
        setup.set("Upgrade_Error_Retry_Delay", "1800");
    }
    setup.rules.upgrade_retry = 1800s;
    if (one_in(prng, 2)) {
        setup.set("Auth_Resync-Reboot_1_", "No");
    }
    setup.services.restarts = one_in(prng, 2);
    if (one_in(prng, 3)) {
        setup.set("Custom_CA_Rule", "http://p.test/ca.pem");
    }
    if (!setup.services.redirect_target.empty()) {
        setup.longest_wait += std::chrono::hours(25);  // its retries double up to a day
    }
    return setup;
}

}  // namespace onhook::swarm
