#include "base/prng.h"

#include <array>
#include <limits>

#include "support/properties.h"

namespace onhook {

TEST(Prng, GivesSplitMix64sPublishedNumbers) {
    Prng prng(1234567);
    EXPECT_EQ(prng.next(), 6457827717110365317ULL);
    EXPECT_EQ(prng.next(), 3203168211198807973ULL);
    EXPECT_EQ(prng.next(), 9817491932198370423ULL);
}

TEST(Prng, ReachesBothEndsAndSpreadsEvenly) {
    Prng prng(1);
    std::array<int, 5> seen{};
    for (int i = 0; i < 5000; ++i) {
        ++seen.at(prng.up_to(4));
    }
    for (const int count : seen) {
        EXPECT_NEAR(count, 1000, 150);
    }
}

RC_GTEST_PROP(Prng, StaysWithinItsLimit, (std::uint64_t seed, std::uint64_t limit)) {
    Prng prng(seed);
    RC_ASSERT(prng.up_to(limit) <= limit);
    RC_ASSERT(Prng(seed).up_to(0) == 0U);
    const std::uint64_t top = std::numeric_limits<std::uint64_t>::max();
    RC_ASSERT(Prng(seed).up_to(top) == Prng(seed).next());
}

}  // namespace onhook
