#include "profile/rule_check.h"

#include <algorithm>

#include "profile/rule.h"
#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

using test::SamplePhone;

namespace {

using Strings = std::vector<std::string>;

// "12 error syntax", in order.
Strings codes(const std::vector<RuleRemark>& remarks) {
    Strings all;
    for (const RuleRemark& remark : remarks) {
        const bool error = remark.severity == RuleRemark::Severity::error;
        all.push_back(std::to_string(remark.offset) + (error ? " error " : " warning ") +
                      std::string(remark.code));
        EXPECT_FALSE(remark.message.empty());
    }
    return all;
}

bool has_error(const std::vector<RuleRemark>& remarks) {
    return std::any_of(remarks.begin(), remarks.end(), [](const RuleRemark& remark) {
        return remark.severity == RuleRemark::Severity::error;
    });
}

}  // namespace

TEST(RuleCheck, HasNothingToSayAboutTheExamplesOfTheDocuments) {
    for (const std::string_view rule :
         {"",
          " ",
          "/$PSN.xml",
          "$A",
          "$A/x.cfg",
          "http://$A:$B/$MA.cfg?x=$(MAU:3:2)",
          "tftp://prov.telco.com:6900/cisco/config/$PN.cfg",
          "[--key \"$SA\" --uid $SB --pwd $(SC:0:5)] https://h/c.xml",
          "($PRVTMR ge 600)? http://p.tel.com/has-reg.cfg | [--post a] http://p.tel.com/lost-reg?",
          "($PRVTMR ge 600)? http://h/a | [--post $A --alias $B] http://h/b",
          "(\"$CCERT\" eq \"Installed\")? https://p.tel.com/config? | "
          "https://p.tel.com/config?cisco$MAU",
          "(\"$A\" ne \"Provisioned\")? (Line_Enable_1_ = \"No\";)! https://p.tel.com/init-prov | "
          "https://p.tel.com/configs",
          "($SWVER lt 11-3-1MPP-678 and $HWVER ge 2.0)? http://h/x | gds://"}) {
        SCOPED_TRACE(rule);
        EXPECT_EQ(codes(check_rule(RuleKind::profile, rule, &cisco_mpp_catalogue())), Strings{});
    }
    EXPECT_EQ(codes(check_rule(RuleKind::report,
                               "[--delta]http://s/$MA.xml; ($PRVTMR ge 9)? [--status]http://s/s")),
              Strings{});
    EXPECT_EQ(codes(check_trigger("$UPGTMR gt 300 and $PRVTMR ge 600")), Strings{});
}

