#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "net/program.h"
#include "support/loopback.h"

namespace onhook::net {

class ProgramTest : public ::testing::Test {
  protected:
    struct Outcome {
        ProgramEnd end;
        std::vector<std::string> lines;
        std::chrono::milliseconds took{0};
    };

    // Runs a script of sh to its end.
    Outcome run(const std::string& script, std::string input = {}, Duration limit = 30s) {
        Outcome outcome;
        std::promise<void> ended;
        const auto begin = std::chrono::steady_clock::now();
        auto program = thread_.held(thread_.on_loop([&] {
            auto started = Program::start(
                thread_.loop(),
                {.command = {"sh", "-c", script}, .input = std::move(input), .limit = limit},
                [&](std::string line) { outcome.lines.push_back(std::move(line)); },
                [&](const ProgramEnd& end) {
                    outcome.end = end;
                    ended.set_value();
                });
            CHECK(started.has_value());
            return *std::move(started);
        }));
        EXPECT_EQ(ended.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
        outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begin);
        return outcome;
    }

    support::TemporaryDirectory directory_;
    support::LoopThread thread_;
};

TEST_F(ProgramTest, GetsItsInputAndSaysLines) {
    const auto outcome = run("cat; echo >&2 an error; printf unfinished", "one\ntwo\n");
    EXPECT_TRUE(outcome.end.succeeded());
    EXPECT_EQ(outcome.end.to_string(), "it ended with status 0");
    EXPECT_EQ(outcome.lines, (std::vector<std::string>{"one", "two", "an error", "unfinished"}));
}

TEST_F(ProgramTest, MayLeaveItsInputUnread) {
    EXPECT_TRUE(run("exit 0", std::string(1 << 20, 'x')).end.succeeded());
    EXPECT_EQ(run("wc -c", std::string(1 << 20, 'x')).lines, std::vector<std::string>{"1048576"});
}

TEST_F(ProgramTest, EndsWithAStatusOrASignal) {
    EXPECT_EQ(run("exit 3").end.to_string(), "it ended with status 3");
    EXPECT_FALSE(run("exit 3").end.succeeded());
    EXPECT_EQ(run("kill -9 $$").end.to_string(), "signal 9 ended it");
}

TEST_F(ProgramTest, OfMuchOutputOnlyTheBeginningCounts) {
    const auto outcome = run("printf '%02000d\\n' 0; seq 1 20000");
    EXPECT_TRUE(outcome.end.succeeded());
    ASSERT_EQ(outcome.lines.size(), 100U);
    EXPECT_EQ(outcome.lines.front().size(), 1000U);
    EXPECT_EQ(outcome.lines.back(), "99");
    EXPECT_EQ(outcome.end.lines_left_out, 19'901U);
}

TEST_F(ProgramTest, WhoeverTakesTooLongIsEndedWithItsChildren) {
    const std::string child = directory_ / "child";
    const auto outcome = run("sleep 600 & echo $! >" + child + "; wait", {}, 300ms);
    EXPECT_EQ(outcome.end.how, ProgramEnd::How::too_slow);
    EXPECT_EQ(outcome.end.to_string(), "it took too long and was killed");
    EXPECT_LT(outcome.took, std::chrono::seconds(5));
    pid_t id = 0;
    std::ifstream(child) >> id;
    ASSERT_GT(id, 1);
    bool gone = false;
    for (int i = 0; i < 500 && !gone; ++i) {
        std::ifstream status("/proc/" + std::to_string(id) + "/stat");
        const std::string text{std::istreambuf_iterator<char>(status), {}};
        gone = text.empty() || text.find(") Z ") != std::string::npos;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(gone);
}

TEST_F(ProgramTest, WhoeverDoesNotObeyIsKilled) {
    const auto outcome = run("trap '' TERM; while :; do sleep 1; done", {}, 100ms);
    EXPECT_EQ(outcome.end.how, ProgramEnd::How::too_slow);
    EXPECT_GE(outcome.took, std::chrono::seconds(5));
}

TEST_F(ProgramTest, AChildThatItLeavesBehindHoldsNobodyUp) {
    const auto outcome = run("sleep 20 & echo done");
    EXPECT_TRUE(outcome.end.succeeded());
    EXPECT_EQ(outcome.lines, std::vector<std::string>{"done"});
    EXPECT_LT(outcome.took, std::chrono::seconds(10));
}

TEST_F(ProgramTest, InheritsNothingButItsStandardStreams) {
    const support::Socket ours(SOCK_STREAM);
    const int inheritable = ::dup(ours.number());  // without FD_CLOEXEC
    const auto outcome = run("ls /proc/self/fd | wc -l");
    ::close(inheritable);
    EXPECT_EQ(outcome.lines, std::vector<std::string>{"4"});  // ls opens the directory itself
}

TEST_F(ProgramTest, WhatDoesNotExistIsAnError) {
    const auto started = thread_.on_loop([&] {
        return Program::start(thread_.loop(), {.command = {"/nonexistent"}, .input = {}}, {}, {});
    });
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().detail, "cannot start '/nonexistent': No such file or directory");
}

TEST_F(ProgramTest, DestroyingItKillsIt) {
    const std::string mark = directory_ / "mark";
    thread_.on_loop([&] {
        auto started = Program::start(
            thread_.loop(),
            {.command = {"sh", "-c", "sleep 1; touch " + mark}, .input = {}},
            [](const std::string&) {},
            [](const ProgramEnd&) { ADD_FAILURE(); });
        CHECK(started.has_value());
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));
    EXPECT_FALSE(std::filesystem::exists(mark));
}

}  // namespace onhook::net
