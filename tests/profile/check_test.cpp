#include "profile/check.h"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "profile/catalogue.h"

namespace onhook::profile {

namespace {

// "2:5 duplicate" of each diagnostic.
std::vector<std::string> places_and_codes(std::string_view text) {
    std::vector<std::string> all;
    for (const Diagnostic& one : check_file(text)) {
        all.push_back(std::to_string(one.line) + ":" + std::to_string(one.column) + " " +
                      std::string(one.code));
    }
    return all;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) {
        out += (out.empty() ? "" : ", ") + line;
    }
    return out;
}

struct Row {
    std::string_view text;
    std::string_view found;  // "line:column code", joined with ", "
};

// The elements stand on line 2 of a profile and below.
std::string profile_of(std::string_view elements) {
    return "<flat-profile>\n" + std::string(elements) + "\n</flat-profile>";
}

void expect_found(std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(joined(places_and_codes(profile_of(row.text))), row.found);
    }
}

Diagnostic only(std::string_view text) {
    const auto found = check_file(text);
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Diagnostic{} : found.front();
}

}  // namespace

TEST(Check, ACleanProfileHasNoDiagnostics) {
    expect_found({{"<GPP_A ua=\"na\">x</GPP_A>", ""},
                  {"<Resync_Periodic>600,1200+60</Resync_Periodic>", ""},
                  {"<Speed_Dial_2_Name ua=\"rw\"/>", ""},
                  {"<Profile_Rule></Profile_Rule>", ""},
                  {"<GPP_A/>", ""},
                  {"", ""}});
}

TEST(Check, CorruptProfiles) {
    for (const Row& row : {Row{"<flat-profile><GPP_A>x</GPP_B></flat-profile>", "1:25"},
                           Row{"<!DOCTYPE x><flat-profile/>", "1:1"},
                           Row{"<device><GPP_A>x</GPP_A></device>", "1:1"},
                           Row{"", "1:1"},
                           Row{"<flat-profile>\n<GPP_A>&nope;</GPP_A></flat-profile>", "2:8"}}) {
        SCOPED_TRACE(row.text);
        const Diagnostic found = only(row.text);
        EXPECT_EQ(found.code, "corrupt-file");
        EXPECT_EQ(found.severity, Severity::error);
        EXPECT_EQ(std::to_string(found.line) + ":" + std::to_string(found.column), row.found);
    }
}

TEST(Check, UnknownNamesAndTheirNeighbours) {
    expect_found({{"  <Resync_Periodik>3600</Resync_Periodik>", "2:3 unknown-parameter"},
                  {"<resync_periodic>3600</resync_periodic>", "2:1 wrong-case"},
                  {"<Colour/>\n\n <GPP_Z/>", "2:1 unknown-parameter, 4:2 unknown-parameter"}});
    EXPECT_EQ(only(profile_of("<Resync_err_retry_delay>9</Resync_err_retry_delay>")).remedy,
              "did you mean Resync_Error_Retry_Delay?");
    EXPECT_EQ(only(profile_of("<gpp_a>9</gpp_a>")).remedy, "write GPP_A");
    EXPECT_EQ(to_string(only(profile_of("<gpp_a>9</gpp_a>")), "a.xml"),
              "a.xml:2:1: warning: 'gpp_a' is in the wrong case, and the phone ignores it; write "
              "GPP_A");
}

TEST(Check, ParametersInTheWrongPlace) {
    EXPECT_EQ(joined(places_and_codes("<a>\n <GPP_A>1</GPP_A><flat-profile/>\n<GPP_B/></a>")),
              "2:2 misplaced-parameter, 3:1 misplaced-parameter");
    expect_found({{"<GPP_A>x<GPP_B>y</GPP_B></GPP_A>", "2:9 misplaced-parameter"}});
}

TEST(Check, TheLosingOnesOfDuplicates) {
    expect_found(
        {{"<GPP_A>1</GPP_A>\n<GPP_A>2</GPP_A>\n<GPP_A>3</GPP_A>", "2:1 duplicate, 3:1 duplicate"},
         {"<Log_Resync_Failure_Msg>1</Log_Resync_Failure_Msg>\n"
          "<Log_Failure_Msg>2</Log_Failure_Msg>",
          "2:1 duplicate"},
         // These two only set the access.
         {"<GPP_A ua=\"rw\"/><GPP_A>1</GPP_A><GPP_A ua=\"ro\" preserve-value=\"y\">2"
          "</GPP_A>",
          ""}});
    EXPECT_EQ(only(profile_of("<GPP_A>1</GPP_A>\n\n<GPP_A>2</GPP_A>")).message,
              "GPP_A does nothing here: line 4 sets it again");
}

