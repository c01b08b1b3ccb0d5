#include "provision/setting.h"

#include "layers.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

Result<Setting> check(std::string_view name, std::string_view value) {
    return check_setting(profile::cisco_mpp_catalogue(),
                         Scope(test::group_name("lobby")),
                         test::setting(name, value));
}

}  // namespace

TEST(Setting, IsStoredInCanonicalSpelling) {
    struct Row {
        std::string_view name;
        std::string_view given;
        std::string_view stored;
    };

    for (const Row& row :
         {Row{"Provision_Enable", "true", "Yes"},
          Row{"HTTP_Report_Method", "put", "PUT"},
          Row{"Resync_Periodic", "  3600+600 ", "3600+600"},
          Row{"GPP_A", "\"\"", ""},
          Row{"GPP_A", "", ""},
          Row{"GPP_A", " \t ", ""},
          Row{"Profile_Rule", "http://h:8080/$MA.xml", "http://h:8080/$MA.xml"},
          Row{"Station_Name", "\xC3\x9C\xF0\x9F\x93\x9E", "\xC3\x9C\xF0\x9F\x93\x9E"}}) {
        SCOPED_TRACE(row.name);
        const auto setting = check(row.name, row.given);
        ASSERT_TRUE(setting);
        EXPECT_EQ(setting->name, row.name);
        EXPECT_EQ(setting->value, row.stored);
    }
}

TEST(Setting, IsRefusedWithPlaceCauseAndRemedy) {
    struct Row {
        std::string_view name;
        std::string_view value;
        std::string_view sentence;
        Fault fault;
    };

    for (const Row& row :
         {Row{"Proflie_Rule",
              "x",
              "group/lobby: no parameter is called Proflie_Rule; did you mean Profile_Rule?",
              Fault::unknown_parameter},
          Row{"Xyzzy_Plugh_Quux",
              "x",
              "group/lobby: no parameter is called Xyzzy_Plugh_Quux; use the XML name that the "
              "phone's profile uses",
              Fault::unknown_parameter},
          Row{"bad\nname",
              "x",
              "group/lobby: a parameter name is 1 to 128 letters, digits, '_', '-' and '.', such "
              "as Profile_Rule",
              Fault::unknown_parameter},
          Row{"Provision_Enable",
              "maybe",
              "group/lobby: Provision_Enable must be Yes or No",
              Fault::bad_value},
          Row{"GPP_A",
              "two\nlines",
              "group/lobby: GPP_A must be one line of UTF-8 without control characters",
              Fault::bad_value}}) {
        SCOPED_TRACE(row.sentence);
        const auto setting = check(row.name, row.value);
        ASSERT_FALSE(setting);
        EXPECT_EQ(setting.error().code, row.fault);
        EXPECT_EQ(setting.error().detail, row.sentence);
    }
}

TEST(Setting, RefusesTextThatNoProfileCanCarry) {
    for (const std::string& text : {std::string("a\0b", 3),
                                    std::string("a\x1B") + "b",
                                    std::string("a\x7F"),
                                    std::string("\x80"),
                                    std::string("\xC3"),
                                    std::string("\xC0\xAF"),
                                    std::string("\xE0\x80\xAF"),
                                    std::string("\xED\xA0\x80"),
                                    std::string("\xEF\xBF\xBF"),
                                    std::string("\xF4\x90\x80\x80"),
                                    std::string("\xF8\x88\x80\x80\x80"),
                                    std::string(max_value_bytes + 1, 'a')}) {
        EXPECT_FALSE(check("GPP_A", text));
    }
}

TEST(Setting, NeverRepeatsASecretInItsRefusal) {
    const auto setting = check("Admin_Password", "hunter2\nhunter2");
    ASSERT_FALSE(setting);
    EXPECT_EQ(setting.error().detail.find("hunter2"), std::string::npos);
}

TEST(Setting, DecidesAValueOrAnAccess) {
    const auto& catalogue = profile::cisco_mpp_catalogue();
    EXPECT_FALSE(check_setting(catalogue, Scope(), {.name = "GPP_A"}));
    const auto access =
        check_setting(catalogue, Scope(), {.name = "GPP_A", .access = profile::Access::read_only});
    ASSERT_TRUE(access);
    EXPECT_EQ(access->value, std::nullopt);
}

RC_GTEST_PROP(Setting, CheckingTwiceChangesNothing, ()) {
    const auto setting = *test::any_setting();
    const auto again = check_setting(profile::cisco_mpp_catalogue(), Scope(), setting);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == setting);
}

}  // namespace onhook::provision
