#include "profile/markup.h"

#include <string>

#include <gtest/gtest.h>

namespace onhook::profile {

namespace {

using Place = std::pair<std::size_t, std::size_t>;

// Where the value's byte `offset` stands in the content of the one element, from its start.
std::optional<std::size_t> place_in(std::string_view content, std::size_t offset) {
    const std::string document = "<a>" + std::string(content) + "</a>";
    const auto tags = start_tags(document);
    const auto place = ContentPlaces(document, tags.at(0)).at(offset);
    return place ? std::optional(*place - 3) : std::nullopt;
}

}  // namespace

TEST(Lines, CountLinesAndCharacters) {
    const Lines lines(
        "ab\r\nc\xC3\xA9"
        "d\re\n");
    EXPECT_EQ(lines.at(0), Place(1, 1));
    EXPECT_EQ(lines.at(1), Place(1, 2));
    EXPECT_EQ(lines.at(4), Place(2, 1));
    EXPECT_EQ(lines.at(7), Place(2, 3));
    EXPECT_EQ(lines.at(9), Place(3, 1));
    EXPECT_EQ(lines.at(11), Place(4, 1));
    EXPECT_EQ(lines.at(999), Place(4, 1));
}

TEST(Lines, AByteOrderMarkTakesNoColumn) {
    const Lines lines(
        "\xEF\xBB\xBF"
        "ab\nc");
    EXPECT_EQ(lines.at(0), Place(1, 1));
    EXPECT_EQ(lines.at(3), Place(1, 1));
    EXPECT_EQ(lines.at(4), Place(1, 2));
    EXPECT_EQ(lines.at(6), Place(2, 1));
    EXPECT_EQ(Lines("\xEF\xBB\xBF").at(3), Place(1, 1));
    EXPECT_EQ(Lines("").at(0), Place(1, 1));
}

// Long lines are counted in blocks.
TEST(Lines, CountALongLine) {
    std::string text = "\n";
    for (int i = 0; i < 2000; ++i) {
        text += "a\xE2\x82\xAC";
    }
    const Lines lines(text);
    for (std::size_t i = 0; i < 2000; ++i) {
        ASSERT_EQ(lines.at(1 + 4 * i), Place(2, 2 * i + 1));
        ASSERT_EQ(lines.at(2 + 4 * i), Place(2, 2 * i + 2));
    }
    EXPECT_EQ(lines.at(text.size()), Place(2, 4001));
}

TEST(Markup, FindsStartTags) {
    const std::string_view document =
        "<?x <no> ?><a><!-- <no> --><b c = \"<'>\" d='/'/><![CDATA[<no>]]>\n"
        "<e\n></e ><f/></a>";
    std::string found;
    for (const Tag& tag : start_tags(document)) {
        found += std::string(tag.name) + std::to_string(tag.depth) + "@" +
                 std::to_string(tag.offset) + " ";
        EXPECT_EQ(document[tag.offset], '<');
        EXPECT_EQ(document[tag.content - 1], '>');
    }
    EXPECT_EQ(found, "a1@11 b2@27 e2@64 f2@73 ");
}

TEST(Markup, FindsAttributes) {
    const std::string_view document = "<a b = \"1>\" ccc='\"2\"'  d=\"\" />";
    const auto tags = start_tags(document);
    ASSERT_EQ(tags.size(), 1U);
    EXPECT_EQ(find_attribute(tags[0], "b")->value, "1>");
    EXPECT_EQ(find_attribute(tags[0], "b")->offset, 8U);
    EXPECT_EQ(find_attribute(tags[0], "ccc")->value, "\"2\"");
    EXPECT_EQ(find_attribute(tags[0], "ccc")->offset, 17U);
    EXPECT_EQ(find_attribute(tags[0], "d")->value, "");
    EXPECT_FALSE(find_attribute(tags[0], "c"));
}

TEST(Markup, MapsValuesToTheDocument) {
    EXPECT_EQ(place_in("abc", 2), 2U);
    EXPECT_EQ(place_in("abc", 3), 3U);
    EXPECT_EQ(place_in(" \r\n\tabc ", 0), 4U);
    EXPECT_EQ(place_in("&#32;&#x9;abc", 1), 11U);
    EXPECT_EQ(place_in("a&amp;b", 2), 6U);
    EXPECT_EQ(place_in("a\r\nb", 2), 3U);
    EXPECT_EQ(place_in("a&#233;b", 3), 7U);    // two bytes in UTF-8
    EXPECT_EQ(place_in("a&#x20AC;b", 2), 1U);  // inside it: its start
    EXPECT_EQ(place_in("ab<!-- -->c", 2), 2U);
    EXPECT_FALSE(place_in("ab<!-- -->c", 3));
    EXPECT_FALSE(place_in("<![CDATA[abc]]>", 1));
}

}  // namespace onhook::profile
