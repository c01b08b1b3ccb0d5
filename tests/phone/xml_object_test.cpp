#include "phone/xml_object.h"

#include <gtest/gtest.h>

#include "support/properties.h"

namespace onhook::phone {

namespace {

using Strings = std::vector<std::string>;

std::string object(std::string_view items) {
    return "<CP-8841-3PCCExecute>" + std::string(items) + "</CP-8841-3PCCExecute>";
}

}  // namespace

TEST(XmlObject, HoldsTheUrlsOfItsItems) {
    struct Row {
        std::string body;
        Strings urls;
    };

    for (const Row& row :
         {Row{object("<ExecuteItem URL=Resync:http://h/a.xml/>"), {"Resync:http://h/a.xml"}},
          Row{object("<ExecuteItem URL=Resync:/>"), {"Resync:"}},
          Row{object("<ExecuteItem URL=a/b/c Priority=0/>"), {"a/b/c"}},
          Row{object("<ExecuteItem URL=a></ExecuteItem>"), {"a"}},
          Row{object(" <ExecuteItem url = \"Resync:[--key a] http://h/a\" />\n"),
              {"Resync:[--key a] http://h/a"}},
          Row{object("<ExecuteItem Priority=\"0\" URL='a &amp;&#38;&#x26; \"b\"'/>"),
              {"a &&& \"b\""}},
          Row{object("<ExecuteItem URL=\"a\"/><ExecuteItem URL=\"b\"/>"), {"a", "b"}},
          Row{"<?xml version=\"1.0\"?>" + object(""), {}},
          Row{"\n<CiscoIPPhoneExecute/>\n", {}}}) {
        SCOPED_TRACE(row.body);
        const auto urls = execute_items(row.body);
        ASSERT_TRUE(urls.has_value()) << urls.error().offset << urls.error().expected;
        EXPECT_EQ(*urls, row.urls);
    }
}

TEST(XmlObject, RefusesAnythingElseAtItsPlace) {
    struct Row {
        std::string body;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{"hello", 0},
                           Row{"<CiscoIPPhoneText/>", 17},
                           Row{"<XExecute>", 10},
                           Row{"<XExecute><Item/></XExecute>", 15},
                           Row{"<XExecute><ExecuteItem/></XExecute>", 24},
                           Row{"<XExecute><ExecuteItem URL/></XExecute>", 26},
                           Row{"<XExecute><ExecuteItem URL=\"a/></XExecute>", 31},
                           Row{"<XExecute><ExecuteItem URL=\"&nbsp;\"/></XExecute>", 28},
                           Row{"<XExecute><ExecuteItem URL=\"&#7;\"/></XExecute>", 31},
                           Row{"<XExecute><ExecuteItem URL=a></Item></XExecute>", 31},
                           Row{"<XExecute></YExecute>", 12},
                           Row{"<XExecute/>more", 11},
                           Row{std::string(longest_xml_object + 1, ' '), 0}}) {
        SCOPED_TRACE(row.body.substr(0, 100));
        const auto urls = execute_items(row.body);
        ASSERT_FALSE(urls.has_value());
        EXPECT_EQ(urls.error().offset, row.offset) << urls.error().expected;
        EXPECT_FALSE(urls.error().expected.empty());
    }
}

TEST(XmlObject, AResyncUrlHoldsARule) {
    struct Row {
        std::string_view url;
        std::optional<std::string> rule;
    };

    for (const Row& row : {Row{"Resync:http://h/a", "http://h/a"},
                           Row{"resync: http://h/a ", "http://h/a"},
                           Row{"Resync:[http://h/a]", "http://h/a"},
                           Row{"Resync:[--key a] http://h/a", "[--key a] http://h/a"},
                           Row{"Resync:[--key a]", "[--key a]"},
                           Row{"Resync:", ""},
                           Row{"Resync:[]", ""},
                           Row{"Resyn", std::nullopt},
                           Row{"Play:x", std::nullopt},
                           Row{"", std::nullopt}}) {
        EXPECT_EQ(resync_rule(row.url), row.rule) << row.url;
    }
}

// What is written with every character escaped that needs it comes back.
RC_GTEST_PROP(XmlObject, QuotedValuesComeBack, (const std::string& bytes)) {
    std::string url;
    std::string escaped;
    for (const char c : bytes) {
        if (c < ' ' || c > '~') {
            continue;
        }
        url += c;
        const bool special = c == '&' || c == '<' || c == '"';
        escaped += special ? "&#" + std::to_string(static_cast<int>(c)) + ";" : std::string(1, c);
    }
    const auto urls = execute_items(object("<ExecuteItem URL=\"" + escaped + "\"/>"));
    RC_ASSERT(urls.has_value());
    RC_ASSERT(*urls == Strings{url});
}

}  // namespace onhook::phone
