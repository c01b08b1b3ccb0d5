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

// RFC 3629: the last good and the first bad of every form.
TEST(Text, FindsTheFirstByteThatIsNoUtf8) {
    struct Row {
        std::string_view text;
        std::optional<std::size_t> bad;
    };

    for (const Row& row : {Row{"", {}},
                           Row{"plain", {}},
                           Row{"\xC2\x80\xDF\xBF", {}},
                           Row{"\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF", {}},
                           Row{"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", {}},
                           Row{"ab\x80", 2},
                           Row{"\xC1\xBF", 0},
                           Row{"a\xC2", 1},
                           Row{"\xC2"
                               "a",
                               0},
                           Row{"\xE0\x9F\xBF", 0},
                           Row{"\xED\xA0\x80", 0},
                           Row{"\xF0\x8F\xBF\xBF", 0},
                           Row{"\xF4\x90\x80\x80", 0},
                           Row{"\xF8\x88\x80\x80\x80", 0},
                           Row{"\xFF", 0}}) {
        EXPECT_EQ(first_bad_utf8(row.text), row.bad) << to_hex(row.text);
    }
}

}  // namespace onhook
