#include "profile/flat_profile.h"

#include <fmt/format.h>

#include "base/text.h"
#include "profile/samples.h"
#include "support/properties.h"

namespace onhook::profile {

TEST(FlatProfile, ReadsNamesTextsAttributesAndForms) {
    const auto elements = elements_of(
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"
        "<device><!-- c --><flat-profile group=\"x\">\n"
        "<A/><B ua=\"na\" /><C></C><D ua='rw'> t <!-- c -->u </D>\n"
        "<E ua=\"ro\" preserve-value=\"y\">v</E><F ua=\"rw,y\">w</F><G ua=\"bad\" "
        "preserve-value=\"y\">x</G>"
        "<H group=\"Tab/Section\"><![CDATA[<&]]><I>inner</I></H>"
        "</flat-profile></device>");
    ASSERT_EQ(elements.size(), 8U);
    EXPECT_EQ(elements[0], (Element{"A", "", true, {}, false, 3, 1}));
    EXPECT_EQ(elements[1], (Element{"B", "", true, Access::none, false, 3, 5}));
    EXPECT_EQ(elements[2], (Element{"C", "", false, {}, false, 3, 18}));
    EXPECT_EQ(elements[3], (Element{"D", "t u", false, Access::read_write, false, 3, 25}));
    EXPECT_EQ(elements[4], (Element{"E", "v", false, Access::read_only, true, 4, 1}));
    EXPECT_EQ(elements[5], (Element{"F", "w", false, Access::read_write, true, 4, 36}));
    EXPECT_EQ(elements[6], (Element{"G", "x", false, {}, false, 4, 54}));
    EXPECT_EQ(elements[7], (Element{"H", "<&", false, {}, false, 4, 90}));
}

// 1.3, attribute by attribute.
TEST(FlatProfile, ReadsAttributes) {
    struct Row {
        std::string_view attributes;
        std::optional<Access> access;
        bool preserve_value;
    };

    for (const Row& row : {Row{"", {}, false},
                           Row{"ua=\"na\"", Access::none, false},
                           Row{"ua=\"ro\"", Access::read_only, false},
                           Row{"ua='rw'", Access::read_write, false},
                           Row{"ua = \"rw\"", Access::read_write, false},
                           Row{"ua=\"rw\" preserve-value=\"y\"", Access::read_write, true},
                           Row{"preserve-value='y' ua='rw'", Access::read_write, true},
                           Row{"ua=\"na,y\"", Access::none, true},
                           Row{"ua=\"rw,n\"", {}, false},
                           Row{"ua=\"rw\" preserve-value=\"Y\"", Access::read_write, false},
                           Row{"ua=\"rw\" preserve-value=\"n\"", Access::read_write, false},
                           Row{"preserve-value=\"y\"", {}, false},
                           Row{"ua=\"\"", {}, false},
                           Row{"ua=\"RW\"", {}, false},
                           Row{"ua=\"rwx\"", {}, false},
                           Row{"ua=\"y,rw\"", {}, false},
                           Row{"UA=\"rw\"", {}, false},
                           Row{"group=\"Provisioning/Configuration_Profile\"", {}, false},
                           Row{"x:y=\"1\" ua=\"ro\"", Access::read_only, false}}) {
        SCOPED_TRACE(row.attributes);
        const auto elements = elements_of("<flat-profile><A " + std::string(row.attributes) +
                                          ">v</A></flat-profile>");
        ASSERT_EQ(elements.size(), 1U);
        EXPECT_EQ(elements[0].text, "v");
        EXPECT_EQ(elements[0].access, row.access);
        EXPECT_EQ(elements[0].preserve_value, row.preserve_value);
    }
}

TEST(FlatProfile, TakesEveryFlatProfileAtAnyDepth) {
    const auto elements = elements_of(
        "<a><b><flat-profile><X>1</X></flat-profile></b><Y>outside</Y>"
        "<flat-profile><Z>2</Z></flat-profile></a>");
    ASSERT_EQ(elements.size(), 2U);
    EXPECT_EQ(elements[0].name, "X");
    EXPECT_EQ(elements[1].name, "Z");
    EXPECT_TRUE(elements_of("<flat-profile/>").empty());
}

// 1.1: the header is ignored, and with it the encoding that it claims.
TEST(FlatProfile, IsUtf8WhateverItClaims) {
    for (const std::string_view encoding : {"UTF-8", "utf-8", "ISO-8859-1", "UTF-16", "Klingon"}) {
        SCOPED_TRACE(encoding);
        const std::string header = fmt::format("<?xml version='1.0' encoding='{}'?>", encoding);
        EXPECT_EQ(elements_of(header + "<flat-profile><A>J\xC3\xB6rg</A></flat-profile>")[0].text,
                  "J\xC3\xB6rg");
        EXPECT_FALSE(read_flat_profile(header + "<flat-profile><A>J\xF6rg</A></flat-profile>"));
    }
    // UTF-16 with and without its byte order mark.
    std::string little;
    std::string big;
    for (const char c : std::string_view("<flat-profile><A>x</A></flat-profile>")) {
        little += {c, '\0'};
        big += {'\0', c};
    }
    for (const std::string& document :
         {little, big, "\xFF\xFE" + little, "\xFE\xFF" + big, std::string(1, '\0')}) {
        const auto elements = read_flat_profile(document);
        ASSERT_FALSE(elements);
        EXPECT_EQ(elements.error().message, "the profile is UTF-16; save it as UTF-8");
    }
}

TEST(FlatProfile, SkipsAByteOrderMarkInFrontOnly) {
    const auto elements = elements_of("\xEF\xBB\xBF<flat-profile><A/></flat-profile>");
    ASSERT_EQ(elements.size(), 1U);
    EXPECT_TRUE(elements[0].self_closed);
    EXPECT_EQ(elements[0].column, 15U);
    EXPECT_FALSE(read_flat_profile("\xEF\xBB\xBF\xEF\xBB\xBF<flat-profile/>"));
}

// 1.5, step by step.
TEST(FlatProfile, DecodesThenTrimsThenJoinsLines) {
    struct Row {
        std::string_view written;
        std::string_view text;
    };

    for (const Row& row : {Row{"\r\n one\r\ntwo\n\nthree\t \n", "one two  three"},
                           Row{"one\rtwo", "one two"},
                           Row{"a\tb", "a\tb"},
                           Row{"\t a b \t", "a b"},
                           Row{"&amp;&lt;&gt;&apos;&quot;", "&<>'\""},
                           Row{"&#40;&#x2e;&#x2E;&#246;", "(..\xC3\xB6"},
                           Row{"&amp;lt;", "&lt;"},
                           // What a numeric escape produces is white space like any other.
                           Row{"&#10; a&#10;b &#32;", "a b"},
                           Row{"a&#13;&#10;b", "a  b"},
                           Row{"<![CDATA[<b>&amp;</b>]]>", "<b>&amp;</b>"},
                           Row{" <![CDATA[ a\nb ]]> ", "a b"},
                           Row{"a<!-- & < -->b", "ab"},
                           Row{"a<?pi b?>c", "ac"},
                           Row{"a<B>c</B>d", "ad"},
                           Row{" \n\t ", ""},
                           Row{"\"\"", "\"\""}}) {
        SCOPED_TRACE(row.written);
        EXPECT_EQ(
            elements_of("<flat-profile><A>" + std::string(row.written) + "</A></flat-profile>")[0]
                .text,
            row.text);
    }
}

TEST(FlatProfile, RefusesCorruptDocumentsWithTheirPlace) {
    struct Row {
        std::string_view document;
        std::size_t line;
        std::size_t column;
        std::string_view message;
    };

    for (const Row& row :
         {Row{"", 1, 1, "no element found; the document ends too early"},
          Row{" \n ", 2, 2, "no element found; the document ends too early"},
          Row{"<flat-profile><A>1</A>", 1, 23, "no element found; the document ends too early"},
          Row{"<flat-profile><A", 1, 15, "unclosed token; the document ends too early"},
          Row{"<flat-profile><A><![CDATA[x", 1, 28, "unclosed CDATA section; the document ends"},
          Row{"<flat-profile>\n<A>1</B></flat-profile>", 2, 7, "mismatched tag; close first"},
          Row{"<flat-profile></flat-profile><x/>", 1, 30, "junk after document element; put"},
          Row{"<flat-profile>\r\n<A>&nope;</A></flat-profile>",
              2,
              4,
              "undefined entity; only &amp"},
          Row{"<flat-profile><A>&#0;</A></flat-profile>", 1, 18, "reference to invalid character"},
          Row{"<flat-profile><A>\xC3\xB6\xFF</A></flat-profile>",
              1,
              19,
              "not well-formed (invalid token); use UTF-8"},
          Row{"<flat-profile><A>\xED\xA0\x80</A></flat-profile>",
              1,
              18,
              "not well-formed (invalid token); use UTF-8"},
          Row{"<flat-profile><A>\xC0\x80</A></flat-profile>",
              1,
              18,
              "not well-formed (invalid token); use UTF-8"},
          Row{std::string_view("<flat-profile>\0</flat-profile>", 30),
              1,
              15,
              "not well-formed (invalid token); use UTF-8"},
          Row{"<flat-profile><A>a & b</A></flat-profile>",
              1,
              21,
              "not well-formed (invalid token); use UTF-8"},
          Row{"<flat-profile><A ua=rw/></flat-profile>",
              1,
              21,
              "not well-formed (invalid token); use UTF-8"},
          Row{"<flat-profile><A ua='rw' ua='ro'/></flat-profile>",
              1,
              26,
              "duplicate attribute; give every attribute once"},
          Row{"<!DOCTYPE a [<!ENTITY b \"c\">]>\n<flat-profile/>",
              1,
              1,
              "a DOCTYPE is not allowed in a profile"},
          Row{"<?xml version='1.0'?>\n <!DOCTYPE a SYSTEM \"http://evil.test/a\"><flat-profile/>",
              2,
              2,
              "a DOCTYPE is not allowed in a profile"},
          Row{"<device><A>1</A></device>", 1, 1, "there is no <flat-profile> element; put"},
          Row{"<Flat-Profile/>", 1, 1, "there is no <flat-profile> element; put"},
          Row{"Resync_Periodic 5", 1, 1, "syntax error; write well-formed XML"}}) {
        SCOPED_TRACE(row.document);
        const auto elements = read_flat_profile(row.document);
        ASSERT_FALSE(elements);
        EXPECT_EQ(elements.error().message.substr(0, row.message.size()), row.message);
        EXPECT_EQ(elements.error().line, row.line);
        EXPECT_EQ(elements.error().column, row.column);
    }
}

TEST(FlatProfile, RefusesAnEntityBomb) {
    std::string bomb = "<!DOCTYPE a [<!ENTITY e0 \"ha\">";
    for (int i = 1; i < 30; ++i) {
        bomb += fmt::format("<!ENTITY e{} \"&e{};&e{};\">", i, i - 1, i - 1);
    }
    bomb += "]>\n<flat-profile><A>&e29;</A></flat-profile>";
    const auto elements = read_flat_profile(bomb);
    ASSERT_FALSE(elements);
    EXPECT_EQ(elements.error().message, "a DOCTYPE is not allowed in a profile; leave it out");
}

TEST(FlatProfile, KeepsItsLimits) {
    const ProfileLimits limits{.bytes = 200, .depth = 3, .elements = 2, .value_bytes = 10};
    const auto refused = [&](std::string_view document) {
        const auto elements = read_flat_profile(document, limits);
        return elements ? std::string() : elements.error().message;
    };
    EXPECT_EQ(refused("<flat-profile><A>0123456789</A><B/></flat-profile>"), "");
    EXPECT_EQ(refused("<flat-profile><A>01234567890</A></flat-profile>"),
              "value of A longer than 10 bytes; shorten it");
    EXPECT_EQ(refused("<flat-profile><A/><B/><C/></flat-profile>"),
              "more than 2 parameters; leave out the rest");
    EXPECT_EQ(refused("<a><b><c><d/></c></b></a>"),
              "elements nested deeper than 3; close elements before others open");
    EXPECT_EQ(refused(std::string(201, ' ')),
              "profile larger than 200 bytes; split it or leave something out");
}

TEST(FlatProfile, SurvivesAMillionNestedElements) {
    std::string document;
    for (int i = 0; i < 1'000'000; ++i) {
        document += "<a>";
    }
    const auto elements = read_flat_profile(document);
    ASSERT_FALSE(elements);
    EXPECT_EQ(elements.error().message,
              "elements nested deeper than 32; close elements before others open");
    EXPECT_EQ(elements.error().column, 3 * 32 + 1U);
}

TEST(FlatProfile, WritesTheCanonicalForm) {
    const std::vector<Element> elements = {
        {"GPP_A", "a<b>&\"c\"", false, {}, false, 0, 0},
        {"GPP_B", "", false, Access::none, false, 0, 0},
        {"GPP_C", "", true, Access::read_write, false, 0, 0},
        {"GPP_D", "d", false, Access::read_only, true, 0, 0},
    };
    EXPECT_EQ(write_flat_profile(elements),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<device>\n"
              "<flat-profile>\n"
              "<GPP_A>a&lt;b&gt;&amp;&quot;c&quot;</GPP_A>\n"
              "<GPP_B ua=\"na\"></GPP_B>\n"
              "<GPP_C ua=\"rw\"/>\n"
              "<GPP_D ua=\"ro\" preserve-value=\"y\">d</GPP_D>\n"
              "</flat-profile>\n"
              "</device>\n");
}

// A text as the reader makes them: trimmed, one line, any characters of XML but line ends.
rc::Gen<std::string> some_text() {
    const auto piece = rc::gen::element<std::string>(
        "a", "1", "<", ">", "&", "\"", "'", "&amp;", "]]>", "\t", "  ", "\xC3\xB6", "\xE2\x82\xAC");
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const std::vector<std::string>& pieces) {
                            std::string text;
                            for (const std::string& one : pieces) {
                                text += one;
                            }
                            return std::string(trim(text));
                        });
}

RC_GTEST_PROP(FlatProfile, ReadsWhatItWrites, ()) {
    const auto element = rc::gen::exec([&] {
        Element one;
        one.name =
            *rc::gen::element<std::string>("GPP_A", "Profile_Rule", "Phone-UI-User-Mode", "x.1");
        one.self_closed = *rc::gen::arbitrary<bool>();
        one.text = one.self_closed ? "" : *some_text();
        if (*rc::gen::arbitrary<bool>()) {
            one.access = *rc::gen::element(Access::none, Access::read_only, Access::read_write);
            one.preserve_value = *rc::gen::arbitrary<bool>();
        }
        return one;
    });
    const auto elements = *rc::gen::container<std::vector<Element>>(element);
    auto again = read_flat_profile(write_flat_profile(elements));
    RC_ASSERT(again.has_value());
    for (Element& one : *again) {
        one.line = one.column = 0;
    }
    RC_ASSERT(*again == elements);
}

}  // namespace onhook::profile
