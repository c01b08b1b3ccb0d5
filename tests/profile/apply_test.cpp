#include "profile/apply.h"

#include "profile/dialect.h"
#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

using test::SamplePhone;

namespace {

std::string in_profile(std::string_view elements) {
    return "<flat-profile>" + std::string(elements) + "</flat-profile>";
}

Applied apply_elements(std::string_view elements,
                       const SamplePhone& phone,
                       EmptyElements empty = EmptyElements::mpp) {
    auto applied = apply_flat_profile(in_profile(elements), phone.values, {.empty = empty});
    CHECK(applied.has_value());
    return *std::move(applied);
}

ParameterId id_of(std::string_view name) { return *cisco_mpp_catalogue().find(name); }

}  // namespace

TEST(Apply, ListsOnlyWhatDiffers) {
    const SamplePhone phone = SamplePhone().set("GPP_A", "1").set("GPP_B", "2");
    const Applied applied =
        apply_elements("<GPP_C>4</GPP_C><GPP_A>1</GPP_A><GPP_B>3</GPP_B><GPP_B>2</GPP_B>", phone);
    ASSERT_EQ(applied.changes.size(), 1U);
    EXPECT_EQ(applied.changes[0], (Change{id_of("GPP_C"), "", "4"}));
    ASSERT_EQ(applied.settings.size(), 1U);
    EXPECT_EQ(applied.settings[0], (Values::Entry{id_of("GPP_C"), "4", {}}));
    EXPECT_EQ(applied.effect, Effect::none);
}

TEST(Apply, TheLastOccurrenceThatCountsWins) {
    struct Row {
        std::string_view elements;
        std::string_view value;
    };

    for (const Row& row : {Row{"<HTTP_Report_Method>PUT</HTTP_Report_Method>"
                               "<HTTP_Report_Method>nonsense</HTTP_Report_Method>",
                               "PUT"},
                           Row{"<HTTP_Report_Method>PUT</HTTP_Report_Method>"
                               "<HTTP_Report_Method ua=\"rw\"/>",
                               "PUT"},
                           Row{"<HTTP_Report_Method>PUT</HTTP_Report_Method>"
                               "<HTTP_Report_Method>post</HTTP_Report_Method>",
                               "POST"},
                           Row{"<HTTP_Report_Method>post</HTTP_Report_Method>"
                               "<HTTP_Report_Method>put</HTTP_Report_Method>",
                               "PUT"}}) {
        EXPECT_EQ(SamplePhone().apply(row.elements).get("HTTP_Report_Method"), row.value)
            << row.elements;
    }
}

TEST(Apply, TakesBothNamesOfAParameterForOne) {
    const Applied applied = apply_elements(
        "<Periodic_Upload_to_Server>700</Periodic_Upload_to_Server>"
        "<periodic_upload_to_server>800</periodic_upload_to_server>",
        SamplePhone());
    EXPECT_TRUE(applied.ignored.empty());
    EXPECT_EQ(applied.changes,
              (std::vector{Change{id_of("periodic_upload_to_server"), "3600", "800"}}));
}

TEST(Apply, HasTheStrongestEffectOfItsChanges) {
    const SamplePhone phone;
    EXPECT_EQ(apply_elements("<User_ID_1_>1001</User_ID_1_><GPP_A>x</GPP_A>", phone).effect,
              Effect::restart);
    EXPECT_EQ(apply_elements("<User_ID_1_>1001</User_ID_1_><VLAN_ID>20</VLAN_ID>", phone).effect,
              Effect::reboot);
    EXPECT_EQ(apply_elements("<Enable_VLAN>No</Enable_VLAN>", phone).effect, Effect::none);
    EXPECT_EQ(apply_elements("<VLAN_ID ua=\"rw\"/>", phone).effect, Effect::none);
}

TEST(Apply, IgnoresWhatItDoesNotKnowOrMayNotStore) {
    const Applied applied = apply_elements(
        "<xyzzy_plugh_quux>1</xyzzy_plugh_quux>\n<Provision_Enable>maybe</Provision_Enable>"
        "<VLAN_ID>99999</VLAN_ID>\n  <Provision_Enable/><Resync_periodic>5</Resync_periodic>"
        "<Proflie_Rule>x</Proflie_Rule>",
        SamplePhone());
    EXPECT_TRUE(applied.changes.empty());
    EXPECT_TRUE(applied.settings.empty());

    struct Row {
        std::string_view name;
        std::string_view why;
        std::size_t line;
        std::size_t column;
    };

    const std::vector<Row> rows = {
        {"xyzzy_plugh_quux", "unknown parameter, and no known name is near", 1, 15},
        {"Provision_Enable", "Provision_Enable must be Yes or No", 2, 1},
        {"VLAN_ID", "VLAN_ID must be a whole number from ", 2, 43},
        {"Provision_Enable", "Provision_Enable must be Yes or No", 3, 3},
        {"Resync_periodic", "unknown parameter; case counts, write Resync_Periodic", 3, 22},
        {"Proflie_Rule", "unknown parameter; did you mean Profile_Rule?", 3, 58}};
    ASSERT_EQ(applied.ignored.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        SCOPED_TRACE(rows[i].name);
        EXPECT_EQ(applied.ignored[i].name, rows[i].name);
        EXPECT_EQ(applied.ignored[i].why.substr(0, rows[i].why.size()), rows[i].why);
        EXPECT_EQ(applied.ignored[i].line, rows[i].line);
        EXPECT_EQ(applied.ignored[i].column, rows[i].column);
    }
}

