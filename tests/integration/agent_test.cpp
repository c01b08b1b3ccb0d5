#include "agent/agent.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/fetching.h"
#include "support/sample_ca.h"
#include "wire/httpauth/authorization.h"

namespace onhook::agent {

namespace {

namespace httpauth = wire::httpauth;

using Values = std::vector<std::pair<std::string, std::string>>;

// A phone on loopback, a provider's HTTP server before it, and a client for its web utility.
class AgentTest : public support::FetchingTest {
  protected:
    AgentTest() {
        provider_ = thread_.held(thread_.on_loop([this] {
            auto server = net::HttpServer::listen(
                thread_.loop(),
                {.name = "provider"},
                [this](const net::HttpRequest& request, const net::HttpRespond& respond) {
                    asked_.push_back(request);
                    answer_ ? answer_(request, respond)
                            : respond({.status = 200, .body = profile_});
                });
            CHECK(server.has_value());
            return *std::move(server);
        }));
    }

    [[nodiscard]] std::string at_provider(std::string_view path) const {
        return fmt::format("http://127.0.0.1:{}{}", provider_->port(), path);
    }

    void take_log(const LogLine& line) {
        const std::scoped_lock lock(mutex_);
        log_ += line.text + "\n";
        logged_.notify_all();
    }

    Result<std::unique_ptr<Agent>> try_start(Values values, std::string_view mac = "000e08000001") {
        AgentSettings settings{
            .dialect = &profile::cisco_mpp(),
            .identity =
                {*MacAddress::parse(mac), false, "8841", "ONH1", "sip88xx.11-3-1MPP-678", "1"},
            .state_directory = directory_ / "phone",
            .factory_values = std::move(values),
            .seed = 1,
            .log = [this](const LogLine& line) { take_log(line); }};
        settings.factory_values.emplace_back("Resync_Random_Delay", "0");
        return thread_.on_loop([&] { return Agent::start(thread_.loop(), std::move(settings)); });
    }

    void start(Values values) {
        auto started = try_start(std::move(values));
        ASSERT_TRUE(started) << started.error().detail;
        agent_ = thread_.held(*std::move(started));
    }

    // Everything that was logged before is forgotten when it returns.
    [[nodiscard]] bool wait_for(const std::string& text) {
        std::unique_lock lock(mutex_);
        const bool seen = logged_.wait_for(
            lock, std::chrono::seconds(20), [&] { return log_.find(text) != std::string::npos; });
        EXPECT_TRUE(seen) << "not in the log: " << text << "\n" << log_;
        log_.clear();
        return seen;
    }

    [[nodiscard]] support::FetchOutcome web(const std::string& target, net::Headers headers = {}) {
        return fetch(
            {.id = {},
             .url = support::url(fmt::format("http://127.0.0.1:{}{}", agent_->web_port(), target)),
             .headers = std::move(headers)});
    }

    [[nodiscard]] std::string stored(std::string_view name) {
        const auto state = StateFile::peek(directory_ / "phone");
        CHECK(state.has_value() && state->has_value());
        const auto& values = (*state)->memory.values;
        return std::string(values.get(*values.catalogue().find(name)));
    }

