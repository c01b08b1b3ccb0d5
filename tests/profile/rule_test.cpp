#include "profile/rule.h"

#include "profile/samples.h"
#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

using test::SamplePhone;

namespace {

RuleDecision decided(std::string_view rule,
                     const SamplePhone& phone = {},
                     RuleKind kind = RuleKind::profile) {
    auto decision = decide_rule(kind, rule, phone.macros());
    if (!decision) {
        ADD_FAILURE() << rule << ": " << decision.error().sentence();
        return {};
    }
    CHECK(decision->has_value());
    return **std::move(decision);
}

RuleError error_of(std::string_view rule,
                   RuleKind kind = RuleKind::profile,
                   const SamplePhone& phone = {}) {
    const auto decision = decide_rule(kind, rule, phone.macros());
    return decision ? RuleError{0, "no error", {}} : decision.error();
}

}  // namespace

TEST(ProfileRule, EmptyIsSkipped) {
    for (const std::string_view rule : {"", " \t ", "$A", " $A "}) {
        const auto decision = decide_rule(RuleKind::profile, rule, SamplePhone().macros());
        ASSERT_TRUE(decision);
        EXPECT_FALSE(*decision);
    }
}

TEST(ProfileRule, ReadsTheValidExamplesOfTheDocuments) {
    const SamplePhone phone = SamplePhone().set("GPP_D", "dir").set("GPP_E", "file");

    struct Row {
        std::string_view rule;
        std::string_view url;
    };

    for (const Row& row :
         {Row{"/$MA.cfg", "/000e08012345.cfg"},
          Row{"/cisco/cfg.xml", "/cisco/cfg.xml"},
          Row{"192.168.1.130/profiles/init.cfg", "tftp://192.168.1.130/profiles/init.cfg"},
          Row{"tftp://prov.call.com/cpe/cisco$MA.cfg",
              "tftp://prov.call.com/cpe/cisco000e08012345.cfg"},
          Row{"http://neptune.speak.net:8080/prov/$D/$E.cfg",
              "http://neptune.speak.net:8080/prov/dir/file.cfg"},
          Row{"https://secure.me.com/profile?Linksys", "https://secure.me.com/profile?Linksys"},
          Row{"[2001:db8::1]/x.cfg", "tftp://[2001:db8::1]/x.cfg"},
          Row{"http://[2001:db8::1]:81/x.cfg", "http://[2001:db8::1]:81/x.cfg"},
          Row{"[--key k] [2001:db8::1]/x.cfg", "tftp://[2001:db8::1]/x.cfg"},
          Row{" [ --key MyOwnSecret ] http://h/x ", "http://h/x"},
          Row{"[--uid a]http://h/x", "http://h/x"},
          Row{"[--key \"a]\" --pwd \"]|[\"] http://h/x | http://h/y", "http://h/x"},
          Row{"[--key \"\"] http://h/x | \"]\"", "http://h/x"},
          Row{"HTTP://H/x", "http://h/x"},
          Row{"http://h/(1).cfg", "http://h/(1).cfg"},
          Row{"http://h/a(b", "http://h/a(b"},
          Row{"[]http://h/x", "http://h/x"}}) {
        SCOPED_TRACE(row.rule);
        EXPECT_EQ(url_of(decided(row.rule, phone)), row.url);
    }
}