TEST(Check, Attributes) {
    expect_found({{"<GPP_A ua=\"no\">1</GPP_A>", "2:12 illegal-ua"},
                  {"<GPP_A\n  group = 'a>b' ua = 'RW'>1</GPP_A>", "3:23 illegal-ua"},
                  {"<GPP_A preserve-value=\"y\">1</GPP_A>", "2:24 idle-attribute"},
                  {"<GPP_A ua=\"rw\" preserve-value=\"yes\">1</GPP_A>", "2:32 idle-attribute"},
                  {"<GPP_A ua=\"rw,y\">1</GPP_A>", ""}});
}

TEST(Check, ValuesOutsideTypeOrRange) {
    expect_found({{"<Resync_Random_Delay>65536</Resync_Random_Delay>", "2:22 bad-value"},
                  {"<Provision_Enable>perhaps</Provision_Enable>", "2:19 bad-value"},
                  {"<Provision_Enable></Provision_Enable>", "2:1 bad-value"},
                  {"<Enable_Protocol>\n\n  ftp\n</Enable_Protocol>", "4:3 bad-value"},
                  {"<Resync_At__HHmm_>2500</Resync_At__HHmm_>", "2:19 bad-value"},
                  // At the character of the list.
                  {"<Resync_Periodic>600,x</Resync_Periodic>", "2:22 bad-value"},
                  {"<Resync_Periodic> &#54;00,&#120;</Resync_Periodic>", "2:27 bad-value"},
                  {"<Resync_Periodic><!-- -->600,x</Resync_Periodic>", "2:1 bad-value"}});
    EXPECT_EQ(
        only(profile_of("<PRT_Max_Timer>9</PRT_Max_Timer>")).message,
        "PRT_Max_Timer must be a whole number from 15 to 1440, such as 1440 or 0x5a0, not '9'");
    // The value is not repeated where it is a secret.
    const std::string secret(128, 'S');
    const Diagnostic found = only(profile_of("<Admin_Password>" + secret + "</Admin_Password>"));
    EXPECT_EQ(found.code, "bad-value");
    EXPECT_EQ(found.message.find("SS"), std::string::npos);
}

TEST(Check, ValuesThatCountDifferentlyHereAndThere) {
    expect_found(
        {{"<Resync_At_Random_Delay>60</Resync_At_Random_Delay>", "2:25 adjusted-value"},
         {"<Resync_At_Random_Delay>600</Resync_At_Random_Delay>", ""},
         {"<periodic_upload_to_server>259201</periodic_upload_to_server>", "2:28 adjusted-value"},
         {"<periodic_upload_to_server>259200</periodic_upload_to_server>", ""},
         {"<Profile_Rule/>", "2:1 disputed-empty"},
         // Both readings would leave the value alone: an empty one is refused.
         {"<Provision_Enable/>", "2:1 bad-value"},
         {"<GPP_A>a caf\xC3\xA9 \xC3\xA9</GPP_A>", "2:13 non-ascii"},
         // The column counts characters.
         {"<!-- \xC3\xA9\xE2\x82\xAC --><GPP_A>\xC3\xA9</GPP_A>", "2:19 non-ascii"}});
}

