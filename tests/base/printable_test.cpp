#include "base/printable.h"

#include "support/properties.h"

namespace onhook {

TEST(Printable, KeepsTextAndReplacesWhatCouldForgeALine) {
    struct Row {
        std::string_view text;
        std::string_view result;
    };

    for (const Row& row :
         {Row{"", ""},
          Row{"Requesting resync", "Requesting resync"},
          Row{"Gr\u00fc\u00dfe \u260e \U0001F4DE", "Gr\u00fc\u00dfe \u260e \U0001F4DE"},
          Row{"a\r\nOct 11 root: b", "a??Oct 11 root: b"},
          Row{std::string_view("a\0b\t\x7f", 5), "a?b??"},
          Row{"\x1b[31m", "?[31m"},
          Row{"\u0085\u009b", "??"},
          Row{"\uFFFD\uFFFE\uFFFF", "\uFFFD??"},
          Row{"\x9b"
              "31m",
              "?31m"},
          Row{"\xC3", "?"},
          Row{"\xC0\xAF", "??"},
          Row{"\xE0\x80\xAF", "???"},
          Row{"\xED\xA0\x80", "???"},
          Row{"\xF4\x90\x80\x80", "????"},
          Row{"\xE2\x98", "??"}}) {
        SCOPED_TRACE(row.result);
        EXPECT_EQ(printable(row.text), row.result);
    }
}

TEST(Printable, ShortensBetweenTwoCharacters) {
    struct Row {
        std::string_view text;
        std::size_t limit;
        std::string_view result;
    };

    for (const Row& row : {Row{"abc", 3, "abc"},
                           Row{"abc", 2, "ab"},
                           Row{"abc", 0, ""},
                           Row{"a\u260e", 4, "a\u260e"},
                           Row{"a\u260e", 3, "a"},
                           Row{"a\u260e", 2, "a"},
                           Row{"\U0001F4DE", 3, ""},
                           Row{"\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80"}}) {
        SCOPED_TRACE(row.result);
        EXPECT_EQ(shortened(row.text, row.limit), row.result);
    }
}

RC_GTEST_PROP(Printable, HasNoControlCharacterAndIsStable, (const std::string& text)) {
    const std::string once = printable(text);
    RC_ASSERT(printable(once) == once);
    for (const char c : once) {
        RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
        RC_ASSERT(c != '\x7F');
    }
}

}  // namespace onhook
