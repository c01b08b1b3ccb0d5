#include <fmt/format.h>

#include "swarm/dice.h"
#include "swarm/setup.h"

namespace onhook::swarm {

namespace {

Setup blank_flyingvoice() {
    Setup setup{
        .dialect = &profile::flyingvoice(),
        .identity =
            {*MacAddress::parse("0021F222AEF1"), false, "FIP13G", "FVSN0001", "0.6.24", "1.0"},
        .harmless = "static.trusted_certificates.delete",
        .one_rule = "http://p.test/one.cfg",
        .upgrade = "http://f.test/FIP13G-FVUI_V0.6.26_202206010000_RC.bin"};
    setup.services.flyingvoice = true;
    setup.rules.all_or_nothing = true;
    setup.rules.version = setup.id_of("static.network.dhcp.option60type");
    setup.rules.upgrade_rule = setup.id_of("DBID_UPGRADE_RULE");
    return setup;
}

// PnP, DHCP, then the rule (6.1). Nothing brings a phone back whose only source is PnP, once that
// was silent: there is always a rule beside it.
void choose_source(Setup& setup, Prng& prng) {
    setup.set("DBID_PROFILE_RULE", "http://p.test/a.cfg");
    switch (prng.up_to(5)) {
        case 0:
            return;
        case 1:
            setup.set("DBID_PROFILE_RULE", fmt::format("https://joe:{}@p.test/a.cfg", secret));
            return;
        case 2:
            setup.set("DBID_PROFILE_RULE", "http://p.test/dir");
            return;
        case 3:
            setup.lease.dhcp.own().options = {{66, "https://p.test/dir/"}};
            return;
        case 4:
            setup.lease.dhcp.own().options = {{66, "10.0.0.1"}, {67, "$(MA).cfg"}};
            return;
        default:
            setup.services.pnp_url =
                one_in(prng, 2) ? "tftp://10.0.0.1/0021f222aef1.cfg" : "http://p.test/dir";
    }
}

// 0 is never (D14): such a phone may rest until somebody asks.
void choose_timers_of_seconds(Setup& setup, Prng& prng) {
    constexpr int periods[] = {600, 3600, 7200, 7200, 0};
    constexpr int retries[] = {60, 300, 900, 3600, 0};
    constexpr int forced[] = {0, 300, 14'400};
    constexpr int delays[] = {0, 40, 600};
    const int period = any_of(prng, periods);
    const int retry = any_of(prng, retries);
    const int bound = any_of(prng, forced);
    const int delay = any_of(prng, delays);
    setup.set("DBID_RESYNC_PERIODIC", std::to_string(period));
    setup.set("DBID_RESYNC_RETRY_DELAY", std::to_string(retry));
    setup.set("DBID_RESYNC_DELAY", std::to_string(bound));
    setup.set("DBID_RANDOM_DELAY", std::to_string(delay));
    setup.rules.shortest_period = Seconds(period);
    setup.rules.shortest_retry = Seconds(retry);
    setup.rules.forced = Seconds(bound);
    setup.rules.may_rest = period == 0 || retry == 0;
    setup.longest_wait = Seconds(period + retry + delay + 3600);
    if (one_in(prng, 4)) {
        setup.set("DBID_RESYNC_ON_RESET", "0");
        setup.rules.boots_resync = false;
        setup.synced_before = true;
    }
}

// By its name, by what the server says, or for another phone (D29).
void choose_upgrade(Setup& setup, Prng& prng) {
    constexpr std::string_view images[] = {"http://f.test/FIP13G-FVUI_V0.6.25_202201010000_RC.bin",
                                           "https://f.test/image.bin",
                                           "https://f.test/image.bin",
                                           "http://f.test/FIP14G-FVUI_V0.6.25_202201010000_RC.bin"};
    setup.rules.upgrade_retry = 1800s;
    setup.set("DBID_UPGRADE_RETRY_DELAY", "1800");
    setup.set("DBID_RESYNC_AFTER_UPGRADE", one_in(prng, 2) ? "1" : "0");
    setup.services.image_tag = one_in(prng, 2);
    if (one_in(prng, 2)) {
        setup.set("DBID_UPGRADE_RULE", any_of(prng, images));
    }
}

}  // namespace

Setup choose_flyingvoice(Prng& prng) {
    Setup setup = blank_flyingvoice();
    choose_source(setup, prng);
    choose_timers_of_seconds(setup, prng);
    choose_upgrade(setup, prng);
    constexpr std::string_view from_sip[] = {"0", "1", "2"};
    setup.set("DBID_RESYNC_FROM_SIP", any_of(prng, from_sip));
    setup.set("DBID_PRV_SIPPNP_ENABLED",
              one_in(prng, 2) || !setup.services.pnp_url.empty() ? "1" : "0");
    setup.set("X_PRV_AUTH_NOTIFY", one_in(prng, 2) ? "1" : "0");
    setup.set("PrvUserPass", secret);
    const bool second = one_in(prng, 3);
    if (second) {
        setup.set("DBID_PROFILE_RULE2", "http://q.test/b.cfg");
        setup.set("PrvUserAgentVal2", "$(PN)/$(SWVER)");
    }
    const bool basic = one_in(prng, 3);
    if (basic) {
        setup.set("DBID_PRV_HTTP_AUTHENTRCATION", "Basic");
        setup.set("DBID_PRV_HTTP_AUTHENTRCATION2", "Basic");
    }
    if (one_in(prng, 2)) {
        setup.services.challenge =
            basic ? R"(Basic realm="r")" : R"(Digest realm="r", nonce="n", qop="auth")";
    }
    setup.services.restarts = one_in(prng, 2);
    setup.services.boot_file = one_in(prng, 2);
    setup.services.common_file = one_in(prng, 2);
    setup.services.tags = one_in(prng, 3) || one_in(prng, 2);
    setup.services.second_tag = one_in(prng, 2);
    return setup;
}

}  // namespace onhook::swarm
