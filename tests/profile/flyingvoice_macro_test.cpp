#include "profile/flyingvoice_macro.h"

#include <gtest/gtest.h>

#include "support/sample_flyingvoice.h"

namespace onhook::profile {

using test::SampleFlyingvoice;

// flyingvoice.md section 5, D7.
TEST(FlyingvoiceMacro, ExpandsItsTable) {
    struct Row {
        std::string_view text;
        std::string_view expanded;
    };

    const SampleFlyingvoice phone;
    for (const Row& row : {Row{"$(MA)", "0021f222aef1"},
                           Row{"$(MAU)", "0021F222AEF1"},
                           Row{"$(MAC)", "00:21:f2:22:ae:f1"},
                           Row{"$(PN)", "FIP13G"},
                           Row{"$(SN)", "FVSN0001"},
                           Row{"$(SWVER)", "0.6.24"},
                           Row{"$(HWVER)", "1.0"},
                           Row{"$(IP)", "192.168.1.20"},
                           Row{"$(PRVST)", "0"},
                           Row{"$MA.cfg", "0021f222aef1.cfg"},
                           Row{"$mac.cfg", "0021f222aef1.cfg"},
                           Row{"$MAU-$PN", "0021F222AEF1-FIP13G"},
                           Row{"$$(MA)", "$(MA)"},
                           Row{"$$$(SN)", "$FVSN0001"},
                           Row{"a$", "a$"},
                           Row{"$5", "$5"},
                           Row{"$(MA", "$(MA"},
                           Row{"$()", "$()"}}) {
        EXPECT_EQ(phone.expand(row.text), row.expanded) << row.text;
        EXPECT_TRUE(expand_flyingvoice(row.text, phone.macros()).unknown.empty()) << row.text;
    }
}

TEST(FlyingvoiceMacro, LeavesWhatItDoesNotKnowAndSaysSo) {
    const SampleFlyingvoice phone;
    // Case counts, action URLs have names of their own, and there are no substrings and no secrets.
    for (const std::string_view name :
         {"$(ma)", "$(mac)", "$(NOPE)", "$ip", "$machine", "$MACX", "$(SA)", "$(GPP_A)"}) {
        SCOPED_TRACE(name);
        const auto expansion = expand_flyingvoice(name, phone.macros());
        EXPECT_EQ(expansion.text, name);
        EXPECT_EQ(expansion.unknown, std::vector{std::string(name)});
        EXPECT_EQ(expansion.expanded, 0U);
    }
    EXPECT_EQ(phone.expand("$(MA:2)"), "$(MA:2)");
}

TEST(FlyingvoiceMacro, ExpandsOnce) {
    SampleFlyingvoice phone;
    phone.identity.serial = "$(MA)$$";
    EXPECT_EQ(phone.expand("$(SN)"), "$(MA)$$");
}

TEST(FlyingvoiceMacro, EncodesValuesForPathsButNotTheText) {
    SampleFlyingvoice phone;
    phone.identity.serial = "a b/c?%\u00e4";
    EXPECT_EQ(expand_flyingvoice("x y/$(SN)-$(MAC)", phone.macros(), MacroEncoding::percent).text,
              "x y/a%20b%2Fc%3F%25%C3%A4-00:21:f2:22:ae:f1");
}

}  // namespace onhook::profile
