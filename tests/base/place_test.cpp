#include "base/place.h"

#include "support/properties.h"

namespace onhook {

TEST(Place, CountsLinesAndCharactersFromOne) {
    struct Row {
        std::string_view text;
        std::size_t offset;
        Place place;
    };

    for (const Row& row : {Row{"", 0, {1, 1}},
                           Row{"abc", 2, {1, 3}},
                           Row{"abc", 99, {1, 4}},
                           Row{"a\nbc", 1, {1, 2}},
                           Row{"a\nbc", 2, {2, 1}},
                           Row{"a\r\nb", 3, {2, 1}},
                           Row{"a\rb", 2, {2, 1}},
                           Row{"\r\r\n\nx", 4, {4, 1}},
                           Row{"\xC3\xA4\xE2\x82\xACx", 5, {1, 3}},
                           Row{"\xEF\xBB\xBFx\ny", 0, {1, 1}},
                           Row{"\xEF\xBB\xBFx\ny", 4, {1, 2}},
                           Row{"\xEF\xBB\xBFx\ny", 5, {2, 1}}}) {
        EXPECT_EQ(place_at(row.text, row.offset), row.place) << row.text << row.offset;
    }
}

RC_GTEST_PROP(Place, IsTheSameHoweverManyAreAskedFor, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::element('a', '\n', '\r', '\xC3'));
    PlaceFinder finder(text);
    for (std::size_t offset = 0; offset <= text.size(); ++offset) {
        RC_ASSERT(finder.at(offset) == place_at(text, offset));
    }
}

}  // namespace onhook