TEST(Apply, LooksForTheNearestNameOnlyTenTimes) {
    std::string elements;
    for (int i = 0; i < 11; ++i) {
        elements += "<Proflie_Rule/>";
    }
    const Applied applied = apply_elements(elements, SamplePhone());
    ASSERT_EQ(applied.ignored.size(), 11U);
    EXPECT_EQ(applied.ignored[9].why, "unknown parameter; did you mean Profile_Rule?");
    EXPECT_EQ(applied.ignored[10].why, "unknown parameter");
}

TEST(Apply, StoresCanonicalSpelling) {
    const SamplePhone phone = SamplePhone().apply(
        "<Provision_Enable>false</Provision_Enable>"
        "<HTTP_Report_Method>put</HTTP_Report_Method>");
    EXPECT_EQ(phone.get("Provision_Enable"), "No");
    EXPECT_EQ(phone.get("HTTP_Report_Method"), "PUT");
    EXPECT_TRUE(apply_elements("<Provision_Enable>0</Provision_Enable>"
                               "<HTTP_Report_Method>Put</HTTP_Report_Method>",
                               phone)
                    .settings.empty());
}

TEST(Apply, StoresAWrongScheduleBecauseItsUseJudgesIt) {
    const Applied applied =
        apply_elements("<Resync_Periodic>often</Resync_Periodic>", SamplePhone());
    EXPECT_TRUE(applied.ignored.empty());
    ASSERT_EQ(applied.changes.size(), 1U);
    EXPECT_EQ(applied.changes[0].to, "often");
}

TEST(Apply, ListsChangesOfAccess) {
    SamplePhone phone;
    phone.values.set_access(id_of("GPP_A"), Access::read_write);
    const Applied applied = apply_elements(
        "<GPP_A ua=\"ro\">1</GPP_A><GPP_B ua=\"rw\"/><GPP_B ua=\"na\"/><GPP_C ua=\"bad\">2</GPP_C>"
        "<GPP_D ua=\"rw\" preserve-value=\"y\">3</GPP_D>",
        phone);
    EXPECT_EQ(applied.access,
              (std::vector{
                  AccessChange{id_of("GPP_A"), Access::read_write, Access::read_only},
                  AccessChange{id_of("GPP_D"), Access::none, Access::read_write},
              }));
    EXPECT_EQ(applied.changes,
              (std::vector{Change{id_of("GPP_A"), "", "1"}, Change{id_of("GPP_C"), "", "2"}}));
    // 1.3: without ua the access stays.
    EXPECT_TRUE(apply_elements("<GPP_A>1</GPP_A>", phone).access.empty());
    EXPECT_TRUE(apply_elements("<GPP_A ua=\"rw\">1</GPP_A>", phone).access.empty());
}

