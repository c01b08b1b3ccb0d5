#include "profile/alias.h"

#include <fmt/format.h>

#include "profile/apply.h"
#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

namespace {

using test::SamplePhone;

// What a document makes of a fresh phone under a map of aliases.
Applied apply_document(std::string_view document, std::string map) {
    const SamplePhone phone;
    auto applied = apply_flat_profile(document, phone.values, {.alias_map = std::move(map)});
    CHECK(applied.has_value());
    return *std::move(applied);
}

// "GPP_A=x GPP_B=y", in the catalogue's order.
std::string changes_of(const Applied& applied) {
    std::string text;
    for (const Change& change : applied.changes) {
        text += fmt::format(
            "{}{}={}", text.empty() ? "" : " ", cisco_mpp_catalogue()[change.id].name, change.to);
    }
    return text;
}

}  // namespace

TEST(AliasMap, RefusesWhatIsNoMapWithItsPlace) {
    struct Row {
        std::string_view text;
        std::size_t offset;
        std::string_view expected;
    };

    for (const Row& row : {
             Row{"name = /flat-profile/GPP_A ;", 0, "a path of elements"},
             Row{"/ = /flat-profile/GPP_A ;", 1, "the name of an element"},
             Row{"/a/ = /flat-profile/GPP_A ;", 3, "the name of an element"},
             Row{"//a = /flat-profile/GPP_A ;", 1, "the name of an element"},
             Row{"/1a = /flat-profile/GPP_A ;", 1, "the name of an element"},
             Row{"/a/* = /flat-profile/GPP_A ;", 3, "the name of an element"},
             Row{"/a /flat-profile/GPP_A ;", 3, "'='"},
             Row{"/a = GPP_A ;", 5, "a parameter such as /flat-profile/"},
             Row{"/a = /device/GPP_A ;", 5, "a parameter such as /flat-profile/"},
             Row{"/a = /flat-profile/ ;", 19, "the name of an element"},
             Row{"/a = /flat-profile/GPP_A", 24, "';' behind the alias"},
             Row{"/a = /flat-profile/GPP_A/b ;", 24, "';' behind the alias"},
             Row{"/a = /flat-profile/GPP_A /b = /flat-profile/GPP_B ;", 25, "';' behind the alias"},
             Row{"/a=/flat-profile/GPP_A; /a=/flat-profile/GPP_B;", 24, "a path that no alias"},
             Row{"/a=/flat-profile/GPP_A;;", 23, "a path of elements"},
         }) {
        SCOPED_TRACE(row.text);
        const auto map = AliasMap::parse(row.text);
        ASSERT_FALSE(map);
        EXPECT_EQ(map.error().offset, row.offset);
        EXPECT_EQ(map.error().expected.substr(0, row.expected.size()), row.expected);
    }
}

TEST(AliasMap, HoldsUpToThirtyAliases) {
    std::string text;
    for (int i = 1; i <= 30; ++i) {
        text += fmt::format("/a{} = /flat-profile/GPP_A ; ", i);
    }
    EXPECT_TRUE(AliasMap::parse(text));
    const auto too_many = AliasMap::parse(text + "/b = /flat-profile/GPP_A ;");
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().offset, text.size());
    EXPECT_TRUE(AliasMap::parse(" \n ")->empty());
}

TEST(AliasMap, MatchesTheEndOfAPath) {
    const auto map = AliasMap::parse("/SIP/name=/flat-profile/GPP_A;/pin=/flat-profile/GPP_B;");
    ASSERT_TRUE(map);
    EXPECT_EQ(map->find("/SIP/name"), "GPP_A");
    EXPECT_EQ(map->find("/CPE/x/SIP/name"), "GPP_A");
    EXPECT_EQ(map->find("/CPE/VSIP/name"), std::nullopt);
    EXPECT_EQ(map->find("/name"), std::nullopt);
    EXPECT_EQ(map->find("/SIP/name/x"), std::nullopt);
    EXPECT_EQ(map->find("/a/pin"), "GPP_B");
    EXPECT_EQ(map->find("/a/Pin"), std::nullopt);
}

RC_GTEST_PROP(AliasMap, ParsesWhatItPrints, ()) {
    const auto name = rc::gen::element<std::string>("a", "B-1", "_x", "y.z", "n:s", "\xC3\xB6");
    std::string text;
    const int count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i) {
        text += fmt::format("/{}/{}_{}={}{};", *name, *name, i, "/flat-profile/", *name);
    }
    const auto map = AliasMap::parse(text);
    RC_ASSERT(map.has_value());
    const auto again = AliasMap::parse(map->to_string());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *map);
}

