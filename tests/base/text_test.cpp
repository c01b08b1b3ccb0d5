#include "base/text.h"

#include <cstdint>
#include <optional>

#include "support/properties.h"

namespace onhook {

TEST(Text, ComparesAsciiWithoutCase) {
    EXPECT_TRUE(equals_ignoring_case("Yes", "yES"));
    EXPECT_FALSE(equals_ignoring_case("Yes", "Ye"));
    EXPECT_FALSE(equals_ignoring_case("[", "{"));
}

TEST(Text, TrimsBothEndsOnly) {
    EXPECT_EQ(trim(" \r\n a b\t"), "a b");
    EXPECT_EQ(trim(" \t "), "");
}

TEST(Text, SplitsIntoAllParts) {
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, ReadsWholeNumbersOnly) {
    EXPECT_EQ(parse_number<int>("-12"), -12);
    EXPECT_EQ(parse_number<std::uint8_t>("ff", 16), 255);
    EXPECT_EQ(parse_number<std::uint8_t>("256"), std::nullopt);
    EXPECT_EQ(parse_number<int>("12 "), std::nullopt);
    EXPECT_EQ(parse_number<int>(""), std::nullopt);
}

TEST(Text, DecodesPercentEscapes) {
    EXPECT_EQ(percent_decode("%5B--key%20a%5D+"), "[--key a]+");
    EXPECT_EQ(percent_decode("a%2"), std::nullopt);
    EXPECT_EQ(percent_decode("a%2g"), std::nullopt);
}

RC_GTEST_PROP(Text, HexIsTwoDigitsAByte, (const std::string& bytes)) {
    const std::string hex = to_hex(bytes);
    RC_ASSERT(hex.size() == bytes.size() * 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int byte = hex_digit(hex[2 * i]) * 16 + hex_digit(hex[2 * i + 1]);
        RC_ASSERT(static_cast<char>(byte) == bytes[i]);
    }
}

}  // namespace onhook
