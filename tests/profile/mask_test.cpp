#include "profile/mask.h"

#include "support/properties.h"

namespace onhook::profile {

TEST(MaskedRule, HidesKeysPasswordsAndUserinfo) {
    struct Row {
        std::string_view rule;
        std::string_view masked;
    };

    for (const Row& row : {Row{"http://h/$MA.xml", "http://h/$MA.xml"},
                           Row{"[--key a1b2 --uid bob --pwd \"p w\"] https://h/x",
                               "[--key *** --uid bob --pwd ***] https://h/x"},
                           Row{"[--key \"open https://h/x", "[--key ***"},
                           Row{"[--pwd x]http://bob:pw@h/x@y", "[--pwd ***]http://***@h/x@y"},
                           Row{"http://h/a|http://bob:p@w@i/b", "http://h/a|http://***@i/b"}}) {
        SCOPED_TRACE(row.rule);
        EXPECT_EQ(masked_rule(row.rule), row.masked);
    }
}

TEST(MaskedRule, ShowsAssignedValuesOfKnownParametersOnly) {
    struct Row {
        std::string_view rule;
        std::string_view masked;
    };

    for (const Row& row : {Row{"(\"$A\" ne \"Prov\")? (Line_Enable_1_ = \"No\" ; a=\"x\")! /y",
                               "(\"$A\" ne \"Prov\")? (Line_Enable_1_ = \"No\" ; a=\"x\")! /y"},
                           Row{"( Password_1_ = \"hunter2\" ; GPP_SA=\"hunter2\";)!",
                               "( Password_1_ = \"***\" ; GPP_SA=\"***\";)!"},
                           Row{"(Nobody=\"x\"; Line_Enable_$A = \"x\")!",
                               "(Nobody=\"***\"; Line_Enable_$A = \"***\")!"},
                           Row{"(Password_1_ = \"hunter2", "(Password_1_ = \"***"},
                           Row{"(x--key a)", "(x--key ***"}}) {
        SCOPED_TRACE(row.rule);
        EXPECT_EQ(masked_rule(row.rule, &cisco_mpp_catalogue()), row.masked);
    }
    EXPECT_EQ(masked_rule("(a = \"x\";)!"), "(a = \"***\";)!");
}

RC_GTEST_PROP(MaskedRule, NeverShowsAPhrase, (std::string before)) {
    const std::string rule = before + " [--key hunter2 --pwd \"hunter2 x\"] http://u:hunter2@h/x";
    RC_PRE(before.find_first_of("\"/-=") == std::string::npos);
    RC_ASSERT(masked_rule(rule).find("hunter2") == std::string::npos);
}

}  // namespace onhook::profile
