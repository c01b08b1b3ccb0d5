#include <gtest/gtest.h>

#include "support/sample_flyingvoice.h"

namespace onhook::profile {

using test::SampleFlyingvoice;

namespace {

const Parameter* find(const Catalogue& catalogue, std::string_view key) {
    const auto id = catalogue.find(key);
    return id ? &catalogue[*id] : nullptr;
}

}  // namespace

// flyingvoice.md 3.1 to 3.3: every row of the three tables, with both columns of defaults.
TEST(FlyingvoiceCatalogue, HasEveryRowOfTheProvisionPage) {
    struct Row {
        std::string_view key;
        std::string_view label;
        ValueType type;
        std::string_view doc;
        std::string_view eff;
    };

    for (const Row& row :
         {Row{"DBID_PRV_ENABLED", "Provision Enable", ValueType::on_off, "0", "1"},
          Row{"DBID_PRV_SIPPNP_ENABLED", "PNP Active", ValueType::on_off, "0", "1"},
          Row{"DBID_RESYNC_ON_RESET", "Resync on Reset", ValueType::on_off, "1", "1"},
          Row{"DBID_RANDOM_DELAY",
              "Resync Random Delay (sec)",
              ValueType::whole_number,
              "40",
              "40"},
          Row{"DBID_RESYNC_PERIODIC",
              "Resync Periodic (sec)",
              ValueType::whole_number,
              "3600",
              "3600"},
          Row{"DBID_RESYNC_RETRY_DELAY",
              "Resync Error Retry Delay (sec)",
              ValueType::whole_number,
              "3600",
              "3600"},
          Row{"DBID_RESYNC_DELAY",
              "Forced Resync Delay (sec)",
              ValueType::whole_number,
              "1440",
              "14400"},
          Row{"DBID_RESYNC_AFTER_UPGRADE", "Resync after Upgrade", ValueType::on_off, "0", "0"},
          Row{"DBID_RESYNC_FROM_SIP", "Resync from SIP", ValueType::choice, "1", "1"},
          Row{"DBID_PRV_OPTION66_ENABLED", "Option 66", ValueType::on_off, "1", "1"},
          Row{"DBID_PRV_OPTION67_ENABLED", "Option 67", ValueType::on_off, "1", "1"},
          Row{"DBID_PRV_CONFIGFILE", "Config File Name", ValueType::text, "$(MA)", "$(MA)"},
          Row{"PrvUserAgentVal", "User Agent", ValueType::text, "", ""},
          Row{"DBID_PRV_HTTP_AUTHENTRCATION",
              "HTTP Authentication",
              ValueType::choice,
              "Digest",
              "Digest"},
          Row{"PrvUserName", "User Name", ValueType::text, "", ""},
          Row{"PrvUserPass", "Password", ValueType::text, "", ""},
          Row{"DBID_PROFILE_RULE", "Profile Rule", ValueType::url, "", ""},
          Row{"PrvUserAgentVal2", "User Agent", ValueType::text, "", ""},
          Row{"DBID_PRV_HTTP_AUTHENTRCATION2",
              "HTTP Authentication",
              ValueType::choice,
              "Digest",
              "Digest"},
          Row{"PrvUserName2", "User Name", ValueType::text, "", ""},
          Row{"PrvUserPass2", "Password", ValueType::text, "", ""},
          Row{"DBID_PROFILE_RULE2", "Profile Rule", ValueType::url, "", ""},
          Row{"DBID_UPGRADE_ENABLED", "Enable Upgrade", ValueType::on_off, "1", "1"},
          Row{"DBID_UPGRADE_RETRY_DELAY",
              "Upgrade Error Retry Delay (sec)",
              ValueType::whole_number,
              "3600",
              "3600"},
          Row{"DBID_UPGRADE_RULE", "Upgrade Rule", ValueType::url, "", ""}}) {
        SCOPED_TRACE(row.key);
        const Parameter* eff = find(flyingvoice_catalogue(), row.key);
        const Parameter* doc = find(flyingvoice_doc_catalogue(), row.key);
        ASSERT_TRUE(eff != nullptr && doc != nullptr);
        EXPECT_EQ(eff->label, row.label);
        EXPECT_EQ(eff->type, row.type);
        EXPECT_EQ(eff->default_value, row.eff);
        EXPECT_EQ(doc->default_value, row.doc);
        EXPECT_EQ(eff->tab, "Administration > Provision");
        EXPECT_TRUE(eff->verified);
    }
}

TEST(FlyingvoiceCatalogue, DefaultsAreValidValuesOfTheirTypes) {
    for (const Catalogue* catalogue : {&flyingvoice_catalogue(), &flyingvoice_doc_catalogue()}) {
        for (const Parameter& parameter : catalogue->parameters()) {
            SCOPED_TRACE(parameter.name);
            const auto value = check_value(parameter, parameter.default_value);
            ASSERT_TRUE(value) << value.error();
            EXPECT_EQ(*value, parameter.default_value);
        }
    }
}

// A line of 4096 bytes must hold every key with every value of it (9.1).
TEST(FlyingvoiceCatalogue, BoundsItsTextsByALine) {
    for (const Parameter& parameter : flyingvoice_catalogue().parameters()) {
        if (parameter.type == ValueType::text) {
            EXPECT_LE(parameter.name.size() + 5 + static_cast<std::size_t>(parameter.maximum),
                      4096U)
                << parameter.name;
        }
    }
}

// 2.1 and D2, D5.
TEST(FlyingvoiceCatalogue, KnowsTheOtherNamesOfAParameter) {
    struct Row {
        std::string_view name;
        std::string_view key;
    };

    for (const Row& row :
         {Row{"DBID_PROVISION_ENABLED", "DBID_PRV_ENABLED"},
          Row{"DBID_PRV_ENABLE", "DBID_PRV_ENABLED"},
          Row{"DBID_PRV_HTTP_AUTHENTICATION", "DBID_PRV_HTTP_AUTHENTRCATION"},
          Row{"DBID_PRV_HTTP_AUTHENTICATION2", "DBID_PRV_HTTP_AUTHENTRCATION2"},
          Row{"static.auto_provision.server.url", "DBID_PROFILE_RULE"},
          Row{"static.auto_provision.server.username", "PrvUserName"},
          Row{"static.auto_provision.server.password", "PrvUserPass"},
          Row{"static.auto_provision.pnp_enable", "DBID_PRV_SIPPNP_ENABLED"},
          Row{"static.auto_provision.dhcp_option.enable", "DBID_PRV_OPTION66_ENABLED"},
          Row{"static.auto_provision.power_on", "DBID_RESYNC_ON_RESET"},
          Row{"sip.notify_reboot_enable", "DBID_RESYNC_FROM_SIP"},
          Row{"static.firmware.url", "DBID_UPGRADE_RULE"}}) {
        SCOPED_TRACE(row.name);
        ASSERT_TRUE(flyingvoice_catalogue().find(row.key));
        EXPECT_EQ(flyingvoice_catalogue().find(row.name), flyingvoice_catalogue().find(row.key));
    }
}

TEST(FlyingvoiceCatalogue, HasTheKeysOfDialectYAndOfAccounts) {
    for (const std::string_view key : {"static.auto_provision.dhcp_option.list_user_options",
                                       "static.auto_provision.dhcp_option.list_user6_options",
                                       "static.auto_provision.custom.upload_method",
                                       "static.custom_factory_configuration.url",
                                       "static.features.custom_factory_config.enable",
                                       "static.zero_touch.network_fail_wait_times",
                                       "static.features.hide_zero_touch_url.enable",
                                       "static.security.default_ssl_method",
                                       "static.trusted_certificates.delete",
                                       "static.managementserver.url",
                                       "action_url.setup_autop_finish",
                                       "account.1.enable",
                                       "account.16.sip_server.2.transport_type",
                                       "account.3.outbound_proxy.1.port",
                                       "DBID_SIP_SERVER_PORT",
                                       "DBID_ACTIONURL_HOLD_STOP"}) {
        EXPECT_TRUE(flyingvoice_catalogue().find(key)) << key;
    }
    // The period has no parameter of its own in minutes; the reader converts it.
    EXPECT_FALSE(flyingvoice_catalogue().find("static.auto_provision.repeat.minutes"));
}

TEST(FlyingvoiceCatalogue, MarksEverySecret) {
    for (const std::string_view key : {"PrvUserPass",
                                       "PrvUserPass2",
                                       "X_PRV_FILE_KEY",
                                       "DBID_SIP_PASSWORD",
                                       "account.7.password",
                                       "static.managementserver.password",
                                       "static.managementserver.connection_request_password"}) {
        ASSERT_TRUE(find(flyingvoice_catalogue(), key) != nullptr) << key;
        EXPECT_TRUE(find(flyingvoice_catalogue(), key)->secret) << key;
    }
}

// D3, D4, slips 11 and 12.
TEST(FlyingvoiceValues, AreTakenInEveryFormAndStoredInOne) {
    struct Row {
        std::string_view key;
        std::string_view given;
        std::optional<std::string_view> stored;
    };

    const std::string_view on_off = "DBID_PRV_ENABLED";
    const std::string_view from_sip = "DBID_RESYNC_FROM_SIP";
    const std::string_view authentication = "DBID_PRV_HTTP_AUTHENTRCATION2";
    const std::string_view seconds = "DBID_RANDOM_DELAY";
    for (const Row& row : {Row{on_off, "1", "1"},
                           Row{on_off, "Enable", "1"},
                           Row{on_off, "YES", "1"},
                           Row{on_off, "on", "1"},
                           Row{on_off, "True", "1"},
                           Row{on_off, "0", "0"},
                           Row{on_off, "Disable", "0"},
                           Row{on_off, "no", "0"},
                           Row{on_off, "Off", "0"},
                           Row{on_off, "false", "0"},
                           Row{on_off, "2", {}},
                           Row{on_off, "", {}},
                           Row{from_sip, "0", "0"},
                           Row{from_sip, "Enable", "1"},
                           Row{from_sip, "disable", "2"},
                           Row{from_sip, "3", {}},
                           Row{authentication, "basic", "Basic"},
                           Row{authentication, "0", "Basic"},
                           Row{authentication, "DIGEST", "Digest"},
                           Row{authentication, "Digests", "Digest"},
                           Row{authentication, "1", "Digest"},
                           Row{authentication, "NTLM", {}},
                           Row{seconds, "0", "0"},
                           Row{seconds, "0040", "40"},
                           Row{seconds, "000", "0"},
                           Row{seconds, "+1", {}},
                           Row{seconds, "-1", {}},
                           Row{seconds, "0x10", {}},
                           Row{seconds, "1.5", {}},
                           Row{seconds, "2147483648", {}},
                           Row{seconds, "", {}}}) {
        SCOPED_TRACE(std::string(row.key) + " = " + std::string(row.given));
        const auto value = check_value(*find(flyingvoice_catalogue(), row.key), row.given);
        ASSERT_EQ(value.has_value(), row.stored.has_value());
        if (row.stored) {
            EXPECT_EQ(*value, *row.stored);
        }
    }
}

TEST(FlyingvoiceDialect, HasTwoFactoryProfiles) {
    EXPECT_EQ(find_dialect("flyingvoice"), &flyingvoice());
    EXPECT_EQ(find_dialect("flyingvoice-doc"), &flyingvoice_doc());
    EXPECT_EQ(find_dialect("Flyingvoice"), nullptr);
    for (const Dialect* dialect : {&flyingvoice(), &flyingvoice_doc()}) {
        const Values values = factory_values(*dialect, test::sample_flyingvoice_identity());
        for (const std::string_view key :
             {"PrvUserName", "PrvUserPass", "PrvUserName2", "PrvUserPass2"}) {
            EXPECT_EQ(values.get(*dialect->catalogue->find(key)), "FVSN0001") << key;
        }
        EXPECT_EQ(values.entries().size(), 4U);
        EXPECT_EQ(is_yes(values.get(dialect->parameter.provision_enable)),
                  dialect == &flyingvoice());
    }
    EXPECT_EQ(factory_values(cisco_mpp(), test::sample_flyingvoice_identity()),
              Values(cisco_mpp_catalogue()));
}

TEST(FlyingvoiceDialect, LacksWhatItsPhonesDoNotHave) {
    const Dialect::Parameters& parameter = flyingvoice().parameter;
    const SampleFlyingvoice phone;
    EXPECT_TRUE(parameter.profile_rules[1].exists());
    EXPECT_FALSE(parameter.profile_rules[2].exists());
    EXPECT_FALSE(parameter.report_rule.exists());
    EXPECT_EQ(phone.values.get(parameter.report_rule), "");
    EXPECT_FALSE(is_yes(phone.values.get(parameter.web_server)));
}

TEST(FlyingvoiceDialect, IsNotServedYet) {
    EXPECT_TRUE(can_serve(cisco_mpp()));
    const auto serves = can_serve(flyingvoice());
    ASSERT_FALSE(serves);
    EXPECT_EQ(serves.error(),
              "dialect flyingvoice has phones here, but the server does not write its files yet; "
              "choose cisco-mpp");
}

TEST(FlyingvoiceDialect, ReadsUserAgentsAndRefusesOthers) {
    const auto hint = read_user_agent("Flyingvoice P23GW V1.2.3.4 78:99:12:00:00:01");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->model, "P23GW");
    EXPECT_EQ(hint->firmware, "1.2.3.4");
    EXPECT_EQ(hint->mac, *MacAddress::parse("789912000001"));
    EXPECT_FALSE(read_user_agent("Flyingvoice P23GW V1.2.3.4 serial")->mac);
    EXPECT_FALSE(read_user_agent("Flyingvoice P23GW V1.2.3.4")->mac);
    EXPECT_FALSE(read_user_agent("Flyingvoice P23GW"));
    EXPECT_FALSE(read_user_agent("Flyingvoice  V1"));
}

}  // namespace onhook::profile
