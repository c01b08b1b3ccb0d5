// Fetcher over TFTP, against tftpd-hpa and against a server whose every datagram is ours.
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/durable_file.h"
#include "support/fetching.h"

namespace onhook::net {

namespace {

using support::Socket;
using support::url;
using Kind = TransferFailure::Kind;
using Method = TransferRequest::Method;
using namespace std::string_literals;

// in.tftpd on a directory of its own.
class TftpDaemon {
  public:
    TftpDaemon() : port_(Socket(SOCK_DGRAM).bind_free_port()) {
        const std::string address = fmt::format("127.0.0.1:{}", port_);
        const std::string root = directory_.path();
        std::vector<std::string> words = {"in.tftpd",
                                          "--foreground",
                                          "--address",
                                          address,
                                          "--user",
                                          "root",
                                          "--secure",
                                          "--create",
                                          root};
        std::vector<char*> arguments;
        for (std::string& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        EXPECT_EQ(::posix_spawn(&process_, binary, nullptr, nullptr, arguments.data(), environ), 0);
        wait_until_it_answers();
    }

    ~TftpDaemon() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }

    TftpDaemon(const TftpDaemon&) = delete;
    TftpDaemon& operator=(const TftpDaemon&) = delete;

    // It needs root to take its own root directory.
    [[nodiscard]] static bool can_run() { return ::access(binary, X_OK) == 0 && ::geteuid() == 0; }

    [[nodiscard]] std::string file(std::string_view name) const { return directory_ / name; }

    [[nodiscard]] Url url(std::string_view target) const {
        return support::url(fmt::format("tftp://127.0.0.1:{}/{}", port_, target));
    }

  private:
    void wait_until_it_answers() const {
        Socket client(SOCK_DGRAM);
        EXPECT_TRUE(client.connect(port_));
        for (int i = 0; i < 100; ++i) {
            client.send("\0\1 \0octet\0"s);
            // Its answers come from another port, so what can be seen here is only the refusal of
            // a port on which nobody listens yet.
            pollfd refused{client.number(), POLLIN, 0};
            if (::poll(&refused, 1, 20) == 0) {
                return;
            }
            client.receive(1ms);
            std::this_thread::sleep_for(20ms);
        }
    }

    static constexpr const char* binary = "/usr/sbin/in.tftpd";

    support::TemporaryDirectory directory_;
    std::uint16_t port_;
    pid_t process_ = -1;
};

// Answers the n-th datagram of a client with the n-th of `answers`, and then no more. An empty
// answer is silence.
class ScriptedServer {
  public:
    explicit ScriptedServer(std::vector<std::string> answers) : socket_(SOCK_DGRAM) {
        port_ = socket_.bind_free_port();
        thread_ = std::thread([this, answers = std::move(answers)] {
            for (const std::string& answer : answers) {
                sockaddr_in peer{};
                socklen_t size = sizeof peer;
                char request[1024];
                const ssize_t count = ::recvfrom(socket_.number(),
                                                 request,
                                                 sizeof request,
                                                 0,
                                                 reinterpret_cast<sockaddr*>(&peer),
                                                 &size);
                if (count == 0) {
                    return;  // the destructor's
                }
                seen_.emplace_back(request, static_cast<std::size_t>(count));
                if (!answer.empty()) {
                    ::sendto(socket_.number(),
                             answer.data(),
                             answer.size(),
                             0,
                             reinterpret_cast<const sockaddr*>(&peer),
                             size);
                }
            }
        });
    }

    ~ScriptedServer() { finish(); }

    // What came, in order. The script is over then.
    const std::vector<std::string>& finish() {
        if (thread_.joinable()) {
            Socket self(SOCK_DGRAM);
            EXPECT_TRUE(self.connect(port_));
            ::send(self.number(), "", 0, 0);
            thread_.join();
        }
        return seen_;
    }

    [[nodiscard]] Url url() const {
        return support::url(fmt::format("tftp://127.0.0.1:{}/f", port_));
    }

