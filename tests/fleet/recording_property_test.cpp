// A recorded life replays to the same actions and holds no secret, whatever happens to the phone.
#include <algorithm>
#include <array>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/prng.h"
#include "fleet/simulation.h"
#include "phone/recording.h"
#include "support/scenarios.h"

namespace onhook::fleet {

namespace {

// None is part of another, nor of anything else that a recording holds.
constexpr std::array<std::string_view, 8> secrets = {"Zq-alpha-71!",
                                                     "Zq bravo & <72>",
                                                     "Zq-charlie-73-a-rather-long-one",
                                                     "ZqD",
                                                     "Zq-echo-\xC3\xA9-75",
                                                     "Zq-foxtrot-76",
                                                     "Zq-golf-77",
                                                     "ZqH8"};

class RandomLife {
  public:
    explicit RandomLife(std::uint64_t seed) : prng_(seed) {}

    [[nodiscard]] Scenario scenario(bool flyingvoice) {
        const auto described = parse_phone(
            flyingvoice ? R"({"dialect":"flyingvoice","model":"FIP13G","mac":"0021F222AEF1",)"
                          R"("serial":"FVSN0001","firmware":"0.6.24"})"
                        : R"({"dialect":"cisco-mpp","model":"8841","mac":"000E08012345",)"
                          R"("serial":"88012BA01234","firmware":"sip88xx.11-3-1MPP-678"})");
        Scenario scenario{phone::Memory((*described)->values)};
        scenario.dialect = (*described)->dialect;
        scenario.identity = (*described)->identity;
        scenario.start = WallTime(Seconds(1767225600));
        scenario.until = std::chrono::hours(5);
        scenario.boot_time = Seconds(one_of(3) * 10);
        scenario.lease = {"192.168.1.100", phone::DhcpAnswer{"example.com", {}}};
        scenario.seed = prng_.next();
        flyingvoice ? set_flyingvoice(scenario) : set_cisco(scenario);
        const std::size_t rules = 3 + one_of(8);
        for (std::size_t i = 0; i < rules; ++i) {
            scenario.world.push_back(rule(flyingvoice));
        }
        std::vector<Duration> times;
        for (std::uint64_t i = one_of(12); i > 0; --i) {
            times.push_back(Seconds(one_of(18000)));
        }
        std::sort(times.begin(), times.end());
        for (const Duration at : times) {
            scenario.events.push_back({at, "event", happening(flyingvoice)});
        }
        return scenario;
    }

  private:
    std::uint64_t one_of(std::uint64_t count) { return prng_.up_to(count - 1); }

    std::string secret() { return std::string(secrets.at(one_of(secrets.size()))); }

    // A secret that a rule can carry without quotes.
    std::string word() {
        constexpr std::array<std::size_t, 4> words = {0, 2, 3, 7};
        return std::string(secrets.at(words.at(one_of(words.size()))));
    }

    // In the text of an element.
    static std::string escaped(const std::string& text) {
        std::string out;
        for (const char c : text) {
            out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
        }
        return out;
    }

    void set(Scenario& scenario, std::string_view name, std::string value) {
        const auto id = scenario.memory.values.catalogue().find(name);
        CHECK(id.has_value());
        if (one_of(3) != 0) {
            scenario.memory.values.set(*id, std::move(value));
        }
    }

    std::string cisco_rule() {
        switch (one_of(5)) {
            case 0:
                return "http://h/$MA.xml";
            case 1:
                return "[--uid joe --pwd " + word() + "] http://h/a.xml";
            case 2:
                return "[--key \"" + secret() + "\"] http://h/b.xml";
            case 3:
                return "(Password_3_ = \"" + word() +
                       "\" ; c = \"1\" ;)! [--key $SA] http://h/c.xml";
            default:
                return "[--alias m] http://h/alias.xml";
        }
    }

    void set_cisco(Scenario& scenario) {
        scenario.settings.redirect_rule = "https://rc.test/rc?id=$MAU";
        set(scenario, "Profile_Rule", cisco_rule());
        set(scenario, "Profile_Rule_B", cisco_rule());
        set(scenario, "Password_1_", secret());
        set(scenario, "GPP_SA", secret());
        set(scenario, "GPP_M", "/x = /flat-profile/Password_2_ ; /y = /flat-profile/GPP_A ;");
        set(scenario, "Admin_Password", word());
        set(scenario, "IKM_HTTP_Encrypt_Content", secret());
        set(scenario, "Resync_Periodic", "1800+600");
        set(scenario, "Resync_Error_Retry_Delay", "300,600+60");
        set(scenario, "Report_Rule", "[--delta --key " + word() + "]http://s/d http://s/f");
        set(scenario, "Auth_Resync-Reboot_1_", "No");
    }

    void set_flyingvoice(Scenario& scenario) {
        set(scenario, "DBID_PROFILE_RULE", "http://joe:" + word() + "@h/a.cfg");
        set(scenario, "DBID_PROFILE_RULE2", "http://h/dir/");
        set(scenario, "PrvUserPass", secret());
        set(scenario, "X_PRV_FILE_KEY", secret());
        set(scenario, "DBID_RESYNC_PERIODIC", "1800");
        set(scenario, "DBID_RESYNC_RETRY_DELAY", "300");
        set(scenario, "DBID_RESYNC_FROM_SIP", "0");
    }

