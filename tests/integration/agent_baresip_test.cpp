// The engine's life with a stand-in for the program: a script that speaks its control protocol.
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "agent/baresip.h"
#include "support/loopback.h"
#include "support/temporary_directory.h"
#include "support/udp.h"

namespace onhook::test {

namespace {

// Listens where the configuration says, sends what is in the file `say` beside it, and lives until
// it is ended; with a file `die` there, it ends by itself once that was said.
constexpr std::string_view stand_in = R"(#!/usr/bin/env python3
import os, re, socket, sys, time
folder = sys.argv[2]
port = int(re.search(r'ctrl_tcp_listen 127.0.0.1:(\d+)', open(folder + '/config').read())[1])
with open(folder + '/../starts', 'a') as starts:
    starts.write('x')
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', port))
server.listen(1)
peer, _ = server.accept()
said = 0
for _ in range(2000):
    try:
        lines = open(folder + '/../say').read().splitlines()
    except OSError:
        lines = []
    for line in lines[said:]:
        peer.sendall(line.encode())
        said += 1
    if os.path.exists(folder + '/../die'):
        os.remove(folder + '/../die')
        sys.exit(3)
    time.sleep(0.02)
)";

std::string event(const std::string& json) { return fmt::format("{}:{},\n", json.size(), json); }

class BaresipTest : public ::testing::Test {
  protected:
    BaresipTest() {
        std::ofstream(directory_.file("program")) << stand_in;
        std::filesystem::permissions(directory_.file("program"), std::filesystem::perms::owner_all);
        engine_ = thread_.held(thread_.on_loop([this] {
            return std::make_unique<agent::Baresip>(
                thread_.loop(),
                agent::BaresipSettings{.program = directory_.file("program"),
                                       .directory = directory_.file("engine")},
                agent::Baresip::Events{
                    .registration =
                        [this](unsigned line, bool registered) {
                            note(fmt::format("line {} {}", line, registered ? "up" : "down"));
                        },
                    .lines = [this](bool busy) { note(busy ? "busy" : "idle"); },
                    .say = [this](agent::LogEvent, const std::string& text) { note(text); }});
        }));
    }

    void configure(std::vector<profile::SipAccount> accounts) {
        thread_.on_loop([&] {
            engine_->configure(std::move(accounts));
            return 0;
        });
    }

    static profile::SipAccount account(const std::string& user) {
        profile::SipAccount one;
        one.user = user;
        one.auth_user = user;
        one.domain = "127.0.0.1";
        one.servers = {{"127.0.0.1"}};
        return one;
    }

    void say(const std::string& text) const {
        std::ofstream(directory_.file("say"), std::ios::app) << text;
    }

    void die() const { std::ofstream(directory_.file("die")) << "x"; }

    void note(const std::string& what) {
        const std::lock_guard lock(mutex_);
        notes_.push_back(what);
        changed_.notify_all();
    }

    // What was noted before it is forgotten.
    bool wait_for(const std::string& what) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 15s, [&] {
            while (!notes_.empty()) {
                const std::string note = notes_.front();
                notes_.erase(notes_.begin());
                if (note.find(what) != std::string::npos) {
                    return true;
                }
            }
            return false;
        });
    }

    [[nodiscard]] std::size_t starts() const {
        return std::filesystem::exists(directory_.file("starts"))
                   ? std::filesystem::file_size(directory_.file("starts"))
                   : 0;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> notes_;
    TemporaryDirectory directory_;
    support::LoopThread thread_;
    support::LoopThread::Held<agent::Baresip> engine_;
};

const std::string registered =
    event(R"({"event":true,"type":"REGISTER_OK","accountaor":"sip:1001@127.0.0.1"})");
const std::string rings = event(R"({"event":true,"type":"CALL_INCOMING","class":"call","id":"a"})");
const std::string other = event(R"({"event":true,"type":"CALL_INCOMING","class":"call","id":"b"})");
const std::string closed = event(R"({"event":true,"type":"CALL_CLOSED","class":"call","id":"a"})");
const std::string other_closed =
    event(R"({"event":true,"type":"CALL_CLOSED","class":"call","id":"b"})");

TEST_F(BaresipTest, TellsRegistrationsAndCalls) {
    configure({account("1001")});
    say(registered + rings + other + closed + rings + closed + other_closed);
    EXPECT_TRUE(wait_for("line 1 up"));
    EXPECT_TRUE(wait_for("busy"));
    EXPECT_TRUE(wait_for("idle"));
    const std::lock_guard lock(mutex_);
    EXPECT_TRUE(notes_.empty());
}

TEST_F(BaresipTest, StartsAgainWhatEndsAndLetsGoOfItsCalls) {
    configure({account("1001")});
    say(registered + rings);
    EXPECT_TRUE(wait_for("busy"));
    die();
    EXPECT_TRUE(wait_for("it ended with status 3"));
    EXPECT_TRUE(wait_for("line 1 down"));
    EXPECT_TRUE(wait_for("idle"));
    EXPECT_TRUE(wait_for("line 1 up"));
    EXPECT_EQ(starts(), 2U);
}

TEST_F(BaresipTest, OtherExtensionsStartItAgainAndTheSameDoNot) {
    configure({account("1001")});
    say(registered);
    EXPECT_TRUE(wait_for("line 1 up"));
    configure({account("1001")});
    EXPECT_EQ(starts(), 1U);
    configure({account("1002")});
    EXPECT_TRUE(wait_for("line 1 down"));
    EXPECT_TRUE(wait_for("baresip starts"));
    configure({});
    const auto files = directory_.file("engine");
    EXPECT_EQ(std::filesystem::status(files).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(BaresipTest, AnEndOfTheProtocolEndsTheProgram) {
    configure({account("1001")});
    say("nonsense\n");
    EXPECT_TRUE(wait_for("expected a length and a colon"));
    EXPECT_TRUE(wait_for("baresip starts"));
}

}  // namespace

}  // namespace onhook::test
