#include <csignal>
#include <future>

#include <gtest/gtest.h>

#include "net/child.h"
#include "support/loopback.h"
#include "support/udp.h"

namespace onhook::test {

namespace {

struct Ran {
    std::vector<std::string> lines;
    net::ChildEnd end;
};

// Runs it to its end.
Ran run(net::ChildCommand command) {
    support::LoopThread thread;
    std::promise<void> done;
    Ran ran;
    auto child = thread.on_loop([&] {
        return net::Child::start(
            thread.loop(),
            std::move(command),
            {.line = [&](std::string_view line) { ran.lines.emplace_back(line); },
             .ended =
                 [&](net::ChildEnd end) {
                     ran.end = end;
                     done.set_value();
                 }});
    });
    EXPECT_TRUE(child) << child.error().detail;
    if (child) {
        const auto held = thread.held(*std::move(child));
        EXPECT_EQ(done.get_future().wait_for(20s), std::future_status::ready);
        return ran;
    }
    return ran;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST(NetChild, ReadsItsInputAndTellsItsLines) {
    const Ran ran = run({"cat", {}, "one\n\ntwo\nthree"});
    EXPECT_EQ(ran.lines, (Lines{"one", "two", "three"}));
    EXPECT_EQ(ran.end.to_string(), "exit status 0");
    const std::string large(std::size_t{1} << 20U, 'x');
    EXPECT_EQ(run({"wc", {"-c"}, large}).lines, Lines{"1048576"});
    EXPECT_EQ(run({"cat", {}, large + "\nend"}).lines, (Lines{std::string(4096, 'x'), "end"}));
}

TEST(NetChild, DoesNotMindThatItsInputIsNotRead) {
    EXPECT_EQ(run({"true", {}, std::string(std::size_t{1} << 20U, 'x')}).end.status, 0);
}

TEST(NetChild, TellsHowItEnded) {
    struct Row {
        std::string script;
        int status;
        std::string text;
    };

    for (const Row& row : {Row{"exit 0", 0, "exit status 0"},
                           Row{"echo no >&2; exit 7", 7, "exit status 7"},
                           Row{"kill -9 $$", 137, "ended by signal 9"}}) {
        SCOPED_TRACE(row.script);
        const Ran ran = run({"/bin/sh", {"-c", row.script}});
        EXPECT_EQ(ran.end.status, row.status);
        EXPECT_EQ(ran.end.to_string(), row.text);
        EXPECT_EQ(ran.lines, row.status == 7 ? Lines{"no"} : Lines{});
    }
}

TEST(NetChild, EndsWhatTakesTooLongAndWhatItStarted) {
    const Ran ran = run({.program = "/bin/sh",
                         .arguments = {"-c", "sleep 100 & trap '' TERM; echo $!; sleep 100; wait"},
                         .time_limit = 300ms,
                         .patience = 300ms});
    EXPECT_TRUE(ran.end.timed_out);
    EXPECT_EQ(ran.end.to_string(), "not ready within its time limit");
    ASSERT_EQ(ran.lines.size(), 1U);
    EXPECT_NE(::kill(std::stoi(ran.lines[0]), 0), 0);
}

TEST(NetChild, InheritsNoOpenFile) {
    const support::Socket socket(SOCK_STREAM);
    const Ran ran = run({"/bin/sh", {"-c", "ls /proc/self/fd | sort -n | head -4 | tr '\\n' ' '"}});
    EXPECT_EQ(ran.lines, Lines{"0 1 2 3 "});  // ls opens the last
}

TEST(NetChild, DiesWithItsOwner) {
    support::LoopThread thread;
    int process = 0;
    {
        auto child = thread.on_loop([&] {
            return net::Child::start(thread.loop(), {"sleep", {"100"}}, {});
        });
        ASSERT_TRUE(child);
        process = (*child)->process_id();
        EXPECT_EQ(::kill(process, 0), 0);
        const auto held = thread.held(*std::move(child));
    }
    EXPECT_NE(::kill(process, 0), 0);
}

TEST(NetChild, SaysWhatCannotBeStarted) {
    support::LoopThread thread;
    for (const std::string program : {"no-such-program-here", "/etc/passwd", "/nowhere/at/all"}) {
        const auto child =
            thread.on_loop([&] { return net::Child::start(thread.loop(), {program}, {}); });
        ASSERT_FALSE(child);
        EXPECT_EQ(child.error().detail.rfind("cannot start '" + program + "': ", 0), 0U)
            << child.error().detail;
    }
}

}  // namespace onhook::test