    support::TemporaryDirectory directory_;
    std::mutex mutex_;
    std::condition_variable logged_;
    std::string log_;
    // On the loop's thread.
    std::vector<net::HttpRequest> asked_;
    std::function<void(const net::HttpRequest&, const net::HttpRespond&)> answer_;
    std::string profile_ = "<flat-profile><GPP_A>fetched</GPP_A></flat-profile>";
    support::LoopThread::Held<net::HttpServer> provider_;
    support::LoopThread::Held<Agent> agent_;
};

bool holds(const support::FetchOutcome& outcome, std::string_view text) {
    return outcome.answer && outcome.answer->body.find(text) != std::string::npos;
}

std::string header(const support::FetchOutcome& outcome, std::string_view name) {
    return std::string(net::find_header(outcome.answer->headers, name).value_or(""));
}

TEST_F(AgentTest, AppliesAProfileRestartsAndKeepsItOverAPowerCut) {
    profile_ = "<flat-profile><Station_Name>Lobby</Station_Name></flat-profile>";
    start({{"Profile_Rule", at_provider("/$MA.xml")}});
    ASSERT_TRUE(wait_for("starts: Provisioning"));
    EXPECT_EQ(stored("Station_Name"), "Lobby");
    agent_.reset();
    start({{"Station_Name", "ignored: this phone has a state"}});
    ASSERT_TRUE(wait_for("Successful resync"));
    EXPECT_EQ(stored("Station_Name"), "Lobby");
    EXPECT_TRUE(holds(web("/"), "Provisioning</td>"));
    const auto asked = thread_.on_loop([this] { return asked_; });
    ASSERT_GE(asked.size(), 2U);
    EXPECT_EQ(asked.front().target, "/000e08000001.xml");
    EXPECT_EQ(asked.front().header("User-Agent"), "Cisco-CP-8841-3PCC/11.3.1 (000e08000001)");
}

TEST_F(AgentTest, AStateDirectoryBelongsToOneRunningPhone) {
    start({});
    const auto second = try_start({});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().detail.find(directory_ / "phone"), std::string::npos);
    agent_.reset();
    start({});
}

TEST_F(AgentTest, AStateBelongsToOneMacAddress) {
    start({});
    ASSERT_TRUE(wait_for("starts: Power Up"));
    ASSERT_EQ(web("/admin/resync").answer->status, 200);  // writes the state
    agent_.reset();
    const auto other = try_start({}, "000e08000002");
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().detail.find("belongs to phone 000e08000001"), std::string::npos);
}

