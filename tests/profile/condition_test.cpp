#include "profile/condition.h"

#include <string>

#include "support/properties.h"

namespace onhook::profile {

namespace {

constexpr std::string_view firmware = "sip88xx.11-3-1MPP-678";

Result<Truth, RuleError> judged(std::string_view text,
                                LegacyConditions legacy = LegacyConditions::refused) {
    return judge_expression(Cursor(text), {legacy, firmware});
}

}  // namespace

TEST(Condition, ComparesNumbersVersionsAndTexts) {
    struct Row {
        std::string_view text;
        Truth truth;
    };

    for (const Row& row : {Row{"1 = 1", Truth::yes},
                           Row{"1=1", Truth::yes},
                           Row{"  01 eq 1  ", Truth::yes},
                           Row{"1 != 1", Truth::no},
                           Row{"1 ne 2", Truth::yes},
                           Row{"-1 < 0", Truth::yes},
                           Row{"-1<0", Truth::yes},
                           Row{"0>-1", Truth::yes},
                           Row{"+5 le 5", Truth::yes},
                           Row{"5 lt 5", Truth::no},
                           Row{"600 ge 600", Truth::yes},
                           Row{"600>=601", Truth::no},
                           Row{"2 gt 10", Truth::no},
                           Row{"9223372036854775807 gt -9223372036854775808", Truth::yes},
                           Row{"2.0.6(b) > 2.0.6", Truth::yes},
                           Row{"11-3-1MPP GE sip88xx.11-3-1MPP-1", Truth::yes},
                           Row{"\"a\" eq \"a\"", Truth::yes},
                           Row{"\"a\"=\"a\"", Truth::yes},
                           Row{"\"a\" = \"A\"", Truth::no},
                           Row{"\"a \" ne \"a\"", Truth::yes},
                           Row{"\"\" EQ \"\"", Truth::yes},
                           Row{"\"a | ( ) ? b\" Ne \"\"", Truth::yes},
                           Row{"1 eq 1 and 2 eq 2", Truth::yes},
                           Row{"1 eq 1 AND 2 eq 3", Truth::no},
                           Row{"1 eq 2 And 2 eq 2 and 3 eq 3", Truth::no},
                           Row{"1 = 1\nand\t2 = 2", Truth::yes}}) {
        SCOPED_TRACE(row.text);
        const auto truth = judged(row.text);
        ASSERT_TRUE(truth) << truth.error().sentence();
        EXPECT_EQ(*truth, row.truth);
    }
}

// What no document describes is an error that says what to write instead.
TEST(Condition, SaysWhatIsWrongWhereAndWhatToDo) {
    struct Row {
        std::string_view text;
        std::size_t offset;
        std::string_view message;
        std::string_view remedy;
    };

    const std::string_view operators = "write one of = != < <= > >= or eq ne lt le gt ge";
    const std::string_view alternatives =
        "write the other choice as an alternative behind |, or as the other trigger";
    const std::string_view operand = "expected a number, a version or a quoted text";
    const std::string_view may_be_empty = "put a macro that may be empty in quotes";
    const std::string_view opposite = "write the opposite operator, ne for eq";
    const std::string_view one_kind = "give both sides one kind: quote both, or neither";
    const std::string_view parentheses = "parentheses inside an expression are not supported";
    for (const Row& row :
         {Row{"", 0, operand, may_be_empty},
          Row{" eq 1", 1, operand, may_be_empty},
          Row{"1 eq ", 5, operand, may_be_empty},
          Row{"1 eq and 2 eq 2", 5, operand, may_be_empty},
          Row{"1", 1, "expected an operator", operators},
          Row{"1 is 2", 2, "'is' is no operator", operators},
          Row{"1 == 1", 2, "== is no operator", operators},
          Row{"1 =~ 1", 2, "=~ is no operator", operators},
          Row{"1 <> 1", 2, "<> is no operator", operators},
          Row{"1 ! 1", 2, "! is no operator", "write != or ne"},
          Row{"! 1.0.33", 0, operand, may_be_empty},
          Row{"not 1 eq 1", 0, "not is not supported", opposite},
          Row{"1 eq 1 or 2 eq 2", 7, "or is not supported", alternatives},
          Row{"1 eq 1 || 2 eq 2", 7, "|| is not supported", alternatives},
          Row{"1 eq 1 && 2 eq 2", 7, "&& is not supported", "write and"},
          Row{"1 eq 1 2", 7, "expected and, or the end of the expression", ""},
          Row{"1 eq 1?", 6, "? stands behind the parentheses of a rule's condition only", ""},
          Row{"1 eq 1 ?",
              7,
              "? stands behind the parentheses of a rule's condition only",
              "leave it out, or write ( )?"},
          Row{"1 eq 1 and", 7, "and needs white space on both sides", ""},
          Row{"1 eq 1 and ", 11, operand, may_be_empty},
          Row{"\"a\" eq \"a\"and 1 eq 1", 10, "and needs white space on both sides", ""},
          Row{"\"a\"eq \"a\"", 3, "eq needs white space on both sides", ""},
          Row{"\"a\" eq\"a\"", 4, "eq needs white space on both sides", ""},
          Row{"(1 eq 1) and 2 eq 2",
              0,
              parentheses,
              "join comparisons by and; write the other choice as an alternative behind |, or as "
              "the other trigger"},
          Row{"1 eq (1)",
              5,
              parentheses,
              "join comparisons by and; write the other choice as an alternative behind |, or as "
              "the other trigger"},
          Row{"\"a eq 1", 0, "the quotes are not closed", "add \" behind the text"},
          Row{"'a' eq 'a'", 0, "single quotes do not quote", "write double ones: \""},
          Row{"\u201ca\u201d eq \u201ca\u201d",
              0,
              "typographic quotation marks do not quote",
              "write straight ones: \""},
          Row{"\"a\" lt \"b\"",
              4,
              "texts have no order: only = != eq ne apply to them",
              "leave the quotes out to compare numbers or versions"},
          Row{"1 >= \"1\"",
              2,
              "texts have no order: only = != eq ne apply to them",
              "leave the quotes out to compare numbers or versions"},
          Row{"\"1\" eq 1", 7, "a quoted text cannot be compared with a number", one_kind},
          Row{"1 eq 1.0", 5, "a number cannot be compared with a version", one_kind},
          Row{"11-3-1MPP eq \"x\"",
              14,
              "a version cannot be compared with a quoted text",
              one_kind},
          Row{"sip88xx.11-3-1MPP-678 ge 11.0.0",
              25,
              "version format error: the two versions are written in different forms",
              "expected both versions in one form: load names (11-3-1MPP) or numbers with dots "
              "(2.0.1)"},
          Row{"CP-8841-3PCC eq 1",
              0,
              "'CP-8841-3PCC' is no number, version or quoted text",
              "if it is a text, write \"CP-8841-3PCC\""},
          Row{"1 eq http://h/x",
              5,
              "a URL is no part of an expression",
              "write a comparison such as $PRVTMR ge 600"},
          Row{"$SA eq 1",
              0,
              "$SA has no value here",
              "secrets open as arguments of --key, --uid and --pwd only, and unknown macros stay "
              "as they are"},
          Row{"9223372036854775808 eq 1",
              0,
              "9223372036854775808 is beyond the numbers of 64 bits",
              "put it in quotes to compare it as a text"},
          // A wrong comparison is wrong behind a false one, too.
          Row{"1 eq 2 and \"a\" lt \"b\"",
              15,
              "texts have no order: only = != eq ne apply to them",
              "leave the quotes out to compare numbers or versions"}}) {
        SCOPED_TRACE(row.text);
        const auto truth = judged(row.text);
        ASSERT_FALSE(truth);
        EXPECT_EQ(truth.error().message.substr(0, row.message.size()), row.message);
        EXPECT_EQ(truth.error().offset, row.offset);
        if (!row.remedy.empty()) {
            EXPECT_EQ(truth.error().remedy, row.remedy);
        }
    }
}

// 3.1: forms of the ancestors, where somebody switched them on.
TEST(Condition, LegacyFormsAreAPolicy) {
    struct Row {
        std::string_view text;
        Truth truth;
    };

    for (const Row& row : {Row{"! 11-3-1MPP-678", Truth::no},
                           Row{"! sip88xx.11-3-1MPP-677", Truth::yes},
                           Row{"ge 11-0-0MPP", Truth::yes},
                           Row{"  lt 11-0-0MPP and 1 ! 2", Truth::no},
                           Row{"1 = 1 and > 11-0-0MPP", Truth::yes}}) {
        SCOPED_TRACE(row.text);
        const auto truth = judged(row.text, LegacyConditions::accepted);
        ASSERT_TRUE(truth) << truth.error().sentence();
        EXPECT_EQ(*truth, row.truth);
        EXPECT_FALSE(judged(row.text));
    }
    EXPECT_FALSE(judged("!! 1", LegacyConditions::accepted));
    EXPECT_FALSE(judged("! 1", LegacyConditions::accepted));  // a version is no number
}

TEST(Condition, AMacroThatIsNotExpandedIsUnknown) {
    for (const std::string_view text : {"\x01\x01 eq 1",
                                        "\x01\x01 ge 11-3-1MPP",
                                        "\"\x01\x01\" eq \"x\"",
                                        "\x01 eq 1 and 1 eq 1",
                                        "11-\x01\x01-1MPP eq 11-3-1MPP"}) {
        const auto truth = judged(text);
        ASSERT_TRUE(truth) << text;
        EXPECT_EQ(*truth, Truth::unknown) << text;
    }
    EXPECT_EQ(*judged("\x01 eq 1 and 1 eq 2"), Truth::no);
    EXPECT_FALSE(judged("\"\x01\" lt 1"));
    EXPECT_FALSE(judged("\"\x01\" eq 1"));
}

TEST(Trigger, IsABareExpression) {
    EXPECT_EQ(*judge_trigger(" 1 eq 1 and 2 eq 2 ", {}), Truth::yes);
    for (const std::string_view text : {"(1 eq 1)",
                                        "(1 eq 1)?",
                                        " ( 1 eq 1 ) ?",
                                        "1 eq 1 ?",
                                        "",
                                        " ",
                                        "http://phone/admin/resync?http://h/x"}) {
        EXPECT_FALSE(judge_trigger(text, {})) << text;
    }
    EXPECT_EQ(judge_trigger("(1 eq 1)", {}).error().message,
              "a trigger is a bare expression, without ( )?");
}

RC_GTEST_PROP(Condition, ComparesNumbersAsNumbers, (std::int64_t a, std::int64_t b)) {
    const auto holds = [&](std::string_view op) {
        const auto truth =
            judged(std::to_string(a) + " " + std::string(op) + " " + std::to_string(b));
        RC_ASSERT(truth.has_value());
        return *truth == Truth::yes;
    };
    RC_ASSERT(holds("eq") == (a == b));
    RC_ASSERT(holds("!=") == (a != b));
    RC_ASSERT(holds("lt") == (a < b));
    RC_ASSERT(holds("<=") == (a <= b));
    RC_ASSERT(holds("gt") == (a > b));
    RC_ASSERT(holds(">=") == (a >= b));
}

RC_GTEST_PROP(Condition, NeverCrashesAndPointsIntoTheText, ()) {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("\"\"== !<>eqneandor 01.-MP()|&$A\x01")));
    for (const auto legacy : {LegacyConditions::refused, LegacyConditions::accepted}) {
        const auto truth = judged(text, legacy);
        if (!truth) {
            RC_ASSERT(truth.error().offset <= text.size());
            RC_ASSERT(!truth.error().message.empty());
        }
    }
}

}  // namespace onhook::profile
