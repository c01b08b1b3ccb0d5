#include "profile/flat_profile.h"

#include "base/text.h"
#include "support/properties.h"

namespace onhook::profile {

namespace {

std::vector<Element> read(std::string_view document) {
    auto elements = read_flat_profile(document);
    CHECK(elements.has_value());
    return *std::move(elements);
}

}  // namespace

TEST(FlatProfile, ReadsNamesTextsAttributesAndForms) {
    const auto elements = read(
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"
        "<device><!-- c --><flat-profile group=\"x\">\n"
        "<A/><B ua=\"na\" /><C></C><D ua='rw'> t <!-- c -->u </D>\n"
        "<E ua=\"ro\" preserve-value=\"y\">v</E><F ua=\"rw,y\">w</F><G ua=\"bad\" "
        "preserve-value=\"y\">x</G>"
        "<H group=\"Tab/Section\"><![CDATA[<&]]><I>inner</I></H>"
        "</flat-profile></device>");
    ASSERT_EQ(elements.size(), 8U);
    EXPECT_EQ(elements[0], (Element{"A", "", true, {}, false, 3}));
    EXPECT_EQ(elements[1], (Element{"B", "", true, Access::none, false, 3}));
    EXPECT_EQ(elements[2], (Element{"C", "", false, {}, false, 3}));
    EXPECT_EQ(elements[3], (Element{"D", "t u", false, Access::read_write, false, 3}));
    EXPECT_EQ(elements[4], (Element{"E", "v", false, Access::read_only, true, 4}));
    EXPECT_EQ(elements[5], (Element{"F", "w", false, Access::read_write, true, 4}));
    EXPECT_EQ(elements[6], (Element{"G", "x", false, {}, false, 4}));
    EXPECT_EQ(elements[7], (Element{"H", "<&", false, {}, false, 4}));
}

TEST(FlatProfile, TakesEveryFlatProfileAtAnyDepth) {
    const auto elements = read(
        "<a><b><flat-profile><X>1</X></flat-profile></b><Y>outside</Y>"
        "<flat-profile><Z>2</Z></flat-profile></a>");
    ASSERT_EQ(elements.size(), 2U);
    EXPECT_EQ(elements[0].name, "X");
    EXPECT_EQ(elements[1].name, "Z");
    EXPECT_TRUE(read("<flat-profile/>").empty());
}

TEST(FlatProfile, TurnsNewLinesIntoSpacesAfterTrimming) {
    EXPECT_EQ(read("<flat-profile><A>\r\n one\r\ntwo\n\nthree\t \n</A></flat-profile>")[0].text,
              "one two  three");
    EXPECT_EQ(read("<flat-profile><A>&#10; a&#10;b &#32;</A></flat-profile>")[0].text, "a b");
}

TEST(FlatProfile, RefusesCorruptDocumentsWithTheirPlace) {
    struct Row {
        std::string_view document;
        std::size_t line;
        std::string_view message;
    };

    for (const Row& row :
         {Row{"", 1, "no element found"},
          Row{"<flat-profile><A>1</A>", 1, "no element found"},
          Row{"<flat-profile>\n<A>1</B></flat-profile>", 2, "mismatched tag"},
          Row{"<flat-profile></flat-profile><x/>", 1, "junk after document element"},
          Row{"<flat-profile><A>&nope;</A></flat-profile>", 1, "undefined entity"},
          Row{"<flat-profile><A>\xFF</A></flat-profile>", 1, "not well-formed (invalid token)"},
          Row{std::string_view("<flat-profile>\0</flat-profile>", 30),
              1,
              "not well-formed (invalid token)"},
          Row{"<!DOCTYPE a [<!ENTITY b \"c\">]>\n<flat-profile/>",
              1,
              "a DOCTYPE is not allowed in a profile"},
          Row{"<!DOCTYPE a SYSTEM \"http://evil.test/a\"><flat-profile/>",
              1,
              "a DOCTYPE is not allowed in a profile"},
          Row{"<device><A>1</A></device>", 1, "there is no <flat-profile> element"},
          Row{"Resync_Periodic 5", 1, "syntax error"}}) {
        SCOPED_TRACE(row.document);
        const auto elements = read_flat_profile(row.document);
        ASSERT_FALSE(elements);
        EXPECT_EQ(elements.error().message, row.message);
        EXPECT_EQ(elements.error().line, row.line);
    }
}

TEST(FlatProfile, KeepsItsLimits) {
    const ProfileLimits limits{.bytes = 200, .depth = 3, .elements = 2, .value_bytes = 10};
    const auto refused = [&](std::string_view document) {
        const auto elements = read_flat_profile(document, limits);
        return elements ? std::string() : elements.error().message;
    };
    EXPECT_EQ(refused("<flat-profile><A>0123456789</A><B/></flat-profile>"), "");
    EXPECT_EQ(refused("<flat-profile><A>01234567890</A></flat-profile>"),
              "value of A longer than 10 bytes");
    EXPECT_EQ(refused("<flat-profile><A/><B/><C/></flat-profile>"), "more than 2 parameters");
    EXPECT_EQ(refused("<a><b><c><d/></c></b></a>"), "elements nested deeper than 3");
    EXPECT_EQ(refused(std::string(201, ' ')), "profile larger than 200 bytes");
}

TEST(FlatProfile, SurvivesAMillionNestedElements) {
    std::string document;
    for (int i = 0; i < 1'000'000; ++i) {
        document += "<a>";
    }
    const auto elements = read_flat_profile(document);
    ASSERT_FALSE(elements);
    EXPECT_EQ(elements.error().message, "elements nested deeper than 32");
}

TEST(FlatProfile, WritesTheCanonicalForm) {
    const std::vector<Element> elements = {
        {"GPP_A", "a<b>&\"c\"", false, {}, false, 0},
        {"GPP_B", "", false, Access::none, false, 0},
        {"GPP_C", "", true, Access::read_write, false, 0},
        {"GPP_D", "d", false, Access::read_only, true, 0},
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

RC_GTEST_PROP(FlatProfile, ReadsWhatItWrites, ()) {
    const auto text =
        rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7E)),
                     [](const std::string& any) { return std::string(trim(any)); });
    const auto element = rc::gen::exec([&] {
        Element one;
        one.name =
            *rc::gen::element<std::string>("GPP_A", "Profile_Rule", "Phone-UI-User-Mode", "x.1");
        one.self_closed = *rc::gen::arbitrary<bool>();
        one.text = one.self_closed ? "" : *text;
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
        one.line = 0;
    }
    RC_ASSERT(*again == elements);
}

}  // namespace onhook::profile
