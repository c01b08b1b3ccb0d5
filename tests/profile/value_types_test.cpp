// cisco-mpp.md 1.6, a test a type: what is a value, what is none, and how it is stored.
#include "profile/value_types.h"

#include <array>
#include <vector>

#include "profile/values.h"
#include "support/properties.h"

namespace onhook::profile {

namespace {

Parameter parameter(ValueType type, std::string default_value = "") {
    Parameter one;
    one.name = "P";
    one.type = type;
    one.maximum = 65'536;
    one.default_value = std::move(default_value);
    return one;
}

Parameter number(std::int64_t minimum, std::int64_t maximum) {
    Parameter one = parameter(ValueType::number);
    one.minimum = minimum;
    one.maximum = maximum;
    return one;
}

Parameter with_decimals(ValueType type, std::int64_t decimals) {
    Parameter one = parameter(type);
    one.maximum = decimals;
    return one;
}

Parameter choice(std::vector<std::string> choices) {
    Parameter one = parameter(ValueType::choice);
    one.choices = std::move(choices);
    return one;
}

using Texts = std::vector<std::string_view>;

void expect_stored(const Parameter& parameter, std::string_view text, std::string_view stored) {
    SCOPED_TRACE(text);
    const auto value = check_value(parameter, text);
    ASSERT_TRUE(value) << value.error();
    EXPECT_EQ(*value, stored);
    EXPECT_EQ(check_value(parameter, *value).value_or("refused"), stored);
}

void expect_kept(const Parameter& parameter, const Texts& texts) {
    for (const std::string_view text : texts) {
        expect_stored(parameter, text, text);
        // Fits as it is: the view is of the text itself, nothing was made.
        const auto value = canonical_value(parameter, text);
        ASSERT_TRUE(value);
        EXPECT_EQ(value->data(), text.data()) << text;
    }
}

void expect_refused(const Parameter& parameter, const Texts& texts, std::string_view sentence) {
    for (const std::string_view text : texts) {
        SCOPED_TRACE(text);
        const auto value = check_value(parameter, text);
        ASSERT_FALSE(value);
        EXPECT_EQ(value.error(), sentence);
    }
}

}  // namespace

TEST(ValueTypes, BooleanHasSynonymsAndIsStoredAsYesOrNo) {
    const Parameter boolean = parameter(ValueType::boolean);
    for (const std::string_view yes : {"yes", "Yes", "YES", "1", "TRUE", "on"}) {
        expect_stored(boolean, yes, "Yes");
    }
    for (const std::string_view no : {"no", "0", "false", "Off"}) {
        expect_stored(boolean, no, "No");
    }
    expect_kept(boolean, {""});
    expect_refused(boolean, {"2", "y", "Yes ", "enable"}, "P must be Yes or No");
    expect_refused(parameter(ValueType::boolean, "Yes"), {""}, "P must be Yes or No");
}

TEST(ValueTypes, ChoiceIsComparedWithoutCaseAndStoredAsCatalogued) {
    expect_stored(choice({"PUT", "POST"}), "post", "POST");
    expect_kept(choice({"PUT", "POST"}), {""});
    expect_refused(
        choice({"PUT", "POST"}), {"GET", "PU", "PUT,POST"}, "P must be one of PUT, POST");
}

TEST(ValueTypes, NumberIsDecimalOrHexAndFits) {
    expect_kept(number(0, 255), {"12", "0x18", "0XFF", "255", "0", "007", ""});
    expect_refused(number(0, 255),
                   {"256", "0x100", "-1", "+1", "-0", "12 ", "1.0", "0x", "x", "4294967296"},
                   "P must be a whole number from 0 to 255, such as 255 or 0xff");
    expect_kept(number(0, 4'294'967'295), {"4294967295", "0xFFFFFFFF"});
    expect_kept(number(-128, 127), {"-128", "+127", "127", "-0x80", "0"});
    expect_refused(number(-128, 127),
                   {"-129", "128", "--1", "- 1"},
                   "P must be a whole number from -128 to 127, such as 127 or 0x7f");
}

TEST(ValueTypes, PortIsDecimalOrHex) {
    expect_kept(parameter(ValueType::port), {"0", "5060", "65535", "0x13c4", ""});
    expect_refused(parameter(ValueType::port),
                   {"65536", "0x10000", "-1", "http", "+80"},
                   "P must be a whole number from 0 to 65535, such as 65535 or 0xffff");
}

TEST(ValueTypes, TextIsOneBoundedLine) {
    Parameter text = parameter(ValueType::text);
    text.maximum = 5;
    expect_kept(text, {"12345", "a\tb", "Gr\u00fc", "<&>", ""});
    expect_refused(text, {"123456"}, "P must be at most 5 characters");
    expect_refused(text,
                   {std::string_view("a\0b", 3), "a\nb", "\x1b[m"},
                   "P must be one line without control characters");
}

TEST(ValueTypes, FloatHasUpToItsDecimals) {
    const Parameter two = with_decimals(ValueType::float_number, 2);
    expect_kept(two, {"1", ".5", "0.25", "-3.14", "+2.0", "10.", ""});
    expect_refused(two,
                   {"1.234", "1.2.3", ".", "-", "1,5", "1e3", "99999999999"},
                   "P must be a number with at most 2 decimals such as 0.50");
}

TEST(ValueTypes, TimeIsCutToItsDecimals) {
    const Parameter three = with_decimals(ValueType::time, 3);
    expect_kept(three, {".5", "0.5", "0.020", "4", "32", "1.", ""});
    expect_stored(three, "1.2345", "1.234");
    expect_stored(three, ".0009999", ".000");
    expect_refused(
        three, {"1.2.5", "-1", "+1", "soon", ".", "5s"}, "P must be seconds such as 4 or 0.5");
    const Parameter whole = with_decimals(ValueType::time, 0);
    expect_stored(whole, "2.9", "2");
    expect_stored(whole, ".9", "0");
    expect_stored(whole, "2.", "2");
}

TEST(ValueTypes, PowerLevelHasOneDecimal) {
    const Parameter level = parameter(ValueType::power_level);
    expect_kept(level, {"-13.5", "1.5", "-16", "0", "+3", ".5", ""});
    expect_refused(level, {"loud", "-13.55", "--1", "-"}, "P must be a level in dBm such as -13.5");
}

TEST(ValueTypes, IpIsADottedQuad) {
    const Parameter ip = parameter(ValueType::ip);
    expect_kept(ip, {"192.168.1.100", "0.0.0.0", "255.255.255.255", "010.001.000.009", ""});
    expect_refused(ip,
                   {"192.168.1.256", "192.168.1", "1.2.3.4.5", "1.2.3.", "0001.2.3.4", "::1", "h"},
                   "P must be an IPv4 address such as 192.168.1.100");
}

TEST(ValueTypes, FqdnIsHostOrAddressWithAPort) {
    const Parameter fqdn = parameter(ValueType::fqdn);
    expect_kept(fqdn,
                {"sip.example.com",
                 "sip.example.com:5061",
                 "sip.example.com.",
                 "acme-desk",
                 "_sips._tcp.example.com",
                 "10.0.0.1",
                 "10.0.0.1:514",
                 "2001:db8::1",
                 "::ffff:192.0.2.1",
                 "[2001:db8::1]:5060",
                 "1001",
                 "3com.example",
                 ""});
    expect_refused(fqdn,
                   {"sip..example.com",
                    ".example.com",
                    ".",
                    "10.0.0.256",
                    "10.0.0",
                    "host:",
                    "host:port",
                    "host:65536",
                    "a b",
                    "http://host",
                    "a,b",
                    "2001:db8:1",
                    "1::2::3",
                    "1:2:3:4:5:6:7:8:9",
                    "[2001:db8::1",
                    "12345::1:"},
                   "P must be a host or address such as sip.example.com:5060");
    const std::string longest(63, 'a');
    expect_kept(fqdn, {longest});
    expect_refused(fqdn, {longest + "a"}, "P must be at most 63 characters");
}

TEST(ValueTypes, UserIdIsAsInAUrl) {
    const Parameter user = parameter(ValueType::user_id);
    expect_kept(user,
                {"1001", "+12025550147", "j.smith", "a%20b", "uid7", "1001@acme.example", ""});
    expect_refused(user,
                   {"a b", "<1001>", "a%2", "1001@", "@acme.example", "1001@a@b", "J\u00fcrgen"},
                   "P must be a user name as in a URL, such as 1001");
    const std::string longest(63, '1');
    expect_kept(user, {longest});
    expect_refused(user, {longest + "1"}, "P must be at most 63 characters");
}

TEST(ValueTypes, PhoneIsANumberOrUrl) {
    const Parameter phone = parameter(ValueType::phone);
    expect_kept(phone,
                {"14081234567",
                 "*69",
                 "#68",
                 "1234@10.10.10.100:5068",
                 "+1 (202) 555-0147",
                 "sip:reception@acme.example",
                 "sip:300@acme.example;user=phone",
                 "300,,1234#",
                 ""});
    expect_refused(phone,
                   {"<300>", "300@", "@h", "a@b@c", "300@h:x", "300@h c", "3\"0"},
                   "P must be a number or URL such as *69, 14081234567 or 1234@10.10.10.100:5068");
    expect_kept(phone, {"123456789012345678901234567890123456789"});
    expect_refused(
        phone, {"1234567890123456789012345678901234567890"}, "P must be at most 39 characters");
}

TEST(ValueTypes, ActionCodeIsKeys) {
    const Parameter code = parameter(ValueType::action_code);
    expect_kept(code, {"*69", "#97", "*017110", "88", "*A1", ""});
    expect_refused(
        code, {"*6x", "* 69", "+49", "*69!"}, "P must be a code of telephone keys such as *69");
    expect_refused(code, {"*6912345"}, "P must be at most 7 characters");
}

TEST(ValueTypes, PhoneTemplateIsAListOfPatterns) {
    const Parameter patterns = parameter(ValueType::phone_template);
    expect_kept(patterns,
                {"1408*, 510????", "%2a69", "*", "a@b", "555?%2a%3f", "1 , 2", "18005551212", ""});
    expect_refused(patterns,
                   {",1", "1,,2", "1,", "1 2", "%2", "%zz", "\"1\""},
                   "P must be patterns of numbers such as 1408*, 510???? or %2a69");
    expect_refused(
        patterns, {"1234567890123456789012345678901234567890"}, "P must be at most 39 characters");
}

TEST(ValueTypes, ResponseTemplateIsAListOfStatusPatterns) {
    const Parameter statuses = parameter(ValueType::response_template);
    expect_kept(statuses,
                {"404, 5*", "61?", "407, 408, 487, 481", "5*,6*", "*", "??3", "4??", "50*", ""});
    expect_refused(statuses,
                   {"40", "4044", "404*", "4*4", "busy", "404 5*", "404,", "4x4"},
                   "P must be SIP status codes or patterns of them such as 404, 5*, 61?");
}

TEST(ValueTypes, CadenceScriptHasOneOrTwoSectionsOfSegments) {
    const Parameter cadence = parameter(ValueType::cadence_script);
    expect_kept(cadence,
                {"60(2/4)",
                 "60(.3/.2,1/.2,.3/4)",
                 "60(.2/.2,.2/.2,.2/.2,1/4)",
                 "60(0.25/9.75)",
                 "60(4.5/4)",
                 "*(2/4)",
                 "10(*/0)",
                 "1.5(.125/.125);60(2/4)",
                 "60( .3/.2, 1/.2 ) ; 60(2/4)",
                 "60(1/1,1/1,1/1,1/1,1/1,1/1)",
                 ""});
    expect_refused(cadence,
                   {"60",
                    "60()",
                    "(2/4)",
                    "60(2)",
                    "60(2/4",
                    "60(2/4)x",
                    "60(2/4);",
                    "60(2/4);60(2/4);60(2/4)",
                    "60(.0001/1)",
                    "60(2/4/1)",
                    "60(-2/4)",
                    "60(1/1,1/1,1/1,1/1,1/1,1/1,1/1)"},
                   "P must be one or two cadences of up to 6 segments such as "
                   "60(.3/.2,1/.2,.3/4)");
    expect_refused(
        cadence, {"60(2/4" + std::string(128, ' ') + ")"}, "P must be at most 127 characters");
}

TEST(ValueTypes, FrequencyScriptHasUpToSixFrequencies) {
    const Parameter frequencies = parameter(ValueType::frequency_script);
    expect_kept(frequencies,
                {"350@-19,440@-19",
                 "350@-19, 440@-19",
                 "480@-10,620@0",
                 "420@-16.5",
                 "1@0,2@0,3@0,4@0,5@0,6@0",
                 ""});
    expect_refused(frequencies,
                   {"350",
                    "350@",
                    "@-19",
                    "350@-19,",
                    "350@-19.55",
                    "350.5@-19",
                    "350@-19;",
                    "1@0,2@0,3@0,4@0,5@0,6@0,7@0"},
                   "P must be up to 6 frequencies in Hz with levels in dBm such as "
                   "350@-19,440@-19");
}

TEST(ValueTypes, ToneScriptHasFrequenciesAndSections) {
    const Parameter tone = parameter(ValueType::tone_script);
    expect_kept(tone,
                {"350@-19,440@-19;10(*/0/1+2)",
                 "350@-19,440@-19;2(.1/.1/1+2);10(*/0/1+2)",
                 "420@-16;10(*/0/1)",
                 "440@-19,480@-19;*(2/4/1+2)",
                 "600@-16;.3(.05/0.05/1)",
                 "600@-19;25(.1/.1/1,.1/.1/1,.1/9.5/1)",
                 // Silence, and a plus that a report lost.
                 "397@-19,507@-19;15(0/2/0,.2/.1/1,.1/2.1/2)",
                 "350@-19,440@-19;10(*/0/1 2)",
                 "350@-19, 440@-19; 10(*/0/1+2)",
                 "1@0;1(1/1/1+2+3+4+5+6)",
                 ""});
    expect_refused(tone,
                   {"350@-19,440@-19",
                    "10(*/0/1+2)",
                    "350@-19;",
                    "350@-19;10(*/0)",
                    "350@-19;10(*/0/)",
                    "350@-19;10(*/0/7)",
                    "350@-19;10(*/0/1+)",
                    "350@-19;10(*/0/12x)",
                    "350@-19;10(*/0/1);10(*/0/1);10(*/0/1)",
                    "350@-19;10(*/0/1+2+3+4+5+6+1)",
                    "350@-19,440@-19,10(*/0/1+2)"},
                   "P must be frequencies and one or two cadences such as "
                   "350@-19,440@-19;10(*/0/1+2)");
}

TEST(ValueTypes, ClockAndDelays) {
    expect_kept(parameter(ValueType::clock), {"0000", "2400", "1000", "2359", ""});
    expect_refused(parameter(ValueType::clock),
                   {"9960", "1060", "2401", "100", "10:00", "+100"},
                   "P must be a time HHmm from 0000 to 2400 such as 0315");
    expect_kept(parameter(ValueType::delays), {"3600", "60,120+5", "1800, 3600", ""});
    expect_refused(parameter(ValueType::delays),
                   {"soon", "60,", "-1"},
                   "P must be seconds, or a list such as 600,1200+60,3600");
}

TEST(ValueTypes, DialPlansRulesAndMessagesAreOpaque) {
    expect_kept(parameter(ValueType::dial_plan), {"(S0 <:18005551212>)", "([1-9]xx|*xx.)", ""});
    expect_kept(parameter(ValueType::message), {"$PN $MAC -- Resync failed: $ERR", ""});
    const std::string rule(2048, 'r');
    for (const ValueType type : {ValueType::rule, ValueType::expression}) {
        expect_kept(parameter(type), {rule, "([--nonsense", ""});
        expect_refused(parameter(type), {rule + "r"}, "P must be at most 2048 characters");
    }
}

// 2.1: what a macro stands for is known when the value is used.
TEST(ValueTypes, AMacroIsNotJudgedUntilItIsExpanded) {
    Parameter server = parameter(ValueType::fqdn);
    expect_refused(server, {"$(A:1)"}, "P must be a host or address such as sip.example.com:5060");
    server.macro = true;
    expect_kept(server, {"$(A:1)", "h"});
    expect_refused(server, {"a b"}, "P must be a host or address such as sip.example.com:5060");
}

// What was stored is a value, and stays what it is.
RC_GTEST_PROP(ValueTypes, WhatIsAcceptedIsAcceptedAgainUnchanged, (std::uint8_t type)) {
    const auto piece = rc::gen::element<std::string>("1",
                                                     "0",
                                                     "350",
                                                     "@",
                                                     "-",
                                                     "19",
                                                     ",",
                                                     ";",
                                                     "(",
                                                     "/",
                                                     ")",
                                                     "*",
                                                     "+",
                                                     ".",
                                                     "5",
                                                     "0x",
                                                     ":",
                                                     "a",
                                                     "%2a",
                                                     "?",
                                                     " ",
                                                     "YES",
                                                     "$A",
                                                     "60(2/4)",
                                                     "350@-19;10(*/0/1+2)");
    std::string text;
    for (const std::string& one : *rc::gen::container<std::vector<std::string>>(piece)) {
        text += one;
    }
    Parameter one = with_decimals(static_cast<ValueType>(type % 24), type % 5);
    one.choices = {"Yes", "1"};
    if (const auto once = check_value(one, text)) {
        RC_ASSERT(check_value(one, *once).value_or("refused") == *once);
    }
}

}  // namespace onhook::profile