TEST(ProfileRule, TakesTheFirstAlternativeThatHolds) {
    struct Row {
        std::string_view rule;
        std::size_t alternative;
        std::string_view url;
    };

    for (const Row& row :
         {Row{"(1 eq 2)? http://h/a | (1 eq 1)? http://h/b | http://h/c", 1, "http://h/b"},
          Row{"(1 eq 2)?http://h/a|(1 eq 2)?http://h/b|http://h/c", 2, "http://h/c"},
          Row{"( 1 eq 1 ) ? http://h/a", 0, "http://h/a"},
          Row{"http://h/a | http://h/b", 0, "http://h/a"},
          Row{"(1 eq 2)? http://h/a |", 1, "no request"},
          Row{"(1 eq 1)?", 0, "no request"},
          Row{"(1 eq 1)? (a=\"1\")! [--uid u] http://h/x", 0, "http://h/x"},
          // | does not separate inside of quotes, ( ) and [ ].
          Row{"(\"|\" eq \"|\")? [--key \"a|b\" --pwd c|d] http://h/(e|f)?| http://h/b",
              0,
              "http://h/(e|f)?"},
          Row{"(a = \"|\")! http://h/a | http://h/b", 0, "http://h/a"}}) {
        SCOPED_TRACE(row.rule);
        const RuleDecision decision = decided(row.rule);
        EXPECT_EQ(decision.alternative, row.alternative);
        EXPECT_EQ(url_of(decision), row.url);
    }
}

// 3.4: an error counts on the way to the alternative that is taken and in it, not behind a
// condition that is false nor behind the alternative that is taken.
TEST(ProfileRule, OnlyTheChosenPathCanBeWrong) {
    EXPECT_EQ(url_of(decided("(1 eq 2)? [--nope (a=1)! http://h | http://h/b")), "http://h/b");
    EXPECT_EQ(url_of(decided("(1 eq 2)? nonsense nonsense | http://h/b")), "http://h/b");
    EXPECT_EQ(url_of(decided("http://h/a | (1 lt \"x\")? [[[ | )")), "http://h/a");
    EXPECT_EQ(error_of("(1 lt \"x\")? http://h/a | http://h/b").offset, 3U);
    EXPECT_EQ(error_of("(1 eq 2)? http://h/a | (1 eq 1 or 2 eq 2)? http://h/b | /c").message,
              "or is not supported");
}

TEST(ProfileRule, TellsWhatWasConsidered) {
    std::vector<Considered> why;
    const SamplePhone phone = SamplePhone().set("GPP_A", "x");
    const auto decision = decide_rule(RuleKind::profile,
                                      "( \"$A\" eq \"y\" )? http://h/a | http://h/b | http://h/c",
                                      phone.macros(),
                                      &why);
    ASSERT_TRUE(decision && *decision);
    EXPECT_EQ(why, (std::vector<Considered>{{0, "\"x\" eq \"y\"", false}, {1, "", true}}));
}

TEST(ProfileRule, AssignsByNameAndLetter) {
    const RuleDecision decision = decided(
        "( Line_Enable_1_=\"No\";Phone-UI-User-Mode = \"Yes\" ;\n p = \"\"; q = \"$MA $$MA\" )!");
    EXPECT_EQ(decision.assignments,
              (Assignments{{"Line_Enable_1_", "No"},
                           {"Phone-UI-User-Mode", "Yes"},
                           {"GPP_P", ""},
                           {"q", "000e08012345 $MA"}}));
    EXPECT_FALSE(decision.request);
    EXPECT_EQ(decided("( )! /x").assignments, Assignments{});
    // Secrets stay macros outside of options.
    EXPECT_EQ(decided("(a = \"$SA\";)!", SamplePhone().set("GPP_SA", "s")).assignments,
              (Assignments{{"GPP_A", "$SA"}}));
}

TEST(ProfileRule, OptionsWinOverUserinfoInTheUrl) {
    const auto credentials = [](std::string_view rule) {
        return decided(rule).request->options.credentials();
    };
    EXPECT_EQ(url_of(decided("http://bob:pw@h/x")), "http://h/x");
    EXPECT_EQ(credentials("http://bob:pw@h/x"), (Credentials{"bob", Secret("pw")}));
    EXPECT_EQ(credentials("[--pwd w]http://bob:pw@h/x"), (Credentials{"bob", Secret("w")}));
    EXPECT_EQ(credentials("[--uid ann --pwd w]http://bob:pw@h/x"),
              (Credentials{"ann", Secret("w")}));
}

TEST(ProfileRule, OctalEscapesAreTheAdministratorsNotTheSecrets) {
    const SamplePhone phone = SamplePhone().set("GPP_SA", "a\\043b");
    EXPECT_EQ(decided("[--key \\043$SA] http://h/x", phone).request->options.key->reveal(),
              "#a\\043b");
    EXPECT_EQ(decided("[--key \"\\043\"] http://h/x").request->options.key->reveal(), "\\043");
}

