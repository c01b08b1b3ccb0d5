#include "profile/rule.h"

#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

using test::SamplePhone;

TEST(ProfileRule, EmptyIsSkipped) {
    const auto request = read_profile_rule(" \t ", SamplePhone().macros());
    ASSERT_TRUE(request);
    EXPECT_FALSE(*request);
}

TEST(ProfileRule, ReadsTheValidExamplesOfTheDocuments) {
    const SamplePhone phone = SamplePhone().set("GPP_D", "dir").set("GPP_E", "file");

    struct Row {
        std::string_view rule;
        std::string_view url;
    };

    for (const Row& row :
         {Row{"192.168.1.130/profiles/init.cfg", "tftp://192.168.1.130/profiles/init.cfg"},
          Row{"tftp://prov.call.com/cpe/cisco$MA.cfg",
              "tftp://prov.call.com/cpe/cisco000e08012345.cfg"},
          Row{"http://neptune.speak.net:8080/prov/$D/$E.cfg",
              "http://neptune.speak.net:8080/prov/dir/file.cfg"},
          Row{"https://secure.me.com/profile?Linksys", "https://secure.me.com/profile?Linksys"},
          Row{"[2001:db8::1]/x.cfg", "tftp://[2001:db8::1]/x.cfg"},
          Row{"http://[2001:db8::1]:81/x.cfg", "http://[2001:db8::1]:81/x.cfg"},
          Row{" [ --key MyOwnSecret ] http://h/x ", "http://h/x"},
          Row{"[--uid a]http://h/x", "http://h/x"},
          Row{"[]http://h/x", "http://h/x"}}) {
        SCOPED_TRACE(row.rule);
        const auto request = read_profile_rule(row.rule, phone.macros());
        ASSERT_TRUE(request && *request);
        ASSERT_TRUE((*request)->url);
        EXPECT_EQ((*request)->url->to_string(), row.url);
    }
}

TEST(ProfileRule, OptionsWinOverUserinfoInTheUrl) {
    const auto macros_of = SamplePhone();
    const auto userinfo = read_profile_rule("http://bob:pw@h/x", macros_of.macros());
    ASSERT_TRUE(userinfo && *userinfo);
    EXPECT_EQ((*userinfo)->options.credentials(), (Credentials{"bob", Secret("pw")}));
    EXPECT_EQ((*userinfo)->url->to_string(), "http://h/x");
    const auto half = read_profile_rule("[--pwd w]http://bob:pw@h/x", macros_of.macros());
    ASSERT_TRUE(half && *half);
    EXPECT_EQ((*half)->options.credentials(), (Credentials{"bob", Secret("w")}));
    const auto both = read_profile_rule("[--uid ann --pwd w]http://bob:pw@h/x", macros_of.macros());
    ASSERT_TRUE(both && *both);
    EXPECT_EQ((*both)->options.credentials(), (Credentials{"ann", Secret("w")}));
}

TEST(ProfileRule, OctalEscapesAreTheAdministratorsNotTheSecrets) {
    const SamplePhone phone = SamplePhone().set("GPP_SA", "a\\043b");
    const auto request = read_profile_rule("[--key \\043$SA] http://h/x", phone.macros());
    ASSERT_TRUE(request && *request);
    EXPECT_EQ((*request)->options.key->reveal(), "#a\\043b");
}

TEST(ProfileRule, SaysWhatIsWrongAndWhere) {
    struct Row {
        std::string_view rule;
        std::size_t offset;
        std::string_view message;
    };

    const std::string too_long(longest_rule + 1, 'a');
    for (const Row& row :
         {Row{"[--sync] http://h/x", 1, "unknown option --sync; supported are --key, --uid, --pwd"},
          Row{"[--delta] http://h/x",
              1,
              "unknown option --delta; supported are --key, --uid, --pwd"},
          Row{"[--key] http://h/x", 6, "--key needs an argument"},
          Row{"[--key \"a] http://h/x", 8, "the quotes of --key are not closed"},
          Row{"[--key a http://h/x", 9, "expected an option such as --key, or ]"},
          Row{"[--key a]", 9, "expected a URL: [scheme://]server[:port]/path or /path"},
          Row{"gopher://h/x", 0, "not a URL: expected a scheme (tftp://, http:// or https://)"},
          Row{"http://h", 0, "expected a file path behind the server: server[:port]/path"},
          Row{"h.cfg", 0, "expected a file path behind the server: server[:port]/path"},
          Row{"http://h?a/b", 0, "expected a file path behind the server: server[:port]/path"},
          Row{"http://h/x y", 11, "expected the end of the rule after its URL"},
          Row{"(\"1\" eq \"2\")? http://h/x",
              0,
              "conditions and assignments are not supported yet; give one URL"},
          Row{"http://h/x | http://i/y", 11, "expected the end of the rule after its URL"},
          Row{"http://h/x|http://i/y", 10, "alternatives are not supported yet; give one URL"},
          Row{too_long, longest_rule, "a rule has at most 2048 characters"}}) {
        SCOPED_TRACE(row.rule);
        const auto request = read_profile_rule(row.rule, SamplePhone().macros());
        ASSERT_FALSE(request);
        EXPECT_EQ(request.error().message, row.message);
        EXPECT_EQ(request.error().offset, row.offset);
    }
}

TEST(ProfileRule, BoundsTheExpansion) {
    const SamplePhone phone = SamplePhone().set("GPP_A", std::string(4096, 'a'));
    const auto request = read_profile_rule("http://h/$A$A$A", phone.macros());
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().message, "an expanded rule has at most 8192 characters");
}

TEST(ReportRule, ReadsTwoReportsAndTheirTerminators) {
    const auto requests = read_report_rule(
        "[--delta]http://s/d.xml; [--status --key k]http://s/$MA.xml http://s/third",
        SamplePhone().macros());
    ASSERT_TRUE(requests);
    ASSERT_EQ(requests->size(), 2U);
    EXPECT_TRUE((*requests)[0].options.delta);
    EXPECT_EQ((*requests)[0].url->to_string(), "http://s/d.xml");
    EXPECT_TRUE((*requests)[1].options.status);
    EXPECT_EQ((*requests)[1].options.key->reveal(), "k");
    EXPECT_EQ((*requests)[1].url->to_string(), "http://s/000e08012345.xml");
}

TEST(ReportRule, NeedsAServer) {
    EXPECT_FALSE(read_report_rule("/report.xml", SamplePhone().macros()));
}

RC_GTEST_PROP(ProfileRule, NeverCrashesAndPointsIntoTheText, ()) {
    const auto rule = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("[]-keyuidpwd \"\\043$SA:/htp.()?|;")));
    const SamplePhone phone = SamplePhone().set("GPP_SA", "x");
    const auto request = read_profile_rule(rule, phone.macros());
    if (!request) {
        RC_ASSERT(request.error().offset <= longest_expanded_rule);
        RC_ASSERT(!request.error().message.empty());
    }
}

}  // namespace onhook::profile
