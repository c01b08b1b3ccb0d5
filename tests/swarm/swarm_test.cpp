// Many random lives: what must never happen does not, and after the faults every phone is in sync.
#include <cstdlib>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "swarm/life.h"

namespace onhook::swarm {

namespace {

constexpr int days = 3;
constexpr std::uint64_t fixed_seeds = 60;
constexpr std::uint64_t fresh_seeds = 20;

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
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
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
    EXPECT_GT(lives, 36);
}

TEST(FirstDay, SurvivesAPowerCutBeforeEachAction) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
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
    const Lived once = live(7, days);
    const Lived again = live(7, days);
    EXPECT_EQ(once.steps, again.steps);
    EXPECT_EQ(once.lasted, again.lasted);
    EXPECT_NE(once.steps, live(8, days).steps);
}

}  // namespace onhook::swarm
