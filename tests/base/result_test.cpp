#include "base/result.h"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>

namespace onhook {

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) {
        return Failure{Error{std::make_error_code(std::errc::invalid_argument), "odd"}};
    }
    return number / 2;
}

}  // namespace

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_EQ(*half(4), 2);
    EXPECT_EQ(half(3).error().detail, "odd");
    EXPECT_EQ(half(3).value_or(7), 7);
    EXPECT_EQ(half(8).value_or(7), 4);
}

TEST(Result, ChainsUntilTheFirstFailure) {
    EXPECT_EQ(*half(8).and_then(half), 2);
    EXPECT_EQ(half(6).and_then(half).error().detail, "odd");
    EXPECT_EQ(*half(8).transform([](int n) { return std::to_string(n); }), "4");
    EXPECT_FALSE(half(1).transform([](int n) { return std::to_string(n); }));
}

TEST(ResultDeathTest, LookingAtTheWrongSideIsABug) {
    EXPECT_DEATH((void)*half(3), "CHECK\\(has_value\\(\\)\\) failed");
    EXPECT_DEATH((void)half(4).error(), "CHECK\\(!has_value\\(\\)\\) failed");
}

TEST(Error, NamesWhatTheSystemSaid) {
    EXPECT_EQ(errno_error(ENOENT, "cannot open 'x'").detail,
              "cannot open 'x': No such file or directory");
}

}  // namespace onhook
