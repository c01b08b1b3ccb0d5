#include "profile/flyingvoice_rule.h"

#include <gtest/gtest.h>

#include "support/sample_flyingvoice.h"

namespace onhook::profile {

using test::SampleFlyingvoice;

namespace {

FlyingvoiceLocation located(const SampleFlyingvoice& phone, std::string_view rule) {
    auto location = locate_flyingvoice(rule, phone.macros());
    CHECK(location.has_value() && location->has_value());
    return **std::move(location);
}

}  // namespace

// flyingvoice.md 6.4, 8.1 (D11, D19).
TEST(FlyingvoiceRule, TellsFilesFromDirectories) {
    struct Row {
        std::string_view rule;
        std::string_view url;
        bool directory;
    };

    const SampleFlyingvoice phone;
    for (const Row& row : {Row{"10.0.0.1", "tftp://10.0.0.1/", true},
                           Row{"prov.example.net/p", "tftp://prov.example.net/p", true},
                           Row{"10.0.0.1:70/a.cfg", "tftp://10.0.0.1:70/a.cfg", false},
                           Row{"http://h", "http://h/", true},
                           Row{"http://h/", "http://h/", true},
                           Row{"http://h/a.b/", "http://h/a.b/", true},
                           Row{"http://h/a.b/c", "http://h/a.b/c", true},
                           Row{"http://h/c.cfg", "http://h/c.cfg", false},
                           Row{"http://h/c?x", "http://h/c?x", false},
                           Row{"http://h?x", "http://h/?x", false},
                           Row{"http://h/$(MA)", "http://h/0021f222aef1", false},
                           Row{"http://h/$(MA)/", "http://h/0021f222aef1/", true},
                           Row{"http://h/$(NOPE)", "http://h/$(NOPE)", true},
                           Row{"http://$(PN).h/p", "http://fip13g.h/p", true},
                           Row{"ftp://h/p", "ftp://h/p", true},
                           Row{"FTP://h:2121/a.cfg", "ftp://h:2121/a.cfg", false},
                           Row{" https://h/p \t", "https://h/p", true},
                           Row{"h/p?u=http://x/", "tftp://h/p?u=http://x/", false}}) {
        SCOPED_TRACE(row.rule);
        const auto location = locate_flyingvoice(row.rule, phone.macros());
        ASSERT_TRUE(location) << location.error().message;
        ASSERT_TRUE(*location);
        EXPECT_EQ((*location)->url.to_string(), row.url);
        EXPECT_EQ((*location)->directory, row.directory);
        EXPECT_FALSE((*location)->credentials);
    }
}

TEST(FlyingvoiceRule, IsSkippedWhenBlankAndRefusedWhenWrong) {
    const SampleFlyingvoice phone;
    EXPECT_FALSE(*locate_flyingvoice(" ", phone.macros()));
    EXPECT_FALSE(*plan_flyingvoice("", "x", phone.macros()));
    for (const std::string_view rule : {"/p",
                                        "gopher://h/",
                                        "http://",
                                        "http://h/a b",
                                        "http://h:0/",
                                        "http://:pw@h/",
                                        "http://u%zz@h/",
                                        "u:p@h/"}) {
        const auto location = locate_flyingvoice(rule, phone.macros());
        ASSERT_FALSE(location) << rule;
        EXPECT_NE(location.error().message, "") << rule;
    }
}

// D7 and D12: no macros in user and password, which are taken out before the URL is read.
TEST(FlyingvoiceRule, TakesItsCredentialsAsWritten) {
    const SampleFlyingvoice phone;
    const auto location = located(phone, "http://$(SN):p%40$MA@x@h:81/$(MA).cfg");
    ASSERT_TRUE(location.credentials);
    EXPECT_EQ(location.credentials->user, "$(SN)");
    EXPECT_EQ(location.credentials->password.reveal(), "p@$MA@x");
    EXPECT_EQ(location.url.to_string(), "http://h:81/0021f222aef1.cfg");
    EXPECT_EQ(located(phone, "ftp://u@h/").credentials->password.reveal(), "");
}

TEST(FlyingvoiceRule, PrefersItsCredentialsToTheParameters) {
    const Credentials own{"u", Secret("p")};
    EXPECT_EQ(credentials_for(own, "a", "b"), own);
    EXPECT_EQ(credentials_for({}, "a", "b"), (Credentials{"a", Secret("b")}));
    EXPECT_FALSE(credentials_for({}, "", "b"));
}

TEST(FlyingvoiceRule, NamesTheConfigFile) {
    struct Row {
        std::string_view config_file;
        std::string_view target;
    };

    const SampleFlyingvoice phone;
    for (const Row& row : {Row{"$(MA)", "/p/0021f222aef1.cfg"},
                           Row{"", "/p/0021f222aef1.cfg"},
                           Row{"$(PN).xml", "/p/FIP13G.xml"},
                           Row{"v1.0/$(MA)", "/p/v1.0/0021f222aef1.cfg"},
                           Row{"phone", "/p/phone.cfg"}}) {
        SCOPED_TRACE(row.config_file);
        const auto plan = plan_flyingvoice("http://h/p", row.config_file, phone.macros());
        ASSERT_TRUE(plan && *plan);
        ASSERT_EQ((*plan)->requests.size(), 4U);
        EXPECT_EQ((*plan)->requests[3].file, FlyingvoiceFile::own);
        EXPECT_EQ((*plan)->requests[3].url.target(), row.target);
    }
    EXPECT_FALSE(plan_flyingvoice("http://h/p", "a b", phone.macros()));
}

TEST(FlyingvoiceRule, ReportsUnknownMacrosOfRuleAndConfigFile) {
    const auto plan = plan_flyingvoice("http://h/$(A)/", "$(B)", SampleFlyingvoice().macros());
    ASSERT_TRUE(plan && *plan);
    EXPECT_EQ((*plan)->unknown_macros, (std::vector<std::string>{"$(A)", "$(B)"}));
}

// 8.1.5
TEST(FlyingvoiceRule, FindsIncludesBesideTheBootFile) {
    struct Row {
        std::string_view file;
        std::string_view url;
    };

    const SampleFlyingvoice phone;
    const Url boot = *Url::parse("ftp://h/p/y000000000000.boot", Schemes::with_ftp);
    for (const Row& row : {Row{"a.cfg", "ftp://h/p/a.cfg"},
                           Row{"$mac.cfg", "ftp://h/p/0021f222aef1.cfg"},
                           Row{"d/a.cfg", "ftp://h/p/d/a.cfg"},
                           Row{"/a.cfg", "ftp://h/a.cfg"},
                           Row{"https://x/$(PN).cfg", "https://x/FIP13G.cfg"}}) {
        SCOPED_TRACE(row.file);
        const auto url = locate_include(boot, row.file, phone.macros());
        ASSERT_TRUE(url) << url.error().message;
        EXPECT_EQ(url->to_string(), row.url);
    }
    EXPECT_FALSE(locate_include(boot, "a b.cfg", phone.macros()));
    EXPECT_FALSE(locate_include(boot, "http://", phone.macros()));
}

// 6.3, D6: the whole table.
TEST(FlyingvoiceRule, CombinesTheDhcpOptions) {
    using OptionText = std::optional<std::string_view>;

    struct Row {
        OptionText option66;
        OptionText option67;
        OptionText rule;
    };

    for (const Row& row : {Row{"http://h/p/", {}, "http://h/p/"},
                           Row{"http://h/p", "", "http://h/p"},
                           Row{"10.0.0.1", {}, "tftp://10.0.0.1/"},
                           Row{"10.0.0.1/p", {}, "tftp://10.0.0.1/p"},
                           Row{{}, "https://h/x.cfg", "https://h/x.cfg"},
                           Row{{}, "x.cfg", {}},
                           Row{{}, {}, {}},
                           Row{" ", {}, {}},
                           Row{"http://h/p", "ftp://g/x.cfg", "ftp://g/x.cfg"},
                           Row{"10.0.0.1", "x.cfg", "tftp://10.0.0.1/x.cfg"},
                           Row{"10.0.0.1", "/p/x.cfg", "tftp://10.0.0.1/p/x.cfg"},
                           Row{"http://h/p/", "/x.cfg", "http://h/p/x.cfg"},
                           Row{"http://h/p//", "//x.cfg", "http://h/p/x.cfg"}}) {
        SCOPED_TRACE(std::string(row.option66.value_or("-")) + " " +
                     std::string(row.option67.value_or("-")));
        EXPECT_EQ(rule_of_dhcp(row.option66, row.option67), row.rule);
    }
}

}  // namespace onhook::profile
