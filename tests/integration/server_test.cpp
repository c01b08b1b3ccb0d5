#include "server/server.h"

#include <future>
#include <memory>
#include <mutex>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/admin_api.h"
#include "server/phone_desk.h"
#include "store/sqlite/sqlite_store.h"
#include "support/fetching.h"

namespace onhook::server {

namespace {

using Method = net::TransferRequest::Method;
using support::Socket;

constexpr std::string_view known = "000e08000001";
constexpr std::string_view report =
    "<flat-profile><GPP_A>now</GPP_A><Admin_Password>hushhush</Admin_Password>"
    "<Profile_Rule>[--key hushhush] http://h/a</Profile_Rule></flat-profile>";

constexpr std::string_view status_report =
    "<status><Provisioning_Status><Provisioning_Profile>[--key hushhush] http://h/a"
    "</Provisioning_Profile><Provisioning_Status_1>[08/13/2014 06:12:38] Resync succeeded "
    "http://h/a</Provisioning_Status_1></Provisioning_Status></status>";

// A server on loopback with one group and one device.
class ServerTest : public support::FetchingTest {
  protected:
    ServerTest() {
        start();
        EXPECT_EQ(admin(Method::post, "groups", R"({"name":"office"})").status, 201);
        EXPECT_EQ(
            admin(Method::post, "devices", R"({"mac":"000e08000001","group":"office"})").status,
            201);
        EXPECT_EQ(
            admin(Method::put, "settings/group/office/Station_Name", R"({"value":"Lobby"})").status,
            200);
        EXPECT_EQ(admin(Method::put, "settings/provider/GPP_SA", R"({"value":"hushhush"})").status,
                  200);
    }

    void start(const std::string& admin_address = "127.0.0.1") {
        const ListenAt any{"127.0.0.1", 0};
        ServerSettings settings{.dialect = &profile::cisco_mpp(),
                                .data_directory = directory_ / "data",
                                .http = any,
                                .https = {},
                                .tftp = any,
                                .syslog = any,
                                .admin = {admin_address, 0},
                                .log = [this](LogEvent, const std::string& line) {
                                    const std::scoped_lock lock(mutex_);
                                    log_ += line + "\n";
                                }};
        auto started =
            thread_.on_loop([&] { return Server::start(thread_.loop(), std::move(settings)); });
        ASSERT_TRUE(started) << started.error().detail;
        server_ = thread_.held(*std::move(started));
        ports_ = server_->ports();
        access_ = *read_admin_access(directory_ / "data");
    }

    [[nodiscard]] net::TransferAnswer ask(Method method,
                                          std::string_view target,
                                          std::string_view user_agent = {},
                                          std::string_view body = {}) {
        auto outcome =
            fetch({.id = {},
                   .method = method,
                   .url = support::url(fmt::format("http://127.0.0.1:{}{}", ports_.http, target)),
                   .body = std::string(body),
                   .user_agent = std::string(user_agent)});
        EXPECT_TRUE(outcome.answer);
        return outcome.answer.value_or(net::TransferAnswer{});
    }

    [[nodiscard]] net::TransferAnswer admin(Method method,
                                            std::string_view path,
                                            std::string body = {}) {
        auto outcome = fetch({.id = {},
                              .method = method,
                              .url = support::url(fmt::format("{}/api/v1/{}", access_.url, path)),
                              .body = std::move(body),
                              .headers = {{"Authorization", "Bearer " + access_.token.reveal()}}});
        EXPECT_TRUE(outcome.answer);
        return outcome.answer.value_or(net::TransferAnswer{});
    }

    // For what the client cannot say.
    [[nodiscard]] static std::string raw(std::uint16_t port, const std::string& request) {
        Socket socket = support::connected_to(port);
        EXPECT_TRUE(socket.send(request));
        return socket.receive_all();
    }

