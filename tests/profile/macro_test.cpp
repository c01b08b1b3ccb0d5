#include "profile/macro.h"

#include <map>

#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

using test::SamplePhone;

TEST(Macro, LexesBareNamesByTheLongestRun) {
    const SamplePhone phone = SamplePhone().set("GPP_A", "a value");

    struct Row {
        std::string_view text;
        std::string_view expanded;
    };

    for (const Row& row : {Row{"$MA.cfg", "000e08012345.cfg"},
                           Row{"$PN$MA.xml", "CP-8841-3PCC000e08012345.xml"},
                           Row{"cisco$MAU", "cisco000E08012345"},
                           Row{"$MAconfig", "000e08012345config"},
                           Row{"$MACX", "$MACX"},
                           Row{"$GPP_A!", "a value!"},
                           Row{"$(GPP_A)B", "a valueB"},
                           Row{"$SERIAL_NUMBER", "88012BA01234"},
                           Row{"$SERIAL_NUMBERS", "$SERIAL_NUMBERS"},
                           Row{"$GPP_Q", "$GPP_Q"},
                           Row{"$GPP_MA$(GPP_IP)", "$GPP_MA$(GPP_IP)"},
                           Row{"$GPP_SA$SB", "$GPP_SA$SB"},
                           Row{"$", "$"},
                           Row{"a$ b", "a$ b"},
                           Row{"$$$$", "$$"},
                           Row{"$$$MA", "$000e08012345"},
                           Row{"$(MA", "$(MA"},
                           Row{"$()", "$()"},
                           Row{"$(MA:)", "$(MA:)"},
                           Row{"$(MA:x)", "$(MA:x)"},
                           Row{"$(MA:1:)", "$(MA:1:)"},
                           Row{"$(MA:99)", ""},
                           Row{"$(MA:10:99)", "45"},
                           Row{"$(MA:0:0)", ""},
                           Row{"$(NOPE:1)", "$(NOPE:1)"},
                           Row{"$CCERT", "Not Installed"},
                           Row{"$SWVER $HWVER", "sip88xx.11-3-1MPP-678 1.0"},
                           Row{"$IP[$EXTIP]", "192.168.1.100[]"},
                           Row{"$PRVST $PRVTMR $UPGTMR $ISCUST $UPGCOND", "0 0 0 0 true"},
                           Row{"$SCHEME$ERR", ""}}) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(phone.expand(row.text), row.expanded);
    }
}

TEST(Macro, ReadsTheValuesOfLines) {
    const SamplePhone phone = SamplePhone().set("User_ID_1_", "1001").set("Proxy_2_", "sip.test");
    EXPECT_EQ(phone.expand("$UID1 $PROXY2 $UID99"), "1001 sip.test $UID99");
}

TEST(Macro, HasTheTransferOnlyWhileThereIsOne) {
    const SamplePhone phone;
    MacroContext macros = phone.macros();
    macros.transfer = TransferFacts{*Url::parse("tftp://prov.test:6900/a?b"), "192.0.2.1", "OK"};
    EXPECT_EQ(expand("$SCHEME://$SERV $SERVIP:$PORT$PATH $ERR $METH", macros).text,
              "tftp://prov.test 192.0.2.1:6900/a?b OK tftp");
}

TEST(Macro, LeavesSecretsUnexpandedAndRemembersWhereTheyStand) {
    const SamplePhone phone = SamplePhone().set("GPP_SA", "s3cret").set("GPP_A", "$SA");
    const MacroContext macros = phone.macros();
    const Expansion expansion = expand("$A $SA $(GPP_SA:0:2) $$SA", macros);
    EXPECT_EQ(expansion.text, "$SA $SA $(GPP_SA:0:2) $SA");
    EXPECT_EQ(expansion.secrets, (std::vector<SecretUse>{{4, 3}, {8, 13}}));
    // What GPP_A brought and what $$ made stay literal: expansion is not recursive (2.2).
    EXPECT_EQ(reveal(expansion, 0, expansion.text.size(), macros), "$SA s3cret s3 $SA");
}

RC_GTEST_PROP(Macro, TextWithoutADollarStaysAsItIs, (std::string text)) {
    std::erase(text, '$');
    const SamplePhone phone;
    RC_ASSERT(phone.expand(text) == text);
}

RC_GTEST_PROP(Macro, DoubledDollarsAreTheTextItself, (const std::string& text)) {
    std::string doubled;
    for (const char c : text) {
        doubled += c == '$' ? std::string("$$") : std::string(1, c);
    }
    const SamplePhone phone;
    RC_ASSERT(phone.expand(doubled) == text);
}

RC_GTEST_PROP(Macro, NoSecretIsEverInAnExpansion, ()) {
    const SamplePhone phone = SamplePhone().set("GPP_SB", "hunter2");
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("$()SBGP_:01a")));
    RC_ASSERT(phone.expand(text).find("hunter2") == std::string::npos);
}

}  // namespace onhook::profile
