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

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/child.h"
#include "support/loopback.h"

namespace onhook::net {

class ChildTest : public ::testing::Test {
  protected:
    struct Outcome {
        ChildEnd end;
        std::vector<std::string> lines;
        std::chrono::milliseconds took{0};
    };

    // Runs a script of sh to its end.
    Outcome run(const std::string& script, std::string input = {}, Duration limit = 30s) {
        Outcome outcome;
        std::promise<void> ended;
        const auto begin = std::chrono::steady_clock::now();
        auto program = thread_.held(thread_.on_loop([&] {
            auto started = Child::start(
                thread_.loop(),
                {.program = "sh",
                 .arguments = {"-c", script},
                 .input = std::move(input),
                 .time_limit = limit,
                 .patience = 1s},
                {.line = [&](std::string_view line) { outcome.lines.emplace_back(line); },
                 .ended =
                     [&](const ChildEnd& end) {
                         outcome.end = end;
                         ended.set_value();
                     }});
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

TEST_F(ChildTest, GetsItsInputAndSaysLines) {
    const auto outcome = run("cat; echo >&2 an error; printf unfinished", "one\ntwo\n");
    EXPECT_TRUE(outcome.end.succeeded());
    EXPECT_EQ(outcome.end.to_string(), "it ended with status 0");
    EXPECT_EQ(outcome.lines, (std::vector<std::string>{"one", "two", "an error", "unfinished"}));
}

TEST_F(ChildTest, MayLeaveItsInputUnread) {
    EXPECT_TRUE(run("exit 0", std::string(1 << 20, 'x')).end.succeeded());
    EXPECT_EQ(run("wc -c", std::string(1 << 20, 'x')).lines, std::vector<std::string>{"1048576"});
}

TEST_F(ChildTest, EndsWithAStatusOrASignal) {
    EXPECT_EQ(run("exit 3").end.to_string(), "it ended with status 3");
    EXPECT_FALSE(run("exit 3").end.succeeded());
    EXPECT_EQ(run("kill -9 $$").end.to_string(), "signal 9 ended it");
}

TEST_F(ChildTest, OfMuchOutputOnlyTheBeginningCounts) {
    const auto outcome = run("printf '%02000d\\n' 0; seq 1 20000");
    EXPECT_TRUE(outcome.end.succeeded());
    ASSERT_EQ(outcome.lines.size(), 100U);
    EXPECT_EQ(outcome.lines.front().size(), 1000U);
    EXPECT_EQ(outcome.lines.back(), "99");
    EXPECT_EQ(outcome.end.lines_left_out, 19'901U);
}

TEST_F(ChildTest, WhoeverTakesTooLongIsEndedWithItsChildren) {
    const std::string child = directory_ / "child";
    const auto outcome = run("sleep 600 & echo $! >" + child + "; wait", {}, 300ms);
    EXPECT_EQ(outcome.end.how, ChildEnd::How::too_slow);
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

TEST_F(ChildTest, WhoeverDoesNotObeyIsKilled) {
    const auto outcome = run("trap '' TERM; while :; do sleep 1; done", {}, 100ms);
    EXPECT_EQ(outcome.end.how, ChildEnd::How::too_slow);
    EXPECT_GE(outcome.took, std::chrono::seconds(1));
}

TEST_F(ChildTest, AChildThatItLeavesBehindHoldsNobodyUp) {
    const auto outcome = run("sleep 20 & echo done");
    EXPECT_TRUE(outcome.end.succeeded());
    EXPECT_EQ(outcome.lines, std::vector<std::string>{"done"});
    EXPECT_LT(outcome.took, std::chrono::seconds(10));
}

TEST_F(ChildTest, InheritsNothingButItsStandardStreams) {
    const support::Socket ours(SOCK_STREAM);
    const int inheritable = ::dup(ours.number());  // without FD_CLOEXEC
    const auto outcome = run("ls /proc/self/fd | wc -l");
    ::close(inheritable);
    EXPECT_EQ(outcome.lines, std::vector<std::string>{"4"});  // ls opens the directory itself
}

TEST_F(ChildTest, WhatDoesNotExistIsAnError) {
    for (const std::string program : {"/nonexistent", "no-such-program-here", "/etc/passwd"}) {
        const auto started =
            thread_.on_loop([&] { return Child::start(thread_.loop(), {.program = program}, {}); });
        ASSERT_FALSE(started);
        EXPECT_EQ(started.error().detail,
                  fmt::format("cannot start '{}': {}",
                              program,
                              program == "/etc/passwd" ? "Permission denied"
                                                       : "No such file or directory"));
    }
}

TEST_F(ChildTest, DestroyingItKillsIt) {
    const std::string mark = directory_ / "mark";
    thread_.on_loop([&] {
        auto started =
            Child::start(thread_.loop(),
                         {.program = "sh", .arguments = {"-c", "sleep 1; touch " + mark}},
                         {.line = {}, .ended = [](const ChildEnd&) { ADD_FAILURE(); }});
        CHECK(started.has_value());
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));
    EXPECT_FALSE(std::filesystem::exists(mark));
}

}  // namespace onhook::net
