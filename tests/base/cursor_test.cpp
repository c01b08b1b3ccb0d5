#include "base/cursor.h"

#include <gtest/gtest.h>

namespace onhook {

TEST(Cursor, TakesWhatMatchesAndRemembersWhereItStands) {
    Cursor in("12 ab");
    EXPECT_EQ(in.take_while(is_digit), "12");
    in.skip_spaces();
    EXPECT_FALSE(in.accept("b"));
    EXPECT_TRUE(in.accept("a"));
    EXPECT_EQ(in.peek(), 'b');
    EXPECT_EQ(in.peek(1), '\0');
    EXPECT_EQ(in.wanted("a dot").error, (ParseError{4, "a dot"}));
}

TEST(ParseError, IsExplainedWithACaretUnderThePlace) {
    const std::string text = "one\nresync: 90\nthree";
    EXPECT_EQ(explain("server.conf", text, ParseError{14, "a unit (ms, s, m, h)"}),
              "server.conf:2:11: expected a unit (ms, s, m, h)\n"
              "resync: 90\n"
              "          ^");
}

TEST(ParseError, BeyondTheEndPointsAtTheEnd) {
    EXPECT_EQ(explain("x", "ab", ParseError{99, "c"}), "x:1:3: expected c\nab\n  ^");
}

}  // namespace onhook
