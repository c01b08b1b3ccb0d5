#include "profile/catalogue.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "profile/values.h"

namespace onhook::profile {

namespace {

constexpr std::string_view header =
    "name\tnumbers\tlabel\ttab\tsection\ttype\trange\tdefault\tflags\teffect\taccess\tsynonyms\tsou"
    "rce\n";

Result<Catalogue, CatalogueError> parse(std::string_view rows) {
    return Catalogue::parse("# comment\n\n" + std::string(header) + std::string(rows));
}

}  // namespace

TEST(Catalogue, NumbersOutItsRows) {
    const auto catalogue = parse(
        "Line_{u}_{n}_\tu=7|9,n=1-2\tLine {u}\tExt "
        "{n}\tS\tnumber\t1..9\t3\tsecret\trestart\trw\tL_{u}_{n}_\tdata\n");
    ASSERT_TRUE(catalogue);
    ASSERT_EQ(catalogue->size(), 4U);
    const auto id = catalogue->find("Line_9_2_");
    ASSERT_TRUE(id);
    EXPECT_EQ(catalogue->find("L_9_2_"), id);
    EXPECT_FALSE(catalogue->find("line_9_2_"));
    const Parameter& parameter = (*catalogue)[*id];
    EXPECT_EQ(parameter.tab, "Ext 2");
    EXPECT_EQ(parameter.label, "Line 9");
    EXPECT_EQ(parameter.maximum, 9);
    EXPECT_TRUE(parameter.secret);
    EXPECT_TRUE(parameter.verified);
    EXPECT_EQ(parameter.effect, Effect::restart);
    EXPECT_EQ(parameter.user_access, Access::read_write);
}

TEST(Catalogue, ReadsWhatElseIsUnderstoodForAChoice) {
    const auto catalogue = parse(
        "A.b\t\tA\tT\tS\tchoice\tBasic=0|Digest=1=Digests\tDigest\tpositional\tnone\tna\tC,D\td\n");
    ASSERT_TRUE(catalogue);
    const Parameter& parameter = catalogue->parameters().front();
    EXPECT_EQ(parameter.choices, (std::vector<std::string>{"Basic", "Digest"}));
    EXPECT_EQ(parameter.synonyms, (std::vector<std::string>{"C", "D"}));
    EXPECT_TRUE(parameter.positional);
    EXPECT_EQ(check_value(parameter, "0").value_or(""), "Basic");
    EXPECT_EQ(check_value(parameter, "digests").value_or(""), "Digest");
    EXPECT_FALSE(check_value(parameter, "2"));
}

TEST(Catalogue, HasNoParameterUnderAnAbsentId) {
    const auto catalogue = parse("A\t\tA\tT\tS\ttext\t\tx\t\tnone\tna\t\td\n");
    ASSERT_TRUE(catalogue);
    EXPECT_FALSE(ParameterId{}.exists());
    EXPECT_TRUE(catalogue->find("A")->exists());
    EXPECT_EQ(Values(*catalogue).get({}), "");
    EXPECT_EQ(Values(*catalogue).get(ParameterId{0}), "x");
}

TEST(Catalogue, KeepsItsRows) {
    const auto catalogue = parse(
        "A\t\tA\tT\tS\ttext\t\t\toffpage,gen_a=x\tnone\tna\tB,C\tspec 1\n"
        "L_{n}_\tn=3-5\tL\tExt {n}\tS\ttext\t\t\tirregular\tnone\tna\t\tdata\n");
    ASSERT_TRUE(catalogue);
    ASSERT_EQ(catalogue->rows().size(), 2U);
    const CatalogueRow& single = catalogue->rows()[0];
    EXPECT_EQ(single.synonyms, "B,C");
    EXPECT_EQ(single.source, "spec 1");
    EXPECT_EQ(single.count, 1U);
    EXPECT_FALSE(single.irregular);
    EXPECT_FALSE((*catalogue)[single.first].on_page);
    EXPECT_EQ((*catalogue)[single.first].older_default, "x");
    const CatalogueRow& numbered = catalogue->rows()[1];
    EXPECT_EQ(numbered.name, "L_{n}_");
    EXPECT_EQ(numbered.tab, "Ext {n}");
    EXPECT_EQ(numbered.numbers, "n=3-5");
    EXPECT_EQ(numbered.count, 3U);
    EXPECT_TRUE(numbered.irregular);
    EXPECT_EQ((*catalogue)[numbered.first].name, "L_3_");
    EXPECT_TRUE((*catalogue)[numbered.first].on_page);
}

TEST(Catalogue, SaysWhichRowIsWrong) {
    struct Row {
        std::string_view row;
        std::string_view message;
    };

    for (const Row& row :
         {Row{"A\tx\n", "2 columns instead of 13"},
          Row{"\t\tA\tT\tS\ttext\t\t\t\tnone\tna\t\td\n", "a parameter needs a name and a label"},
          Row{"A\t\tA\tT\tS\tnope\t\t\t\tnone\tna\t\td\n", "unknown type 'nope'"},
          Row{"A\t\tA\tT\tS\tnumber\t9\t\t\tnone\tna\t\td\n", "range '9' is not like 0..65535"},
          Row{"A\t\tA\tT\tS\ttext\t\t\tnope\tnone\tna\t\td\n", "unknown flag 'nope'"},
          Row{"A\t\tA\tT\tS\ttext\t\t\t\tnope\tna\t\td\n", "unknown effect 'nope'"},
          Row{"A\t\tA\tT\tS\ttext\t\t\t\tnone\tnope\t\td\n", "unknown access 'nope'"},
          Row{"A\tn=5-1\tA\tT\tS\ttext\t\t\t\tnone\tna\t\td\n",
              "'5-1' is not a range of numbers up to 999"},
          Row{"A{u}{n}\tu=0-999,n=0-999\tA\tT\tS\ttext\t\t\t\tnone\tna\t\td\n",
              "more than 65535 parameters"},
          Row{"A\t\tA\tT\tS\ttext\t\t\t\tnone\tna\tB,B\td\n", "'A' stands twice"}}) {
        SCOPED_TRACE(row.row);
        const auto catalogue = parse(row.row);
        ASSERT_FALSE(catalogue);
        EXPECT_EQ(catalogue.error().message, row.message);
        EXPECT_EQ(catalogue.error().line, 4U);
    }
}

TEST(CiscoCatalogue, DefaultsAreValidValuesOfTheirTypes) {
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        SCOPED_TRACE(parameter.name);
        const auto value = check_value(parameter, parameter.default_value);
        ASSERT_TRUE(value) << value.error();
        EXPECT_EQ(*value, parameter.default_value);
    }
}

