// The language vectors of cisco-mpp.md section 16, each named by its number.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profile/apply.h"
#include "profile/flat_profile.h"
#include "profile/report.h"
#include "profile/rule.h"
#include "profile/samples.h"
#include "support/sample_phone.h"

namespace onhook::profile {

namespace {

using test::SamplePhone;

RuleDecision decision_of(const SamplePhone& phone,
                         std::string_view rule,
                         RuleKind kind = RuleKind::profile) {
    const auto decision = decide_rule(kind, rule, phone.macros());
    CHECK(decision.has_value() && decision->has_value());
    return **decision;
}

RuleRequest request_of(const SamplePhone& phone, std::string_view rule) {
    const RuleDecision decision = decision_of(phone, rule);
    CHECK(decision.request.has_value());
    return *decision.request;
}

}  // namespace

TEST(Section16, Vector01To10Macros) {
    struct Row {
        int vector;
        SamplePhone phone;
        std::string_view text;
        std::string_view expanded;
    };

    const SamplePhone plain;
    for (const Row& row :
         {Row{1, plain, "$(MAU)config.cfg", "000E08012345config.cfg"},
          Row{2, plain, "$STRANGE$MAU.cfg", "$STRANGE000E08012345.cfg"},
          Row{3, plain, "$$MAU", "$MAU"},
          Row{4, SamplePhone().set("GPP_A", "ABCDEF"), "$(A:2)", "CDEF"},
          Row{4, SamplePhone().set("GPP_A", "ABCDEF"), "$(A:2:3)", "CDE"},
          Row{5, SamplePhone().set("GPP_A", "ABC").set("GPP_B", "123"), "$A$B", "ABC123"},
          Row{6,
              SamplePhone().set("GPP_B", "Dj6Lmp23Q"),
              "tftp://prov.telco.com/cisco/$B/$MA.cfg",
              "tftp://prov.telco.com/cisco/Dj6Lmp23Q/000e08012345.cfg"},
          Row{7,
              plain,
              "http://t/reports/$PN_$MA_$SN.xml",
              "http://t/reports/CP-8841-3PCC_000e08012345_88012BA01234.xml"},
          Row{8, SamplePhone().set("GPP_SA", "s3cret"), "http://h/$SA.cfg", "http://h/$SA.cfg"},
          Row{9, SamplePhone().set("GPP_A", "$MAU"), "$A", "$MAU"},
          Row{10, plain, "$(MAC)", "00:0e:08:01:23:45"},
          Row{10, plain, "$PN", "CP-8841-3PCC"},
          Row{10, plain, "/$PSN.xml", "/8841-3PCC.xml"}}) {
        SCOPED_TRACE(row.vector);
        EXPECT_EQ(row.phone.expand(row.text), row.expanded);
    }
}

TEST(Section16, Vector08SecretOpensAsAKeyOnly) {
    const SamplePhone phone = SamplePhone().set("GPP_SA", "s3cret");
    const RuleRequest request = request_of(phone, "[--key $SA] http://h/x");
    EXPECT_EQ(request.options.key->reveal(), "s3cret");
    EXPECT_EQ(request_of(phone, "http://h/$SA.cfg").url->target(), "/$SA.cfg");
}

TEST(Section16, Vector10DefaultRuleHasNoServer) {
    const RuleRequest request = request_of(SamplePhone(), "/$PSN.xml");
    EXPECT_FALSE(request.url);
    EXPECT_EQ(request.path, "/8841-3PCC.xml");
}

TEST(Section16, Vector11To18Conditions) {
    struct Row {
        int vector;
        std::string_view expression;
        std::string_view judged;
    };

    for (const Row& row :
         {Row{11, "sipyyyy.11-3-1MPP-110 gt sipyyyy.11-2-3MPP-256", "true"},
          Row{12, "sipyyyy.11-3-2MPP0002-256 > sipyyyy.11-3-2MPP0001-609", "true"},
          Row{13, "sip88xx.11-0-0MPP-1 > sip88xx.9-3-1-7MPP-1", "true"},
          Row{14, "sip88xx.11-1-1MSR-1dev.loads = sip8845_65.11-1-1MSR-1dev.loads", "true"},
          Row{14,
              "\"sip88xx.11-1-1MSR-1dev.loads\" = \"sip8845_65.11-1-1MSR-1dev.loads\"",
              "false"},
          Row{15, "$SWVER ge 11.0.0", "version format error"},
          Row{17, "\"abc\" lt \"abd\"", "texts have no order"}}) {
        SCOPED_TRACE(row.vector);
        const auto holds = decide_trigger(row.expression, SamplePhone().macros());
        const std::string judged = !holds ? holds.error().message : *holds ? "true" : "false";
        EXPECT_EQ(judged.substr(0, row.judged.size()), row.judged);
    }
    const SamplePhone phone;
    MacroContext macros = phone.macros();
    macros.since_resync = Seconds(600);
    macros.since_upgrade = Seconds(301);
    EXPECT_TRUE(*decide_trigger("$UPGTMR gt 300 and $PRVTMR ge 600", macros));
    macros.since_upgrade = Seconds(300);
    EXPECT_FALSE(*decide_trigger("$UPGTMR gt 300 and $PRVTMR ge 600", macros));
}

TEST(Section16, Vector15IsAnErrorOfTheRuleToo) {
    EXPECT_FALSE(
        decide_rule(RuleKind::profile, "($SWVER ge 11.0.0)? /x | /y", SamplePhone().macros()));
}

TEST(Section16, Vector16And23NoAlternativeIsSkipped) {
    for (const std::string_view rule :
         {"($SWVER ne sip88xx.11-3-1MPP)? http://ps.tell.com/sw/x.loads",
          "(\"1\" eq \"2\")? http://h/x"}) {
        const auto decision = decide_rule(RuleKind::profile, rule, SamplePhone().macros());
        ASSERT_TRUE(decision);
        EXPECT_FALSE(*decision);
    }
}

TEST(Section16, Vector19ChoosesByTheCertificate) {
    const std::string_view rule =
        "(\"$CCERT\" eq \"Installed\")? https://p.tel.com/config? | "
        "https://p.tel.com/config?cisco$MAU";
    EXPECT_EQ(url_of(decision_of(SamplePhone(), rule)),
              "https://p.tel.com/config?cisco000E08012345");
    SamplePhone with_certificate;
    with_certificate.identity.client_certificate = true;
    EXPECT_EQ(url_of(decision_of(with_certificate, rule)), "https://p.tel.com/config?");
}

TEST(Section16, Vector20PostsTheExpandedParameter) {
    const SamplePhone phone = SamplePhone().set("GPP_A", "sn=$SN");
    MacroContext macros = phone.macros();
    macros.since_resync = Seconds(10);
    const auto decision = decide_rule(
        RuleKind::profile,
        "($PRVTMR ge 600)? http://p.tel.com/has-reg.cfg | [--post a] http://p.tel.com/lost-reg?",
        macros);
    ASSERT_TRUE(decision && *decision);
    EXPECT_EQ((*decision)->request->url->target(), "/lost-reg?");
    ASSERT_EQ((*decision)->request->options.post, 'a');
    EXPECT_EQ(general_purpose_text('a', macros), "sn=88012BA01234");
}

TEST(Section16, Vector21AssignsBeforeItFetches) {
    const std::string_view rule =
        "(\"$A\" ne \"Provisioned\")? (Line_Enable_1_ = \"No\";)! https://p.tel.com/init-prov | "
        "https://p.tel.com/configs";
    const RuleDecision first = decision_of(SamplePhone(), rule);
    EXPECT_EQ(first.assignments, (Assignments{{"Line_Enable_1_", "No"}}));
    EXPECT_EQ(url_of(first), "https://p.tel.com/init-prov");
    const RuleDecision later = decision_of(SamplePhone().set("GPP_A", "Provisioned"), rule);
    EXPECT_EQ(later.assignments, Assignments{});
    EXPECT_EQ(url_of(later), "https://p.tel.com/configs");
}

TEST(Section16, Vector22AssignmentsAreExpanded) {
    const RuleDecision decision = decision_of(
        SamplePhone().set("GPP_B", "7"), "( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )!");
    EXPECT_EQ(decision.assignments,
              (Assignments{{"User_ID_1_", "uid7"}, {"GPP_C", ""}, {"GPP_D", "000e08012345"}}));
}

TEST(Section16, Vector24And25UrlsWithoutSchemeAndWithPort) {
    const RuleRequest bare = request_of(SamplePhone(), "192.168.1.130/profiles/init.cfg");
    EXPECT_EQ(*bare.url, *Url::parse("tftp://192.168.1.130:69/profiles/init.cfg"));
    const RuleRequest port =
        request_of(SamplePhone(), "tftp://prov.telco.com:6900/cisco/config/$PN.cfg");
    EXPECT_EQ(port.url->port(), 6900);
    EXPECT_EQ(port.url->target(), "/cisco/config/CP-8841-3PCC.cfg");
}

TEST(Section16, Vector26QuotedKey) {
    const RuleRequest request =
        request_of(SamplePhone(), "[--key \"my secret phrase\"] https://h/a");
    EXPECT_EQ(request.options.key->reveal(), "my secret phrase");
    EXPECT_EQ(request.url->port(), 443);
}

TEST(Section16, Vector27CredentialsFromSecrets) {
    const SamplePhone phone =
        SamplePhone().set("GPP_SA", "MyUserID").set("GPP_SB", "MySecretPassword");
    const RuleRequest request = request_of(phone, "[--uid $SA --pwd $SB] https://h/c.xml");
    EXPECT_EQ(request.options.uid, "MyUserID");
    EXPECT_EQ(request.options.pwd->reveal(), "MySecretPassword");
}

TEST(Section16, Vector28OctalEscapes) {
    const RuleRequest request = request_of(
        SamplePhone(), "[--uid TEST --pwd Test\\043\\134AbC123] tftp://192.168.1.5/image/x.loads");
    EXPECT_EQ(request.options.pwd->reveal(), "Test#\\AbC123");
}

TEST(Section16, Vector28IsAnUpgradeRule) {
    const RuleDecision decision =
        decision_of(SamplePhone(),
                    "[--uid TEST --pwd Test\\043\\134AbC123] tftp://192.168.1.5/image/x.loads",
                    RuleKind::upgrade);
    EXPECT_EQ(decision.request->options.pwd->reveal(), "Test#\\AbC123");
}

TEST(Section16, Vector29SrvIsNotForTftp) {
    const auto decision =
        decide_rule(RuleKind::profile, "[--srv] tftp://example.com/a", SamplePhone().macros());
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().message, "Error - TFTP Scheme not supported in SRV lookups");
}