TEST(ProfileRule, GdsAsksForAnActivationCode) {
    const RuleDecision decision = decided("gds://");
    ASSERT_TRUE(decision.request);
    EXPECT_TRUE(decision.request->activation_code);
    EXPECT_FALSE(decision.request->url);
    EXPECT_FALSE(decided("http://h/x").request->activation_code);
    EXPECT_NE(error_of("gds://h/x").message, "no error");
    EXPECT_NE(error_of("gds://", RuleKind::upgrade).message, "no error");
}

TEST(ProfileRule, SaysWhatIsWrongAndWhere) {
    struct Row {
        std::string_view rule;
        std::size_t offset;
        std::string_view message;
    };

    const std::string too_long(longest_rule + 1, 'a');
    const std::string_view path = "expected a file path behind the server: server[:port]/path";
    for (const Row& row :
         {Row{"[--key \"a] http://h/x", 7, "the quotes are not closed"},
          Row{"[--key a http://h/x", 0, "this [ is not closed"},
          Row{"(1 eq 1 ? http://h/x", 0, "this ( is not closed"},
          Row{"(1 eq \"1)? http://h/x", 6, "the quotes are not closed"},
          Row{"(1 eq 1) http://h/x", 9, "expected ? behind a condition, or ! behind assignments"},
          Row{"(1 eq 1)", 8, "expected ? behind a condition, or ! behind assignments"},
          Row{"(1 eq 1)? (2 eq 2)? http://h/x", 10, "an alternative has one condition"},
          Row{"(a=\"1\")! (1 eq 1)? /x", 9, "expected a URL"},
          Row{"(a=\"1\")! (b=\"1\")! /x", 9, "expected a URL"},
          Row{"((1 eq 1))? /x", 1, "parentheses inside an expression are not supported"},
          Row{"()? /x", 1, "expected a number, a version or a quoted text"},
          Row{"(a)! /x", 2, "expected = behind the name of a parameter"},
          Row{"(=\"1\")! /x", 1, "expected the name of a parameter"},
          Row{"(a=1)! /x", 3, "expected a value in quotes"},
          Row{"(a=\"1\" b=\"2\")! /x", 7, "expected ; between assignments"},
          Row{"[--key a]", 9, "expected a URL behind the options"},
          Row{"\"1\" eq \"1\"? /x", 0, "expected a URL; quoted text stands in conditions"},
          Row{"gopher://h/x", 0, "not a URL: expected a scheme (tftp://, http:// or https://)"},
          Row{"http://h", 0, path},
          Row{"h.cfg", 0, path},
          Row{"http://h?a/b", 0, path},
          Row{"http://h/x y", 11, "expected | or the end of the rule behind the URL"},
          Row{"http://h/\x01", 9, "a control character"},
          Row{"[--post a] tftp://h/x", 11, "--post does not work over tftp"},
          Row{"[--post a] h/x", 11, "--post does not work over tftp"},
          Row{"[--srv] h/x", 8, "Error - TFTP Scheme not supported in SRV lookups"},
          Row{"tftp://u:p@h/x", 0, "a user and a password in the URL are for http and https"},
          Row{"/a#b", 0, "not a path: expected no white space, control character or #"},
          Row{"(1 eq 1)? (a=\"1\") /x", 18, "expected ! behind the assignments"},
          Row{"(a=\"1)! /x", 3, "the quotes are not closed"},
          Row{"(1eq 1)? /x", 1, "'1eq' is no number"},
          Row{"(\"a\"eq \"b\")? /x", 4, "eq needs white space on both sides"},
          Row{"(1 = 1and 1 = 1)? /x", 5, "'1and' is no number"},
          Row{"(\"a\" = \"b\"and 1 = 1)? /x", 10, "and needs white space on both sides"},
          Row{"(1 = 1 2)? /x", 7, "expected and, or the end of the expression"},
          Row{"[--srv] /x", 8, "--srv needs a domain in the URL"},
          Row{too_long, longest_rule, "a rule has at most 2048 characters"}}) {
        SCOPED_TRACE(row.rule);
        const RuleError error = error_of(row.rule);
        EXPECT_EQ(error.message.substr(0, row.message.size()), row.message);
        EXPECT_EQ(error.offset, row.offset);
        EXPECT_NE(error.remedy, "");
    }
}