TEST(RuleCheck, ReadsEveryAlternative) {
    struct Row {
        RuleKind kind;
        std::string_view rule;
        Strings codes;
    };

    for (const Row& row :
         {Row{RuleKind::profile,
              "($A lt \"x\")? http://h | ($PRVST or 1)? [--nope] http://h/b | (a=1)! http://i",
              {"1 warning unquoted-text",
               "4 error syntax",
               "13 error syntax",
               "32 error syntax",
               "40 error unknown-option",
               "64 error syntax",
               "68 error syntax"}},
          Row{RuleKind::profile, "http://h/a | http://h/b", {"13 warning unreachable-alternative"}},
          Row{RuleKind::profile,
              "http://h/a | http://h/b | http://h",
              {"13 warning unreachable-alternative",
               "26 warning unreachable-alternative",
               "26 error syntax"}},
          Row{RuleKind::profile,
              "(1 eq 1)? http://h/a | http://h/b",
              {"1 warning constant-condition", "23 warning unreachable-alternative"}},
          Row{RuleKind::profile,
              "(\"1\" eq \"2\")? http://h/a",
              {"0 warning never-fetches", "1 warning constant-condition"}},
          Row{RuleKind::profile, "(a = \"1\" ;)!", {"0 warning never-fetches"}},
          Row{RuleKind::profile,
              "($A eq 1)? (a = \"1\" ;)! | (b=\"2\")! | http://h/x",
              {"0 warning never-fetches", "37 warning unreachable-alternative"}},
          Row{RuleKind::profile,
              "[--key abc --pwd \"p$SA\"] http://bob:pw@h/x",
              {"7 warning secret-in-clear",
               "18 warning secret-in-clear",
               "32 warning secret-in-clear"}},
          Row{RuleKind::profile, "http://u:p@$A/x", {"7 warning secret-in-clear"}},
          Row{RuleKind::profile, "http://h/$SA", {"9 warning secret-stays-text"}},
          Row{RuleKind::profile, "http://h/$STRANGE.cfg", {"9 warning unknown-macro"}},
          Row{RuleKind::profile, "($MA eq 1)? http://h/x", {"1 warning unquoted-text"}},
          Row{RuleKind::profile, "($A eq \"x\")? http://h/x", {"1 warning unquoted-text"}},
          Row{RuleKind::profile,
              "( Line_enable_1_ = \"No\" ; Password_1_ = \"x\" ; Password_2_ = \"$A\" )! /x",
              {"2 warning unknown-parameter", "26 warning secret-in-clear"}},
          Row{RuleKind::profile, "[--srv] h/$MA", {"8 error scheme-not-supported"}},
          Row{RuleKind::profile, "[--key $SA --key $SA] /x", {"11 error duplicate-option"}},
          Row{RuleKind::profile, "(1 eq 1 http://h/x", {"0 error syntax"}},
          Row{RuleKind::profile, "/x\x01", {"2 error syntax"}},
          Row{RuleKind::profile, "http://h/x y", {"11 error syntax"}},
          Row{RuleKind::profile, "http://$A x", {"10 error syntax"}},
          Row{RuleKind::upgrade, "/x.loads", {"0 error server-missing"}},
          Row{RuleKind::upgrade, "[--key $SA] http://h/x.loads", {"1 error option-not-allowed"}},
          Row{RuleKind::report,
              "http://s/a http://s/b [--nope]http://s/c",
              {"22 warning too-many-reports"}},
          Row{RuleKind::report,
              "/a [--delta --status]http://s/b",
              {"0 error server-missing", "12 error options-conflict"}},
          Row{RuleKind::report,
              "($A eq 1)? http://s/a http://s/b | http://s/c",
              {"22 error syntax"}}}) {
        SCOPED_TRACE(row.rule);
        Strings expected = row.codes;
        Strings found = codes(check_rule(row.kind, row.rule, &cisco_mpp_catalogue()));
        EXPECT_EQ(found, expected);
    }
}

TEST(RuleCheck, FindsFaultWithTriggers) {
    EXPECT_EQ(codes(check_trigger("($PRVTMR ge 600)?")), (Strings{"0 error syntax"}));
    EXPECT_EQ(codes(check_trigger("http://phone/admin/resync?")), (Strings{"0 error syntax"}));
    EXPECT_EQ(codes(check_trigger("$PRVTMR ge \"600\"")),
              (Strings{"0 warning unquoted-text", "8 error syntax"}));
    EXPECT_EQ(codes(check_trigger("1 eq 1")), (Strings{"0 warning constant-condition"}));
    EXPECT_EQ(codes(check_trigger(" ")), Strings{});
}

TEST(RuleCheck, ComesToAnEndForLongRules) {
    EXPECT_EQ(codes(check_rule(RuleKind::profile, std::string(longest_rule + 1, '('))),
              (Strings{"2048 error too-long"}));
    EXPECT_TRUE(has_error(check_rule(RuleKind::profile, std::string(longest_rule, '('))));
}

// A rule without macros is the same before and after expansion: what a phone refuses, the check
// does, and what the check finds no fault with, every phone takes.
RC_GTEST_PROP(RuleCheck, AgreesWithThePhone, ()) {
    const auto pieces =
        *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
            "(",     ")?",   ")!",         "1 eq 1", "2 lt 1",    "\"a\" ne \"b\"",
            " and ", " or ", "a=\"x\"",    ";",      "[--key k]", "[--nope]",
            "[",     "]",    "http://h/x", "/y",     "h",         " | ",
            "|",     " ",    "\"",         "--uid u"}));
    std::string rule;
    for (const std::string& piece : pieces) {
        rule += piece;
    }
    const SamplePhone phone;
    for (const RuleKind kind : {RuleKind::profile, RuleKind::upgrade}) {
        const auto decision = decide_rule(kind, rule, phone.macros());
        const bool fault = has_error(check_rule(kind, rule));
        RC_ASSERT(decision.has_value() || fault);
    }
    const bool reports = decide_report_rule(rule, phone.macros()).has_value();
    RC_ASSERT(reports || has_error(check_rule(RuleKind::report, rule)));
}

}  // namespace onhook::profile