TEST(Alias, StandsForAParameter) {
    struct Row {
        std::string_view what;
        std::string_view map;
        std::string_view document;
        std::string_view changes;
    };

    for (const Row& row :
         {Row{"nested deeper",
              "/name = /flat-profile/GPP_A ;",
              "<a><b><c><name>x</name></c></b></a>",
              "GPP_A=x"},
          Row{"the outermost element itself",
              "/name = /flat-profile/GPP_A ;",
              "<name>x</name>",
              "GPP_A=x"},
          Row{"the longer path wins",
              "/name = /flat-profile/GPP_A ; /line/name = /flat-profile/GPP_B ;",
              "<a><name>x</name><line><name>y</name></line></a>",
              "GPP_A=x GPP_B=y"},
          Row{"in whatever order",
              "/line/name = /flat-profile/GPP_B ; /name = /flat-profile/GPP_A ;",
              "<a><line><name>y</name></line></a>",
              "GPP_B=y"},
          Row{"two aliases of one parameter: the last occurrence",
              "/a = /flat-profile/GPP_A ; /b = /flat-profile/GPP_A ;",
              "<x><b>1</b><a>2</a></x>",
              "GPP_A=2"},
          Row{"inside <flat-profile>",
              "/name = /flat-profile/GPP_A ;",
              "<flat-profile><name>x</name><GPP_B>y</GPP_B></flat-profile>",
              "GPP_A=x GPP_B=y"},
          Row{"deep inside <flat-profile>",
              "/line/name = /flat-profile/GPP_A ;",
              "<flat-profile><GPP_B>y</GPP_B><line><name>x</name></line></flat-profile>",
              "GPP_A=x GPP_B=y"},
          Row{"beside <flat-profile>",
              "/name = /flat-profile/GPP_A ;",
              "<d><name>x</name><flat-profile><GPP_B>y</GPP_B></flat-profile><name>z</name></d>",
              "GPP_A=z GPP_B=y"},
          Row{"inside another one",
              "/line = /flat-profile/GPP_A ; /line/name = /flat-profile/GPP_B ;",
              "<d><line>x<name>y</name>z</line></d>",
              "GPP_A=xz GPP_B=y"},
          Row{"inside itself",
              "/line = /flat-profile/GPP_A ;",
              "<d><line>x<line>y</line></line></d>",
              "GPP_A=x"},
          Row{"inside a parameter",
              "/name = /flat-profile/GPP_A ;",
              "<flat-profile><GPP_B>y<name>x</name>z</GPP_B></flat-profile>",
              "GPP_A=x GPP_B=yz"},
          Row{"no path matches, a profile is there",
              "/name = /flat-profile/GPP_A ;",
              "<d><Name>x</Name><flat-profile><GPP_B>y</GPP_B></flat-profile></d>",
              "GPP_B=y"}}) {
        SCOPED_TRACE(row.what);
        EXPECT_EQ(changes_of(apply_document(row.document, std::string(row.map))), row.changes);
    }
}

TEST(Alias, CarriesTheFormsAndAttributesOfItsElement) {
    const Applied applied =
        apply_document("<c><name ua=\"rw\"/><pin ua='ro'> 1&#50;\n3 </pin></c>",
                       "/name = /flat-profile/Display_Name_1_ ; /pin = /flat-profile/GPP_A ;");
    EXPECT_EQ(changes_of(applied), "GPP_A=12 3");
    EXPECT_EQ(applied.access.size(), 2U);
}

TEST(Alias, OfAnUnknownParameterIsIgnoredAndListed) {
    const Applied applied =
        apply_document("<c>\n <name>x</name></c>", "/name = /flat-profile/Display_Nam_1_ ;");
    EXPECT_TRUE(applied.changes.empty());
    ASSERT_EQ(applied.ignored.size(), 1U);
    EXPECT_EQ(applied.ignored[0].name, "Display_Nam_1_");
    EXPECT_EQ(applied.ignored[0].why, "unknown parameter; did you mean Display_Name_1_?");
    EXPECT_EQ(applied.ignored[0].line, 2U);
    EXPECT_EQ(applied.ignored[0].column, 2U);
}

// Elements end in another order than they begin.
TEST(Alias, WhatIsIgnoredStaysInDocumentOrder) {
    const Applied applied =
        apply_document("<c><outer>\n<inner>x</inner></outer></c>",
                       "/outer = /flat-profile/No1 ; /inner = /flat-profile/No2 ;");
    ASSERT_EQ(applied.ignored.size(), 2U);
    EXPECT_EQ(applied.ignored[0].name, "No1");
    EXPECT_EQ(applied.ignored[1].name, "No2");
}

TEST(Alias, KeepsTheLimitsOfAProfile) {
    const SamplePhone phone;
    const auto refusal = [&](std::string_view document) {
        const auto applied = apply_flat_profile(
            document,
            phone.values,
            {.limits = {.bytes = 200, .depth = 3, .elements = 2, .value_bytes = 4},
             .alias_map = "/n = /flat-profile/GPP_A ;"});
        return applied ? "" : applied.error().message;
    };
    EXPECT_EQ(refusal("<c><n>1234</n><n/></c>"), "");
    EXPECT_EQ(refusal("<c><n>12345</n></c>"), "value of n longer than 4 bytes; shorten it");
    EXPECT_EQ(refusal("<c><n/><n/><n/></c>"), "more than 2 parameters; leave out the rest");
    EXPECT_EQ(refusal("<c><d><e><n/></e></d></c>"),
              "elements nested deeper than 3; close elements before others open");
    EXPECT_EQ(refusal("<c><m>1</m></c>"),
              "there is no <flat-profile> element, and no alias names an element; put the "
              "parameters into one");
}

TEST(Alias, AMapThatCannotBeReadChangesNothingAndHasAPlace) {
    const SamplePhone phone;
    const auto applied = apply_flat_profile("<flat-profile><GPP_A>1</GPP_A></flat-profile>",
                                            phone.values,
                                            {.alias_map = "/a = /flat-profile/GPP_A ;\n/b ="});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().line, 2U);
    EXPECT_EQ(applied.error().column, 5U);
    EXPECT_EQ(applied.error().message,
              "in the alias map: expected a parameter such as /flat-profile/Display_Name_1_");
}

}  // namespace onhook::profile