TEST(Check, ParametersThatAnotherOneMakesIdle) {
    expect_found(
        {{"<Resync_Periodic>3600</Resync_Periodic>\n<Resync_At__HHmm_>0300</Resync_At__HHmm_>",
          "2:1 idle-parameter"},
         // No valid time: the period counts.
         {"<Resync_Periodic>3600</Resync_Periodic><Resync_At__HHmm_></Resync_At__HHmm_>", ""},
         {"<Resync_Periodic>60</Resync_Periodic>\n<Resync_At__HHmm_>3 am</Resync_At__HHmm_>",
          "3:19 bad-value"},
         {"<Resync_At_Random_Delay>900</Resync_At_Random_Delay>"
          "<Resync_At__HHmm_></Resync_At__HHmm_>",
          "2:1 idle-parameter"},
         {"<Resync_On_Reset>no</Resync_On_Reset>\n<Resync_Random_Delay>3</Resync_Random_Delay>",
          "3:1 idle-parameter"},
         {"<Provision_Enable>No</Provision_Enable>\n<Profile_Rule_B>/b.xml</Profile_Rule_B>",
          "3:1 idle-parameter"},
         {"<Report_to_Server>On Request</Report_to_Server>\n"
          "<periodic_upload_to_server>7200</periodic_upload_to_server>\n"
          "<Upload_Delay_On_Local_Change>30</Upload_Delay_On_Local_Change>",
          "3:1 idle-parameter, 4:1 idle-parameter"},
         // What a phone's own dump of its factory values holds.
         {"<Report_to_Server>On Request</Report_to_Server>\n"
          "<periodic_upload_to_server>3600</periodic_upload_to_server>\n"
          "<Upload_Delay_On_Local_Change>60</Upload_Delay_On_Local_Change>",
          ""},
         {"<Report_to_Server>Periodically</Report_to_Server>"
          "<periodic_upload_to_server>7200</periodic_upload_to_server>",
          ""},
         {"<Report_Rule></Report_Rule>\n<Report_to_Server>Periodically</Report_to_Server>",
          "3:1 idle-parameter"},
         {"<Upgrade_Enable>No</Upgrade_Enable>\n<Upgrade_Rule>tftp://10.0.0.1/a</Upgrade_Rule>",
          "3:1 idle-parameter"},
         // The last one of two counts.
         {"<Upgrade_Enable>No</Upgrade_Enable><Upgrade_Enable>Yes</Upgrade_Enable>"
          "<Upgrade_Rule>tftp://10.0.0.1/a</Upgrade_Rule>",
          "2:1 duplicate"}});
    EXPECT_EQ(only(profile_of("<Resync_Periodic>60</Resync_Periodic>\n"
                              "<Resync_At__HHmm_>0300</Resync_At__HHmm_>"))
                  .message,
              "Resync_Periodic does nothing: Resync_At__HHmm_ is 0300 on line 3");
}

TEST(Check, RulesAtTheirCharacters) {
    expect_found(
        {{"<Profile_Rule>(\"$A\" = \"1\" or 1 = 1)? /a</Profile_Rule>", "2:27 syntax"},
         // Behind entities and trimmed white space, and on another line.
         {"<Profile_Rule>\n  (&quot;$A&quot; eq 'x')? /a</Profile_Rule>", "3:22 syntax"},
         {"<Profile_Rule>[--colour x] /a</Profile_Rule>", "2:16 unknown-option"},
         {"<Upgrade_Rule>[--key $SA] http://h/a</Upgrade_Rule>", "2:16 option-not-allowed"},
         {"<Profile_Rule>[--key $SA --key $SB] /a</Profile_Rule>", "2:26 duplicate-option"},
         {"<Upgrade_Rule>/a.loads</Upgrade_Rule>", "2:15 server-missing"},
         {"<Profile_Rule>ftp://h/a</Profile_Rule>", "2:15 syntax"},
         {"<Profile_Rule>[--srv] tftp://h/a</Profile_Rule>", "2:23 scheme-not-supported"},
         {"<Profile_Rule>/a | /b</Profile_Rule>", "2:20 unreachable-alternative"},
         {"<Resync_Trigger_1>1 = 1</Resync_Trigger_1>", "2:19 constant-condition"},
         {"<Resync_Trigger_2>$PN eq \"CP\"</Resync_Trigger_2>", "2:19 unquoted-text"},
         {"<Profile_Rule>( GPP_A = \"1\"; )!</Profile_Rule>", "2:15 never-fetches"},
         {"<Report_Rule>http://h/1 http://h/2 http://h/3</Report_Rule>", "2:36 too-many-reports"},
         {"<Profile_Rule>[--key Open] http://h/a</Profile_Rule>", "2:22 secret-in-clear"},
         {"<Profile_Rule>http://h/$SA</Profile_Rule>", "2:24 secret-stays-text"},
         {"<Profile_Rule>/$MACADDR.xml</Profile_Rule>", "2:16 unknown-macro"},
         {"<Log_Failure_Msg>$PN $OOPS $ERR</Log_Failure_Msg>", "2:22 unknown-macro"},
         // Another parameter whose name begins like a rule's.
         {"<Profile_Rule_Menu>Yes</Profile_Rule_Menu>", ""},
         {"<Profile_Rule>( Nope = \"1\"; )! /a</Profile_Rule>", "2:17 unknown-parameter"},
         {"<Resync_Trigger_1>http://10.0.0.1/admin/resync</Resync_Trigger_1>", "2:19 syntax"},
         {"<Profile_Rule>($SWVER ge 11-3-1MPP)? [--key \"$SA\"] https://h/$MA.xml | /b.xml"
          "</Profile_Rule>",
          ""}});
    // No secret in a message.
    EXPECT_EQ(only(profile_of("<Profile_Rule>[--key Open] http://h/a</Profile_Rule>"))
                  .message.find("Open"),
              std::string::npos);
}

