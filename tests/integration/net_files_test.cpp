#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/prng.h"
#include "net/durable_file.h"
#include "net/process.h"
#include "support/loopback.h"

namespace onhook::net {

namespace {

using support::TemporaryDirectory;

std::string content(const std::string& path) {
    return read_file(path, 1U << 24U).value_or("no such file");
}

// Runs `task` in a child of this process and answers its exit status.
template <typename Task>
int in_child(Task task) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(task());
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST(ReplaceFile, LeavesTheNewContentAndNothingElse) {
    const TemporaryDirectory directory;
    const std::string path = directory / "state";
    ASSERT_TRUE(replace_file(path, "old"));
    EXPECT_EQ(content(path), "old");
    EXPECT_EQ(support::mode_of(path), 0600U);
    ASSERT_TRUE(replace_file(path, std::string("n\0w", 3), 0644));
    EXPECT_EQ(content(path), std::string("n\0w", 3));
    EXPECT_EQ(support::mode_of(path), 0644U);
    EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(ReplaceFile, KeepsTheOldContentWhenItFails) {
    const TemporaryDirectory directory;
    const std::string path = directory / "state";
    ASSERT_TRUE(replace_file(path, "old"));
    ASSERT_EQ(::mkdir((path + ".new").c_str(), 0700), 0);
    const auto failed = replace_file(path, "new");
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().detail.find(path), std::string::npos);
    EXPECT_EQ(content(path), "old");
}

TEST(ReplaceFile, DoesNotFollowALinkThatStandsInItsWay) {
    const TemporaryDirectory directory;
    const std::string victim = directory / "victim";
    const std::string path = directory / "state";
    ASSERT_TRUE(replace_file(victim, "mine"));
    ASSERT_EQ(::symlink(victim.c_str(), (path + ".new").c_str()), 0);
    ASSERT_TRUE(replace_file(path, "new"));
    EXPECT_EQ(content(victim), "mine");
    EXPECT_EQ(content(path), "new");
}

// The property that everything which must survive a power cut rests on.
TEST(ReplaceFile, AKillAtAnyMomentLeavesOldOrNew) {
    const TemporaryDirectory directory;
    const std::string path = directory / "state";
    const std::vector<std::string> contents = {std::string(200'000, 'a'),
                                               std::string(150'000, 'b')};
    ASSERT_TRUE(replace_file(path, contents[0]));
    const std::uint64_t seed = Loop::random_seed();
    SCOPED_TRACE(seed);
    Prng prng(seed);
    int seen[2] = {};
    for (int round = 0; round < 50; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            for (std::size_t i = 1;; ++i) {
                if (!replace_file(path, contents[i % 2])) {
                    ::_exit(1);
                }
            }
        }
        ::usleep(static_cast<useconds_t>(prng.up_to(12'000)));
        ASSERT_EQ(::kill(child, SIGKILL), 0);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        const std::string now = content(path);
        ASSERT_TRUE(now == contents[0] || now == contents[1]) << "round " << round;
        ++seen[now == contents[1] ? 1 : 0];
        ASSERT_EQ(support::mode_of(path), 0600U);
    }
    EXPECT_GT(seen[1], 0);
    ASSERT_TRUE(replace_file(path, "after"));  // what the last kill left is no obstacle
    EXPECT_EQ(content(path), "after");
}

TEST(ReadFile, TellsWhatIsWrong) {
    const TemporaryDirectory directory;
    const std::string path = directory / "f";
    ASSERT_TRUE(replace_file(path, "12345"));
    EXPECT_EQ(*read_file(path, 5), "12345");

    struct Row {
        std::string path;
        std::errc code;
    };

    for (const Row& row : {Row{directory / "none", std::errc::no_such_file_or_directory},
                           Row{directory.path(), std::errc::is_a_directory},
                           Row{path, std::errc::file_too_large}}) {
        const auto bytes = read_file(row.path, 4);
        ASSERT_FALSE(bytes);
        EXPECT_EQ(bytes.error().code, row.code);
        EXPECT_NE(bytes.error().detail.find(row.path), std::string::npos) << bytes.error().detail;
    }
}

TEST(PrivateDirectory, IsMadeWithItsParentsForThisUserAlone) {
    const TemporaryDirectory directory;
    const std::string path = directory / "a/b/c";
    ASSERT_TRUE(make_private_directory(path));
    EXPECT_EQ(support::mode_of(directory / "a"), 0700U);
    EXPECT_EQ(support::mode_of(path), 0700U);
    ASSERT_EQ(::chmod(path.c_str(), 0750), 0);
    ASSERT_TRUE(make_private_directory(path + "/"));
    EXPECT_EQ(support::mode_of(path), 0750U);  // its owner's choice
}

TEST(PrivateDirectory, IsNotMadeInPlaceOfAFile) {
    const TemporaryDirectory directory;
    ASSERT_TRUE(replace_file(directory / "f", ""));
    for (const char* name : {"f", "f/below"}) {
        const auto made = make_private_directory(directory / name);
        ASSERT_FALSE(made);
        EXPECT_NE(made.error().detail.find("Not a directory"), std::string::npos)
            << made.error().detail;
    }
}

TEST(FileLock, HasOneHolderAtATime) {
    const TemporaryDirectory directory;
    const std::string path = directory / "lock";
    {
        const auto lock = lock_file(path);
        ASSERT_TRUE(lock);
        const auto second = lock_file(path);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, std::errc::device_or_resource_busy);
        EXPECT_NE(second.error().detail.find(path), std::string::npos);
        EXPECT_NE(second.error().detail.find(std::to_string(::getpid())), std::string::npos);
        EXPECT_EQ(in_child([&path] { return lock_file(path) ? 1 : 0; }), 0);
    }
    EXPECT_TRUE(lock_file(path));
}

TEST(FileLock, IsFreeWhenItsHolderWasKilled) {
    const TemporaryDirectory directory;
    const std::string path = directory / "lock";
    EXPECT_EQ(in_child([&path] {
                  const auto lock = lock_file(path);
                  return lock ? ::kill(::getpid(), SIGKILL) : 1;
              }),
              -1);
    EXPECT_TRUE(lock_file(path));
}

// In a child: the leak checker of the sanitized build could not look at this process any more.
TEST(Process, LeavesNoCore) {
    EXPECT_EQ(in_child([] {
                  forbid_core_dumps();
                  rlimit limit{};
                  ::getrlimit(RLIMIT_CORE, &limit);
                  return ::prctl(PR_GET_DUMPABLE) == 0 && limit.rlim_max == 0 ? 0 : 1;
              }),
              0);
}

}  // namespace onhook::net
