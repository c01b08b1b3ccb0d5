#include "base/time.h"

#include <gtest/gtest.h>

namespace onhook {

TEST(Time, AMomentIsOneOrNone) {
    constexpr Moment<TimePoint> none;
    static_assert(!none && sizeof none == sizeof(TimePoint));
    Moment<TimePoint> moment = TimePoint(5s);
    ASSERT_TRUE(moment);
    EXPECT_EQ(*moment, TimePoint(5s));
    EXPECT_EQ(std::optional<TimePoint>(moment), TimePoint(5s));
    EXPECT_EQ(std::optional<TimePoint>(none), std::nullopt);
    EXPECT_EQ(none.value_or(TimePoint(7s)), TimePoint(7s));
    EXPECT_EQ(moment.value_or(TimePoint(7s)), TimePoint(5s));
    moment.reset();
    EXPECT_EQ(moment, none);
    moment = std::optional(TimePoint(9s));
    EXPECT_NE(moment, none);
    moment = std::nullopt;
    EXPECT_FALSE(moment);
}

TEST(Time, TheEarlierOfTwoIsTheOneThatThereIs) {
    EXPECT_EQ(earlier(TimePoint(5s), TimePoint(7s)), TimePoint(5s));
    EXPECT_EQ(earlier(TimePoint(7s), TimePoint(5s)), TimePoint(5s));
    EXPECT_EQ(earlier(std::nullopt, TimePoint(7s)), TimePoint(7s));
    EXPECT_EQ(earlier(TimePoint(7s), std::nullopt), TimePoint(7s));
    EXPECT_EQ(earlier(std::nullopt, std::nullopt), std::nullopt);
}

}  // namespace onhook