    support::TemporaryDirectory directory_;
    std::mutex mutex_;
    std::string log_;
    support::LoopThread::Held<Server> server_;
    ServerPorts ports_;
    AdminAccess access_;
};

std::string header(const net::TransferAnswer& answer, std::string_view name) {
    return std::string(net::find_header(answer.headers, name).value_or(""));
}

bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

TEST_F(ServerTest, AnswersPhones) {
    struct Row {
        Method method;
        std::string_view target;
        std::string_view user_agent;
        int status;
        std::string_view body;
    };

    constexpr std::string_view own = "Cisco-CP-8841-3PCC/11.3.1 (000e08000001)";
    constexpr std::string_view other = "Cisco-CP-8841-3PCC/11.3.1 (000e08000002)";
    constexpr std::string_view rc = "/software/edos/callhome/rc?id=";
    const std::string redirect = fmt::format("{}000E08000001:ONH1:CP-8841-3PCC", rc);
    const std::string stranger = fmt::format("{}000E080000FF:ONH1:CP-8841-3PCC", rc);
    for (const Row& row : {
             Row{Method::get, "/000e08000001.xml", "", 200, "Lobby"},
             Row{Method::get, "/000e08000001.xml", own, 200, "hushhush"},
             Row{Method::get, "/000e08000001.xml", other, 403, "Not for you."},
             Row{Method::get, "/000e080000ff.xml", "", 404, "Not for you."},
             Row{Method::get, "/8841-3PCC.xml", own, 200, "Lobby"},
             Row{Method::get, "/8841-3PCC.xml", "", 404, ""},
             Row{Method::get, "/p/Cisco/CP-8841-3PCC/000e08000001.cfg", "", 200, "Lobby"},
             Row{Method::get, "/000e08000001.xml?mac=000e08000002", "", 403, ""},
             Row{Method::get, "/", "", 404, "nothing here"},
             Row{Method::get, "/..%2fonhook.db", "", 400, "cannot be understood"},
             Row{Method::post, "/000e08000001.xml", "", 405, "Only GET"},
             Row{Method::get, redirect, "", 200, "$MA.xml</Profile_Rule>"},
             Row{Method::get, redirect, other, 403, ""},
             Row{Method::get, stranger, "", 200, ""},
             Row{Method::get, "/report/000e08000001.xml", "", 405, "PUT or POST"},
             Row{Method::put, "/report/000e08000001.xml", "", 400, "not a flat profile"},
             Row{Method::put, "/report/000e08000001.xml", other, 403, ""},
         }) {
        SCOPED_TRACE(fmt::format("{} as '{}'", row.target, row.user_agent));
        const auto answer =
            ask(row.method, row.target, row.user_agent, row.method == Method::get ? "" : "<x");
        EXPECT_EQ(answer.status, row.status);
        EXPECT_TRUE(holds(answer.body, row.body)) << answer.body;
        EXPECT_EQ(header(answer, "Allow").empty(), row.status != 405);
    }
    EXPECT_EQ(ask(Method::get, stranger).body, "");
    const std::scoped_lock lock(mutex_);
    EXPECT_FALSE(holds(log_, "hushhush"));
}

TEST_F(ServerTest, RedirectsToWhereThePhoneReachedIt) {
    struct Row {
        std::string_view host;
        std::string_view rule;
    };

    for (const Row& row : {Row{"prov.example.com", "http://prov.example.com/$MA.xml"},
                           Row{"[2001:DB8::1]:8080", "http://[2001:db8::1]:8080/$MA.xml"},
                           Row{"192.0.2.1:80", "http://192.0.2.1/$MA.xml"}}) {
        const std::string answer =
            raw(ports_.http,
                fmt::format("GET /software/edos/callhome/rc?id=000E08000001:1:CP-8841-3PCC "
                            "HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                            row.host));
        EXPECT_TRUE(holds(answer, fmt::format(">{}<", row.rule))) << answer;
    }
    for (const std::string_view host : {"a@b", "h/x", "[::1", ""}) {
        SCOPED_TRACE(host);
        const std::string answer =
            raw(ports_.http,
                fmt::format("GET /software/edos/callhome/rc?id=000E08000001:1:CP-8841-3PCC "
                            "HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                            host));
        EXPECT_FALSE(holds(answer, "200 OK")) << answer;
    }
}

TEST_F(ServerTest, AnswersPhonesOverTftp) {
    const auto read = [this](std::string_view file) {
        return fetch(
            {.id = {},
             .url = support::url(fmt::format("tftp://127.0.0.1:{}{}", ports_.tftp, file))});
    };
    const auto profile = read("/000e08000001.cfg");
    ASSERT_TRUE(profile.answer);
    EXPECT_TRUE(holds(profile.answer->body, "Lobby"));
    const auto unknown = read("/000e080000ff.cfg");
    ASSERT_TRUE(unknown.failure);
    EXPECT_EQ(unknown.failure->tftp_code, 1);
}

TEST_F(ServerTest, KeepsAnAcknowledgedReportOverARestart) {
    ASSERT_EQ(ask(Method::put, "/report/000e08000001.xml", {}, report).status, 204);
    EXPECT_EQ(ask(Method::post, "/report/000e080000ff.xml", {}, report).status, 404);
    server_.reset();
    start();
    const auto kept = admin(Method::get, "devices/000e08000001/report");
    EXPECT_EQ(kept.status, 200);
    EXPECT_TRUE(holds(kept.body, "now"));
    EXPECT_TRUE(holds(kept.body, "[--key ***] http://h/a")) << kept.body;
    EXPECT_FALSE(holds(kept.body, "hushhush"));
    // The status beside it takes nothing's place.
    ASSERT_EQ(ask(Method::put, "/report/000e08000001.xml", {}, status_report).status, 204);
    EXPECT_TRUE(holds(admin(Method::get, "devices/000e08000001/report").body, "now"));
    const auto status = admin(Method::get, "devices/000e08000001/status");
    EXPECT_EQ(status.status, 200);
    EXPECT_TRUE(holds(status.body, "Resync succeeded"));
    EXPECT_FALSE(holds(status.body, "hushhush"));
    // A clean stop also keeps what nobody was promised.
    EXPECT_TRUE(holds(admin(Method::get, "devices/000e08000001").body, "PUT /report/"));
}

TEST_F(ServerTest, TellsAdministratorsWhatIsWrong) {
    struct Row {
        Method method;
        std::string_view path;
        std::string_view body;
        int status;
        std::string_view text;
    };

    constexpr auto get = Method::get;
    constexpr auto put = Method::put;
    constexpr auto post = Method::post;
    constexpr auto remove = Method::remove;
    for (const Row& row : {
             Row{get, "devices", "", 200, "000e08000001"},
             Row{get, "devices?after=000e08000001", "", 200, R"({"devices":[]})"},
             Row{get, "devices?after=zz", "", 400, "after 'zz': expected"},
             Row{put, "devices", "{}", 405, "GET, POST"},
             Row{post, "devices", "{", 400, "must be a JSON object"},
             Row{post, "devices", R"({"mac":"000e08000001"})", 409, "000e08000001"},
             Row{post, "devices", R"({"mac":"000e08000009","group":"nope"})", 404, "nope"},
             Row{get, "devices/000e08000001", "", 200, "\"***\""},
             Row{get, "devices/00:0E:08:00:00:01", "", 200, "Lobby"},
             Row{get, "devices/zz", "", 400, "mac 'zz': expected"},
             Row{get, "devices/000e080000ff", "", 404, "no device 000e080000ff"},
             Row{get, "devices/000e08000001/report", "", 404, "no report yet"},
             Row{get, "devices/000e08000001/status", "", 404, "no status report yet"},
             Row{put, "devices/000e08000001/status", "", 405, "GET"},
             Row{get, "devices/000e08000001/drift", "", 404, "no 'drift'"},
             Row{put, "devices/000e08000001", "{}", 405, "GET, DELETE"},
             Row{remove, "devices/000e080000ff", "", 404, "000e080000ff"},
             Row{get, "groups", "", 200, "office"},
             Row{post, "groups", R"({"name":"office"})", 409, "office"},
             Row{post, "groups", R"({"name":"a b"})", 400, "name 'a b': expected"},
             Row{remove, "groups", "", 405, "GET, POST"},
             Row{put, "settings/provider/Nope", R"({"value":"1"})", 400, "Nope"},
             Row{put, "settings/provider/Nope%20x", R"({"value":"1"})", 400, "parameter name"},
             Row{put, "settings/provider/Resync_Periodic", R"({"value":"x"})", 400, "seconds"},
             Row{put, "settings/provider/GPP_A", "{}", 400, "give a value or an access"},
             Row{put, "settings/group/nope/GPP_A", R"({"value":"1"})", 404, "nope"},
             Row{put, "settings/planet/GPP_A", R"({"value":"1"})", 400, "provider/NAME"},
             Row{put, "settings/", "{}", 400, "provider/NAME"},
             Row{get, "settings/provider/GPP_A", "", 405, "PUT, DELETE"},
             Row{remove, "settings/provider/GPP_A", "", 404, "GPP_A"},
             Row{post, "import/devices", "mac\nzz\n", 400, "line 2: mac 'zz'"},
             Row{post, "import/devices", "mac,GPP_B\n000e08000002,x\n", 200, R"("imported":1)"},
             Row{get, "import/devices", "", 405, "POST"},
             Row{post, "import/profile/provider", "<x", 400, "line 1"},
             Row{post, "import/profile/planet", "<x", 400, "import/profile/provider"},
             Row{get, "import/profile/provider", "", 405, "POST"},
             Row{get, "messages", "", 200, R"({"messages":)"},
             Row{get, "messages?mac=zz", "", 400, "mac 'zz'"},
             Row{remove, "messages", "", 405, "GET"},
             Row{get, "nothing", "", 404, "no 'nothing'"},
         }) {
        SCOPED_TRACE(row.path);
        const auto answer = admin(row.method, row.path, std::string(row.body));
        EXPECT_EQ(answer.status, row.status);
        EXPECT_TRUE(holds(answer.body, row.text)) << answer.body;
        EXPECT_EQ(holds(answer.body, "\"error\""), row.status >= 400);
        EXPECT_EQ(header(answer, "Content-Type"), "application/json");
        EXPECT_EQ(header(answer, "Allow"), row.status == 405 ? row.text : "");
        EXPECT_FALSE(holds(answer.body, "hushhush"));
    }
}

TEST_F(ServerTest, AdministrationNeedsTheToken) {
    const auto with = [this](const std::string& line) {
        return raw(
            ports_.admin,
            "GET /api/v1/groups HTTP/1.1\r\nHost: h\r\n" + line + "Connection: close\r\n\r\n");
    };
    const std::string& token = access_.token.reveal();
    EXPECT_TRUE(holds(with("Authorization: Bearer " + token + "\r\n"), "200 OK"));
    EXPECT_TRUE(holds(with("authorization: bearer " + token + "\r\n"), "200 OK"));
    for (const std::string& line : {std::string(),
                                    std::string("Authorization: Bearer \r\n"),
                                    "Authorization: Bearer " + token.substr(1) + "\r\n",
                                    "Authorization: Basic " + token + "\r\n"}) {
        SCOPED_TRACE(line);
        const std::string answer = with(line);
        EXPECT_TRUE(holds(answer, "401 Unauthorized")) << answer;
        EXPECT_TRUE(holds(answer, "WWW-Authenticate: Bearer realm=\"onhook\"")) << answer;
        EXPECT_FALSE(holds(answer, "office"));
    }
    EXPECT_FALSE(holds(raw(ports_.http, "GET /api/v1/groups HTTP/1.0\r\n\r\n"), "office"));
}

TEST_F(ServerTest, TheTokenSurvivesARestartAndEveryAddressHasAUrl) {
    const Secret<std::string> token = access_.token;
    server_.reset();
    start("0.0.0.0");
    EXPECT_EQ(access_.token, token);
    EXPECT_EQ(access_.url, fmt::format("http://127.0.0.1:{}", ports_.admin));
    EXPECT_EQ(admin(Method::get, "groups").status, 200);
    {
        const std::scoped_lock lock(mutex_);
        EXPECT_TRUE(holds(log_, "plain HTTP"));
    }
    server_.reset();
    start("::");
    EXPECT_EQ(access_.url, fmt::format("http://[::1]:{}", ports_.admin));
    EXPECT_EQ(admin(Method::get, "groups").status, 200);
}

TEST_F(ServerTest, ADataDirectoryBelongsToOneServer) {
    ServerSettings settings;
    settings.dialect = &profile::cisco_mpp();
    settings.data_directory = directory_ / "data";
    const auto second =
        thread_.on_loop([&] { return Server::start(thread_.loop(), std::move(settings)); });
    ASSERT_FALSE(second);
    EXPECT_TRUE(holds(second.error().detail, directory_ / "data")) << second.error().detail;
}

TEST_F(ServerTest, RefusesADialectThatItDoesNotServeYet) {
    ServerSettings settings;
    settings.dialect = &profile::flyingvoice();
    settings.data_directory = directory_ / "other";
    const auto refused =
        thread_.on_loop([&] { return Server::start(thread_.loop(), std::move(settings)); });
    ASSERT_FALSE(refused);
    EXPECT_TRUE(holds(refused.error().detail, "choose cisco-mpp")) << refused.error().detail;
}

TEST_F(ServerTest, MayDieWithQuestionsOnTheirWay) {
    std::vector<Socket> phones;
    for (int i = 0; i < 50; ++i) {
        phones.push_back(support::connected_to(ports_.http));
        EXPECT_TRUE(phones.back().send("GET /000e08000001.xml HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    EXPECT_NE(phones.front().receive(), "");
    server_.reset();
}

// The store's queue is full: phones and administrators are told to come again.
TEST(Overload, SaysComeAgain) {
    const support::TemporaryDirectory directory;
    support::LoopThread thread;
    std::promise<void> begun;
    std::promise<void> gate;
    auto opened = store::open_sqlite(directory / "onhook.db");
    ASSERT_TRUE(opened);
    const Log quiet = [](LogEvent, const std::string&) {};
    std::unique_ptr<StoreQueue> queue;
    std::unique_ptr<ContactBook> contacts;
    PhoneAnswer phone;
    net::HttpResponse administrator;
    thread.on_loop([&] {
        queue = std::make_unique<StoreQueue>(thread.loop(), **opened);
        contacts = std::make_unique<ContactBook>(thread.loop(), *queue, quiet);
        EXPECT_TRUE(queue->run(
            [&begun, gone = gate.get_future().share()](store::Store&) {
                begun.set_value();
                gone.wait();
                return 0;
            },
            [](int) {}));
        begun.get_future().wait();  // and its place in the queue is free again
        while (queue->run([](store::Store&) { return 0; }, [](int) {})) {
        }
        PhoneDesk desk(profile::cisco_mpp(), *queue, *contacts, quiet);
        desk.ask({.method = "GET", .target = fmt::format("/{}.xml", known)},
                 [&](PhoneAnswer answer) { phone = std::move(answer); });
        AdminApi api(profile::cisco_mpp(), *queue, Secret("t"), quiet);
        net::HttpRequest request;
        request.method = "GET";
        request.target = "/api/v1/groups";
        request.headers = {{"Authorization", "Bearer t"}};
        api.serve(request,
                  [&](net::HttpResponse response) { administrator = std::move(response); });
        return true;
    });
    EXPECT_EQ(phone.status, 503);
    EXPECT_TRUE(phone.retry_later);
    EXPECT_EQ(administrator.status, 503);
    gate.set_value();
    thread.on_loop([&] {
        contacts.reset();
        queue.reset();
        return true;
    });
}

}  // namespace

}  // namespace onhook::server
