#include "profile/status.h"

#include "support/properties.h"

namespace onhook::profile {

// cisco-mpp.md 1.2, 10.2.
TEST(Status, IsWrittenWithNamesForLabelsAndEmptySlots) {
    const StatusDocument status{
        {{"Reboot History",
          {{"Reboot Reason 1", "[08/10/14 14:03:43]Provisioning"}, {"Reboot Reason 2", ""}}},
         {"Ext Status", {}}}};
    EXPECT_EQ(write_status(status),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<status>\n<Reboot_History>\n"
              "<Reboot_Reason_1>[08/10/14 14:03:43]Provisioning</Reboot_Reason_1>\n"
              "<Reboot_Reason_2></Reboot_Reason_2>\n</Reboot_History>\n<Ext_Status>\n"
              "</Ext_Status>\n</status>\n");
}

TEST(Status, EscapesWhatServersSayAndHasNoControlCharacter) {
    const StatusDocument status{{{"A", {{"B", " <&>\"' \x1b \xFF\uFFFF Gr\u00fc\u00dfe "}}}}};
    const auto read = read_status(write_status(status));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->sections.at(0).fields.at(0).value, "<&>\"' ? ?? Gr\u00fc\u00dfe");
}

TEST(Status, IgnoresWhatIsNoSectionAndNoField) {
    const auto read = read_status(
        "\xEF\xBB\xBF<?xml version='1.0'?><!-- x --><status>text<A>text<B u='1'> a\n b "
        "<C>deep</C></B><B/></A><A/></status>");
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, (StatusDocument{{{"A", {{"B", "a  b"}, {"B", ""}}}, {"A", {}}}}));
}

TEST(Status, RefusesWithAPlace) {
    struct Row {
        std::string_view document;
        std::size_t line;
        std::string_view message;
    };

    constexpr ProfileLimits limits{.bytes = 200, .depth = 4, .elements = 3, .value_bytes = 5};
    const std::string large(201, ' ');
    for (const Row& row :
         {Row{"", 1, "no element found; the document ends too early, see that all of it is there"},
          Row{"<flat-profile/>",
              1,
              "the document is <flat-profile> and no <status>; put the sections into one"},
          Row{"<status>\n<a></status>", 2, "mismatched tag; close first what was opened last"},
          Row{"<!DOCTYPE s><status/>", 1, "a DOCTYPE is not allowed in a status; leave it out"},
          Row{"<status><a><b><c><d/></c></b></a></status>",
              1,
              "elements nested deeper than 4; close elements before others open"},
          Row{"<status><a/><a/>\n<a/><a/></status>", 2, "more than 3 fields; leave out the rest"},
          Row{"<status><a><b>123456</b></a></status>",
              1,
              "value of b longer than 5 bytes; shorten it"},
          Row{std::string_view("<status>\0</status>", 18),
              1,
              "not well-formed (invalid token); use UTF-8 without control characters, write & as "
              "&amp; and < as &lt;"},
          Row{large, 1, "status larger than 200 bytes; leave something out"}}) {
        SCOPED_TRACE(row.document);
        const auto read = read_status(row.document, limits);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().message, row.message);
        EXPECT_EQ(read.error().line, row.line);
    }
}

TEST(Status, IsKnownByItsRoot) {
    for (const std::string_view document : {"<status>",
                                            "<status/>",
                                            " <status a='1'>",
                                            "\xEF\xBB\xBF<?xml version='1.0'?>\n<status>",
                                            "<!-- <flat-profile> --><status>"}) {
        EXPECT_TRUE(is_status(document)) << document;
    }
    for (const std::string_view document : {"",
                                            "<status",
                                            "<statuses>",
                                            "status",
                                            "<device><status/></device>",
                                            "<!-- <status> -->",
                                            "<?xml <status>",
                                            "<!-- <status>"}) {
        EXPECT_FALSE(is_status(document)) << document;
    }
}

RC_GTEST_PROP(Status, ReadsBackWhatWasWritten, ()) {
    const auto name = rc::gen::element<std::string>("A", "Reboot_Reason_1", "_x", "Serial-No.2");
    const auto value =
        rc::gen::element<std::string>("", "a b", "<&>\"'", "]]>", "Gr\u00fc\u00dfe", "&amp;", "?");
    const auto field = rc::gen::build<StatusField>(rc::gen::set(&StatusField::label, name),
                                                   rc::gen::set(&StatusField::value, value));
    const auto section = rc::gen::build<StatusSection>(
        rc::gen::set(&StatusSection::label, name),
        rc::gen::set(&StatusSection::fields, rc::gen::container<std::vector<StatusField>>(field)));
    StatusDocument status;
    status.sections = *rc::gen::container<std::vector<StatusSection>>(section);
    const auto read = read_status(write_status(status));
    RC_ASSERT(read.has_value());
    RC_ASSERT((*read == status));
}

}  // namespace onhook::profile
