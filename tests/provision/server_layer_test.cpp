#include "provision/server_layer.h"

#include "layers.h"

namespace onhook::provision {

TEST(ServerLayer, ARuleIsTheBaseAndThePhonesOwnFile) {
    struct Row {
        std::string_view base;
        std::string_view rule;
    };

    for (const Row& row :
         {Row{"http://10.0.0.1:8080", "http://10.0.0.1:8080/$MA.xml"},
          Row{"https://prov.example.com/", "https://prov.example.com/$MA.xml"},
          Row{"http://h/p", "http://h/p/$MA.xml"},
          Row{"http://[2001:db8::1]:81/p/?x=1", "http://[2001:db8::1]:81/p/$MA.xml"}}) {
        SCOPED_TRACE(row.base);
        EXPECT_EQ(profile_rule(*Url::parse(row.base)), row.rule);
    }
}

TEST(ServerLayer, TheProviderHasTheLastWord) {
    const auto url = *Url::parse("http://h:8080");
    const std::vector<Layer> layers = {
        server_layer(profile::cisco_mpp(), url),
        {Scope(), {test::setting("Report_Rule", "")}},
    };
    const auto effective = merge(profile::cisco_mpp_catalogue(), layers);
    ASSERT_EQ(effective.settings.size(), 2U);
    EXPECT_EQ(effective.find(profile::cisco_mpp().parameter.profile_rules[0])->value,
              (Decided<std::string>{"http://h:8080/$MA.xml", Scope::server()}));
    EXPECT_EQ(effective.find(profile::cisco_mpp().parameter.report_rule)->value,
              (Decided<std::string>{"", Scope()}));
}

TEST(ServerLayer, ItsRulesAreValuesThatTheCatalogueAllows) {
    const auto layer = server_layer(profile::cisco_mpp(), *Url::parse("http://[2001:db8::1]:81/p"));
    ASSERT_EQ(layer.settings.size(), 2U);
    EXPECT_EQ(layer.settings[1].value, "http://[2001:db8::1]:81/p/report/$MA.xml");
    for (const Setting& setting : layer.settings) {
        const auto checked = check_setting(profile::cisco_mpp_catalogue(), Scope(), setting);
        ASSERT_TRUE(checked) << checked.error().detail;
        EXPECT_EQ(*checked, setting);
    }
}

TEST(ServerLayer, ItsScopeIsSeenAndNeverSet) {
    EXPECT_EQ(Scope::server().to_string(), "server");
    EXPECT_FALSE(Scope::parse("server"));
    EXPECT_FALSE(Scope::server().is_provider());
}

}  // namespace onhook::provision
