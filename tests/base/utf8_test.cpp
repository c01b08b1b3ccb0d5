#include "base/utf8.h"

#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "base/text.h"

namespace onhook {

// RFC 3629: the last good and the first bad of every form.
TEST(Utf8, FindsTheFirstByteThatIsNoUtf8) {
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

TEST(Utf8, TellsUtf16ByItsFirstBytes) {
    for (const std::string_view text : {std::string_view("\xFE\xFF"),
                                        std::string_view("\xFF\xFE<\0", 4),
                                        std::string_view("<\0", 2),
                                        std::string_view("\0<", 2),
                                        std::string_view("\0", 1)}) {
        EXPECT_TRUE(starts_like_utf16(text)) << to_hex(text);
    }
    for (const std::string_view text : {std::string_view(),
                                        std::string_view("<"),
                                        std::string_view("<a\0", 3),
                                        std::string_view("\xEF\xBB\xBF<")}) {
        EXPECT_FALSE(starts_like_utf16(text)) << to_hex(text);
    }
}

}  // namespace onhook
