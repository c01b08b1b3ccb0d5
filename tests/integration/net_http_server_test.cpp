#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/http_server.h"
#include "support/loopback.h"

namespace onhook::net {

namespace {

using support::connected_to;
using support::LoopThread;
using support::Socket;

std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/fd")) {
        ++count;
    }
    return count;
}

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find('\r')); }

// Says back what it was asked; some targets ask for something else.
void echo(const HttpRequest& request, const HttpRespond& respond) {
    if (request.target == "/dropped") {
        return;
    }
    if (request.target == "/shared") {
        respond({200, {}, "", std::make_shared<const std::string>("shared")});
        return;
    }
    if (request.target == "/none") {
        respond({204, {}, ""});
        return;
    }
    if (request.target == "/split") {
        respond({302, {{"Location", "/x\r\nSet-Cookie: a"}}, ""});
        return;
    }
    respond({200,
             {{"X-Seen", request.method + " " + request.target},
              {"X-Host", std::string(request.header("HOST").value_or("none"))},
              {"X-Peer", request.peer_address}},
             request.body.empty() ? "nothing" : request.body});
}

class HttpServerTest : public ::testing::Test {
  protected:
    void listen(HttpListen settings, HttpServer::Handler handler = echo) {
        settings.address = "127.0.0.1";
        settings.name = "HTTP";
        server_ = thread_.held(thread_.on_loop([&] {
            auto server = HttpServer::listen(thread_.loop(), settings, handler);
            EXPECT_TRUE(server);
            return *std::move(server);
        }));
    }

    [[nodiscard]] std::uint16_t port() {
        return thread_.on_loop([this] { return server_->port(); });
    }

    [[nodiscard]] std::size_t connections() {
        return thread_.on_loop([this] { return server_->open_connections(); });
    }

    // What comes back for these bytes until the server closes.
    std::string exchange(std::string_view bytes) {
        Socket socket = connected_to(port());
        socket.send(bytes);
        return socket.receive_all();
    }

    bool becomes_empty() {
        for (int i = 0; i < 500 && connections() > 0; ++i) {
            std::this_thread::sleep_for(10ms);
        }
        return connections() == 0;
    }

    LoopThread thread_;
    LoopThread::Held<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersARequest) {
    listen({});
    const std::string answer = exchange(
        "POST /a?b=%20c HTTP/1.1\r\nhost: phones\r\nConnection: close\r\n"
        "Content-Length: 4\r\n\r\nbody");
    EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
    for (const char* part : {"\r\nServer: Onhook\r\n",
                             "\r\nX-Seen: POST /a?b=%20c\r\n",
                             "\r\nX-Host: phones\r\n",
                             "\r\nX-Peer: 127.0.0.1\r\n",
                             "\r\nContent-Length: 4\r\n",
                             "\r\nDate: ",
                             "\r\nConnection: close\r\n",
                             "\r\n\r\nbody"}) {
        EXPECT_NE(answer.find(part), std::string::npos) << part << answer;
    }
}

