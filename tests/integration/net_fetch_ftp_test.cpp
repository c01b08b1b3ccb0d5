// Fetcher over FTP against a server whose every reply is ours; real ones are in tests/e2e.
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/fetch.h"
#include "support/fetching.h"

namespace onhook::net {

namespace {

using support::Socket;
using Kind = TransferFailure::Kind;

// One client, each of whose commands is answered by its first word. PASV is answered with an
// address that is not ours; the data wait at our own.
class ScriptedFtp {
  public:
    using Replies = std::map<std::string, std::string>;

    explicit ScriptedFtp(Replies replies, std::string file = "abc")
        : listener_(SOCK_STREAM), data_(SOCK_STREAM), replies_(std::move(replies)) {
        port_ = listener_.bind_free_port();
        data_port_ = data_.bind_free_port();
        ::listen(listener_.number(), 1);
        ::listen(data_.number(), 1);
        thread_ = std::thread([this, file = std::move(file)] { serve(file); });
    }

    ~ScriptedFtp() { finish(); }

    // The commands that came; the client is gone then.
    const std::vector<std::string>& finish() {
        if (thread_.joinable()) {
            ::shutdown(listener_.number(), SHUT_RDWR);
            thread_.join();
        }
        return seen_;
    }

    [[nodiscard]] Url url(std::string_view target) const {
        return *Url::parse(fmt::format("ftp://127.0.0.1:{}{}", port_, target), Schemes::with_ftp);
    }

  private:
    void serve(const std::string& file) {
        Socket client(std::in_place, ::accept(listener_.number(), nullptr, nullptr));
        if (client.number() < 0) {
            return;
        }
        client.send("220-Hello: this is no header\r\n220 ready\r\n");
        std::string line;
        while (!(line = client.receive_until("\r\n")).empty()) {
            line.resize(line.size() - 2);
            seen_.push_back(line);
            const std::string word = line.substr(0, line.find(' '));
            client.send(reply_to(word) + "\r\n");
            if (word == "RETR" && !replies_.contains(word)) {
                {
                    Socket data(std::in_place, ::accept(data_.number(), nullptr, nullptr));
                    data.send(file);
                }
                client.send("226 sent\r\n");
            }
        }
    }

    std::string reply_to(const std::string& word) {
        const auto known = replies_.find(word);
        if (known != replies_.end()) {
            return known->second;
        }
        const Replies usual = {
            {"USER", "331 password"},
            {"PASS", "230 in"},
            {"PWD", "257 \"/\""},
            {"TYPE", "200 ok"},
            {"EPSV", "500 what?"},
            {"PASV", fmt::format("227 (192,0,2,99,{},{})", data_port_ / 256, data_port_ % 256)},
            {"SIZE", "213 3"},
            {"RETR", "150 here"},
            {"QUIT", "221 bye"}};
        const auto found = usual.find(word);
        return found == usual.end() ? "502 no" : found->second;
    }

    Socket listener_;
    Socket data_;
    Replies replies_;
    std::uint16_t port_ = 0;
    std::uint16_t data_port_ = 0;
    std::vector<std::string> seen_;
    std::thread thread_;
};

class FetchFtpTest : public support::FetchingTest {};

// protocols.md F.6: RETR with the path below the login directory, type I, passive only; 227's
// address is not followed, ";type=" is not part of the name.
TEST_F(FetchFtpTest, AsksAsDocumented) {
    ScriptedFtp server(ScriptedFtp::Replies{});
    const auto outcome = fetch({.id = {},
                                .url = server.url("/phones/a%20b;x.cfg;type=a"),
                                .login = Login{"alice", Secret(std::string("open sesame"))}});
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.answer->status, 200);
    EXPECT_EQ(outcome.answer->body, "abc");
    EXPECT_EQ(outcome.answer->server_ip, "127.0.0.1");
    EXPECT_TRUE(outcome.answer->headers.empty());
    EXPECT_EQ(server.finish(),
              (std::vector<std::string>{"USER alice",
                                        "PASS open sesame",
                                        "PWD",
                                        "EPSV",
                                        "PASV",
                                        "TYPE I",
                                        "SIZE phones/a b;x.cfg",
                                        "RETR phones/a b;x.cfg",
                                        "QUIT"}));
}

TEST_F(FetchFtpTest, IsAnonymousWithoutALogin) {
    ScriptedFtp server(ScriptedFtp::Replies{});
    ASSERT_TRUE(fetch({.id = {}, .url = server.url("/f")}).answer);
    EXPECT_EQ(server.finish().at(0), "USER anonymous");
}

TEST_F(FetchFtpTest, TellsWhyThereIsNoFile) {
    struct Row {
        std::string command;
        std::string reply;
        Kind kind;
    };

    for (const Row& row : {Row{"SIZE", "550 none", Kind::not_found},
                           Row{"RETR", "550 none", Kind::not_found},
                           Row{"RETR", "450 busy", Kind::not_found},
                           Row{"RETR", "451 broken disk", Kind::protocol},
                           Row{"PASS", "530 no", Kind::login},
                           Row{"USER", "530 no", Kind::login},
                           Row{"SIZE", "213 9", Kind::broken},
                           Row{"PASV", "500 what?", Kind::protocol}}) {
        SCOPED_TRACE(row.command + " " + row.reply);
        const ScriptedFtp server(ScriptedFtp::Replies{{row.command, row.reply}});
        expect_failure(fetch({.id = {}, .url = server.url("/f")}), row.kind);
    }
}

TEST_F(FetchFtpTest, KeepsItsBodyLimit) {
    const ScriptedFtp announced(ScriptedFtp::Replies{{"SIZE", "213 1001"}});
    expect_failure(fetch({.id = {}, .url = announced.url("/f"), .body_limit = 1000}),
                   Kind::too_large);
    const ScriptedFtp silent(ScriptedFtp::Replies{{"SIZE", "500 what?"}}, std::string(2000, 'x'));
    expect_failure(fetch({.id = {}, .url = silent.url("/f"), .body_limit = 1000}), Kind::too_large);
}

// A line break in a login would be another command.
TEST_F(FetchFtpTest, SendsNoSecondCommandOutOfALoginOrAName) {
    ScriptedFtp server(ScriptedFtp::Replies{});
    for (const auto& [user, password] : {std::pair("a\r\nDELE f", "b"), {"a", "b\nDELE f"}}) {
        expect_failure(fetch({.id = {},
                              .url = server.url("/f"),
                              .login = Login{user, Secret(std::string(password))}}),
                       Kind::protocol);
    }
    expect_failure(fetch({.id = {}, .url = server.url("/f%0D%0ADELE%20f")}), Kind::protocol);
    for (const std::string& command : server.finish()) {
        EXPECT_EQ(command.find("DELE"), std::string::npos) << command;
    }
}

}  // namespace

}  // namespace onhook::net