TEST(ProfileRule, BoundsTheExpansion) {
    const SamplePhone phone = SamplePhone().set("GPP_A", std::string(4096, 'a'));
    EXPECT_EQ(error_of("http://h/$A$A$A", RuleKind::profile, phone).message,
              "an expanded rule has at most 8192 characters");
}

TEST(ProfileRule, LegacyConditionsAreAPolicy) {
    const std::string_view rule = "(! sip88xx.11-3-1MPP-678)? http://h/a | http://h/b";
    EXPECT_NE(error_of(rule).message, "no error");
    const RulePolicy legacy{LegacyConditions::accepted};
    const auto decision =
        decide_rule(RuleKind::profile, rule, SamplePhone().macros(), nullptr, legacy);
    ASSERT_TRUE(decision && *decision);
    EXPECT_EQ((*decision)->alternative, 1U);
    EXPECT_TRUE(*decide_trigger("ge 11-0-0MPP", SamplePhone().macros(), legacy));
}

TEST(UpgradeRule, ConditionsAndAssignmentsAreThoseOfProfileRules) {
    const RuleDecision decision = decided(
        "($SWVER lt 11-0-0MPP)? http://h/a.loads | (a = \"1\";)! [--uid u --pwd p] "
        "https://h/sip88xx.12-0-1MPP-1.loads",
        {},
        RuleKind::upgrade);
    EXPECT_EQ(decision.alternative, 1U);
    EXPECT_EQ(decision.assignments, (Assignments{{"GPP_A", "1"}}));
    EXPECT_EQ(url_of(decision), "https://h/sip88xx.12-0-1MPP-1.loads");
    EXPECT_EQ(error_of("/x.loads", RuleKind::upgrade).message,
              "an upgrade rule needs a server in its URL");
}

TEST(GeneralPurposeText, ExpandsOnceAndKeepsSecretsClosed) {
    const SamplePhone phone =
        SamplePhone().set("GPP_B", "sn=$SN $A $SA").set("GPP_A", "$MA").set("GPP_SA", "s3cret");
    EXPECT_EQ(general_purpose_text('b', phone.macros()), "sn=88012BA01234 $MA $SA");
    EXPECT_EQ(general_purpose_text('c', phone.macros()), "");
}

TEST(ReportRule, ReadsTwoReportsAndTheirTerminators) {
    const auto reports = decide_report_rule(
        "[--delta]http://s/d.xml;\n[--status --key k]http://s/$MA.xml http://s/third [--nope]",
        SamplePhone().macros());
    ASSERT_TRUE(reports);
    ASSERT_EQ(reports->requests.size(), 2U);
    EXPECT_TRUE(reports->requests[0].options.delta);
    EXPECT_EQ(reports->requests[0].url->to_string(), "http://s/d.xml");
    EXPECT_TRUE(reports->requests[1].options.status);
    EXPECT_EQ(reports->requests[1].options.key->reveal(), "k");
    EXPECT_EQ(reports->requests[1].url->to_string(), "http://s/000e08012345.xml");
    EXPECT_TRUE(reports->too_many);
    EXPECT_FALSE(decide_report_rule("http://s/a http://s/b ", SamplePhone().macros())->too_many);
}

TEST(ReportRule, TellsReportsInTurnFromAlternatives) {
    const SamplePhone phone;
    EXPECT_TRUE(decide_report_rule("(1 eq 2)? http://s/a http://s/b", phone.macros())->in_turn);
    EXPECT_FALSE(decide_report_rule("(1 eq 2)? http://s/a", phone.macros())->in_turn);
    EXPECT_FALSE(decide_report_rule("(1 eq 2)? http://s/a | http://s/b", phone.macros())->in_turn);
}