// cisco-mpp.md section 5, a row a kind.
TEST(CiscoCatalogue, HasEveryParameterOfTheProvisioningSections) {
    struct Row {
        std::string_view name;
        std::string_view section;
        ValueType type;
        std::string_view default_value;
    };

    for (const Row& row :
         {Row{"Provision_Enable", "Configuration Profile", ValueType::boolean, "Yes"},
          Row{"Resync_Random_Delay", "Configuration Profile", ValueType::number, "2"},
          Row{"Resync_At__HHmm_", "Configuration Profile", ValueType::clock, ""},
          Row{"Resync_At_Random_Delay", "Configuration Profile", ValueType::number, "600"},
          Row{"Resync_Periodic", "Configuration Profile", ValueType::delays, "3600"},
          Row{"Resync_Error_Retry_Delay",
              "Configuration Profile",
              ValueType::delays,
              "60,120,240,480,960,1920,3840,7680,15360,30720,61440,86400"},
          Row{"Forced_Resync_Delay", "Configuration Profile", ValueType::number, "14400"},
          Row{"Resync_From_SIP", "Configuration Profile", ValueType::boolean, "Yes"},
          Row{"Resync_After_Upgrade_Attempt", "Configuration Profile", ValueType::boolean, "Yes"},
          Row{"Resync_Trigger_1", "Configuration Profile", ValueType::expression, ""},
          Row{"User_Configurable_Resync", "Configuration Profile", ValueType::boolean, "Yes"},
          Row{"Resync_Fails_On_FNF", "Configuration Profile", ValueType::boolean, "Yes"},
          Row{"Profile_Rule", "Configuration Profile", ValueType::rule, "/$PSN.xml"},
          Row{"Profile_Rule_D", "Configuration Profile", ValueType::rule, ""},
          Row{"DHCP_Option_To_Use",
              "Configuration Profile",
              ValueType::text,
              "66,160,159,150,60,43,125"},
          Row{"Log_Failure_Msg",
              "Configuration Profile",
              ValueType::message,
              "$PN $MAC -- Resync failed: $ERR"},
          Row{"Report_Rule", "Upload Configuration Options", ValueType::rule, ""},
          Row{"HTTP_Report_Method", "Upload Configuration Options", ValueType::choice, "POST"},
          Row{"periodic_upload_to_server",
              "Upload Configuration Options",
              ValueType::number,
              "3600"},
          Row{"Upgrade_Rule", "Firmware Upgrade", ValueType::rule, ""},
          Row{"Upgrade_Error_Retry_Delay", "Firmware Upgrade", ValueType::delays, "3600"},
          Row{"Peer_Firmware_Sharing", "Firmware Upgrade", ValueType::boolean, "Yes"},
          Row{"Custom_CA_Rule", "CA Settings", ValueType::rule, ""},
          Row{"HTTP_User_Agent_Name", "HTTP Settings", ValueType::text, ""},
          Row{"PRT_Upload_Method", "Problem Report Tool", ValueType::choice, "POST"},
          Row{"GPP_P", "General Purpose Parameters", ValueType::text, ""},
          // No vendor host is a default here, whatever the documents print.
          Row{"MIC_Cert_Refresh_Rule", "MIC Cert Settings", ValueType::text, ""}}) {
        SCOPED_TRACE(row.name);
        const auto id = cisco_mpp_catalogue().find(row.name);
        ASSERT_TRUE(id);
        const Parameter& parameter = cisco_mpp_catalogue()[*id];
        EXPECT_EQ(parameter.tab, "Provisioning");
        EXPECT_EQ(parameter.section, row.section);
        EXPECT_EQ(parameter.type, row.type);
        EXPECT_EQ(parameter.default_value, row.default_value);
    }
}

