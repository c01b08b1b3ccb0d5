#include "profile/delays.h"

#include "support/properties.h"

namespace onhook::profile {

TEST(Delays, Vector43UsesItemAfterItemAndRepeatsTheLast) {
    Prng prng(1);
    const std::string_view list = "1800,3600,7200,14400";
    const std::vector<int> expected = {1800, 3600, 7200, 14400, 14400, 14400};
    for (std::size_t use = 0; use < expected.size(); ++use) {
        EXPECT_EQ(delay_of(list, use, prng), Seconds(expected[use]));
    }
}

TEST(Delays, Vector44And45DrawWithinTheRandomPart) {
    Prng prng(1);
    for (int i = 0; i < 200; ++i) {
        const Seconds periodic = *delay_of("3600+600", 0, prng);
        EXPECT_GE(periodic, 3600s);
        EXPECT_LE(periodic, 4200s);
        const Seconds retry =
            *delay_of("1800,3600,7200,14400+3600", 3 + static_cast<std::size_t>(i), prng);
        EXPECT_GE(retry, 14400s);
        EXPECT_LE(retry, 18000s);
    }
}

TEST(Delays, Vector46ZeroAndEmptyMeanNever) {
    Prng prng(1);
    for (const std::string_view never : {"0", "", " ", "0,60", "x", "60;120", "-1"}) {
        EXPECT_EQ(delay_of(never, 0, prng), std::nullopt) << never;
    }
    EXPECT_EQ(delay_of("60,0,30", 0, prng), 60s);
    EXPECT_EQ(delay_of("60,0,30", 1, prng), std::nullopt);
    EXPECT_EQ(delay_of("60,0,30", 2, prng), std::nullopt);
}

TEST(Delays, RejectsBadTextAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"a", 0},
                           Row{"60,", 3},
                           Row{"60 120", 3},
                           Row{"60+", 3},
                           Row{"2147483648", 0},
                           Row{"60+1+1", 4}}) {
        SCOPED_TRACE(row.text);
        const auto list = parse_delays(row.text);
        ASSERT_FALSE(list);
        EXPECT_EQ(list.error().offset, row.offset);
    }
}

RC_GTEST_PROP(Delays, ReadsWhatItIsGivenAndStaysWithinIt, (std::uint64_t seed, std::uint8_t use)) {
    const auto items = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(1, 100000), rc::gen::inRange(0, 1000))));
    RC_PRE(items.size() <= 64);
    std::string text;
    for (const auto& [base, random] : items) {
        text += (text.empty() ? "" : " , ") + std::to_string(base) + "+" + std::to_string(random);
    }
    Prng prng(seed);
    const auto delay = delay_of(text, use, prng);
    const auto& [base, random] = items[std::min<std::size_t>(use, items.size() - 1)];
    RC_ASSERT(delay.has_value());
    RC_ASSERT(*delay >= Seconds(base));
    RC_ASSERT(*delay <= Seconds(base + random));
}

}  // namespace onhook::profile