// 8.1: each report may have a condition; alternatives are those of a single report.
TEST(ReportRule, HasConditionsForEachReportAndAlternativesForOne) {
    struct Row {
        std::string_view rule;
        std::vector<std::string> urls;
        Assignments assignments;
    };

    for (const Row& row :
         {Row{"", {}, {}},
          Row{"(1 eq 2)? http://s/a", {}, {}},
          Row{"(1 eq 2)? http://s/a http://s/b", {"http://s/b"}, {}},
          Row{"(1 eq 1)? http://s/a (1 eq 2)? (a=\"1\")! http://s/b", {"http://s/a"}, {}},
          Row{"(a=\"1\")! http://s/a (b=\"2\")! http://s/b",
              {"http://s/a", "http://s/b"},
              {{"GPP_A", "1"}, {"GPP_B", "2"}}},
          Row{"(1 eq 2)? http://s/a | (b=\"2\")! http://s/b;", {"http://s/b"}, {{"GPP_B", "2"}}},
          Row{"(1 eq 2)? http://s/a | (1 eq 2)? http://s/b", {}, {}}}) {
        SCOPED_TRACE(row.rule);
        const auto reports = decide_report_rule(row.rule, SamplePhone().macros());
        ASSERT_TRUE(reports) << reports.error().sentence();
        std::vector<std::string> urls;
        for (const RuleRequest& request : reports->requests) {
            urls.push_back(request.url->to_string());
        }
        EXPECT_EQ(urls, row.urls);
        EXPECT_EQ(reports->assignments, row.assignments);
    }
    EXPECT_FALSE(
        decide_report_rule("(1 eq 1)? http://s/a http://s/b | http://s/c", SamplePhone().macros()));
}

TEST(ReportRule, NeedsAServer) {
    const auto reports = decide_report_rule("/report.xml", SamplePhone().macros());
    ASSERT_FALSE(reports);
    EXPECT_EQ(reports.error().message, "a report needs a server in its URL");
}

TEST(Trigger, IsExpandedAndJudged) {
    const SamplePhone phone;
    const MacroContext macros = phone.macros();
    EXPECT_FALSE(*decide_trigger("$PRVTMR ge 600", macros));
    EXPECT_FALSE(decide_trigger("($PRVTMR ge 600)?", macros));
    EXPECT_FALSE(decide_trigger("http://phone/admin/resync?http://h/x", macros));
    EXPECT_FALSE(decide_trigger("$A", macros));
}

RC_GTEST_PROP(ProfileRule, NeverCrashesAndPointsIntoTheText, ()) {
    const auto rule = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("[]-keyuidpwd \"\\043$SA:/htp.()?!=;|a1<")));
    const SamplePhone phone = SamplePhone().set("GPP_SA", "x");
    for (const RuleKind kind : {RuleKind::profile, RuleKind::upgrade}) {
        const auto decision = decide_rule(kind, rule, phone.macros());
        if (!decision) {
            RC_ASSERT(decision.error().offset <= longest_expanded_rule);
            RC_ASSERT(!decision.error().message.empty());
        }
    }
    const auto reports = decide_report_rule(rule, phone.macros());
    if (reports) {
        RC_ASSERT(reports->requests.size() <= 2U);
    }
}

// What alternatives stand behind the one that is taken makes no difference.
RC_GTEST_PROP(ProfileRule, ReadsNoFurtherThanItMust, (const std::string& anything)) {
    const std::string rule = "(1 eq 1)? http://h/a | ";
    RC_PRE(anything.size() < 1000 && anything.find_first_of("$\x01") == std::string::npos);
    const auto decision = decide_rule(RuleKind::profile, rule + anything, SamplePhone().macros());
    RC_ASSERT(decision.has_value());
    RC_ASSERT(decision->has_value());
    RC_ASSERT((*decision)->alternative == 0U);
}

}  // namespace onhook::profile
