#include "wire/sip/srv_order.h"

#include <map>

#include <gtest/gtest.h>

namespace onhook::wire::sip {

// RFC 2782
TEST(SrvOrder, ByPriority) {
    Prng prng(1);
    const auto ordered = in_srv_order({{"c", 3, 20, 9},
                                       {"a", 1, 0, 0},
                                       {"b", 2, 10, 65535},
                                       {"", 5060, 0, 0},
                                       {".", 5060, 0, 0},
                                       {"none", 0, 0, 0}},
                                      prng);
    EXPECT_EQ(ordered,
              (std::vector<SrvServer>{{"a", 1, 0, 0}, {"b", 2, 10, 65535}, {"c", 3, 20, 9}}));
    EXPECT_TRUE(in_srv_order({}, prng).empty());
}

TEST(SrvOrder, ByWeightAmongEqualsAndByChance) {
    Prng prng(1);
    std::map<std::string, int> first;
    constexpr int rounds = 1000;
    for (int i = 0; i < rounds; ++i) {
        const auto ordered =
            in_srv_order({{"light", 1, 0, 10}, {"heavy", 1, 0, 90}, {"never", 1, 0, 0}}, prng);
        ASSERT_EQ(ordered.size(), 3U);
        ++first[ordered.front().host];
    }
    EXPECT_GT(first["heavy"], 800);
    EXPECT_GT(first["light"], 50);
    EXPECT_GT(first["never"], 0);
    EXPECT_LT(first["never"], 50);
}

}  // namespace onhook::wire::sip
