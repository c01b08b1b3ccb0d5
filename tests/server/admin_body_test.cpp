#include "server/admin_body.h"

#include <gtest/gtest.h>

namespace onhook::server {
namespace {

struct Row {
    std::string_view body;
    std::string_view error;
};

TEST(AdminBody, ReadsADevice) {
    const auto device = read_device(
        R"({"mac":"00:0E:08:00:00:01","model":"8841","group":"office","name":"Empfang f\u00fcr alle"})");
    ASSERT_TRUE(device);
    EXPECT_EQ(device->mac.to_string(), "000e08000001");
    EXPECT_EQ(device->model, "8841");
    EXPECT_EQ(device->group->to_string(), "office");
    EXPECT_EQ(device->name, "Empfang f\xC3\xBCr alle");
    EXPECT_EQ(device->comment, "");
}

TEST(AdminBody, SaysWhatIsWrongWithADevice) {
    for (const Row& row : {
             Row{"", "the body must be a JSON object"},
             Row{"[]", "the body must be a JSON object"},
             Row{"{\"mac\":\"\xFF\"}", "the body must be a JSON object"},
             Row{"{}", "mac '': expected"},
             Row{R"({"mac":"zz"})", "mac 'zz': expected a hex digit"},
             Row{R"({"mac":7})", "'mac' must be a text"},
             Row{R"({"mac":"000e08000001","color":"red"})",
                 "unknown member 'color'; known are mac"},
             Row{R"({"mac":"000e08000001","group":"../x"})", "group '../x': expected"},
             Row{R"({"mac":"000e08000001","model":"88 41"})", "such as 8841"},
             Row{R"({"mac":"000e08000001","name":"a\u0000b"})", "the name is not one line"},
         }) {
        SCOPED_TRACE(row.body);
        const auto device = read_device(row.body);
        ASSERT_FALSE(device);
        EXPECT_NE(device.error().detail.find(row.error), std::string::npos)
            << device.error().detail;
    }
}

TEST(AdminBody, BoundsTheBody) {
    const std::string body =
        R"({"name":"office","comment":")" + std::string(max_json_body, 'x') + "\"}";
    const auto group = read_group(body);
    ASSERT_FALSE(group);
    EXPECT_NE(group.error().detail.find("at most"), std::string::npos);
}

TEST(AdminBody, ReadsAGroup) {
    const auto group = read_group(R"({"name":"office","comment":null})");
    ASSERT_TRUE(group);
    EXPECT_EQ(group->name.to_string(), "office");
    EXPECT_EQ(group->comment, "");
    EXPECT_FALSE(read_group(R"({"comment":"x"})"));
    EXPECT_FALSE(read_group(R"({"name":"office","comment":"a\nb"})"));
    EXPECT_FALSE(read_group(R"({"name":"office","comment":")" + std::string(1001, 'x') + "\"}"));
}

TEST(AdminBody, ReadsASetting) {
    const auto both = read_setting(R"({"value":"x","access":"ro"})", "GPP_A");
    ASSERT_TRUE(both);
    EXPECT_EQ(both->value, "x");
    EXPECT_EQ(both->access, profile::Access::read_only);
    const auto access = read_setting(R"({"access":"na"})", "GPP_A");
    ASSERT_TRUE(access);
    EXPECT_FALSE(access->value);
    const auto empty = read_setting(R"({"value":""})", "GPP_A");
    ASSERT_TRUE(empty);
    EXPECT_EQ(empty->value, "");
    const auto wrong = read_setting(R"({"access":"all"})", "GPP_A");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().detail, "access 'all' must be na, ro or rw");
}

}  // namespace
}  // namespace onhook::server