// The names that cisco-mpp.md spells (1.2 to 1.4, 2, 5, 7, 11, 12) and those that Cisco's articles
// and its guide to reports use.
TEST(CiscoCatalogue, HasEveryNameOfTheDocuments) {
    for (const std::string_view name : {"Auth_Resync-Reboot_1_",
                                        "Admin_Password",
                                        "Asset_ID",
                                        "Block_Nonproxy_SIP",
                                        "Cisco_Headset_Upgrade_Rule",
                                        "Custom_CA_Rule",
                                        "DHCP_Option_To_Use",
                                        "DHCPv6_Option_To_Use",
                                        "Debug_Level",
                                        "Dial_Plan_1_",
                                        "Downgrade_Rev_Limit",
                                        "Enable_Direct_Action_Url",
                                        "Enable_Protocol",
                                        "Enable_Web_Admin_Access",
                                        "Enable_Web_Server",
                                        "Firewall_Config",
                                        "Forced_Resync_Delay",
                                        "GPP_A",
                                        "GPP_P",
                                        "GPP_SA",
                                        "GPP_SD",
                                        "HTTP_Report_Method",
                                        "HTTP_User_Agent_Name",
                                        "IKM_HTTP_Encrypt_Content",
                                        "Log_Failure_Msg",
                                        "Log_Request_Msg",
                                        "Log_Resync_Failure_Msg",
                                        "Log_Resync_Request_Msg",
                                        "Log_Resync_Success_Msg",
                                        "Log_Success_Msg",
                                        "Log_Upgrade_Failure_Msg",
                                        "Log_Upgrade_Request_Msg",
                                        "Log_Upgrade_Success_Msg",
                                        "MIC_Cert_Refresh_Enable",
                                        "MIC_Cert_Refresh_Rule",
                                        "PRT_Max_Timer",
                                        "PRT_Name",
                                        "PRT_Upload_Method",
                                        "PRT_Upload_Rule",
                                        "Peer_Firmware_Sharing",
                                        "Peer_Firmware_Sharing_Log_Server",
                                        "Periodic_Upload_to_Server",
                                        "Phone-UI-User-Mode",
                                        "Phone-UI-readonly",
                                        "Profile_Authentication_Type",
                                        "Profile_Rule",
                                        "Profile_Rule_B",
                                        "Profile_Rule_C",
                                        "Profile_Rule_D",
                                        "Provision_Enable",
                                        "Proxy_1_",
                                        "Report_Rule",
                                        "Report_to_Server",
                                        "Restricted_Access_Domains",
                                        "Resync_After_Upgrade_Attempt",
                                        "Resync_At_Random_Delay",
                                        "Resync_At__HHmm_",
                                        "Resync_Error_Retry_Delay",
                                        "Resync_Fails_On_FNF",
                                        "Resync_From_SIP",
                                        "Resync_On_Reset",
                                        "Resync_Periodic",
                                        "Resync_Random_Delay",
                                        "Resync_Trigger_1",
                                        "Resync_Trigger_2",
                                        "Session_Idle_Timeout",
                                        "Session_Max_Timeout",
                                        "Speed_Dial_2_Name",
                                        "Syslog_Identifier",
                                        "Syslog_Server",
                                        "TLS_Cipher_List",
                                        "Trans_Auth_Rule",
                                        "Trans_Auth_Type",
                                        "Transition_Authorization_Error_Retry_Delay",
                                        "Upgrade_Enable",
                                        "Upgrade_Error_Retry_Delay",
                                        "Upgrade_Rule",
                                        "Upload_Delay_On_Local_Change",
                                        "User_Configurable_Resync",
                                        "User_ID_1_",
                                        "User_Password",
                                        "User_Password_Prompt",
                                        "Web_Server_Port",
                                        "Webex_Onboard_Enable",
                                        "periodic_upload_to_server"}) {
        const auto id = cisco_mpp_catalogue().find(name);
        ASSERT_TRUE(id) << name;
        EXPECT_TRUE(cisco_mpp_catalogue()[*id].verified) << name;
    }
}

