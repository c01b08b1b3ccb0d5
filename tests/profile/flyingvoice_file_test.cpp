#include "profile/flyingvoice_file.h"

#include <gtest/gtest.h>

namespace onhook::profile {

namespace {

struct Pair {
    std::string_view key;
    std::string_view value;
    bool blank = false;
    std::size_t line = 1;
};

void expect_pairs(std::string_view document, const std::vector<Pair>& expected) {
    SCOPED_TRACE(document);
    const auto pairs = read_flyingvoice_file(document);
    ASSERT_TRUE(pairs) << pairs.error().message;
    ASSERT_EQ(pairs->size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ((*pairs)[i].key, expected[i].key);
        EXPECT_EQ((*pairs)[i].value, expected[i].value);
        EXPECT_EQ((*pairs)[i].blank, expected[i].blank);
        EXPECT_EQ((*pairs)[i].line, expected[i].line);
    }
}

}  // namespace

// flyingvoice.md 9.1 (D27) and 9.2 (D28).
TEST(FlyingvoiceFile, ReadsEveryFormOfALine) {
    expect_pairs("DBID_X = 1", {{"DBID_X", "1"}});
    expect_pairs("DBID_X=1\n", {{"DBID_X", "1"}});
    expect_pairs("\t DBID_X\t=\t a b \t\r\n", {{"DBID_X", "a b"}});
    expect_pairs("\xEF\xBB\xBFKEY = v", {{"KEY", "v"}});
    expect_pairs("\xEF\xBB\xBF#!version:1.0.0.1\n\na.b = v\n", {{"a.b", "v", false, 3}});
    expect_pairs("# c\n ; c\n\n  \t\nK=#not a comment\n", {{"K", "#not a comment", false, 5}});
    expect_pairs("K = \"a b \"", {{"K", "a b "}});
    expect_pairs("K = \"\"x\"\"", {{"K", "\"x\""}});
    expect_pairs("K = \"", {{"K", "\""}});
    expect_pairs("K =", {{"K", "", true}});
    expect_pairs("K = \"\"", {{"K", ""}});
    expect_pairs("K = a = b", {{"K", "a = b"}});
    expect_pairs("K = 1\nK = 2", {{"K", "1"}, {"K", "2", false, 2}});
    expect_pairs("DBID_SIP_SERVER_PORT=5060 5060", {{"DBID_SIP_SERVER_PORT", "5060 5060"}});
    expect_pairs("K = \u00e4\u6f22", {{"K", "\u00e4\u6f22"}});
}

TEST(FlyingvoiceFile, SaysWhereAndWhyAFileIsNone) {
    struct Row {
        std::string document;
        std::size_t line;
        std::size_t column;
        std::string_view message;
    };

    const std::string_view no_pair =
        "there is no line 'key = value'; write one, or name the phone's configuration file";
    const std::string_view no_key =
        "the line has no key; write 'key = value', or start a comment with #";
    const std::string_view header =
        "the header is not the one that phones know; write exactly #!version:1.0.0.1";
    const std::string_view boot_file =
        "this is a boot file; take the files that it includes instead of it";
    const std::string_view no_equals =
        "expected '=' behind a key of letters, digits, _ and .; start a comment with #";
    for (const Row& row : {Row{"", 1, 1, no_pair},
                           Row{"#!version:1.0.0.1\n\n# nothing\n", 1, 1, no_pair},
                           Row{"<html>", 1, 1, no_key},
                           Row{"K = 1\n = 2", 2, 2, no_key},
                           Row{"#!version:1.0.0.1\ninclude:config \"a.cfg\"", 2, 1, boot_file},
                           Row{"K = 1\n [T46S] include:config a=b.cfg", 2, 2, boot_file},
                           Row{"K = 1\nvar x = 2", 2, 5, no_equals},
                           Row{"K = 1\nK", 2, 2, no_equals},
                           Row{"K-1 = 1", 1, 2, no_equals},
                           Row{"K = 1\nK = \xFF", 2, 5, "not UTF-8; save the file as UTF-8"},
                           Row{std::string("K = a\0b", 7), 1, 6, "a control character; remove it"},
                           Row{"K = a\rb", 1, 6, "a control character; remove it"},
                           Row{"#!version:1.0.0.2\nK = 1", 1, 1, header},
                           Row{"#!version:1.0.0.1 \nK = 1", 1, 1, header},
                           Row{"K = " + std::string(4093, 'x'),
                               1,
                               4097,
                               "the line is longer than 4096 bytes; shorten it"},
                           Row{std::string((std::size_t{1} << 20U) + 1, '\n'),
                               1,
                               1,
                               "the file is larger than 1048576 bytes; leave something out"}}) {
        SCOPED_TRACE(row.document.substr(0, 40));
        const auto pairs = read_flyingvoice_file(row.document);
        ASSERT_FALSE(pairs);
        EXPECT_EQ(pairs.error().line, row.line);
        EXPECT_EQ(pairs.error().column, row.column);
        EXPECT_EQ(pairs.error().message, row.message);
    }
}

TEST(FlyingvoiceFile, TakesAFileAndALineOfExactlyTheLimit) {
    const std::string longest = "K = " + std::string(4092, 'x');
    EXPECT_TRUE(read_flyingvoice_file(longest));
    std::string full = "K = 1\n";
    full.resize(std::size_t{1} << 20U, '\n');
    EXPECT_TRUE(read_flyingvoice_file(full));
}

TEST(FlyingvoiceFile, SaysWhereAKeyStands) {
    const auto pairs = read_flyingvoice_file("# c\n\t K = 1\n");
    ASSERT_TRUE(pairs);
    EXPECT_EQ(pairs->front().line, 2U);
    EXPECT_EQ(pairs->front().column, 3U);
}

TEST(FlyingvoiceFile, TellsTheDialectOfAKey) {
    EXPECT_TRUE(is_dialect_y("static.firmware.url"));
    EXPECT_FALSE(is_dialect_y("DBID_UPGRADE_RULE"));
}

}  // namespace onhook::profile