    std::string cisco_profile() {
        std::string elements = "<!-- old: " + escaped(word()) + " -->\n";
        elements += "<Password_2_>" + escaped(secret()) + "</Password_2_>";
        elements += "<Pasword_1_> " + escaped(secret()) + "\n</Pasword_1_>";
        elements += one_of(2) == 0 ? "<GPP_SB><![CDATA[" + word() + "]]></GPP_SB>" : "";
        elements +=
            one_of(3) == 0 ? "<Profile_Rule>" + escaped(cisco_rule()) + "</Profile_Rule>" : "";
        elements += one_of(2) == 0 ? "<GPP_A>" + std::to_string(one_of(3)) + "</GPP_A>" : "";
        elements += one_of(2) == 0 ? "<Display_Name_1_>Joe</Display_Name_1_>" : "";
        elements += "<Nobody_Knows>1</Nobody_Knows>";
        return "<flat-profile>" + elements + (one_of(8) == 0 ? "" : "</flat-profile>");
    }

    std::string body(bool flyingvoice) {
        if (one_of(10) == 0) {
            return "\xFF\xFE garbage";
        }
        if (flyingvoice) {
            return "# old: " + word() + "\nDBID_SIP_PASSWORD = " + word() + "\nPrvUserPass = \"" +
                   word() + "\"\nNOPE = " + word() + "\nDBID_SIP_ACCOUNT = 1" +
                   std::to_string(one_of(3)) + "\n";
        }
        return one_of(5) == 0 ? "<a><x>" + escaped(secret()) + "</x><y>plain</y></a>"
                              : cisco_profile();
    }

    WorldRule rule(bool flyingvoice) {
        constexpr std::array<std::string_view, 6> patterns = {"http://h/*",
                                                              "http://h/a*",
                                                              "*",
                                                              "http://s/*",
                                                              "https://rc.test/*",
                                                              "http://h/alias.xml"};
        WorldRule rule{.match = std::string(patterns.at(one_of(patterns.size())))};
        rule.times = 1 + one_of(4);
        rule.delay = Seconds(one_of(3));
        switch (one_of(6)) {
            case 0:
                rule.fault = phone::TransferFault::connect;
                rule.reason = "refused";
                break;
            case 1:
                rule.status = 503;
                break;
            case 2:
                rule.status = 302;
                rule.headers = {{"Location", "http://joe:" + word() + "@h/a.xml"}};
                break;
            case 3:
                rule.status = 401;
                rule.headers = {{"WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\""}};
                break;
            default:
                rule.body = body(flyingvoice);
        }
        return rule;
    }

    Happening happening(bool flyingvoice) {
        switch (one_of(11)) {
            case 0:
                return PowerUp{};
            case 1:
                return CallStarted{};
            case 2:
                return CallEnded{};
            case 3:
                return LinkDown{};
            case 4:
                return LinkUp{};
            case 5:
                return LeaseGiven{
                    {"192.168.1." + std::to_string(one_of(3)),
                     phone::DhcpAnswer{"", {{66, "http://joe:" + word() + "@h/a.cfg"}}}}};
            case 6:
                return ClockChanged{{}, Seconds(3600)};
            case 7:
                return Told{phone::NotifyArrived{
                    {}, one_of(2) == 0 ? "check-sync" : "report", phone::Sender::registrar}};
            case 8:
                return Told{phone::ResyncRequested{
                    {},
                    one_of(2) == 0 ? "" : "[--key " + word() + "] http://h/one.xml",
                    "192.0.2.9"}};
            case 9:
                return Told{phone::ValuesSubmitted{
                    {},
                    {{flyingvoice ? "PrvUserPass" : "Password_1_", secret()},
                     {flyingvoice ? "DBID_RANDOM_DELAY" : "GPP_B", std::to_string(one_of(3))},
                     {"Pasword_7_", secret()}}}};
            default:
                return flyingvoice ? Happening(Told{phone::FactoryResetRequested{}})
                                   : Happening(Told{phone::ProfileSubmitted{{}, cisco_profile()}});
        }
    }

    Prng prng_;
};

}  // namespace

RC_GTEST_PROP(Recording, AnyLifeReplaysAndHoldsNoSecret, (std::uint64_t seed, bool flyingvoice)) {
    const Scenario scenario = RandomLife(seed).scenario(flyingvoice);
    std::string recording;
    phone::Recorder recorder(
        *scenario.dialect, scenario.identity, scenario.settings, [&](std::string_view line) {
            recording += std::string(line) + "\n";
        });
    Simulation simulation(
        scenario, [](const Line& /*line*/) {}, &recorder);
    RC_ASSERT(simulation.run().has_value());
    for (const std::string_view secret : secrets) {
        const std::size_t at = recording.find(secret);
        RC_LOG() << (at == std::string::npos ? "" : recording.substr(at < 200 ? 0 : at - 200, 400));
        RC_ASSERT(at == std::string::npos);
    }
    const auto replayed = phone::replay(recording, [](std::string_view /*action*/) {});
    RC_LOG() << (replayed ? "" : replayed.error().what);
    RC_ASSERT(replayed.has_value());
    RC_LOG() << recording;
    RC_ASSERT(!replayed->difference.has_value());
    RC_ASSERT(replayed->steps > 0U);
}

}  // namespace onhook::fleet
