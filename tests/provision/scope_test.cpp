#include "provision/scope.h"

#include "support/properties.h"

namespace onhook::provision {

TEST(Scope, ReadsAndPrintsItsThreeForms) {
    struct Row {
        std::string_view text;
        std::string_view printed;
    };

    for (const Row& row : {Row{"provider", "provider"},
                           Row{"group/Lobby-2.east_wing", "group/Lobby-2.east_wing"},
                           Row{"device/000e08aabbcc", "device/000e08aabbcc"},
                           Row{"device/00:0E:08:AA:BB:CC", "device/000e08aabbcc"}}) {
        SCOPED_TRACE(row.text);
        const auto scope = Scope::parse(row.text);
        ASSERT_TRUE(scope);
        EXPECT_EQ(scope->to_string(), row.printed);
        EXPECT_EQ(*Scope::parse(row.printed), *scope);
    }
}

TEST(Scope, RejectsBadTextAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    const std::string long_name = "group/" + std::string(65, 'a');
    for (const Row& row : {Row{"", 0},
                           Row{"Provider", 0},
                           Row{"provider/", 0},
                           Row{"tenant/a", 0},
                           Row{"group/", 6},
                           Row{"group/..", 6},
                           Row{"group/-a", 6},
                           Row{"group/a/b", 7},
                           Row{"group/a b", 7},
                           Row{long_name, 70},
                           Row{"device/", 7},
                           Row{"device/000e08aabbcg", 18}}) {
        SCOPED_TRACE(row.text);
        const auto scope = Scope::parse(row.text);
        ASSERT_FALSE(scope);
        EXPECT_EQ(scope.error().offset, row.offset);
    }
}

TEST(Scope, IsOneOfProviderGroupAndDevice) {
    const auto mac = *MacAddress::parse("000e08aabbcc");
    const auto group = *GroupName::parse("lobby");
    EXPECT_TRUE(Scope().is_provider());
    EXPECT_EQ(Scope().group(), nullptr);
    EXPECT_EQ(Scope().device(), nullptr);
    ASSERT_NE(Scope(group).group(), nullptr);
    EXPECT_EQ(*Scope(group).group(), group);
    EXPECT_FALSE(Scope(group).is_provider());
    ASSERT_NE(Scope(mac).device(), nullptr);
    EXPECT_EQ(*Scope(mac).device(), mac);
}

RC_GTEST_PROP(Scope, AGroupNameIsAWholePathSegment, (const std::string& text)) {
    const auto name = GroupName::parse(text);
    if (name) {
        RC_ASSERT(text.find('/') == std::string::npos);
        RC_ASSERT(text != "." && text != "..");
        RC_ASSERT(*Scope::parse(Scope(*name).to_string()) == Scope(*name));
    }
}

}  // namespace onhook::provision
