// Many random lives: what must never happen does not, and after the faults every phone is in sync.
#include <cstdlib>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "phone/recording.h"
#include "swarm/life.h"

namespace onhook::swarm {

namespace {

constexpr int days = 3;
constexpr std::uint64_t fixed_seeds = 300;
constexpr std::uint64_t fresh_seeds = 200;
// Half of them are each maker's.
constexpr std::uint64_t first_days = 24;

std::optional<std::uint64_t> number_of_environment(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? std::nullopt : parse_number<std::uint64_t>(text);
}

void expect_lives(std::uint64_t first, std::uint64_t count) {
    Lived all;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        try {
            all += live(seed, days);
        } catch (const Violation& violation) {
            ADD_FAILURE() << violation.what();
        }
    }
    // The accidents happened, and the phones were not spared them.
    EXPECT_GT(all.power_cuts, 0);
    EXPECT_GT(all.syncs, count);
    EXPECT_GT(all.boots, count);
}

std::string violation_of(std::uint64_t seed, const Mishap& mishap) {
    try {
        (void)live_first_day(seed, mishap);
    } catch (const Violation& violation) {
        return violation.what();
    }
    return {};
}

}  // namespace

TEST(Swarm, TheFixedSeedsHoldWhatIsPromised) { expect_lives(1, fixed_seeds); }

TEST(Swarm, FreshSeedsHoldWhatIsPromised) {
    const std::uint64_t first =
        number_of_environment("ONHOOK_SWARM_SEED").value_or(std::random_device{}());
    const bool one = std::getenv("ONHOOK_SWARM_SEED") != nullptr;
    if (one) {
        const auto length = number_of_environment("ONHOOK_SWARM_DAYS").value_or(days);
        ASSERT_NO_THROW((void)live(first, static_cast<int>(length)));
        return;
    }
    expect_lives(first, fresh_seeds);
}

// Every transfer of a first day fails in every way, one at a time; and the power fails before every
// action.
TEST(FirstDay, SurvivesEachFailureOfEachTransfer) {
    std::size_t lives = 0;
    for (std::uint64_t seed = 1; seed <= first_days; ++seed) {
        const Lived well = live_first_day(seed, {});
        ASSERT_GT(well.transfers, 0);
        for (std::size_t n = 0; n < well.transfers; ++n) {
            for (unsigned way = 0; way < Mishap::failures; ++way) {
                SCOPED_TRACE(fmt::format("seed {}, transfer {}, way {}", seed, n, way));
                EXPECT_NO_THROW(
                    (void)live_first_day(seed, {.transfer = n, .failure = way, .power = {}}));
                ++lives;
            }
        }
    }
    EXPECT_GT(lives, 6 * first_days);
}

TEST(FirstDay, SurvivesAPowerCutBeforeEachAction) {
    for (std::uint64_t seed = 1; seed <= first_days; ++seed) {
        const Lived well = live_first_day(seed, {});
        for (std::size_t n = 0; n < well.actions; ++n) {
            SCOPED_TRACE(fmt::format("seed {}, action {}", seed, n));
            std::optional<Lived> lived;
            ASSERT_NO_THROW(lived =
                                live_first_day(seed, {.transfer = {}, .failure = 0, .power = n}));
            EXPECT_EQ(lived->power_cuts, 1);
        }
    }
}

TEST(Swarm, ASeedIsALife) {
    for (const std::uint64_t seed : {7U, 8U}) {
        const Lived once = live(seed, days);
        const Lived again = live(seed, days);
        EXPECT_EQ(once.steps, again.steps);
        EXPECT_EQ(once.lasted, again.lasted);
        EXPECT_NE(once.steps, live(seed + 2, days).steps);
    }
}

// A phone that cannot be in sync is found out, and the seed shows it again.
TEST(Swarm, AFailingSeedReplaysExactly) {
    for (const std::uint64_t seed : {1U, 2U}) {
        const std::string violation = violation_of(seed, {.servers_die = true});
        EXPECT_TRUE(violation.starts_with("not in sync long after the faults ended\nafter\n"))
            << violation;
        EXPECT_NE(violation.find("see it again with"), std::string::npos);
        EXPECT_EQ(violation_of(seed, {.servers_die = true}), violation);
    }
}

// The lives again, with the recorder on: no line holds a secret, and the recording is the life.
TEST(Swarm, RecordedLivesHoldNoSecretAndReplay) {
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        SCOPED_TRACE(seed);
        std::string recording;
        ASSERT_NO_THROW(recording = record_life(seed, 1));
        const auto replayed = phone::replay(recording, [](std::string_view /*action*/) {});
        ASSERT_TRUE(replayed) << replayed.error().what;
        EXPECT_GT(replayed->steps, 0U);
        EXPECT_EQ(replayed->difference, std::nullopt);
    }
}

}  // namespace onhook::swarm
