#include "provision/effective_settings.h"

#include "layers.h"

namespace onhook::provision {

TEST(EffectiveSettings, TheChildWinsAndEveryValueKnowsItsPlace) {
    const Scope group(test::group_name("lobby"));
    const Scope device(test::mac());
    const std::vector<Layer> layers = {
        {Scope(), {test::setting("GPP_A", "provider"), test::setting("GPP_B", "provider")}},
        {group, {test::setting("GPP_B", "group"), test::setting("GPP_C", "group")}},
        {device, {test::setting("GPP_C", "device")}},
    };
    const auto effective = merge(profile::cisco_mpp_catalogue(), layers);
    ASSERT_EQ(effective.settings.size(), 3U);
    EXPECT_EQ(effective.find(*profile::cisco_mpp_catalogue().find("GPP_A"))->value,
              (Decided<std::string>{"provider", Scope()}));
    EXPECT_EQ(effective.find(*profile::cisco_mpp_catalogue().find("GPP_B"))->value,
              (Decided<std::string>{"group", group}));
    EXPECT_EQ(effective.find(*profile::cisco_mpp_catalogue().find("GPP_C"))->value,
              (Decided<std::string>{"device", device}));
    EXPECT_EQ(effective.find(*profile::cisco_mpp_catalogue().find("GPP_D")), nullptr);
}

TEST(EffectiveSettings, ValueAndAccessAreDecidedApart) {
    const Scope device(test::mac());
    const std::vector<Layer> layers = {
        {Scope(),
         {{.name = "Station_Name", .value = "Office", .access = profile::Access::read_only}}},
        {device, {test::setting("Station_Name", "Reception")}},
    };
    const auto effective = merge(profile::cisco_mpp_catalogue(), layers);
    ASSERT_EQ(effective.settings.size(), 1U);
    EXPECT_EQ(effective.settings[0].value, (Decided<std::string>{"Reception", device}));
    EXPECT_EQ(effective.settings[0].access,
              (Decided<profile::Access>{profile::Access::read_only, Scope()}));
}

TEST(EffectiveSettings, AnEmptyValueIsADecision) {
    const std::vector<Layer> layers = {
        {Scope(), {test::setting("GPP_A", "x")}},
        {Scope(test::mac()), {test::setting("GPP_A", "")}},
    };
    EXPECT_EQ(merge(profile::cisco_mpp_catalogue(), layers).settings.at(0).value,
              (Decided<std::string>{"", Scope(test::mac())}));
}

TEST(EffectiveSettings, AStoredNameThatTheCatalogueLacksIsAnOrphan) {
    const std::vector<Layer> layers = {{Scope(), {test::setting("Gone_Parameter", "x")}}};
    const auto effective = merge(profile::cisco_mpp_catalogue(), layers);
    EXPECT_TRUE(effective.settings.empty());
    EXPECT_EQ(effective.orphans, (std::vector<OrphanSetting>{{"Gone_Parameter", Scope()}}));
}

// The definition, once more and slowly: the last layer that decides a part owns it.
RC_GTEST_PROP(EffectiveSettings, TheLastLayerThatDecidesAPartOwnsIt, ()) {
    const auto layers = *test::any_layers();
    const auto effective = merge(profile::cisco_mpp_catalogue(), layers);
    std::size_t decided = 0;
    for (std::size_t index = 0; index < profile::cisco_mpp_catalogue().size(); ++index) {
        const profile::ParameterId id{static_cast<std::uint16_t>(index)};
        EffectiveSetting expected{.id = id};
        for (const Layer& layer : layers) {
            for (const Setting& setting : layer.settings) {
                if (setting.name != profile::cisco_mpp_catalogue()[id].name) {
                    continue;
                }
                if (setting.value) {
                    expected.value = {*setting.value, layer.scope};
                }
                if (setting.access) {
                    expected.access = {*setting.access, layer.scope};
                }
            }
        }
        const EffectiveSetting* found = effective.find(id);
        RC_ASSERT((found != nullptr) == (expected.value || expected.access));
        if (found != nullptr) {
            RC_ASSERT(*found == expected);
            ++decided;
        }
    }
    RC_ASSERT(decided == effective.settings.size());
}

}  // namespace onhook::provision
