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
                           Row{"$(MA:99999999999999999999)", ""},
                           Row{"$(MA:10:99999999999999999999)", "45"},
                           Row{"$(MA:0:0)", ""},
                           Row{"$(NOPE:1)", "$(NOPE:1)"},
                           Row{"$CCERT", "Not Installed"},
                           Row{"$SWVER $HWVER", "sip88xx.11-3-1MPP-678 1.0"},
                           Row{"$IP[$EXTIP]", "192.168.1.100[]"},
                           Row{"$PRVST $PRVTMR $UPGTMR $ISCUST $UPGCOND", "0 0 0 0 true"},
                           Row{"$UPGST$UPGERR$REGTMR1$REGTMR2$REGTMR3", "100$REGTMR3"},
                           Row{"$EMS$MUID$MPWD$INCOMINGNAME$REMOTENUMBER", "$MPWD"},
                           Row{"$DEVNAME$DIALEDNUMBER", "$DEVNAME$DIALEDNUMBER"},
                           Row{"$SCHEME$ERR", ""}}) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(phone.expand(row.text), row.expanded);
    }
}

TEST(Macro, ReadsTheValuesOfLines) {
    const SamplePhone phone = SamplePhone().set("User_ID_1_", "1001").set("Proxy_2_", "sip.test");
    EXPECT_EQ(phone.expand("$UID1 $PROXY2 $UID99"), "1001 sip.test $UID99");
}

TEST(Macro, ReadsTheStateOfThePhone) {
    const SamplePhone phone;
    MacroContext macros = phone.macros();
    macros.cause = ResyncCause::request;
    macros.since_resync = Seconds(10);
    macros.upgrade_attempt = UpgradeAttempt::retry;
    macros.since_upgrade = Seconds(301);
    macros.upgrade_error = "http_get failed";
    macros.since_registered = {Seconds(0), Seconds(77)};
    macros.external_ip = "66.43.16.52";
    macros.customized = true;
    macros.mobility = {"on", "ann", Secret("hunter2")};
    EXPECT_EQ(expand("$PRVST $PRVTMR $UPGST $UPGTMR $UPGERR", macros).text,
              "-1 10 2 301 http_get failed");
    EXPECT_EQ(expand("$REGTMR1 $REGTMR2 $EXTIP $ISCUST $EMS $MUID", macros).text,
              "0 77 66.43.16.52 1 on ann");
    const Expansion password = expand("$MPWD $(MPWD:0:3)", macros);
    EXPECT_EQ(password.text, "$MPWD $(MPWD:0:3)");
    EXPECT_EQ(reveal(password, 0, password.text.size(), macros), "hunter2 hun");
}

// 2.3: the log messages' $SCHEME://$SERVIP:$PORT$PATH is to be a URL.
TEST(Macro, WritesIpv6AddressesAsAUrlDoes) {
    const SamplePhone phone;
    MacroContext macros = phone.macros();
    const Url url = *Url::parse("http://[2001:db8::1]/a");
    macros.transfer = TransferFacts{&url, "2001:db8::1", "OK"};
    EXPECT_EQ(expand("$SCHEME://$SERVIP:$PORT$PATH $SERV", macros).text,
              "http://[2001:db8::1]:80/a [2001:db8::1]");
}

TEST(Macro, ListsWhatATextLooksUp) {
    const auto uses = macros_in("a$GPP_B$$MA$(SA:1)$ $X_$");
    std::vector<std::string> names;
    for (const MacroUse& use : uses) {
        names.push_back(std::to_string(use.offset) + "+" + std::to_string(use.length) + " " +
                        std::string(use.name) + (use.secret ? " secret" : ""));
    }
    EXPECT_EQ(names, (std::vector<std::string>{"1+6 B", "11+7 SA secret", "20+2 X"}));
    EXPECT_TRUE(is_macro_name("PRVST"));
    EXPECT_TRUE(is_macro_name("UID12"));
    EXPECT_TRUE(is_macro_name("P"));
    EXPECT_FALSE(is_macro_name("Q"));
    EXPECT_FALSE(is_macro_name("UID"));
    EXPECT_FALSE(is_macro_name("STRANGE"));
}

TEST(Macro, HasTheTransferOnlyWhileThereIsOne) {
    const SamplePhone phone;
    MacroContext macros = phone.macros();
    const Url url = *Url::parse("tftp://prov.test:6900/a?b");
    macros.transfer = TransferFacts{&url, "192.0.2.1", "OK"};
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

// 2.2: text that came from a macro is not looked at again.
RC_GTEST_PROP(Macro, ExpansionIsNotRecursive, ()) {
    const auto value =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("$()MAPNGPP_:01aS")));
    const SamplePhone phone = SamplePhone().set("GPP_A", value);
    RC_ASSERT(phone.expand("$A") == value);
    RC_ASSERT(phone.expand("x$(A)y$A") == "x" + value + "y" + value);
}

RC_GTEST_PROP(Macro,
              SubstringsAreThoseOfTheValue,
              (const std::string& value, std::uint8_t from, std::uint8_t count)) {
    const SamplePhone phone = SamplePhone().set("GPP_A", value);
    const std::string tail = from < value.size() ? value.substr(from) : "";
    RC_ASSERT(phone.expand("$(A:" + std::to_string(from) + ")") == tail);
    RC_ASSERT(phone.expand("$(A:" + std::to_string(from) + ":" + std::to_string(count) + ")") ==
              tail.substr(0, count));
}

RC_GTEST_PROP(Macro, NoSecretIsEverInAnExpansion, ()) {
    const SamplePhone phone = SamplePhone().set("GPP_SB", "hunter2");
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("$()SBGP_:01a")));
    RC_ASSERT(phone.expand(text).find("hunter2") == std::string::npos);
}

}  // namespace onhook::profile
