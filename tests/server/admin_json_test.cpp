#include "server/admin_json.h"

#include <gtest/gtest.h>

#include "profile/dialect.h"

namespace onhook::server {
namespace {

TEST(AdminJson, HidesSecretsAndWhatRulesHoldOfThem) {
    const provision::Layer provider{provision::Scope(),
                                    {{"GPP_A", "seen", {}},
                                     {"GPP_SA", "hushhush", {}},
                                     {"Admin_Password", "hushhush", {}},
                                     {"Profile_Rule", "[--key hushhush] http://h/$MA.xml", {}}}};
    const Json json = to_json(provision::merge(profile::cisco_mpp_catalogue(), {&provider, 1}));
    const std::string text = json.dump();
    EXPECT_EQ(text.find("hushhush"), std::string::npos) << text;
    EXPECT_NE(text.find("\"seen\""), std::string::npos);
    EXPECT_NE(text.find("[--key ***] http://h/$MA.xml"), std::string::npos);
}

TEST(AdminJson, TellsNullFromEmpty) {
    const provision::Device device{*MacAddress::parse("000e08000001")};
    const Json json = to_json(device, {});
    EXPECT_TRUE(json.at("group").is_null());
    EXPECT_TRUE(json.at("contact").is_null());
    EXPECT_EQ(json.at("name"), "");
    const Json met = to_json(
        device, store::Contact{device.mac, WallTime(Seconds(1'700'000'000)), "GET /x", 200});
    EXPECT_EQ(met.at("contact").at("at"), 1'700'000'000);
}

}  // namespace
}  // namespace onhook::server
