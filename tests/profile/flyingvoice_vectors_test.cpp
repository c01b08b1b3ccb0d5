// The language vectors of flyingvoice.md section 13, each named by its number. Those that are about
// what a phone does and when, F-13 to F-24, F-27 to F-30, F-35 and F-36, belong to the machine.
#include <gtest/gtest.h>

#include "profile/flyingvoice_apply.h"
#include "profile/flyingvoice_boot.h"
#include "profile/flyingvoice_firmware.h"
#include "profile/flyingvoice_rule.h"
#include "support/sample_flyingvoice.h"

namespace onhook::profile {

namespace {

using test::SampleFlyingvoice;

// The URLs that a rule asks for, in order.
std::vector<std::string> urls(std::string_view rule) {
    const SampleFlyingvoice phone;
    const auto plan = plan_flyingvoice(rule, phone.get("DBID_PRV_CONFIGFILE"), phone.macros());
    CHECK(plan.has_value() && plan->has_value());
    std::vector<std::string> all;
    for (const FlyingvoiceRequest& request : (*plan)->requests) {
        all.push_back(request.url.to_string());
    }
    return all;
}

std::string value_after(std::string_view document, std::string_view key) {
    SampleFlyingvoice phone;
    auto applied = apply_flyingvoice(document, phone.values);
    CHECK(applied.has_value());
    phone.values.set_all(std::move(applied->settings));
    return std::string(phone.get(key));
}

}  // namespace

TEST(Section13, F01MacroMa) { EXPECT_EQ(SampleFlyingvoice().expand("$(MA)"), "0021f222aef1"); }

TEST(Section13, F02MacrosOfAUrl) {
    EXPECT_EQ(SampleFlyingvoice().expand("http://h/$(PN)/$(MA).cfg?s=$(SN)"),
              "http://h/FIP13G/0021f222aef1.cfg?s=FVSN0001");
    EXPECT_EQ(urls("http://h/$(PN)/$(MA).cfg?s=$(SN)"),
              std::vector<std::string>{"http://h/FIP13G/0021f222aef1.cfg?s=FVSN0001"});
}

TEST(Section13, F03UnknownMacroStaysAndIsReportedOnce) {
    const auto expansion = expand_flyingvoice("$(NOPE)/x", SampleFlyingvoice().macros());
    EXPECT_EQ(expansion.text, "$(NOPE)/x");
    EXPECT_EQ(expansion.unknown, std::vector<std::string>{"$(NOPE)"});
}

TEST(Section13, F04UserAgent) {
    EXPECT_EQ(flyingvoice().user_agent(test::sample_flyingvoice_identity()),
              "Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1");
}

TEST(Section13, F05ServerReadsTheMac) {
    const auto hint = read_user_agent("Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1");
    ASSERT_TRUE(hint && hint->mac);
    EXPECT_EQ(hint->mac->to_string(), "0021f222aef1");
}

TEST(Section13, F06DirectoryRuleWithoutSlash) {
    EXPECT_EQ(urls("https://domain.tld/app/provision"),
              (std::vector<std::string>{"https://domain.tld/app/provision/0021f222aef1.boot",
                                        "https://domain.tld/app/provision/y000000000000.boot",
                                        "https://domain.tld/app/provision/y000000000000.cfg",
                                        "https://domain.tld/app/provision/0021f222aef1.cfg"}));
}

// The order of fetching is the machine's; what the boot file leads to is language.
TEST(Section13, F07BootFileReplacesTheRest) {
    const SampleFlyingvoice phone;
    const auto includes = read_boot_file(
        "#!version:1.0.0.1\n\ninclude:config \"y000000000000.cfg\"\n"
        "include:config \"0021f222aef1.cfg\"\n");
    ASSERT_TRUE(includes);
    const Url boot = *Url::parse(urls("https://domain.tld/app/provision")[1]);
    std::vector<std::string> included;
    for (const BootInclude& include : *includes) {
        included.push_back(locate_include(boot, include.file, phone.macros())->to_string());
    }
    EXPECT_EQ(included,
              (std::vector<std::string>{"https://domain.tld/app/provision/y000000000000.cfg",
                                        "https://domain.tld/app/provision/0021f222aef1.cfg"}));
}

TEST(Section13, F08FileRule) {
    EXPECT_EQ(urls("tftp://10.0.0.1/$(MA).cfg"),
              std::vector<std::string>{"tftp://10.0.0.1/0021f222aef1.cfg"});
}

TEST(Section13, F09BareHost) {
    EXPECT_EQ(urls("10.0.0.1"),
              (std::vector<std::string>{"tftp://10.0.0.1/0021f222aef1.boot",
                                        "tftp://10.0.0.1/y000000000000.boot",
                                        "tftp://10.0.0.1/y000000000000.cfg",
                                        "tftp://10.0.0.1/0021f222aef1.cfg"}));
}

TEST(Section13, F10DhcpPathBehindUrl) {
    EXPECT_EQ(rule_of_dhcp("http://10.0.0.1/p", "a.cfg"), "http://10.0.0.1/p/a.cfg");
}

TEST(Section13, F11DhcpBareHost) {
    EXPECT_EQ(rule_of_dhcp("10.0.0.1", std::nullopt), "tftp://10.0.0.1/");
}

TEST(Section13, F12DhcpUrlInOption67) {
    EXPECT_EQ(rule_of_dhcp(std::nullopt, "http://h/x.cfg"), "http://h/x.cfg");
}

// When the timer fires is the machine's; that the number counts seconds is language.
TEST(Section13, F17PeriodCountsSeconds) {
    EXPECT_EQ(value_after("DBID_RESYNC_PERIODIC = 3600", "DBID_RESYNC_PERIODIC"), "3600");
    EXPECT_EQ(value_after("static.auto_provision.repeat.minutes = 60", "DBID_RESYNC_PERIODIC"),
              "3600");
}

TEST(Section13, F25LastOccurrenceWins) {
    EXPECT_EQ(
        value_after("DBID_PROFILE_RULE = http://h/a.cfg\nDBID_PROFILE_RULE = http://h/b.cfg\n",
                    "DBID_PROFILE_RULE"),
        "http://h/b.cfg");
}

TEST(Section13, F26RepeatMinutes) {
    EXPECT_EQ(value_after("static.auto_provision.repeat.enable = 1\n"
                          "static.auto_provision.repeat.minutes = 1440\n",
                          "DBID_RESYNC_PERIODIC"),
              "86400");
}

TEST(Section13, F31Digests) {
    EXPECT_EQ(
        value_after("DBID_PRV_HTTP_AUTHENTRCATION2 = Digests", "DBID_PRV_HTTP_AUTHENTRCATION2"),
        "Digest");
}

TEST(Section13, F32SameVersionIsNotDownloaded) {
    EXPECT_EQ(decide_upgrade(*Url::parse("http://h/FIP13G-FVUI_V0.6.24_202201010000_RC.bin"),
                             test::sample_flyingvoice_identity()),
              UpgradeDecision::same_version);
}

TEST(Section13, F33OtherModelIsRefused) {
    EXPECT_EQ(decide_upgrade(*Url::parse("http://h/FIP16-FVUI_V0.7.0_202201010000_RC.bin"),
                             test::sample_flyingvoice_identity()),
              UpgradeDecision::other_model);
}

// That Profile Rule stays is the machine's; what the NOTIFY's URL asks for is language.
TEST(Section13, F34PnpFileUrl) {
    EXPECT_EQ(urls("tftp://10.0.0.1/0021f222aef1.cfg"),
              std::vector<std::string>{"tftp://10.0.0.1/0021f222aef1.cfg"});
}

}  // namespace onhook::profile
