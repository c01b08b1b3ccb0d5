#include "agent/progress.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace onhook::agent {

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;
const TimePoint start{};

TEST(ProgressLines, SayEveryTenth) {
    ProgressLines lines("firmware x", start);
    std::vector<std::string> said;
    for (std::uint64_t percent = 0; percent <= 100; ++percent) {
        if (auto line = lines.line(percent * mib, 100 * mib, start)) {
            said.push_back(*line);
        }
    }
    ASSERT_EQ(said.size(), 9U);  // its end is not for it to say
    EXPECT_EQ(said.front(), "firmware x, 10 %");
    EXPECT_EQ(said.back(), "firmware x, 90 %");
}

TEST(ProgressLines, SayASlowOneEveryFiveSeconds) {
    ProgressLines lines("firmware x", start);
    EXPECT_FALSE(lines.line(mib, 1000 * mib, start + 4999ms));
    EXPECT_EQ(lines.line(mib, 1000 * mib, start + 5s), "firmware x, 0 %");
    EXPECT_FALSE(lines.line(2 * mib, 1000 * mib, start + 9s));
    EXPECT_EQ(lines.line(20 * mib, 1000 * mib, start + 10s), "firmware x, 2 %");
    EXPECT_FALSE(lines.line(20 * mib, 1000 * mib, start + 20s)) << "nothing has come since";
}

TEST(ProgressLines, CountWhereTheSizeIsUnknownOrALie) {
    ProgressLines lines("firmware x", start);
    EXPECT_FALSE(lines.line(mib, std::nullopt, start + 5s));
    EXPECT_EQ(lines.line(3 * mib, std::nullopt, start + 5s), "firmware x, 3 MiB");
    EXPECT_EQ(lines.line(4 * mib, 2 * mib, start + 10s), "firmware x, 4 MiB");
    EXPECT_EQ(lines.line(5 * mib, 0, start + 15s), "firmware x, 5 MiB");
}

TEST(ProgressLines, SaySmallFilesNothing) {
    ProgressLines lines("firmware x", start);
    EXPECT_FALSE(lines.line(mib / 2, mib, start + 60s));
}

TEST(ProgressLines, AreNamedAfterTheLoadAndItsParts) {
    EXPECT_EQ(describe_image("sip88xx.12-0-1MN-113+1", 6),
              "firmware sip88xx.12-0-1MN-113 component 2 of 6");
    EXPECT_EQ(describe_image("0.6.25+0", 1), "firmware 0.6.25");
}

}  // namespace

}  // namespace onhook::agent
