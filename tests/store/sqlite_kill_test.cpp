#include <array>

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/prng.h"
#include "samples.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temporary_directory.h"

// Acknowledged is durable: a process that writes is killed at any moment, and everything it
// acknowledged is there.
namespace onhook::store {

namespace {

constexpr int rounds = 100;
constexpr std::uint64_t most_turns = 20'000;  // a few milliseconds: an opening, a few writes

// Adds devices and their settings from `next` on, and says so on `pipe` after each: one byte.
// Never returns.
[[noreturn]] void write_for_ever(const std::string& path, unsigned next, int pipe) {
    const auto store = open_sqlite(path);
    if (!store) {
        ::_exit(1);
    }
    for (unsigned number = next;; ++number) {
        const std::vector<Change> changes = {
            AddDevice{device(number), IfKnown::replace},
            PutSetting{provision::Scope(mac(number)), setting("GPP_A", std::to_string(number))},
        };
        if (!(*store)->apply(changes) || ::write(pipe, "+", 1) != 1) {
            ::_exit(1);
        }
    }
}

// Runs a writer until it has acknowledged a random number of writes, and a random moment longer,
// and kills it wherever it is by then. Returns how many it acknowledged in all.
unsigned kill_a_writer(const std::string& path,
                       unsigned next,
                       Prng& prng,
                       std::uint64_t most_acknowledged) {
    std::array<int, 2> pipe{};
    CHECK(::pipe(pipe.data()) == 0);
    const pid_t child = ::fork();
    CHECK(child >= 0);
    if (child == 0) {
        ::close(pipe[0]);
        write_for_ever(path, next, pipe[1]);
    }
    ::close(pipe[1]);
    const std::uint64_t enough = prng.up_to(most_acknowledged);
    unsigned acknowledged = 0;
    char byte = 0;
    while (acknowledged < enough && ::read(pipe[0], &byte, 1) == 1) {
        ++acknowledged;
    }
    for (std::uint64_t turns = prng.up_to(most_turns); turns > 0; --turns) {
        (void)::sched_yield();
    }
    CHECK(::kill(child, SIGKILL) == 0);
    while (::read(pipe[0], &byte, 1) == 1) {
        ++acknowledged;
    }
    ::close(pipe[0]);
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
    return acknowledged;
}

// Whether what the writer wrote under this number is there, whole.
void expect_written(Store& store, unsigned number) {
    const auto inputs = store.profile_inputs(mac(number));
    ASSERT_TRUE(inputs) << inputs.error().detail;
    ASSERT_TRUE(inputs->has_value()) << "lost: " << number;
    ASSERT_EQ(inputs->value().root_to_leaf.back().settings,
              (std::vector{setting("GPP_A", std::to_string(number))}));
}

}  // namespace

TEST(SqliteKill, EveryAcknowledgedWriteSurvives) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("onhook.db");
    Prng prng(20240611);
    unsigned written = 0;
    for (int round = 0; round < rounds; ++round) {
        SCOPED_TRACE(round);
        const unsigned before = written;
        written += kill_a_writer(path, written + 1, prng, 12);
        const auto store = open_sqlite(path);
        ASSERT_TRUE(store) << store.error().detail;
        for (unsigned number = before + 1; number <= written; ++number) {
            expect_written(**store, number);
        }
        // One write may be there without its acknowledgement, and no more.
        const auto unacknowledged = (*store)->devices({.after = mac(written + 1)});
        ASSERT_TRUE(unacknowledged);
        EXPECT_TRUE(unacknowledged->empty());
    }
    const auto store = open_sqlite(path);
    ASSERT_TRUE(store) << store.error().detail;
    for (unsigned number = 1; number <= written; ++number) {
        expect_written(**store, number);
    }
    EXPECT_GT(written, 100U);
}

TEST(SqliteKill, AKilledCreationLeavesADatabaseOrNone) {
    Prng prng(7);
    for (int round = 0; round < rounds / 4; ++round) {
        SCOPED_TRACE(round);
        const test::TemporaryDirectory directory;
        const std::string path = directory.file("onhook.db");
        const unsigned written = kill_a_writer(path, 1, prng, 0);
        const auto store = open_sqlite(path);
        ASSERT_TRUE(store) << store.error().detail;
        for (unsigned number = 1; number <= written; ++number) {
            expect_written(**store, number);
        }
        const auto added = (*store)->add_device(device(0xFFFFFF));
        ASSERT_TRUE(added) << added.error().detail;
    }
}

}  // namespace onhook::store
