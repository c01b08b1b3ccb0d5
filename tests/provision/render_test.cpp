#include "provision/render.h"

#include "layers.h"
#include "profile/flat_profile.h"
#include "provision/imported_profile.h"

namespace onhook::provision {

TEST(RenderProfile, WritesDecidedParametersInCatalogueOrder) {
    const std::vector<Layer> layers = {
        {Scope(),
         {test::setting("GPP_A", "<&>"),
          test::setting("Profile_Rule", "http://h/$MA.xml"),
          {.name = "Station_Name", .access = profile::Access::read_write}}},
        {Scope(test::mac()),
         {{.name = "Admin_Password", .value = "s3cret", .access = profile::Access::none}}},
    };
    EXPECT_EQ(render_profile(merge(profile::cisco_mpp_catalogue(), layers)),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<device>\n"
              "<flat-profile>\n"
              "<Admin_Password ua=\"na\">s3cret</Admin_Password>\n"
              "<Profile_Rule>http://h/$MA.xml</Profile_Rule>\n"
              "<GPP_A>&lt;&amp;&gt;</GPP_A>\n"
              "<Station_Name ua=\"rw\"/>\n"
              "</flat-profile>\n"
              "</device>\n");
}

TEST(RenderProfile, NothingDecidedIsAnEmptyProfile) {
    const auto elements =
        profile::read_flat_profile(render_profile(merge(profile::cisco_mpp_catalogue(), {})));
    ASSERT_TRUE(elements);
    EXPECT_TRUE(elements->empty());
}

RC_GTEST_PROP(RenderProfile, ReadsBackToExactlyTheSettings, ()) {
    const auto effective = merge(profile::cisco_mpp_catalogue(), *test::any_layers());
    std::vector<Setting> expected;
    for (const EffectiveSetting& setting : effective.settings) {
        Setting plain{.name = profile::cisco_mpp_catalogue()[setting.id].name};
        if (setting.value) {
            plain.value = setting.value->value;
        }
        if (setting.access) {
            plain.access = setting.access->value;
        }
        expected.push_back(std::move(plain));
    }
    const std::string document = render_profile(effective);
    const auto elements = profile::read_flat_profile(document);
    RC_ASSERT(elements.has_value());
    RC_ASSERT(elements->size() == expected.size());
    const auto imported = import_profile(profile::cisco_mpp_catalogue(), Scope(), document);
    RC_ASSERT(imported.has_value());
    RC_ASSERT(imported->left_out.empty());
    RC_ASSERT(imported->settings == expected);
}

RC_GTEST_PROP(RenderProfile, TheOrderOfStoredSettingsDoesNotMatter, ()) {
    auto layers = *test::any_layers();
    const std::string document = render_profile(merge(profile::cisco_mpp_catalogue(), layers));
    for (Layer& layer : layers) {
        std::reverse(layer.settings.begin(), layer.settings.end());
    }
    RC_ASSERT(render_profile(merge(profile::cisco_mpp_catalogue(), layers)) == document);
}

}  // namespace onhook::provision