// flyingvoice.md 8: a directory URL, a boot file and what it includes; Basic goes unasked, and the
// second time only what has changed is asked for.
TEST_F(AgentTest, AFlyingvoicePhoneReadsWhatItsBootFileIncludes) {
    const std::map<std::string, std::string> files = {
        {"/p/y000000000000.boot",
         "#!version:1.0.0.1\n\ninclude:config \"y000000000000.cfg\"\n"
         "include:config \"0021f222aef1.cfg\"\n"},
        {"/p/y000000000000.cfg", "DBID_RESYNC_PERIODIC = 1\nPrvUserAgentVal2 = common\n"},
        {"/p/0021f222aef1.cfg", "PrvUserAgentVal2 = own\n"}};
    answer_ = [&](const net::HttpRequest& request, const net::HttpRespond& respond) {
        const auto file = files.find(request.target);
        if (file == files.end()) {
            respond({.status = 404});
        } else if (request.header("If-None-Match") == "\"1\"") {
            respond({.status = 304});
        } else {
            respond({.status = 200, .headers = {{"ETag", "\"1\""}}, .body = file->second});
        }
    };
    AgentSettings settings{
        .dialect = &profile::flyingvoice(),
        .identity =
            {*MacAddress::parse("0021f222aef1"), false, "FIP13G", "FVSN0001", "0.6.24", "1.0"},
        .state_directory = directory_ / "phone",
        .factory_values = {{"DBID_PROFILE_RULE", at_provider("/p")},
                           {"DBID_PRV_HTTP_AUTHENTRCATION", "Basic"},
                           {"DBID_PRV_SIPPNP_ENABLED", "0"},
                           {"DBID_RANDOM_DELAY", "0"}},
        .log = [this](const LogLine& line) { take_log(line); }};
    auto started =
        thread_.on_loop([&] { return Agent::start(thread_.loop(), std::move(settings)); });
    ASSERT_TRUE(started) << started.error().detail;
    agent_ = thread_.held(*std::move(started));
    ASSERT_TRUE(wait_for("provisioned by Profile Rule: 2 files, 2 settings changed"));
    EXPECT_EQ(stored("PrvUserAgentVal2"), "own");
    const auto has_asked_twice = [this] {
        return thread_.on_loop([this] { return asked_; }).size() >= 8;
    };
    for (int i = 0; i < 200 && !has_asked_twice(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    const auto asked = thread_.on_loop([this] { return asked_; });
    ASSERT_GE(asked.size(), 8U);
    const std::vector<std::string> order = {"/p/0021f222aef1.boot",
                                            "/p/y000000000000.boot",
                                            "/p/y000000000000.cfg",
                                            "/p/0021f222aef1.cfg"};
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_EQ(asked[i].target, order[i % 4]);
        EXPECT_EQ(asked[i].header("Authorization"), "Basic RlZTTjAwMDE6RlZTTjAwMDE=");  // F-28
        EXPECT_EQ(asked[i].header("User-Agent"), "Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1");
        EXPECT_EQ(asked[i].header("If-None-Match").has_value(), i >= 6);
    }
    agent_.reset();
    const auto state = StateFile::peek(directory_ / "phone");
    ASSERT_TRUE(state && *state);
    EXPECT_EQ((*state)->memory.resyncs.front().code, phone::ResyncCode::unchanged);
}

TEST_F(AgentTest, SaysWhichFactoryValueIsWrong) {
    for (const auto& [name, value, sentence] :
         {std::tuple{"Nope", "1", "there is no parameter 'Nope'"},
          std::tuple{"Resync_Periodic", "soon", "Resync_Periodic"}}) {
        const auto started = try_start({{name, value}});
        ASSERT_FALSE(started);
        EXPECT_NE(started.error().detail.find(sentence), std::string::npos)
            << started.error().detail;
    }
}

TEST_F(AgentTest, ThePageShowsNoSecret) {
    start({{"Profile_Rule", "[--key hushhush --pwd hushhush] " + at_provider("/a")},
           {"Admin_Password", "hushhush"},
           {"GPP_SA", "hushhush"}});
    ASSERT_TRUE(wait_for("starts: Power Up"));
    const auto page = web("/");
    ASSERT_EQ(page.answer->status, 200);
    EXPECT_TRUE(holds(page, "CP-8841-3PCC"));
    EXPECT_TRUE(holds(page, "--key ***"));
    EXPECT_FALSE(holds(page, "hushhush"));
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
}

TEST_F(AgentTest, AnswersDirectActions) {
    struct Row {
        Values values;
        std::string_view target;
        int status;
        std::string_view text;
    };

    const Values password = {{"Admin_Password", "s3cret!A"}};
    for (const Row& row : {
             Row{{}, "/admin/resync", 200, "resync requested"},
             Row{{}, "/admin/resync?/a.cfg", 200, "resync requested"},
             Row{{{"Provision_Enable", "No"}}, "/admin/resync", 403, "Provision_Enable is No"},
             Row{{{"Enable_Direct_Action_Url", "No"}},
                 "/admin/resync",
                 403,
                 "Enable_Direct_Action_Url is No"},
             Row{password, "/admin/resync", 401, "xpassword"},
             Row{password, "/admin/resync&xuser=admin&xpassword=wrong", 401, "xpassword"},
             Row{password, "/admin/resync&xuser=user&xpassword=s3cret!A", 401, "xpassword"},
             Row{password, "/admin/resync&xuser=admin&xpassword=s3cret!A", 200, "requested"},
             Row{password, "/admin/resync&xuser=admin&xpassword=s3cret%21A", 200, "requested"},
             Row{password, "/", 200, "Product Information"},
             Row{{}, "/status.xml", 200, "<Product_Name>CP-8841-3PCC</Product_Name>"},
             Row{password, "/status.xml", 200, "<Reboot_Reason_5></Reboot_Reason_5>"},
             Row{{}, "/admin/status.xml", 200, "<Provisioning_Status>"},
             Row{password, "/admin/status.xml", 401, "xpassword"},
             Row{password, "/admin/status.xml&xuser=admin&xpassword=s3cret!A", 200, "<status>"},
             Row{{}, "/admin/status.xmls", 404, "no such page"},
             Row{{}, "/admin/resyncs", 404, "no such page"},
             Row{{}, "/admin/upgrade", 403, "no load is named"},
             Row{{{"Upgrade_Enable", "No"}}, "/admin/upgrade?http://127.0.0.1/a.loads", 403, "No"},
             Row{password, "/admin/upgrade?http://127.0.0.1/a.loads", 401, "xpassword"},
             Row{{}, "/admin/updateca", 403, "no file is named"},
             Row{{}, "/admin/updateca?http://127.0.0.1/ca.pem", 200, "custom CA requested"},
             Row{password, "/admin/updateca?http://127.0.0.1/ca.pem", 401, "xpassword"},
             Row{password, "/admin/reboot", 401, "xpassword"},
             Row{{}, "/nothing", 404, "no such page"},
         }) {
        SCOPED_TRACE(row.target);
        start(row.values);
        ASSERT_TRUE(wait_for("starts: Power Up"));
        const auto outcome = web(std::string(row.target));
        ASSERT_TRUE(outcome.answer);
        EXPECT_EQ(outcome.answer->status, row.status);
        EXPECT_TRUE(holds(outcome, row.text)) << outcome.answer->body;
        EXPECT_FALSE(holds(outcome, "s3cret"));
        EXPECT_EQ(header(outcome, "WWW-Authenticate").starts_with("Digest realm=\"CP-8841-3PCC\""),
                  row.status == 401);
        agent_.reset();
        std::filesystem::remove_all(directory_ / "phone");
    }
}

// 10.1, 11.2: a file of CAs is taken whole, and nothing else is.
TEST_F(AgentTest, TakesACustomCaFromWhomTheAdministratorNames) {
    std::string file(test::sample_ca);
    thread_.on_loop([&] {
        answer_ = [&file, this](const net::HttpRequest& request, const net::HttpRespond& respond) {
            respond({.status = 200, .body = request.target == "/ca.pem" ? file : profile_});
        };
        return 0;
    });
    start({{"Profile_Rule", at_provider("/a.xml")}});
    ASSERT_TRUE(wait_for("Successful resync"));
    const auto install = [&](const std::string& text) {
        thread_.on_loop([&] { return file = text; });
        const auto answered = web("/admin/updateca?" + at_provider("/ca.pem"));
        ASSERT_TRUE(answered.answer);
        EXPECT_EQ(answered.answer->status, 200);
    };
    install(std::string(70'000, 'x'));
    EXPECT_TRUE(wait_for("failed: corrupt file: the answer is larger than 65536 bytes"));
    install("<flat-profile/>");
    EXPECT_TRUE(wait_for("failed: corrupt file: it holds no certificate in PEM"));
    const std::string before = web("/status.xml").answer->body;
    EXPECT_NE(before.find("<Custom_CA_Info>Not Installed<"), std::string::npos) << before;
    install("chatter\n" + std::string(test::sample_ca));
    EXPECT_TRUE(wait_for("custom CA 'Sample CA' installed"));
    const auto kept = StateFile::peek(directory_ / "phone");
    ASSERT_TRUE(kept && *kept);
    EXPECT_EQ((*kept)->memory.authorities->certificates, test::sample_ca);
}

TEST_F(AgentTest, TheAdministratorRebootsIt) {
    start({});
    ASSERT_TRUE(wait_for("starts: Power Up"));
    EXPECT_TRUE(holds(web("/admin/reboot"), "the phone reboots"));
    ASSERT_TRUE(wait_for("starts: User Triggered"));
    EXPECT_TRUE(holds(web("/status.xml"), "User Triggered</Reboot_Reason_1>"));
}

TEST_F(AgentTest, LetsTheAdministratorInByDigest) {
    start({{"Admin_Password", "s3cret!A"}});
    ASSERT_TRUE(wait_for("starts: Power Up"));
    const auto refused = web("/admin/resync?/a.cfg");
    ASSERT_EQ(refused.answer->status, 401);
    const auto challenges = httpauth::parse_challenges(header(refused, "WWW-Authenticate"));
    ASSERT_TRUE(challenges);
    ASSERT_EQ(challenges->size(), 1U);
    const std::string answer = httpauth::answer(challenges->front(),
                                                {"admin", Secret("s3cret!A")},
                                                {"GET", "/admin/resync?/a.cfg"},
                                                {"cafe"})
                                   .reveal();
    EXPECT_EQ(web("/admin/resync?/a.cfg", {{"Authorization", answer}}).answer->status, 200);
    EXPECT_EQ(web("/admin/resync?/a.cfg", {{"Authorization", answer}}).answer->status, 401);
}

TEST_F(AgentTest, UnderstandsOnlyGet) {
    start({});
    ASSERT_TRUE(wait_for("starts: Power Up"));
    const auto outcome =
        fetch({.id = {},
               .method = net::TransferRequest::Method::post,
               .url = support::url(fmt::format("http://127.0.0.1:{}/", agent_->web_port())),
               .body = "x"});
    ASSERT_EQ(outcome.answer->status, 405);
    EXPECT_EQ(header(outcome, "Allow"), "GET, HEAD");
}

TEST_F(AgentTest, ClosesTheWebUtilityWhenToldTo) {
    start({{"Enable_Web_Server", "No"}});
    EXPECT_EQ(agent_->web_port(), 0);
}

TEST_F(AgentTest, AnswersTheChallengesOfServersAndProxies) {
    struct Row {
        int status;
        std::vector<std::string> offers;  // a header each
        std::string_view answer_header;
        bool digest;
    };

    const std::string basic = "Basic realm=\"phones\"";
    const std::string md5 = "Digest realm=\"phones\", nonce=\"n1\", qop=\"auth\", algorithm=MD5";
    const std::string sha =
        "Digest realm=\"phones\", nonce=\"n2\", qop=\"auth\", algorithm=SHA-256";
    for (const Row& row : {Row{401, {basic}, "Authorization", false},
                           Row{401, {md5}, "Authorization", true},
                           Row{401, {basic, md5, sha}, "Authorization", true},
                           Row{407, {basic}, "Proxy-Authorization", false},
                           Row{407, {basic, md5}, "Proxy-Authorization", true}}) {
        SCOPED_TRACE(row.offers.back());
        answer_ = [&](const net::HttpRequest& request, const net::HttpRespond& respond) {
            const auto given = request.header(row.answer_header);
            if (!given) {
                net::HttpResponse response{.status = row.status};
                for (const std::string& offer : row.offers) {
                    response.headers.push_back(
                        {row.status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate", offer});
                }
                respond(std::move(response));
                return;
            }
            const auto credentials = httpauth::parse_authorization(*given);
            bool right = false;
            if (const auto* digest = credentials
                                         ? std::get_if<httpauth::DigestCredentials>(&*credentials)
                                         : nullptr) {
                const auto algorithm = digest->algorithm.value_or(httpauth::Algorithm::md5);
                right = row.digest && digest->uri == request.target &&
                        httpauth::verify(
                            *digest,
                            request.method,
                            httpauth::digest_ha1(algorithm, {"me", Secret("p w")}, "phones"));
            } else if (credentials) {
                right = !row.digest && std::get<httpauth::BasicCredentials>(*credentials) ==
                                           httpauth::BasicCredentials{"me", Secret("p w")};
            }
            respond({.status = right ? 200 : 403, .body = profile_});
        };
        start({{"Profile_Rule", "[--uid me --pwd \"p w\"] " + at_provider("/a.xml?x=y&z")}});
        EXPECT_TRUE(wait_for("Successful resync"));
        agent_.reset();
        std::filesystem::remove_all(directory_ / "phone");
    }
}

TEST_F(AgentTest, MayDieAtAnyMoment) {
    answer_ = [](const net::HttpRequest&, const net::HttpRespond&) {};
    // Before its first step, and with a transfer under way.
    start({{"Profile_Rule", at_provider("/a.xml")}});
    agent_.reset();
    std::vector<net::HttpRespond> kept;
    answer_ = [&](const net::HttpRequest&, const net::HttpRespond& respond) {
        kept.push_back(respond);
        const std::scoped_lock lock(mutex_);
        log_ += "asked\n";
        logged_.notify_all();
    };
    start({{"Profile_Rule", at_provider("/a.xml")}});
    ASSERT_TRUE(wait_for("asked"));
    agent_.reset();
    thread_.on_loop([&] { kept.clear(); });
}

}  // namespace

}  // namespace onhook::agent
