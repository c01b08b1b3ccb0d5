#include "profile/flyingvoice_boot.h"

#include <gtest/gtest.h>

namespace onhook::profile {

// flyingvoice.md 8.1, 9.2.
TEST(FlyingvoiceBoot, ReadsItsIncludesInOrder) {
    const auto includes = read_boot_file(
        "#!version:1.0.0.1\r\n"
        "# comment\r\n"
        "\r\n"
        "include:config \"y000000000000.cfg\"\r\n"
        "include:config 0021f222aef1.cfg\r\n"
        "  [FIP13G, P23GW] include:config \"a b.cfg\"\r\n"
        "overwrite_mode = 1\r\n"
        "include:config\"http://h/x.cfg\"\r\n");
    ASSERT_TRUE(includes) << includes.error().message;
    ASSERT_EQ(includes->size(), 4U);
    EXPECT_EQ((*includes)[0].file, "y000000000000.cfg");
    EXPECT_EQ((*includes)[0].line, 4U);
    EXPECT_EQ((*includes)[1].file, "0021f222aef1.cfg");
    EXPECT_EQ((*includes)[2].file, "a b.cfg");
    EXPECT_EQ((*includes)[2].models, (std::vector<std::string>{"FIP13G", "P23GW"}));
    EXPECT_EQ((*includes)[3].file, "http://h/x.cfg");
}

TEST(FlyingvoiceBoot, SaysWhereAndWhyAFileIsNone) {
    struct Row {
        std::string document;
        std::size_t line;
        std::size_t column;
        std::string_view message;
    };

    const std::string header = "#!version:1.0.0.1\n";
    std::string many = header;
    for (int i = 0; i < 33; ++i) {
        many += "include:config a.cfg\n";
    }
    for (const Row& row :
         {Row{"include:config a.cfg",
              1,
              1,
              "a boot file has a header; write #!version:1.0.0.1 first"},
          Row{header, 1, 1, "no file is included; add include:config \"file\""},
          Row{header + "a.b = 1",
              2,
              1,
              "a boot file holds nothing but includes; write include:config \"file\""},
          Row{header + " [A include:config a",
              2,
              21,
              "the list of models is not closed; write ] behind it"},
          Row{header + "include:config ",
              2,
              16,
              "there is no file name; write one, bare or in double quotes"},
          Row{header + "include:config \"a",
              2,
              16,
              "there is no file name; write one, bare or in double quotes"},
          Row{many, 34, 1, "more than 32 files; merge some of them"},
          Row{header + "include:config \x01", 2, 16, "a control character; remove it"}}) {
        SCOPED_TRACE(row.document.substr(0, 60));
        const auto includes = read_boot_file(row.document);
        ASSERT_FALSE(includes);
        EXPECT_EQ(includes.error().line, row.line);
        EXPECT_EQ(includes.error().column, row.column);
        EXPECT_EQ(includes.error().message, row.message);
    }
}

TEST(FlyingvoiceBoot, WritesTheVendorsForm) {
    const std::string text = write_boot_file({{"y000000000000.cfg", {}, 0}, {"a.cfg", {"P10"}, 0}});
    EXPECT_EQ(text,
              "#!version:1.0.0.1\n\n"
              "include:config \"y000000000000.cfg\"\n"
              "[P10]include:config \"a.cfg\"\n");
    const auto read = read_boot_file(text);
    ASSERT_TRUE(read);
    EXPECT_EQ((*read)[1].file, "a.cfg");
    EXPECT_EQ((*read)[1].models, std::vector<std::string>{"P10"});
}

}  // namespace onhook::profile