// The time of a check grows with the size of the file only: one line of 8 MiB, a value that is all
// macros, and unknown names without end took minutes once.
TEST(Check, FilesFullOfMistakes) {
    std::string elements;
    const std::string value(380, 'x');
    for (int i = 0; i < 10'000; ++i) {
        elements += "<Resync_Periodic>" + value + "</Resync_Periodic><Nope/>";
    }
    EXPECT_EQ(check_file("<flat-profile>" + elements + "</flat-profile>").size(), 20'000U);

    std::string message;
    for (int i = 0; i < 32'000; ++i) {
        message += "$X";
    }
    EXPECT_EQ(check_file(profile_of("<Log_Success_Msg>" + message + "</Log_Success_Msg>")).size(),
              10U);

    std::string rules;
    for (int i = 0; i < 50'000; ++i) {
        rules += "Foo_Bar: a\n";
    }
    EXPECT_EQ(check_file(rules).size(), 50'000U);
}

TEST(Check, SaysWhatIsCorruptAndWhatToDoApart) {
    const Diagnostic found = only("<flat-profile><A>1</B></flat-profile>");
    EXPECT_EQ(found.message, "the file is corrupt: mismatched tag");
    EXPECT_EQ(found.remedy, "close first what was opened last");
    EXPECT_EQ(only(std::string_view("<\0a\0/\0>\0", 8)).message,
              "the file is corrupt: the profile is UTF-16");
    EXPECT_EQ(joined(places_and_codes("\xEF\xBB\xBF<flat-profile><Nope/></flat-profile>")),
              "1:15 unknown-parameter");
}

TEST(Check, FilesOfRules) {
    EXPECT_EQ(joined(places_and_codes("# rules\n\nhttp://h.example.com/$MA.xml\n"
                                      "Resync_Periodic:  60,x\r\n"
                                      "  Profil_Rule: /a\nGPP_A: 1\nResync_Trigger_1:\n")),
              "4:22 bad-value, 5:3 unknown-rule, 6:1 unknown-rule");
    EXPECT_EQ(only("Profil_Rule: /a").remedy, "did you mean Profile_Rule?");
    EXPECT_EQ(joined(places_and_codes(std::string_view("/a\n/b\0c", 7))), "2:3 not-text");
    EXPECT_EQ(only(std::string((std::size_t{1} << 20U) + 1, 'a')).code, "not-text");
}

TEST(Check, FlyingvoiceFiles) {
    struct Case {
        std::string_view text;
        std::string_view found;
    };

    for (const Case& one :
         {Case{"DBID_PROFILE_RULE = http://h.example.com/$(MA).cfg\n", ""},
          Case{"\xEF\xBB\xBF"
               "DBID_PRV_ENABLED = 1\r\n  DBID_RANDOM_DELAY = -1\r\n",
               "2:23 bad-value"},
          Case{"dbid_profile_rule = x\nDBID_PROFIL_RULE = x\nDBID_PROFILE_RULE=\n",
               "1:1 wrong-case, 2:1 unknown-parameter"},
          // A synonym is the same parameter.
          Case{"#!version:1.0.0.1\n\nstatic.auto_provision.pnp_enable = 1\n"
               "DBID_PRV_SIPPNP_ENABLED=0\nsip.notify_reboot_enable =\n",
               "3:1 duplicate"},
          Case{"DBID_RANDOM_DELAY = 1\nstatic.auto_provision.power_on = 1\n"
               "static.auto_provision.repeat.minutes = 5\n",
               "2:1 missing-header"},
          // Only the other maker's phones are limited to ASCII.
          Case{"PrvUserName = caf\xC3\xA9\n", ""},
          Case{"PrvUserPass = ********\n", "1:15 masked-secret"},
          Case{"DBID_PRV_ENABLED = 0\nDBID_PROFILE_RULE = http://h/a\n", "2:1 idle-parameter"},
          // Resync Periodic in the words of dialect Y.
          Case{"#!version:1.0.0.1\nstatic.auto_provision.repeat.enable = maybe\n"
               "static.auto_provision.repeat.minutes = 40000000\n",
               "2:39 bad-value, 3:40 bad-value"},
          Case{"#!version:1.0.0.1\nstatic.auto_provision.repeat.enable = On\n"
               "static.auto_provision.repeat.minutes =\n",
               ""},
          // Rules that no phone can fetch by, or that tell too much.
          Case{"DBID_PROFILE_RULE = gopher://h/a\nDBID_UPGRADE_RULE = http://\n"
               "DBID_PROFILE_RULE2 = http://h:99999/\n",
               "1:21 syntax, 2:21 syntax, 3:22 syntax"},
          Case{"DBID_PROFILE_RULE = http://u:p@h/a\n", "1:21 secret-in-clear"},
          Case{"DBID_PROFILE_RULE = h/$(NOPE)\nPrvUserAgentVal = $X $(PN)\n",
               "1:23 unknown-macro, 2:19 unknown-macro"},
          Case{"DBID_PROFILE_RULE = $(IP)/$(MA)/$$x/$(SN)\n", ""},
          Case{"DBID_UPGRADE_ENABLED = Off\nDBID_UPGRADE_RULE = http://h/a\n",
               "2:1 idle-parameter"},
          Case{"PrvUserName =\nPrvUserPass = secret\n", "2:1 idle-parameter"},
          Case{"DBID_RESYNC_ON_RESET = 0\nDBID_RANDOM_DELAY = 9\n", "2:1 idle-parameter"},
          Case{"DBID_PRV_ENABLED = 1\nnonsense\n", "2:9 corrupt-file"},
          Case{"#!version:2\na = b\n", "1:1 corrupt-file"}}) {
        SCOPED_TRACE(one.text);
        EXPECT_EQ(joined(places_and_codes(one.text)), one.found);
    }
}

TEST(Check, FlyingvoiceBootFiles) {
    EXPECT_EQ(joined(places_and_codes("#!version:1.0.0.1\ninclude:config \"a.cfg\"\n")), "");
    EXPECT_EQ(joined(places_and_codes(
                  "#!version:1.0.0.1\ninclude:config a.cfg\n[FIP13G]include:config \"a.cfg\"\n")),
              "3:1 duplicate");
    EXPECT_EQ(joined(places_and_codes("include:config a.cfg\n")), "1:1 corrupt-file");
}

TEST(Check, KindsOfFiles) {
    struct Case {
        std::string_view text;
        FileKind kind;
    };

    for (const Case& one :
         {Case{"\xEF\xBB\xBF \n<x", FileKind::cisco_profile},
          Case{"", FileKind::cisco_profile},
          Case{"# c\n; c\nDBID_A.b\t= x", FileKind::flyingvoice_file},
          Case{"#!version:1.0.0.1\n", FileKind::flyingvoice_file},
          Case{"#!version:1.0.0.1\n[A]include:config x", FileKind::flyingvoice_boot},
          Case{"overwrite_mode = 1", FileKind::flyingvoice_boot},
          Case{"# c\nhttp://h/a?b=c", FileKind::rules},
          Case{"Resync_Trigger_1: 1 = 1", FileKind::rules},
          Case{"1 = 1", FileKind::rules},
          Case{"[--key x] /a", FileKind::rules},
          Case{"[", FileKind::rules},
          Case{"Salted__x", FileKind::sealed}}) {
        SCOPED_TRACE(one.text);
        EXPECT_EQ(kind_of_file(one.text), one.kind);
    }
}

TEST(Check, SealedFilesMustBeOpenedFirst) {
    for (const std::string_view text : {"\x1f\x8b\x08", "Salted__12345678"}) {
        EXPECT_EQ(only(text).code, "sealed-file");
    }
}

// Every code of check_rule() has its entry: an unknown one would stop the process.
TEST(Check, RulesOfEveryKindInATextFile) {
    EXPECT_EQ(joined(places_and_codes("Upgrade_Rule: /a\n[--colour x] /a\n")),
              "1:15 server-missing, 2:2 unknown-option");
}

// The sample profile shows every odd shape on purpose; what is said about it is what it says about
// itself.
TEST(Check, TheSampleProfile) {
    std::ifstream in(ONHOOK_SOURCE_DIR "/examples/profiles/acme-office.xml", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ASSERT_FALSE(text.empty());
    std::vector<std::string> found;
    for (const Diagnostic& one : check_file(text)) {
        EXPECT_EQ(one.severity, Severity::warning);
        found.push_back(std::to_string(one.line) + " " + std::string(one.code) + " " +
                        one.message.substr(0, one.message.find(' ')));
    }
    EXPECT_EQ(found,
              (std::vector<std::string>{"13 misplaced-parameter GPP_P",
                                        "180 duplicate GPP_F",
                                        "186 duplicate GPP_H",
                                        "194 illegal-ua ua=\"maybe\"",
                                        "284 wrong-case 'Station_name'",
                                        "290 unknown-parameter no",
                                        "301 duplicate Short_Name_4_",
                                        "562 wrong-case 'user_id_2_'"}));
}

}  // namespace onhook::profile