  private:
    Socket socket_;
    std::uint16_t port_ = 0;
    std::vector<std::string> seen_;
    std::thread thread_;
};

std::string raw_data(char block, std::size_t size) {
    return std::string("\0\3\0", 3) + block + std::string(size, 'x');
}

std::string raw_ack(char block) { return std::string("\0\4\0", 3) + block; }

std::string raw_error(char code) {
    return std::string("\0\5\0", 3) + code + std::string("why\0", 4);
}

class FetchTftpTest : public support::FetchingTest {};

TEST_F(FetchTftpTest, ReadsFilesOfEverySize) {
    ASSERT_TRUE(TftpDaemon::can_run()) << "needs tftpd-hpa (script/setup) and root";
    const TftpDaemon daemon;
    for (const std::size_t size : {0U, 1U, 511U, 512U, 513U, 1024U, 200'000U}) {
        SCOPED_TRACE(size);
        std::string content(size, '\0');
        for (std::size_t i = 0; i < size; ++i) {
            content[i] = static_cast<char>(i * 31 / 7);
        }
        ASSERT_TRUE(replace_file(daemon.file("spa.xml"), content, 0644));
        for (const std::uint16_t block : {std::uint16_t{0}, std::uint16_t{1428}}) {
            const auto outcome =
                fetch({.id = {}, .url = daemon.url("spa.xml"), .tftp_block = block});
            ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
            EXPECT_EQ(outcome.answer->status, 200);
            EXPECT_EQ(outcome.answer->body, content);
            EXPECT_EQ(outcome.answer->server_ip, "127.0.0.1");
            EXPECT_EQ(outcome.found, std::vector<std::string>{"127.0.0.1"});
        }
    }
}

TEST_F(FetchTftpTest, TellsThatThereIsNoSuchFile) {
    ASSERT_TRUE(TftpDaemon::can_run()) << "needs tftpd-hpa (script/setup) and root";
    const TftpDaemon daemon;
    const auto outcome = fetch({.id = {}, .url = daemon.url("none")});
    expect_failure(outcome, Kind::tftp);
    EXPECT_EQ(outcome.failure->tftp_code, 1);
}

TEST_F(FetchTftpTest, Writes) {
    ASSERT_TRUE(TftpDaemon::can_run()) << "needs tftpd-hpa (script/setup) and root";
    const TftpDaemon daemon;
    for (const Method method : {Method::put, Method::post}) {
        for (const std::size_t size : {0U, 512U, 100'000U}) {
            SCOPED_TRACE(size);
            const std::string content(size, 'r');
            const auto outcome = fetch(
                {.id = {}, .method = method, .url = daemon.url("report.xml"), .body = content});
            ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
            EXPECT_EQ(*read_file(daemon.file("report.xml"), 1U << 20U), content);
        }
    }
}

TEST_F(FetchTftpTest, AsksInOctetModeWithoutOptions) {
    ScriptedServer server({raw_data(1, 3)});
    const auto outcome = fetch({.id = {}, .url = server.url()});
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.answer->body, "xxx");
    EXPECT_EQ(server.finish(), std::vector<std::string>{"\0\1f\0octet\0"s});
}

// A query, escapes and curl's own ";mode=" are all part of the name.
TEST_F(FetchTftpTest, AsksForTheWholeTargetAsName) {
    ScriptedServer server({raw_data(1, 0)});
    const auto target = server.url().resolve("/a/../b%20c;mode=netascii?d=e");
    ASSERT_TRUE(fetch({.id = {}, .url = *target}).answer);
    EXPECT_EQ(server.finish(),
              std::vector<std::string>{"\0\1"s + "a/../b c;mode=netascii?d=e"s + "\0octet\0"s});
}

TEST_F(FetchTftpTest, TellsTheServersError) {
    struct Row {
        char code;
        int told;
    };

    for (const Row& row : {Row{0, 0},
                           Row{1, 1},
                           Row{2, 2},
                           Row{3, 3},
                           Row{4, 4},
                           Row{5, 5},
                           Row{6, 6},
                           Row{7, 7},
                           Row{8, 8}}) {
        SCOPED_TRACE(int{row.code});
        const ScriptedServer server({raw_error(row.code)});
        const auto outcome = fetch({.id = {}, .url = server.url()});
        expect_failure(outcome, Kind::tftp);
        EXPECT_EQ(outcome.failure->tftp_code, row.told);
    }
}

TEST_F(FetchTftpTest, GivesUpWhenTheServerFallsSilent) {
    for (const std::vector<std::string>& answers :
         {std::vector<std::string>{}, {raw_data(1, 512)}, {raw_data(1, 512), raw_data(2, 512)}}) {
        SCOPED_TRACE(answers.size());
        const ScriptedServer server(answers);
        const auto outcome = fetch({.id = {}, .url = server.url(), .tftp_silence = 300ms});
        expect_failure(outcome, Kind::timeout);
        EXPECT_GE(outcome.took, 300ms);
        EXPECT_LT(outcome.took, 2s);
    }
}

TEST_F(FetchTftpTest, RepeatsWhatWasLost) {
    ScriptedServer reading({"", raw_data(1, 512), "", raw_data(2, 3)});
    const auto read = fetch({.id = {}, .url = reading.url(), .tftp_silence = 1s});
    ASSERT_TRUE(read.answer) << read.failure->reason;
    EXPECT_EQ(read.answer->body.size(), 515U);
    const auto& asked = reading.finish();
    ASSERT_EQ(asked.size(), 4U);
    EXPECT_EQ(asked[0], asked[1]);
    EXPECT_EQ(asked[2], raw_ack(1));
    EXPECT_EQ(asked[3], raw_ack(1));
}

// 4.3: five times, five seconds each. curl counts in whole seconds: shorter ones prove nothing.
TEST_F(FetchTftpTest, AsksASilentServerFiveTimesInTwentyFiveSeconds) {
    ScriptedServer silent({"", "", "", "", "", "", ""});
    const auto outcome = fetch({.id = {}, .url = silent.url()});
    expect_failure(outcome, Kind::timeout);
    EXPECT_GE(outcome.took, 24s);
    EXPECT_LT(outcome.took, 30s);
    const auto& asked = silent.finish();
    EXPECT_EQ(asked, std::vector<std::string>(5, asked.front()));
}

TEST_F(FetchTftpTest, KeepsItsBodyLimitWhileTheServerSends) {
    const ScriptedServer server({raw_data(1, 512), raw_data(2, 512), raw_data(3, 512)});
    expect_failure(fetch({.id = {}, .url = server.url(), .body_limit = 1000}), Kind::too_large);
}

TEST_F(FetchTftpTest, GivesUpAtItsDeadline) {
    const ScriptedServer server({});
    const auto outcome = fetch({.id = {}, .url = server.url(), .total_timeout = 200ms});
    expect_failure(outcome, Kind::timeout);
    EXPECT_LT(outcome.took, 2s);
}

}  // namespace

}  // namespace onhook::net