// cisco-mpp.md 1.2. The number of a numbered tab, line key or Wi-Fi profile goes behind the label,
// unless the label has it.
TEST(CiscoCatalogue, LabelsGiveTheNames) {
    for (const CatalogueRow& row : cisco_mpp_catalogue().rows()) {
        SCOPED_TRACE(row.name);
        const Parameter& first = cisco_mpp_catalogue()[row.first];
        const bool appended =
            row.name.find("{n}") != std::string::npos && row.label.find("{n}") == std::string::npos;
        std::optional<int> number;
        if (appended) {
            number = 1;
            EXPECT_NE((row.tab + row.section).find("{n}"), std::string::npos)
                << "which number would the page show?";
        }
        EXPECT_EQ(xml_name(first.label, number) != first.name, row.irregular);
    }
}

// cisco-mpp.md 6.6: settings of rules, logs and schedules count at once; calls need a restart; what
// the network stack reads at its start needs a reboot.
TEST(CiscoCatalogue, EffectsFollowTheTabs) {
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        SCOPED_TRACE(parameter.name);
        if (parameter.tab == "Provisioning" || parameter.tab == "User") {
            EXPECT_EQ(parameter.effect, Effect::none);
        } else if (parameter.tab != "System") {
            EXPECT_EQ(parameter.effect, Effect::restart);
        } else if (parameter.section != "System Configuration" &&
                   parameter.section != "Optional Network Configuration" &&
                   parameter.section != "Feature Toggles") {
            EXPECT_EQ(parameter.effect, Effect::reboot);
        }
    }
    for (const auto& [name, effect] : {std::pair{"Web_Server_Port", Effect::reboot},
                                       std::pair{"Enable_Protocol", Effect::reboot},
                                       std::pair{"Enable_Web_Server", Effect::reboot},
                                       std::pair{"VLAN_ID", Effect::reboot},
                                       std::pair{"Asset_ID", Effect::reboot},
                                       std::pair{"TLS_Cipher_List", Effect::reboot},
                                       std::pair{"Primary_NTP_Server", Effect::reboot},
                                       std::pair{"Syslog_Server", Effect::none},
                                       std::pair{"Debug_Level", Effect::none},
                                       std::pair{"Admin_Password", Effect::none}}) {
        const auto id = cisco_mpp_catalogue().find(name);
        ASSERT_TRUE(id) << name;
        EXPECT_EQ(cisco_mpp_catalogue()[*id].effect, effect) << name;
    }
}

// cisco-mpp.md 5.5: no page shows the secrets; 1.11: nor the keying material, and no report does.
TEST(CiscoCatalogue, SaysWhatNoPageShows) {
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        const bool secret_of_rules = parameter.name.starts_with("GPP_S");
        const bool keying = parameter.name == "IKM_HTTP_Encrypt_Content";
        EXPECT_EQ(parameter.on_page, !secret_of_rules && !keying) << parameter.name;
        EXPECT_EQ(parameter.hidden, keying) << parameter.name;
    }
}

TEST(CiscoCatalogue, KnowsTheDefaultsOfTheOlderGeneration) {
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        SCOPED_TRACE(parameter.name);
        EXPECT_EQ(parameter.older_default.has_value(),
                  parameter.name == "Resync_Error_Retry_Delay");
        if (parameter.older_default) {
            EXPECT_EQ(*parameter.older_default, "3600");
            EXPECT_TRUE(check_value(parameter, *parameter.older_default));
        }
    }
}

TEST(CiscoCatalogue, MarksEverySecret) {
    for (const std::string_view name : {"GPP_SA",
                                        "GPP_SD",
                                        "IKM_HTTP_Encrypt_Content",
                                        "Admin_Password",
                                        "User_Password",
                                        "Password_1_"}) {
        SCOPED_TRACE(name);
        const auto id = cisco_mpp_catalogue().find(name);
        ASSERT_TRUE(id);
        EXPECT_TRUE(cisco_mpp_catalogue()[*id].secret);
    }
}

TEST(CiscoCatalogue, NamesNoVendorHost) {
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        EXPECT_EQ(lower(parameter.default_value).find("cisco.com"), std::string::npos)
            << parameter.name;
    }
}

}  // namespace onhook::profile