TEST(Section16, Vector30UpgradeRuleNeedsAServer) {
    EXPECT_FALSE(decide_rule(RuleKind::upgrade, "/sip88xx.loads", SamplePhone().macros()));
}

TEST(Section16, Vector31To37Profiles) {
    struct Row {
        int vector;
        SamplePhone phone;
        std::string_view elements;
        std::string_view name;
        std::string_view value;
    };

    const SamplePhone plain;
    for (const Row& row :
         {Row{31, plain, "<GPP_A> 12345678 </GPP_A>", "GPP_A", "12345678"},
          Row{32,
              plain,
              "<Dial_Plan_1_>\n (S0 &lt;:18005551212&gt;)\n</Dial_Plan_1_>",
              "Dial_Plan_1_",
              "(S0 <:18005551212>)"},
          Row{33, plain, "<GPP_A>a&#40;b&#x2e;\nc</GPP_A>", "GPP_A", "a(b. c"},
          Row{34, plain, "<GPP_A>1</GPP_A><GPP_A>2</GPP_A>", "GPP_A", "2"},
          Row{35, plain, "<Resync_periodic>5</Resync_periodic>", "Resync_Periodic", "3600"},
          Row{36,
              SamplePhone().set("Station_Name", "Front desk"),
              "<Station_Name ua=\"rw\" preserve-value=\"y\">Travel Agent 1</Station_Name>",
              "Station_Name",
              "Front desk"},
          Row{37, SamplePhone().set("GPP_A", "x"), "<GPP_A></GPP_A>", "GPP_A", ""},
          Row{37,
              SamplePhone().set("Speed_Dial_2_Name", "Bob"),
              "<Speed_Dial_2_Name ua=\"rw\"/>",
              "Speed_Dial_2_Name",
              "Bob"}}) {
        SCOPED_TRACE(row.vector);
        EXPECT_EQ(SamplePhone(row.phone).apply(row.elements).get(row.name), row.value);
    }
}

