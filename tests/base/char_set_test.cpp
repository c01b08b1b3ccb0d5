#include "base/char_set.h"

#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace onhook {

TEST(CharSet, HoldsWhatThePredicateAccepts) {
    constexpr CharSet digits(is_digit);
    constexpr CharSet beyond_ascii([](char c) { return static_cast<unsigned char>(c) > 0x7F; });
    for (int i = 0; i < 256; ++i) {
        const char c = static_cast<char>(i);
        EXPECT_EQ(digits(c), is_digit(c)) << i;
        EXPECT_EQ(beyond_ascii(c), i > 0x7F) << i;
    }
}

TEST(CharSet, CountsARunOfAnyLength) {
    constexpr CharSet digits(is_digit);
    const std::string text = "0123456789";
    for (std::size_t begin = 0; begin <= text.size(); ++begin) {
        const std::size_t length = text.size() - begin;
        EXPECT_EQ(digits.run(text.substr(begin)), length);
        EXPECT_EQ(digits.run(text.substr(begin) + "x1"), length);
    }
}

}  // namespace onhook
