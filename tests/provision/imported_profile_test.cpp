#include "provision/imported_profile.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "provision/fault.h"

namespace onhook::provision {

namespace {

Result<ImportedProfile> import_text(std::string_view document) {
    return import_profile(profile::cisco_mpp_catalogue(), Scope(), document);
}

std::string read_file(std::string_view name) {
    std::ifstream file(ONHOOK_SOURCE_DIR + std::string(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST(ImportedProfile, EveryFormOfAnElementBecomesWhatThePhoneWouldTakeIt) {
    struct Row {
        std::string_view element;
        std::optional<std::string> value;
        std::optional<profile::Access> access;
    };

    using profile::Access;
    for (const Row& row :
         {Row{"<Station_Name>Desk</Station_Name>", "Desk", {}},
          Row{"<Station_Name ua=\"rw\">Desk</Station_Name>", "Desk", Access::read_write},
          Row{"<Station_Name/>", "", {}},
          Row{"<Station_Name> </Station_Name>", "", {}},
          Row{"<Station_Name>\"\"</Station_Name>", "", {}},
          Row{"<Station_Name ua=\"ro\"/>", {}, Access::read_only},
          Row{"<Station_Name ua=\"na\"></Station_Name>", "", Access::none},
          Row{"<Station_Name ua=\"rw\" preserve-value=\"y\">Desk</Station_Name>",
              {},
              Access::read_write}}) {
        SCOPED_TRACE(row.element);
        const auto imported =
            import_text("<flat-profile>" + std::string(row.element) + "</flat-profile>");
        ASSERT_TRUE(imported);
        EXPECT_EQ(imported->settings,
                  (std::vector<Setting>{{"Station_Name", row.value, row.access}}));
        EXPECT_TRUE(imported->left_out.empty());
    }
}

TEST(ImportedProfile, TheLastOccurrenceWins) {
    const auto imported =
        import_text("<flat-profile><GPP_A ua=\"ro\">1</GPP_A><GPP_A>2</GPP_A></flat-profile>");
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->settings,
              (std::vector<Setting>{{"GPP_A", "2", profile::Access::read_only}}));
}

TEST(ImportedProfile, LeavesOutWhatCannotBeASettingAndSaysWhy) {
    const auto imported = import_text(
        "<device>\n<flat-profile>\n<Proflie_Rule>/x</Proflie_Rule>\n<GPP_B>b</GPP_B>\n"
        "<Provision_Enable>maybe</Provision_Enable>\n</flat-profile>\n</device>");
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->settings, (std::vector<Setting>{{"GPP_B", "b", {}}}));
    ASSERT_EQ(imported->left_out.size(), 2U);
    EXPECT_EQ(imported->left_out[0].line, 3U);
    EXPECT_EQ(imported->left_out[0].why,
              "provider: no parameter is called Proflie_Rule; did you mean Profile_Rule?");
    EXPECT_EQ(imported->left_out[1].line, 5U);
}

TEST(ImportedProfile, TheExampleProfileSetsWhatItsTableSays) {
    const auto imported = import_text(read_file("/examples/profiles/acme-office.xml"));
    ASSERT_TRUE(imported) << imported.error().detail;
    std::vector<std::string> values;
    for (const Setting& setting : imported->settings) {
        if (setting.value) {
            values.push_back(setting.name + "\t" + *setting.value + "\n");
        }
    }
    std::sort(values.begin(), values.end());
    std::string table;
    for (const std::string& value : values) {
        table += value;
    }
    EXPECT_EQ(table, read_file("/examples/profiles/acme-office.expected.tsv"));

    std::vector<std::string> left_out;
    for (const LeftOut& each : imported->left_out) {
        left_out.push_back(each.why);
    }
    EXPECT_EQ(left_out,
              (std::vector<std::string>{
                  "provider: no parameter is called Station_name; did you mean Station_Name?",
                  "provider: no parameter is called Acme_Asset_Owner; use the XML name that the "
                  "phone's profile uses",
                  "provider: no parameter is called user_id_2_; did you mean User_ID_2_?"}));
}

TEST(ImportedProfile, ADocumentThatIsNoProfileIsAnErrorWithItsPlace) {
    const auto imported = import_text("<flat-profile>\n<GPP_A>x</GPP_B></flat-profile>");
    ASSERT_FALSE(imported);
    EXPECT_EQ(imported.error().code, Fault::bad_document);
    EXPECT_TRUE(imported.error().detail.starts_with("provider: the profile cannot be read: line 2"))
        << imported.error().detail;
}

}  // namespace onhook::provision