TEST_F(HttpServerTest, AnswersEachKindOfRequestWithItsStatus) {
    listen({.body_limit = 100, .header_limit = 1000});
    const std::string close = "Host: h\r\nConnection: close\r\n";

    struct Row {
        std::string request;
        std::string status;
    };

    for (const Row& row :
         {Row{"GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK"},
          Row{"BREW / HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 200 OK"},
          Row{"GET /none HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 204 No Content"},
          Row{"GET /dropped HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 500 Internal Server Error"},
          Row{"nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request"},
          Row{"GET  / HTTP/1.1\r\n" + close + "\r\n", "HTTP/1.1 400 Bad Request"},
          Row{"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
          Row{"GET / HTTP/1.1\r\nHost: a\r\n" + close + "\r\n", "HTTP/1.1 400 Bad Request"},
          Row{"GET / HTTP/2.0\r\n" + close + "\r\n", "HTTP/1.1 400 Bad Request"},
          Row{"GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
          Row{"POST / HTTP/1.1\r\n" + close + "Content-Length: x\r\n\r\n",
              "HTTP/1.1 400 Bad Request"},
          Row{"POST / HTTP/1.1\r\n" + close +
                  "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
              "HTTP/1.1 400 Bad Request"},
          Row{"POST / HTTP/1.1\r\n" + close + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
              "HTTP/1.1 400 Bad Request"},
          Row{"POST / HTTP/1.1\r\n" + close + "Content-Length: 101\r\n\r\n",
              "HTTP/1.1 413 Payload Too Large"},
          Row{"POST / HTTP/1.1\r\n" + close + "Transfer-Encoding: chunked\r\n\r\n65\r\n" +
                  std::string(101, 'x') + "\r\n0\r\n\r\n",
              "HTTP/1.1 413 Payload Too Large"},
          Row{"GET / HTTP/1.1\r\n" + close + "X: " + std::string(1000, 'x') + "\r\n\r\n",
              "HTTP/1.1 431 Request Header Fields Too Large"},
          Row{"GET /" + std::string(20'000, 'x'),
              "HTTP/1.1 431 Request Header Fields Too Large"}}) {
        SCOPED_TRACE(row.request.substr(0, 120));
        EXPECT_EQ(status_line(exchange(row.request)), row.status);
    }
    EXPECT_TRUE(becomes_empty());
}

TEST_F(HttpServerTest, AnswersHeadLikeGetWithoutTheBody) {
    listen({});
    const std::string answer = exchange("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_NE(answer.find("\r\nContent-Length: 7\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServerTest, SendsASharedBody) {
    listen({});
    EXPECT_TRUE(exchange("GET /shared HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    .ends_with("shared"));
}

TEST_F(HttpServerTest, KeepsLineBreaksOutOfHeaders) {
    listen({});
    const std::string answer =
        exchange("GET /split HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.find("\r\nSet-Cookie"), std::string::npos) << answer;
}

TEST_F(HttpServerTest, ServesPipelinedRequestsInOrder) {
    listen({});
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }
    Socket socket = connected_to(port());
    socket.send(requests);
    const std::string answers = socket.receive_until("nothing", 50);
    std::size_t at = 0;
    for (int i = 0; i < 50; ++i) {
        at = answers.find("X-Seen: GET /" + std::to_string(i) + "\r\n", at);
        ASSERT_NE(at, std::string::npos) << i;
    }
}

TEST_F(HttpServerTest, DoesNotMindHowARequestIsSplit) {
    listen({});
    const std::string request =
        "POST /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
    Socket socket = connected_to(port());
    for (const char c : request) {
        socket.send(std::string_view(&c, 1));
    }
    EXPECT_TRUE(socket.receive_all().ends_with("\r\n\r\nabc"));
}

TEST_F(HttpServerTest, InvitesTheBodyOfAClientThatWaits) {
    listen({});
    Socket socket = connected_to(port());
    socket.send("PUT /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(socket.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("abc");
    EXPECT_TRUE(socket.receive_until("abc").starts_with("HTTP/1.1 200 OK\r\n"));
}

// A reset would take the answer away from a client that has not read it yet.
TEST_F(HttpServerTest, LetsARefusedClientFinishSending) {
    listen({.body_limit = 100});
    Socket socket = connected_to(port());
    socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 600000\r\n\r\n");
    EXPECT_EQ(status_line(socket.receive_until("refused\n")), "HTTP/1.1 413 Payload Too Large");
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(socket.send(std::string(100'000, 'x')));
        std::this_thread::sleep_for(10ms);  // a reset would come back by now
    }
}

TEST_F(HttpServerTest, ClosesOnClientsThatAreTooSlow) {
    listen({.header_timeout = 150ms, .body_timeout = 150ms, .idle_timeout = 150ms});

    struct Row {
        const char* what;
        std::string_view sent;
        std::string_view dripped;
    };

    for (const Row& row :
         {Row{"silent", "", ""},
          Row{"header", "GET / HT", "TP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
          Row{"body", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n", "aaaaaaaaaaaaa"},
          Row{"idle", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", ""}}) {
        SCOPED_TRACE(row.what);
        const TimePoint start = Loop::now();
        Socket socket = connected_to(port());
        socket.send(row.sent);
        std::string_view left = row.dripped;
        while (!left.empty() && socket.send(left.substr(0, 1))) {
            left.remove_prefix(1);
            std::this_thread::sleep_for(20ms);  // the slow client itself
        }
        const std::string answer = socket.receive_all();
        EXPECT_EQ(answer.empty(), std::string_view(row.what) != "idle") << answer;
        EXPECT_LT(Loop::now() - start, 3s);
    }
    EXPECT_TRUE(becomes_empty());
}

TEST_F(HttpServerTest, ClosesOnASecondRequestThatIsTooSlow) {
    listen({.header_timeout = 150ms});
    const TimePoint start = Loop::now();
    EXPECT_EQ(status_line(exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HT")),
              "HTTP/1.1 200 OK");
    EXPECT_LT(Loop::now() - start, 3s);
}

TEST_F(HttpServerTest, LetsTheHandlerAnswerLaterAndFromAnyThread) {
    std::vector<std::thread> threads;
    listen({}, [&threads](const HttpRequest& request, const HttpRespond& respond) {
        threads.emplace_back([respond, drop = request.target == "/drop"] {
            if (!drop) {
                respond({200, {}, "later"});
            }
        });
    });
    EXPECT_TRUE(
        exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").ends_with("later"));
    EXPECT_EQ(status_line(exchange("GET /drop HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")),
              "HTTP/1.1 500 Internal Server Error");
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST_F(HttpServerTest, ForgetsAnswersThatComeAfterItIsGone) {
    std::vector<HttpRespond> kept;
    listen({},
           [&kept](const HttpRequest&, const HttpRespond& respond) { kept.push_back(respond); });
    Socket socket = connected_to(port());
    socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    while (thread_.on_loop([&] { return kept.empty(); })) {
        std::this_thread::yield();
    }
    server_.reset();
    thread_.on_loop([&] {
        kept.front()({200, {}, "late"});
        kept.clear();
    });
    EXPECT_EQ(socket.receive_all(), "");
}

// Destroys the server at each step of reading a request: after so many turns of the loop.
TEST_F(HttpServerTest, HandsOverNothingOnceItIsGone) {
    for (int turns = 0; turns < 10; ++turns) {
        SCOPED_TRACE(turns);
        bool gone = false;
        int late = 0;
        listen({}, [&](const HttpRequest&, const HttpRespond&) { late += gone ? 1 : 0; });
        Socket socket = connected_to(port());
        while (connections() == 0) {
            std::this_thread::yield();
        }
        std::function<void(int)> destroy_after = [&](int left) {
            if (left > 0) {
                thread_.loop().post([&, left] { destroy_after(left - 1); });
                return;
            }
            delete server_.release();
            gone = true;
        };
        thread_.on_loop([&] {
            socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            destroy_after(turns);
        });
        socket.receive_all();
        for (int i = 0; i < 20; ++i) {
            thread_.on_loop([] {});
        }
        EXPECT_EQ(late, 0);
    }
}

TEST_F(HttpServerTest, MayBeDestroyedByItsHandler) {
    listen({}, [this](const HttpRequest&, const HttpRespond& respond) {
        delete server_.release();
        respond({200, {}, "late"});
    });
    EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
    thread_.on_loop([] {});  // the handler has returned
}

TEST_F(HttpServerTest, StopsWhenWhatHasBegunIsServed) {
    HttpRespond kept;
    listen({}, [&kept](const HttpRequest&, const HttpRespond& respond) { kept = respond; });
    Socket idle = connected_to(port());
    Socket busy = connected_to(port());
    busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    while (thread_.on_loop([&] { return !kept; }) || connections() < 2) {
        std::this_thread::yield();
    }
    const std::uint16_t old_port = port();
    thread_.on_loop([&] { server_->stop(); });
    EXPECT_EQ(idle.receive_all(), "");
    EXPECT_FALSE(Socket(SOCK_STREAM).connect(old_port));
    thread_.on_loop([&] { std::exchange(kept, nullptr)({200, {}, "served"}); });
    EXPECT_TRUE(busy.receive_all().ends_with("served"));
    busy.close();
    EXPECT_TRUE(becomes_empty());
}

TEST_F(HttpServerTest, LetsConnectionsBeyondItsLimitWait) {
    listen({.idle_timeout = 10s, .connection_limit = 2});
    Socket first = connected_to(port());
    Socket second = connected_to(port());
    Socket third = connected_to(port());
    third.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(third.receive(100ms), "");
    EXPECT_LE(connections(), 2U);
    // A full server keeps no connection alive for later.
    first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(first.receive_all().find("Connection: close"), std::string::npos);
    first.close();
    EXPECT_EQ(status_line(third.receive_all()), "HTTP/1.1 200 OK");
}

TEST_F(HttpServerTest, ServesThousandsOfRequestsWithoutKeepingDescriptors) {
    listen({});
    const std::uint16_t number = port();
    exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    ASSERT_TRUE(becomes_empty());
    const std::size_t before = open_descriptors();
    for (int i = 0; i < 1000; ++i) {
        Socket socket = connected_to(number);
        socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_FALSE(socket.receive_until("nothing", 2).empty()) << i;
    }
    ASSERT_TRUE(becomes_empty());
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(HttpServerTest, ClosesOnWhatIsNotTls) {
    const support::TemporaryDirectory directory;
    const CertificateFiles files{directory / "c.pem", directory / "k.pem"};
    ASSERT_TRUE(make_self_signed(files, {{"localhost"}, Loop::wall_now()}));
    listen({.tls = TlsServer{files.certificate_file, files.key_file}, .header_timeout = 150ms});
    const TimePoint start = Loop::now();
    for (const std::string& garbage : {std::string("GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
                                       std::string(3000, '\0'),
                                       std::string("\x16\x03\x01\xff\xff\x01", 6),
                                       std::string()}) {
        const std::string answer = exchange(garbage);
        EXPECT_EQ(answer.find("HTTP/"), std::string::npos);  // a TLS alert at most
    }
    EXPECT_LT(Loop::now() - start, 5s);
    EXPECT_TRUE(becomes_empty());
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
    listen({});
    const support::TemporaryDirectory directory;
    const std::uint16_t taken = port();

    struct Row {
        HttpListen settings;
        std::string sentence;
    };

    const std::string file = directory / "none.pem";
    for (const Row& row :
         {Row{{"127.0.0.1", taken, "HTTP", "choose another with --http-port"},
              "cannot listen on 127.0.0.1:" + std::to_string(taken) +
                  " (HTTP): Address already in use; choose another with --http-port"},
          Row{{"phones", 80, "HTTP", "give an IP address"},
              "cannot listen on phones:80 (HTTP): Invalid argument; give an IP address"},
          Row{{"127.0.0.1", 0, "HTTPS", "", TlsServer{file, file}},
              "cannot use the certificate '" + file + "': No such file or directory"}}) {
        const std::string sentence = thread_.on_loop([&] {
            const auto server = HttpServer::listen(thread_.loop(), row.settings, echo);
            return server ? "no error" : server.error().detail;
        });
        EXPECT_EQ(sentence, row.sentence);
    }
}

}  // namespace

}  // namespace onhook::net
