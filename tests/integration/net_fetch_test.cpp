#include <cstdlib>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/fetch.h"
#include "net/http_server.h"
#include "support/fetching.h"
#include "support/loopback.h"

namespace onhook::net {

namespace {

using support::LoopThread;
using support::Socket;
using support::url;
using Kind = TransferFailure::Kind;
using Method = TransferRequest::Method;

// A server that sends one text to each client once it has asked, then closes or falls silent.
class RawServer {
  public:
    enum class Then : std::uint8_t { close, wait, repeat };

    RawServer(std::string answer, Then then) : listener_(SOCK_STREAM) {
        port_ = listener_.bind_free_port();
        ::listen(listener_.number(), 10);
        thread_ = std::thread([this, answer = std::move(answer), then] {
            Socket client(std::in_place, ::accept(listener_.number(), nullptr, nullptr));
            if (client.number() < 0) {
                return;  // nobody came
            }
            client.receive_until("\r\n\r\n");
            bool open = client.send(answer);
            while (then == Then::repeat && open) {
                open = client.send(answer);
            }
            if (then != Then::close) {
                client.receive();
            }
        });
    }

    ~RawServer() {
        ::shutdown(listener_.number(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] Url url() const {
        return support::url(fmt::format("http://127.0.0.1:{}/", port_));
    }

  private:
    Socket listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

class FetchTest : public support::FetchingTest {
  protected:
    // Answers every request with what `answer` makes of it; its URL without the target.
    std::string serve(std::function<HttpResponse(const HttpRequest&)> answer,
                      const std::optional<TlsServer>& tls = std::nullopt) {
        server_ = thread_.held(thread_.on_loop([&] {
            return *HttpServer::listen(
                thread_.loop(),
                {.tls = tls, .body_limit = std::size_t{4} << 20U},
                [answer](const HttpRequest& request, const HttpRespond& respond) {
                    respond(answer(request));
                });
        }));
        const auto port = thread_.on_loop([this] { return server_->port(); });
        return fmt::format("{}://127.0.0.1:{}", tls ? "https" : "http", port);
    }

    LoopThread::Held<HttpServer> server_;
};

TEST_F(FetchTest, AsksAServerOnAnIpv6Address) {
    auto server = thread_.held(thread_.on_loop([this] {
        return *HttpServer::listen(thread_.loop(),
                                   {.address = "::1"},
                                   [](const HttpRequest& request, const HttpRespond& respond) {
                                       respond({200, {}, std::string(*request.header("Host"))});
                                   });
    }));
    const auto outcome = get(fmt::format("http://[::1]:{}/", server->port()));
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.answer->body, fmt::format("[::1]:{}", server->port()));
}

TEST_F(FetchTest, SendsWhatTheRequestSaysAndNothingElse) {
    HttpRequest seen;
    const std::string server = serve([&seen](const HttpRequest& request) {
        seen = request;
        return HttpResponse{200, {{"ETag", "\"1\""}}, std::string("a\0b", 3)};
    });
    const auto outcome = fetch({.id = {},
                                .url = url(server + "/a/../b//c?x=%2F&y=[z]"),
                                .headers = {{"Authorization", "Basic abc"}, {"X-Empty", ""}},
                                .user_agent = "Cisco-CP-8841-3PCC/11.0 (00562b043615)"});
    ASSERT_TRUE(outcome.answer);
    EXPECT_EQ(outcome.answer->status, 200);
    EXPECT_EQ(outcome.answer->body, std::string("a\0b", 3));
    EXPECT_EQ(outcome.answer->server_ip, "127.0.0.1");
    EXPECT_EQ(find_header(outcome.answer->headers, "etag"), "\"1\"");
    EXPECT_EQ(outcome.found, std::vector<std::string>{"127.0.0.1"});
    EXPECT_EQ(seen.method, "GET");
    EXPECT_EQ(seen.target, "/a/../b//c?x=%2F&y=[z]");
    EXPECT_EQ(seen.headers,
              (Headers{{"Host", server.substr(7)},
                       {"User-Agent", "Cisco-CP-8841-3PCC/11.0 (00562b043615)"},
                       {"Accept", "*/*"},
                       {"Authorization", "Basic abc"},
                       {"X-Empty", ""}}));
}

TEST_F(FetchTest, Uploads) {
    HttpRequest seen;
    const std::string server = serve([&seen](const HttpRequest& request) {
        seen = request;
        return HttpResponse{201, {}, ""};
    });

    struct Row {
        Method method;
        std::string name;
        std::size_t size;
        std::string type;
    };

    for (const Row& row : {Row{Method::post, "POST", 2'000'000, "application/xml"},
                           Row{Method::put, "PUT", 2'000'000, "application/xml"},
                           Row{Method::post, "POST", 0, ""},
                           Row{Method::put, "PUT", 0, ""}}) {
        SCOPED_TRACE(fmt::format("{} {}", row.name, row.size));
        const std::string body(row.size, 'x');
        const auto outcome = fetch({.id = {},
                                    .method = row.method,
                                    .url = url(server + "/report"),
                                    .body = body,
                                    .content_type = row.type});
        ASSERT_TRUE(outcome.answer);
        EXPECT_EQ(outcome.answer->status, 201);
        EXPECT_EQ(seen.method, row.name);
        EXPECT_EQ(seen.body, body);
        EXPECT_EQ(seen.header("Content-Type").value_or(""), row.type);
        EXPECT_EQ(seen.header("Content-Length"), std::to_string(row.size));
        EXPECT_FALSE(seen.header("Expect"));
    }
}

TEST_F(FetchTest, ReportsRedirectsAndChallengesAndFollowsNone) {
    int requests = 0;
    const std::string server = serve([&requests](const HttpRequest& request) {
        ++requests;
        return request.target == "/moved"
                   ? HttpResponse{302, {{"Location", "/there"}}, "moved"}
                   : HttpResponse{401, {{"WWW-Authenticate", "Basic realm=\"r\""}}, "who?"};
    });
    const auto moved = get(server + "/moved");
    ASSERT_TRUE(moved.answer);
    EXPECT_EQ(moved.answer->status, 302);
    EXPECT_EQ(find_header(moved.answer->headers, "Location"), "/there");
    const auto denied = get(server + "/");
    ASSERT_TRUE(denied.answer);
    EXPECT_EQ(denied.answer->status, 401);
    EXPECT_EQ(find_header(denied.answer->headers, "WWW-Authenticate"), "Basic realm=\"r\"");
    EXPECT_EQ(requests, 2);
}

// "localhost" may be ::1 first, where nobody listens: the addresses are tried in turn.
TEST_F(FetchTest, ResolvesNames) {
    const std::string server = serve([](const HttpRequest&) { return HttpResponse{}; });
    const auto outcome = get("http://localhost" + server.substr(server.rfind(':')) + "/");
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.found.size(), 1U);
    EXPECT_EQ(outcome.answer->server_ip, "127.0.0.1");
}

TEST_F(FetchTest, FailsForANameWithoutAddress) {
    // Too long for a label, so nobody on the network is asked.
    const auto outcome = get("http://" + std::string(64, 'a') + ".invalid/");
    expect_failure(outcome, Kind::dns);
    EXPECT_TRUE(outcome.found.empty());
}

TEST_F(FetchTest, FailsWhenNobodyListens) {
    const std::uint16_t port = Socket(SOCK_STREAM).bind_free_port();
    const auto outcome = get(fmt::format("http://127.0.0.1:{}/", port));
    expect_failure(outcome, Kind::connect);
    EXPECT_EQ(outcome.found, std::vector<std::string>{"127.0.0.1"});
}

TEST_F(FetchTest, KeepsItsBodyLimitWhileTheServerSends) {
    const std::string chunk(100'000, 'x');
    const RawServer endless("HTTP/1.1 200 OK\r\n\r\n" + chunk, RawServer::Then::repeat);
    expect_failure(fetch({.id = {}, .url = endless.url(), .body_limit = 1'000'000}),
                   Kind::too_large);
    const RawServer honest("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
                           RawServer::Then::wait);
    expect_failure(fetch({.id = {}, .url = honest.url(), .body_limit = 1000}), Kind::too_large);
    const RawServer headers("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n",
                            RawServer::Then::wait);
    expect_failure(fetch({.id = {}, .url = headers.url()}), Kind::too_large);
    const RawServer exact("HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x'),
                          RawServer::Then::close);
    const auto outcome = fetch({.id = {}, .url = exact.url(), .body_limit = 1000});
    ASSERT_TRUE(outcome.answer);
    EXPECT_EQ(outcome.answer->body.size(), 1000U);
}

TEST_F(FetchTest, TellsBrokenFromWrongAnswers) {
    struct Row {
        std::string answer;
        Kind kind;
    };

    for (const Row& row :
         {Row{"", Kind::broken},
          Row{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Kind::broken},
          Row{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Kind::broken},
          Row{"SIP/2.0 200 OK\r\n\r\n", Kind::protocol}}) {
        SCOPED_TRACE(row.answer);
        const RawServer server(row.answer, RawServer::Then::close);
        expect_failure(fetch({.id = {}, .url = server.url()}), row.kind);
    }
}

TEST_F(FetchTest, TakesTheFinalOfSeveralResponses) {
    const RawServer server(
        "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
        "HTTP/1.0 404 Not Found\r\nX-Late:  2 \r\n\r\nnone",
        RawServer::Then::close);
    const auto outcome = fetch({.id = {}, .url = server.url()});
    ASSERT_TRUE(outcome.answer);
    EXPECT_EQ(outcome.answer->status, 404);
    EXPECT_EQ(outcome.answer->headers, (Headers{{"X-Late", "2"}}));
    EXPECT_EQ(outcome.answer->body, "none");
}

TEST_F(FetchTest, GivesUpAtItsDeadline) {
    for (const char* begun : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"}) {
        const RawServer server(begun, RawServer::Then::wait);
        const auto outcome = fetch({.id = {}, .url = server.url(), .total_timeout = 200ms});
        expect_failure(outcome, Kind::timeout);
        EXPECT_GE(outcome.took, 200ms);
        EXPECT_LT(outcome.took, 2s);
    }
}

TEST_F(FetchTest, RefusesHeadersThatWouldBeTwo) {
    int requests = 0;
    const std::string server = serve([&requests](const HttpRequest&) {
        ++requests;
        return HttpResponse{};
    });
    const Url target = url(server + "/");
    const std::string two = "a\r\nX-Evil: b";
    expect_failure(fetch({.id = {}, .url = target, .user_agent = two}), Kind::protocol);
    expect_failure(fetch({.id = {}, .url = target, .content_type = two}), Kind::protocol);
    expect_failure(fetch({.id = {}, .url = target, .headers = {{"X", two}}}), Kind::protocol);
    expect_failure(fetch({.id = {}, .url = target, .headers = {{two, "x"}}}), Kind::protocol);
    EXPECT_EQ(requests, 0);
}

TEST_F(FetchTest, AsksNoProxyOfTheEnvironment) {
    const std::string server = serve([](const HttpRequest&) { return HttpResponse{}; });
    for (const char* name : {"http_proxy", "ALL_PROXY"}) {
        ::setenv(name, "http://127.0.0.1:1", 1);
        EXPECT_TRUE(get(server + "/").answer);
        ::unsetenv(name);
    }
}

TEST_F(FetchTest, TrustsItsRootForItsNamesOnly) {
    const support::TemporaryDirectory directory;
    const auto make = [&directory](const std::string& name, const SelfSigned& wanted) {
        const TlsServer files{directory / (name + ".pem"), directory / (name + ".key")};
        EXPECT_TRUE(make_self_signed({files.certificate_file, files.key_file}, wanted));
        return files;
    };
    const WallTime now = Loop::wall_now();
    const TlsServer good = make("good", {{"phones.example", "localhost", "127.0.0.1"}, now});
    const TlsServer other_name = make("name", {{"phones.example", "127.0.0.2"}, now});
    const TlsServer expired =
        make("old", {{"127.0.0.1"}, now - std::chrono::days(20), std::chrono::days(10)});

    struct Row {
        const char* what;
        const TlsServer& server;
        std::string root;
        std::optional<Kind> failure;
    };

    for (const Row& row : {Row{"good", good, good.certificate_file, std::nullopt},
                           Row{"another root", good, expired.certificate_file, Kind::tls},
                           Row{"the system's roots", good, "", Kind::tls},
                           Row{"another name", other_name, other_name.certificate_file, Kind::tls},
                           Row{"expired", expired, expired.certificate_file, Kind::tls},
                           Row{"no such root file", good, directory / "none", Kind::tls}}) {
        SCOPED_TRACE(row.what);
        trust({row.root});
        const std::string server = serve(
            [](const HttpRequest& request) {
                return HttpResponse{200, {}, request.tls ? "tls" : "plain"};
            },
            row.server);
        const auto outcome = get(server + "/");
        if (row.failure) {
            expect_failure(outcome, *row.failure);
            continue;
        }
        ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
        EXPECT_EQ(outcome.answer->body, "tls");
        const auto by_name = get("https://localhost" + server.substr(server.rfind(':')) + "/");
        EXPECT_TRUE(by_name.answer) << by_name.failure->reason;
    }
}

// 6.8: a server that DNS named stands for the domain that was asked for.
TEST_F(FetchTest, ACertificateCarriesTheNameThatTheRequestSays) {
    const support::TemporaryDirectory directory;
    const TlsServer files{directory / "server.pem", directory / "server.key"};
    const SelfSigned wanted{{"phones.example", "127.0.0.1"}, Loop::wall_now()};
    ASSERT_TRUE(make_self_signed({files.certificate_file, files.key_file}, wanted));
    trust({files.certificate_file});
    const std::string server = serve([](const HttpRequest&) { return HttpResponse{}; }, files);
    const auto get_for = [&](const std::string& host, const std::string& name) {
        const std::string there = "https://" + host + server.substr(server.rfind(':')) + "/";
        return fetch({.id = {}, .url = url(there), .certificate_name = name});
    };
    for (const char* host : {"127.0.0.1", "localhost"}) {
        SCOPED_TRACE(host);
        EXPECT_TRUE(get_for(host, "phones.example").answer);
        EXPECT_TRUE(get_for(host, "PHONES.example").answer);
        for (const char* name : {"example", "other.example", "a.phones.example", "phones.exampl"}) {
            SCOPED_TRACE(name);
            expect_failure(get_for(host, name), Kind::tls);
        }
    }
    EXPECT_TRUE(get_for("127.0.0.1", "").answer);
    expect_failure(get_for("localhost", ""), Kind::tls);
}

TEST_F(FetchTest, FailsOnAServerThatSpeaksNoTls) {
    const std::string server = serve([](const HttpRequest&) { return HttpResponse{}; });
    expect_failure(get("https" + server.substr(4) + "/"), Kind::tls);
}

TEST_F(FetchTest, IsSilentAfterCancelAndDestruction) {
    const RawServer server("", RawServer::Then::wait);
    int calls = 0;
    bool gone = false;
    const TransferEvents count{[&](const std::string&) { ++calls; },
                               [&](const TransferAnswer&) { ++calls; },
                               [&](const TransferFailure&) { ++calls; }};
    thread_.on_loop([&] {
        fetcher_->start({.id = TransferId{100}, .url = server.url()}, count);
        fetcher_->cancel(TransferId{100});
        fetcher_->cancel(TransferId{101});
        auto events = count;
        events.server_found = [&](const std::string&) { fetcher_->cancel(TransferId{102}); };
        fetcher_->start({.id = TransferId{102}, .url = url("http://localhost:1/")}, events);
        // A name that is cancelled while it is looked up, and its id used again.
        auto late = count;
        late.server_found = [&](const std::string&) { calls += gone ? 1 : 0; };
        late.failed = [&](const TransferFailure&) { calls += gone ? 1 : 0; };
        fetcher_->start({.id = TransferId{103}, .url = url("http://localhost:1/")}, late);
    });
    thread_.on_loop([&] {
        fetcher_->cancel(TransferId{103});
        gone = true;
        fetcher_->start({.id = TransferId{103}, .url = url("http://localhost:1/")}, count);
        delete fetcher_.release();
    });
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(calls, 0);
}

TEST_F(FetchTest, LetsACallbackStartAgainOrDestroyIt) {
    const std::string server = serve([](const HttpRequest&) { return HttpResponse{}; });
    std::promise<void> finished;
    const auto fail = [](const TransferFailure& failure) { ADD_FAILURE() << failure.reason; };
    thread_.on_loop([&] {
        const TransferRequest request{.id = TransferId{100}, .url = url(server + "/")};
        const auto second = [&](const TransferAnswer&) {
            delete fetcher_.release();
            finished.set_value();
        };
        const auto first = [&, request, second](const TransferAnswer&) {
            fetcher_->start(request, {nullptr, second, fail});
        };
        fetcher_->start(request, {nullptr, first, fail});
    });
    finished.get_future().wait();
}

TEST_F(FetchTest, RunsManyTransfersAtOnce) {
    const std::string body(200'000, 'x');
    const std::string server = serve([&body](const HttpRequest&) {
        return HttpResponse{200, {}, body};
    });
    int left = 100;
    std::promise<void> finished;
    thread_.on_loop([&] {
        for (std::uint32_t i = 0; i < 100; ++i) {
            fetcher_->start(
                {.id = TransferId{1000 + i}, .url = url(server + "/")},
                {nullptr,
                 [&](const TransferAnswer& answer) {
                     EXPECT_EQ(answer.body.size(), body.size());
                     if (--left == 0) {
                         finished.set_value();
                     }
                 },
                 [](const TransferFailure& failure) { ADD_FAILURE() << failure.reason; }});
        }
    });
    EXPECT_EQ(finished.get_future().wait_for(20s), std::future_status::ready);
}

}  // namespace

}  // namespace onhook::net
