// kill -9 at random moments: what was acknowledged is there afterwards, and nothing is half done.
// A kill does not take what the kernel has been given, so this proves the order and the wholeness
// of what is written, not that it is on the disk.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "e2e/killed_pair.h"
#include "e2e/numbered_profiles.h"
#include "e2e/served.h"
#include "e2e/server_load.h"
#include "support/killing.h"
#include "support/process.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

constexpr int killed = 128 + SIGKILL;

// What the moment of a phone's death is counted from, and how long after it at the most.
struct Trigger {
    std::string_view asked;  // the start of the path that it asks for; empty: its own start
    std::chrono::milliseconds longest;
};

constexpr std::array<Trigger, 4> first_life = {{
    {"", 40ms},
    {"/redirect", 6ms},
    {"/a.xml", 12ms},
    {"/b.xml", 30ms},
}};
constexpr std::array<Trigger, 3> later_life = {{
    {"", 120ms},
    {"/a.xml", 20ms},
    {"/b.xml", 30ms},
}};

// Starts phones and kills them.
class PhoneKiller {
  public:
    // The longest time that a phone may live when what its death is counted from never comes.
    static constexpr Duration longest_life = 400ms;

    PhoneKiller(net::Loop& loop, Chance& chance)
        : chance_(chance),
          loop_(loop),
          timer_(loop),
          provider_(loop, [this](const std::string& path) { asked(path); }) {}

    [[nodiscard]] const NumberedProvider& provider() const { return provider_; }

    // Whatever the phone said until it was killed.
    std::string live_and_die(const PhoneLife& life) {
        trigger_ = life.state() == "Open" ? first_life.at(chance_.pick(first_life.size()))
                                          : later_life.at(chance_.pick(later_life.size()));
        const auto phone = life.start();
        die_ = [&] {
            phone->signal(SIGKILL);
            loop_.stop();
        };
        const Duration waits = trigger_.asked.empty() ? chance_.within(trigger_.longest)
                               : life.is_pending()    ? Duration(50ms)
                                                      : longest_life;
        timer_.arm(net::Loop::now() + waits, die_);
        loop_.run();
        EXPECT_EQ(phone->wait(), killed) << phone->output();
        return phone->output();
    }

  private:
    void asked(const std::string& path) {
        if (!trigger_.asked.empty() && path.starts_with(trigger_.asked)) {
            timer_.arm(net::Loop::now() + chance_.within(trigger_.longest), die_);
            trigger_.asked = {};  // the first time counts
        }
    }

    Chance& chance_;
    net::Loop& loop_;
    net::Timer timer_;
    NumberedProvider provider_;
    Trigger trigger_ = {};
    std::function<void()> die_;
};

}  // namespace

// Hundreds of starts: the program that ships, without sanitizers.
class Kill : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(std::filesystem::exists(released_program()))
            << released_program() << " is missing; build it with script/build release";
    }
};

TEST_F(Kill, PhoneKeepsWhatItAcknowledged) {
    constexpr int rounds = 260;
    Chance chance;
    net::Loop loop;
    PhoneKiller killer(loop, chance);
    std::unique_ptr<PhoneLife> life;
    std::map<std::string, int> died_in;
    for (int round = 0, goes_on = 0; round < rounds; ++round, --goes_on) {
        SCOPED_TRACE(::testing::Message() << "round " << round);
        if (goes_on <= 0) {
            life = std::make_unique<PhoneLife>(killer.provider());
            goes_on = 2 + static_cast<int>(chance.pick(6));
        }
        life->check(killer.live_and_die(*life));
        ++died_in[life->state()];
        if (life->is_pending()) {  // it will ask again in a minute (7.2): once more, then no more
            goes_on = std::min(goes_on, 2);
        }
        if (goes_on == 1) {
            life->check_status_command();
        }
        ASSERT_FALSE(HasFailure());
    }
    std::cout << "died in: " << ::testing::PrintToString(died_in) << ", generations "
              << killer.provider().newest() << std::endl;
    for (const char* state : {"Open", "Pending", "Custom-Pending", "Acquired"}) {
        EXPECT_GT(died_in[state], 0) << state;
    }
}

TEST_F(Kill, ServerKeepsWhatItAcknowledged) {
    constexpr int rounds = 220;
    Chance chance;
    const TemporaryDirectory data;
    net::Loop loop;
    HttpAsker asker(loop);
    ServerLoad load(loop, asker);
    std::string token;
    for (int round = 0; round < rounds; ++round) {
        SCOPED_TRACE(::testing::Message() << "round " << round);
        ServedProcess server(data.path().string());
        if (round > 0 && chance.once_in(8)) {  // it dies while it starts
            run_for(loop, chance.within(40ms));
            server.kill();
            ASSERT_EQ(server.wait(), killed) << server.output();
            continue;
        }
        ASSERT_TRUE(server.ready()) << server.output();
        if (round == 0) {
            token = server.token();
            load.set_up(server);
        }
        ASSERT_EQ(server.token(), token);
        load.check(server);
        load.write_until_killed(server, chance.within(150ms));
        ASSERT_EQ(server.wait(), killed) << server.output();
        ASSERT_FALSE(HasFailure());
    }
    std::cout << "promises kept (settings, profiles, reports, device tables): "
              << ::testing::PrintToString(load.promises()) << std::endl;
    for (const std::uint64_t count : load.promises()) {
        EXPECT_GT(count, std::uint64_t{rounds});
    }
}

// The data directory is made: database, certificate, token.
TEST_F(Kill, ServerStartsAfterItsFirstStartWasKilled) {
    Chance chance;
    net::Loop loop;
    for (int round = 0; round < 25; ++round) {
        SCOPED_TRACE(::testing::Message() << "round " << round);
        const TemporaryDirectory data;
        for (int attempt = 0; attempt < 2; ++attempt) {
            ServedProcess killed_early(data.path().string());
            run_for(loop, chance.within(50ms));
            killed_early.kill();
            ASSERT_EQ(killed_early.wait(), killed) << killed_early.output();
        }
        ServedProcess server(data.path().string());
        ASSERT_TRUE(server.ready()) << server.output();
        for (const auto& entry : std::filesystem::directory_iterator(data.path())) {
            EXPECT_EQ(entry.path().string().find(".db.new"), std::string::npos)
                << entry.path() << " was left behind";
        }
    }
}

// Both ends die at random; then both live, and agree.
TEST_F(Kill, PhoneAndServerAgreeAfterBothWereKilled) {
    constexpr int rounds = 60;
    Chance chance;
    net::Loop loop;
    KilledPair pair(loop);
    for (int round = 0; round < rounds; ++round) {
        SCOPED_TRACE(::testing::Message() << "round " << round);
        pair.start_what_is_dead();
        ASSERT_FALSE(HasFailure());
        pair.change_settings();
        run_for(loop, chance.within(150ms));
        const std::size_t who = chance.pick(3);
        pair.kill({.server = who != 0, .phone = who != 1});
        ASSERT_FALSE(HasFailure());
    }
    pair.start_what_is_dead();
    pair.change_settings();
    const TimePoint give_up = net::Loop::now() + 30s;
    while (!pair.agree() && net::Loop::now() < give_up && !HasFailure()) {
        run_for(loop, 50ms);
    }
    EXPECT_TRUE(pair.agree()) << pair.describe();
}

}  // namespace onhook::test