// The table of section 1.4, form by form, under each reading of it.
TEST(Apply, EmptyElementsFollowTheirPolicy) {
    struct Row {
        std::string_view form;
        std::string_view mpp;
        std::string_view spa;
        std::string_view reset;
        bool access;
    };

    // X has the value 9; its default is no empty one.
    for (const Row& row : {Row{"<X/>", "", "9", "default", false},
                           Row{"<X />", "", "9", "default", false},
                           Row{"<X group=\"a/b\"/>", "", "9", "default", false},
                           Row{"<X ua=\"bad\"/>", "", "9", "default", false},
                           Row{"<X ua=\"rw\"/>", "9", "9", "9", true},
                           Row{"<X ua=\"rw\" />", "9", "9", "9", true},
                           Row{"<X ua=\"rw\" preserve-value=\"y\"/>", "9", "9", "9", true},
                           Row{"<X></X>", "", "", "default", false},
                           Row{"<X> \n\t</X>", "", "", "default", false},
                           Row{"<X>&#32;</X>", "", "", "default", false},
                           Row{"<X><!-- c --></X>", "", "", "default", false},
                           Row{"<X><![CDATA[]]></X>", "", "", "default", false},
                           Row{"<X ua=\"rw\"></X>", "", "", "default", true},
                           Row{"<X ua=\"rw\"> </X>", "", "", "default", true},
                           Row{"<X ua=\"rw\" preserve-value=\"y\"></X>", "9", "9", "9", true},
                           Row{"<X ua=\"rw,y\"></X>", "9", "9", "9", true},
                           Row{"<X>\"\"</X>", "", "", "", false},
                           Row{"<X> &quot;\" </X>", "", "", "", false},
                           Row{"<X ua=\"rw\">\"\"</X>", "", "", "", true},
                           Row{"<X>\"\" \"\"</X>", "\"\" \"\"", "\"\" \"\"", "\"\" \"\"", false},
                           Row{"<X>5</X>", "5", "5", "5", false},
                           Row{"<X ua=\"rw\" preserve-value=\"y\">5</X>", "9", "9", "9", true}}) {
        SCOPED_TRACE(row.form);
        for (const auto& [policy, value] : {std::pair{EmptyElements::mpp, row.mpp},
                                            std::pair{EmptyElements::spa, row.spa},
                                            std::pair{EmptyElements::reset, row.reset}}) {
            SCOPED_TRACE(static_cast<int>(policy));
            // A parameter of text takes every value and has a default that is not empty.
            std::string elements(row.form);
            for (std::size_t at = elements.find('X'); at != std::string::npos;
                 at = elements.find('X', at + 1)) {
                elements.replace(at, 1, "Log_Failure_Msg");
            }
            SamplePhone phone = SamplePhone().set("Log_Failure_Msg", "9");
            phone.apply(elements, {.empty = policy});
            const std::string_view expected =
                value == "default"
                    ? std::string_view(
                          cisco_mpp_catalogue()[id_of("Log_Failure_Msg")].default_value)
                    : value;
            EXPECT_EQ(phone.get("Log_Failure_Msg"), expected);
            EXPECT_EQ(phone.values.access(id_of("Log_Failure_Msg")),
                      row.access ? Access::read_write : Access::none);
        }
    }
}

// A corrupt document changes nothing, however much of it could be read.
TEST(Apply, IsAllOrNothing) {
    const SamplePhone phone = SamplePhone().set("GPP_A", "1");
    const Values copy = phone.values;
    for (const std::string_view elements : {"<GPP_A>2</GPP_A><GPP_B>",
                                            "<GPP_A>2</GPP_A><GPP_B>\xFF</GPP_B>",
                                            "<GPP_A>2</GPP_A></flat-profile><flat-profile>"}) {
        SCOPED_TRACE(elements);
        const auto applied = cisco_mpp().apply(in_profile(elements), phone.values, ApplyOptions{});
        ASSERT_FALSE(applied);
        EXPECT_GT(applied.error().line, 0U);
        EXPECT_TRUE(phone.values == copy);
    }
}

TEST(AddChanges, SumsUpWhatDiffersFromTheStart) {
    const ParameterId a{1};
    const ParameterId b{2};
    const ParameterId c{3};
    std::vector<Change> sum;
    add_changes(sum, {{a, "0", "1"}, {c, "0", "1"}});
    add_changes(sum, {{a, "1", "0"}, {b, "x", "y"}, {c, "1", "2"}});
    EXPECT_EQ(sum, (std::vector<Change>{{b, "x", "y"}, {c, "0", "2"}}));
    add_changes(sum, {});
    EXPECT_EQ(sum.size(), 2U);
}

RC_GTEST_PROP(Apply, TwiceIsOnce, ()) {
    const auto name =
        rc::gen::element<std::string>("GPP_A", "GPP_B", "VLAN_ID", "Provision_Enable", "Nope");
    const auto text = rc::gen::element<std::string>("", "1", "Yes", "\"\"", "text");
    const auto attributes =
        rc::gen::element<std::string>("", " ua=\"rw\"", " ua=\"na\" preserve-value=\"y\"");
    std::string elements;
    for (int count = *rc::gen::inRange(0, 12); count > 0; --count) {
        const std::string one = *name;
        elements += "<" + one + *attributes + ">" + *text + "</" + one + ">";
    }
    SamplePhone phone;
    const Values before = phone.values;
    const Applied once = apply_elements(elements, phone);
    RC_ASSERT((phone.values == before));
    for (const Change& change : once.changes) {
        RC_ASSERT(change.from == before.get(change.id) && change.from != change.to);
    }
    phone.values.set_all(once.settings);
    const Applied twice = apply_elements(elements, phone);
    RC_ASSERT(twice.settings.empty());
    RC_ASSERT(twice.changes.empty());
    RC_ASSERT(twice.access.empty());
    RC_ASSERT(twice.effect == Effect::none);
}

}  // namespace onhook::profile