TEST(Section16, Vector36SetsTheAccess) {
    const SamplePhone phone = SamplePhone().apply(
        "<Station_Name ua=\"ro\" preserve-value=\"y\">Travel Agent 1</Station_Name>");
    const auto id = *phone.values.catalogue().find("Station_Name");
    EXPECT_EQ(phone.values.access(id), Access::read_only);
    EXPECT_FALSE(phone.values.is_set(id));
}

TEST(Section16, Vector38LaterProfileWins) {
    const SamplePhone phone =
        SamplePhone().apply("<GPP_C>of A</GPP_C>").apply("<GPP_C>of B</GPP_C>");
    EXPECT_EQ(phone.get("GPP_C"), "of B");
}

TEST(Section16, Vector41NamesFromLabels) {
    EXPECT_EQ(xml_name("Resync At (HHmm)"), "Resync_At__HHmm_");
    EXPECT_EQ(xml_name("Dial Plan", 1), "Dial_Plan_1_");
    EXPECT_EQ(xml_name("Auth Resync-Reboot", 1), "Auth_Resync-Reboot_1_");
    EXPECT_EQ(xml_name("Phone-UI-User-Mode"), "Phone-UI-User-Mode");
}

TEST(Section16, Vector42Aliases) {
    const SamplePhone phone;
    const auto applied = apply_flat_profile(
        "<CPE><SIP-Credentials><name>J. Smith</name><auth-secret>732</auth-secret>"
        "</SIP-Credentials></CPE>",
        phone.values,
        {.alias_map = "/SIP-Credentials/name = /flat-profile/Display_Name_1_ ; "
                      "/auth-secret = /flat-profile/Password_1_ ;"});
    ASSERT_TRUE(applied);
    EXPECT_TRUE(applied->ignored.empty());
    const Catalogue& catalogue = phone.values.catalogue();
    EXPECT_THAT(
        applied->changes,
        ::testing::UnorderedElementsAre(Change{*catalogue.find("Display_Name_1_"), "", "J. Smith"},
                                        Change{*catalogue.find("Password_1_"), "", "732"}));
}

// The rule's half of 70; the sealed body goes to a real server in
// tests/e2e/phone_language_test.cpp.
TEST(Section16, Vector70ReportUrlLosesItsTerminator) {
    const auto reports =
        decide_report_rule("[--delta --key test123]http://s/d.enc.xml;", SamplePhone().macros());
    ASSERT_TRUE(reports);
    ASSERT_EQ(reports->requests.size(), 1U);
    EXPECT_EQ(reports->requests[0].url->to_string(), "http://s/d.enc.xml");
    EXPECT_TRUE(reports->requests[0].options.delta);
    EXPECT_EQ(reports->requests[0].options.key->reveal(), "test123");
}

TEST(Section16, Vector74IkmIsInNoReport) {
    const SamplePhone phone = SamplePhone().set("IKM_HTTP_Encrypt_Content", "hunter2");
    const std::string report = full_report(phone.values);
    EXPECT_EQ(report.find("IKM_HTTP_Encrypt_Content"), std::string::npos);
    EXPECT_EQ(report.find("hunter2"), std::string::npos);
}

}  // namespace onhook::profile
