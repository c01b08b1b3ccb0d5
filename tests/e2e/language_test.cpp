// The commands that answer "is this right?" and "what would this phone do with it?".
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

constexpr std::string_view phone_8841 = R"({
  "dialect": "cisco-mpp", "model": "8841", "mac": "000E08012345", "serial": "88012BA01234",
  "firmware": "sip88xx.11-3-1MPP-678", "hardware": "1.0", "ip": "192.168.1.100",
  "client_certificate": false,
  "parameters": {"GPP_A": "sn=$SN", "GPP_SA": "s3cret", "HTTP_Report_Method": "PUT",
                 "Station_Name": "Front desk", "User_Configurable_Resync": true},
  "state": {"PRVST": 0, "PRVTMR": 10, "UPGTMR": 0, "REGTMR1": 0}
})";

constexpr std::string_view phone_fip = R"({
  "dialect": "flyingvoice", "model": "FIP13G", "mac": "0021F222AEF1", "serial": "FVSN0001",
  "firmware": "0.6.24"
})";

class LanguageCommands : public ::testing::Test {
  protected:
    LanguageCommands() {
        write_text(file("phone.json"), phone_8841);
        write_text(file("fip.json"), phone_fip);
        std::string doc(phone_fip);
        doc.replace(
            doc.find("flyingvoice"), std::string_view("flyingvoice").size(), "flyingvoice-doc");
        write_text(file("doc.json"), doc);
    }

    [[nodiscard]] std::string file(const std::string& name) const { return directory_.file(name); }

    [[nodiscard]] Ran command(const std::string& name,
                              const Words& words,
                              const std::string& phone = "phone.json") const {
        return run(Words{onhook_program(), name, "--phone", file(phone)} + words);
    }

    struct Answer {
        int status = 0;
        Json json;
    };

    [[nodiscard]] Answer rule(const Words& words, const std::string& phone = "phone.json") const {
        const Ran ran = command("rule", Words{"--json"} + words, phone);
        return {ran.status, Json::parse(ran.output, nullptr, false)};
    }

    [[nodiscard]] Answer apply(const std::string& profile, const Words& words = {}) const {
        write_text(file("profile.xml"), profile);
        const Ran ran = command("apply", Words{"--json"} + words + Words{file("profile.xml")});
        return {ran.status, Json::parse(ran.output, nullptr, false)};
    }

  private:
    TemporaryDirectory directory_;
};

TEST_F(LanguageCommands, ExpandsMacros) {
    const Ran ran = command("expand", {"http://h/$(MAU)config.cfg?$A&$SA&$STRANGE&$$MA"});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_EQ(ran.output, "http://h/000E08012345config.cfg?sn=$SN&$SA&$STRANGE&$MA\n");
    EXPECT_EQ(command("expand", {"http://h/$(PN)/$(MA).cfg?s=$(SN)"}, "fip.json").output,
              "http://h/FIP13G/0021f222aef1.cfg?s=FVSN0001\n");
    write_text(file("doc.json"),
               R"({"dialect":"flyingvoice-doc","model":"FIP13G","mac":"0021F222AEF1"})");
    EXPECT_EQ(command("expand", {"$(PN) $(MA:2)"}, "doc.json").output, "FIP13G $(MA:2)\n");
}

TEST_F(LanguageCommands, SaysWhatAProfileRuleAsksFor) {
    const Answer answer =
        rule({"($PRVTMR ge 600)? http://p.tel.com/has-reg.cfg | (c = \"x\";)! [--post a --key $SA] "
              "http://p.tel.com/lost-reg?"});
    ASSERT_FALSE(answer.json.is_discarded());
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(answer.json.at("outcome"), "fetch");
    EXPECT_EQ(answer.json.at("alternative"), 2);
    EXPECT_EQ(answer.json.at("assignments"), (Json{{"GPP_C", "x"}}));
    EXPECT_EQ(answer.json.at("options"), (Json{{"key", "***"}, {"post", "a"}}));
    EXPECT_EQ(answer.json.at("method"), "POST");
    EXPECT_EQ(answer.json.at("body"), "sn=88012BA01234");
    EXPECT_EQ(answer.json.at("scheme"), "http");
    EXPECT_EQ(answer.json.at("host"), "p.tel.com");
    EXPECT_EQ(answer.json.at("port"), 80);
    EXPECT_EQ(answer.json.at("path"), "/lost-reg?");
    EXPECT_EQ(answer.json.at("error"), nullptr);
}

TEST_F(LanguageCommands, SaysWhyARuleFetchesNothing) {
    const Answer skipped = rule({R"(("1" eq "2")? http://h/x)"});
    EXPECT_EQ(skipped.status, 0);
    EXPECT_EQ(skipped.json.at("outcome"), "skip");
    EXPECT_EQ(skipped.json.at("alternative"), nullptr);
    const Answer wrong = rule({"($SWVER ge 11.0.0)? http://h/x"});
    EXPECT_EQ(wrong.status, 1);
    EXPECT_EQ(wrong.json.at("outcome"), "error");
    EXPECT_TRUE(wrong.json.at("error").is_string());
    const Answer no_server = rule({"--kind", "upgrade", "/sip88xx.loads"});
    EXPECT_EQ(no_server.json.at("outcome"), "error");
    const Answer discovered = rule({"/$PSN.xml"});
    EXPECT_EQ(discovered.json.at("host"), nullptr);
    EXPECT_EQ(discovered.json.at("path"), "/8841-3PCC.xml");
}

TEST_F(LanguageCommands, RevealsSecretsOnlyWhenAsked) {
    const std::string text = "[--key $SA --uid x$(SA:1) --pwd hidden1] https://h/c.xml";
    const Ran masked = command("rule", {text});
    EXPECT_EQ(masked.status, 0) << masked.output;
    EXPECT_EQ(masked.output.find("3cret"), std::string::npos) << masked.output;
    EXPECT_EQ(masked.output.find("hidden1"), std::string::npos) << masked.output;
    EXPECT_NE(masked.output.find("--uid ***"), std::string::npos) << masked.output;
    const Answer misspelled = rule({"(Pasword_1_ = \"hidden1\" ; Password_1_ = \"hidden1\" ;)!"});
    EXPECT_EQ(misspelled.json.at("assignments"),
              (Json{{"Pasword_1_", "***"}, {"Password_1_", "***"}}));
    const Answer revealed = rule({"--reveal", text});
    EXPECT_EQ(revealed.json.at("options"),
              (Json{{"key", "s3cret"}, {"uid", "x3cret"}, {"pwd", "hidden1"}}));
}

TEST_F(LanguageCommands, TellsPeopleWhichAlternativeAndWhy) {
    const Ran ran = command("rule",
                            {"($PRVTMR ge 600)? /x | (c = \"x\";)! [--uid ann --pwd hidden1] "
                             "https://[2001:db8::1]:8443/$PN.xml"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.output,
              "alternative 1  10 ge 600 does not hold\n"
              "alternative 2  has no condition: taken\n"
              "assignment     GPP_C = x\n"
              "option         --uid ann\n"
              "option         --pwd ***\n"
              "request        GET https://[2001:db8::1]:8443/CP-8841-3PCC.xml\n"
              "outcome        fetch\n");
    const Ran wrong = command("rule", {"[--key $SA --pwd hidden1 --sn] http://h/$MA.cfg"});
    EXPECT_EQ(wrong.status, 1);
    EXPECT_EQ(wrong.output,
              "outcome  error\n"
              "error    character 26 of the expanded rule: unknown option --sn; supported are "
              "--key, --uid, --pwd, --post, --alias, --srv\n");
    const Ran reports = command("rule", {"--kind", "report", "[--delta]http://s/d http://s/f;"});
    EXPECT_EQ(reports.status, 0);
    EXPECT_NE(reports.output.find("request   PUT http://s:80/d\n"), std::string::npos)
        << reports.output;
    EXPECT_NE(reports.output.find("report 2  has no condition: taken\n"), std::string::npos)
        << reports.output;
    EXPECT_EQ(reports.output.find("alternative"), std::string::npos) << reports.output;
    const Ran choice = command("rule", {"--kind", "report", "(1 eq 2)? http://s/d | http://s/f"});
    EXPECT_NE(choice.output.find("alternative 2  has no condition: taken\n"), std::string::npos)
        << choice.output;
    EXPECT_EQ(command("rule", {"--kind", "trigger", "$PRVTMR ge 10"}).output, "outcome  true\n");
}

// What the reference page shows is a phone file.
TEST_F(LanguageCommands, ReadsTheExampleOfTheReferencePage) {
    const std::string page = read_text(ONHOOK_SOURCE_DIR "/docs/reference/phone-file.md");
    constexpr std::string_view fence = "```json\n";
    int examples = 0;
    for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
        at += fence.size();
        const std::string example = page.substr(at, page.find("```", at) - at);
        SCOPED_TRACE(example);
        write_text(file("example.json"), example);
        const Ran ran = command("expand", {"$MA $SN"}, "example.json");
        EXPECT_EQ(ran.status, 0) << ran.output;
        const Json json = Json::parse(example);
        for (const auto& [key, value] : json.items()) {
            EXPECT_NE(page.find("| `" + key + "` |"), std::string::npos) << key;
        }
        ++examples;
    }
    EXPECT_EQ(examples, 2);
}

TEST_F(LanguageCommands, ExplainsARuleToPeople) {
    const Ran ran = command(
        "rule",
        {"($PRVTMR ge 600)? http://h/late | (c = \"x\";)! [--post a --key $SA] http://h/lost?"});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_EQ(ran.output,
              "alternative 1  10 ge 600 does not hold\n"
              "alternative 2  has no condition: taken\n"
              "assignment     GPP_C = x\n"
              "option         --key ***\n"
              "option         --post a\n"
              "request        POST http://h:80/lost?\n"
              "body           sn=88012BA01234\n"
              "outcome        fetch\n");
}

TEST_F(LanguageCommands, JudgesTriggers) {
    const Answer no = rule({"--kind", "trigger", "$PRVTMR ge 99999"});
    EXPECT_EQ(no.json.at("outcome"), "false");
    EXPECT_EQ(no.status, 1);
    const Answer yes = rule({"--kind", "trigger", "$PRVTMR ge 10 and $PRVST = 0"});
    EXPECT_EQ(yes.json.at("outcome"), "true");
    EXPECT_EQ(yes.status, 0);
    EXPECT_EQ(rule({"--kind", "trigger", "http://h/admin/resync?x"}).json.at("outcome"), "error");
}

// Vector 69, as far as the rule goes.
TEST_F(LanguageCommands, ListsTheRequestsOfAReportRule) {
    const Answer answer =
        rule({"--kind", "report", "[--delta]http://s/d.xml [--status]http://s/s.xml"});
    ASSERT_EQ(answer.json.at("requests").size(), 2U) << answer.json;
    EXPECT_EQ(answer.json["requests"][0].at("content"), "delta");
    EXPECT_EQ(answer.json["requests"][0].at("method"), "PUT");
    EXPECT_EQ(answer.json["requests"][1].at("content"), "status");
    EXPECT_EQ(answer.json["requests"][1].at("path"), "/s.xml");
}

TEST_F(LanguageCommands, PlansTheRequestsOfAFlyingvoicePhone) {
    const Answer answer = rule({"https://domain.tld/app/provision"}, "fip.json");
    ASSERT_EQ(answer.json.at("requests").size(), 4U) << answer.json;
    EXPECT_EQ(answer.json.at("path"), "/app/provision/0021f222aef1.boot");
    EXPECT_EQ(answer.json["requests"][3].at("path"), "/app/provision/0021f222aef1.cfg");
    // Vector F-09; both factory profiles speak the one language.
    for (const std::string phone : {"fip.json", "doc.json"}) {
        SCOPED_TRACE(phone);
        const Answer tftp = rule({"10.0.0.1"}, phone);
        EXPECT_EQ(tftp.json.at("scheme"), "tftp");
        EXPECT_EQ(tftp.json.at("requests").size(), 4U) << tftp.json;
        EXPECT_EQ(command("expand", {"$mac-$(MA)"}, phone).output, "0021f222aef1-0021f222aef1\n");
    }
}

TEST_F(LanguageCommands, TellPeopleWhatARuleComesTo) {
    EXPECT_EQ(command("rule", {"http://u:hidden1@h/a.cfg?$(NOPE)"}, "fip.json").output,
              "option   --uid u\n"
              "option   --pwd ***\n"
              "request  GET http://h:80/a.cfg?$(NOPE)\n"
              "outcome  fetch\n"
              "warning  $(NOPE) is no macro and stays as written\n");
    EXPECT_EQ(command("rule", {"([c = \"x\";)"}).status, 1);
    const std::string assigned =
        command("rule", {"(c = \"x\"; d = \"y\";)! [--key $SA --uid me] http://h/x"}).output;
    for (const std::string_view line : {"assignment     GPP_C = x\n",
                                        "assignment     GPP_D = y\n",
                                        "option         --key ***\n",
                                        "option         --uid me\n",
                                        "request        GET http://h:80/x\n"}) {
        EXPECT_NE(assigned.find(line), std::string::npos) << assigned;
    }
}

// Vectors F-32 and F-33: the image's name decides before anything is asked for.
TEST_F(LanguageCommands, JudgesTheImageOfAFlyingvoicePhone) {
    const auto image = [this](const std::string& name) {
        return rule({"--kind", "upgrade", "http://h/fw/" + name}, "fip.json");
    };
    EXPECT_EQ(image("FIP13G-FVUI_V0.6.24_202201010000_RC.bin").json.at("outcome"), "skip");
    const Answer other = image("P10-FVUI_V0.6.25_202201010000_RC.bin");
    EXPECT_EQ(other.status, 1);
    EXPECT_EQ(other.json.at("outcome"), "error");
    EXPECT_EQ(image("FIP13G-FVUI_V0.6.25_202201010000_RC.bin").json.at("outcome"), "fetch");
    // One file, never the files of a profile.
    const Answer unnamed = image("latest");
    EXPECT_EQ(unnamed.json.at("path"), "/fw/latest");
    EXPECT_FALSE(unnamed.json.contains("requests"));
}

// flyingvoice.md 8.4, D25.
TEST_F(LanguageCommands, OpensTheFilesOfAFlyingvoicePhone) {
    write_text(file("plain.cfg"), "DBID_RANDOM_DELAY = 7\n");
    for (const std::string how : {"-md sha256", "-md md5", "-pbkdf2"}) {
        SCOPED_TRACE(how);
        ASSERT_EQ(run({"bash",
                       "-c",
                       "openssl enc -aes-256-cbc -k geheim " + how + " < " + file("plain.cfg") +
                           " > " + file("sealed.cfg") + " 2>/dev/null"})
                      .status,
                  0);
        const auto applied = [this](const Words& words, const std::string& phone) {
            return command("apply", Words{"--json"} + words, phone);
        };
        const Words both = {file("plain.cfg"), file("sealed.cfg")};
        EXPECT_EQ(applied(Words{"--key", "geheim"} + both, "fip.json").status, 0);
        EXPECT_EQ(applied(Words{"--key", "falsch"} + both, "fip.json").status, 1);
        const Ran without = applied({file("sealed.cfg")}, "fip.json");
        EXPECT_EQ(without.status, 1);
        EXPECT_NE(without.output.find("X_PRV_FILE_KEY"), std::string::npos) << without.output;
        Json keyed = Json::parse(phone_fip);
        keyed["parameters"] = {{"X_PRV_FILE_KEY", "geheim"}};
        write_text(file("keyed.json"), keyed.dump());
        const Ran opened = applied({file("sealed.cfg")}, "keyed.json");
        EXPECT_NE(opened.output.find("\"to\": \"7\""), std::string::npos) << opened.output;
    }
}

TEST_F(LanguageCommands, SaysWhatAProfileChanges) {
    const Answer answer = apply(
        "<flat-profile><GPP_A>new</GPP_A><Station_Name ua=\"rw\" preserve-value=\"y\">Travel Agent "
        "1</Station_Name><Admin_Password>Pw12345!</Admin_Password><Resync_periodic>5"
        "</Resync_periodic></flat-profile>");
    ASSERT_FALSE(answer.json.is_discarded());
    EXPECT_EQ(answer.status, 0);
    const Json changes = answer.json.at("changes");
    ASSERT_EQ(changes.size(), 2U) << answer.json;
    for (const Json& change : changes) {
        if (change.at("name") == "GPP_A") {
            EXPECT_EQ(change.at("from"), "sn=$SN");
            EXPECT_EQ(change.at("to"), "new");
            EXPECT_EQ(change.at("effect"), "none");
        } else {
            EXPECT_EQ(change.at("name"), "Admin_Password");
            EXPECT_EQ(change.at("to"), "***");
        }
    }
    ASSERT_EQ(answer.json.at("ignored").size(), 1U);
    EXPECT_EQ(answer.json["ignored"][0].at("name"), "Resync_periodic");
    EXPECT_EQ(answer.json.at("access"), (Json{{"Station_Name", "rw"}}));
    EXPECT_EQ(answer.json.at("error"), nullptr);
}

// The keys are stable: programs may be strict about them.
TEST_F(LanguageCommands, HasExactlyTheKeysOfAnApplication) {
    const auto keys_of = [](const Json& object) {
        std::set<std::string> keys;
        for (const auto& [key, value] : object.items()) {
            keys.insert(key);
        }
        return keys;
    };
    const Json json = apply("<flat-profile><GPP_A>new</GPP_A><Nope/></flat-profile>").json;
    using Keys = std::set<std::string>;
    EXPECT_EQ(keys_of(json), (Keys{"changes", "ignored", "access", "effect", "error"}));
    EXPECT_EQ(keys_of(json.at("changes").at(0)), (Keys{"name", "from", "to", "effect"}));
    EXPECT_EQ(keys_of(json.at("ignored").at(0)), (Keys{"name", "why"}));
}

TEST_F(LanguageCommands, SaysWhereAnIgnoredElementStands) {
    write_text(file("profile.xml"), "<flat-profile>\n <Nope/></flat-profile>");
    const Ran ran = command("apply", {file("profile.xml")});
    EXPECT_NE(ran.output.find(file("profile.xml") + ":2:2"), std::string::npos) << ran.output;
}

TEST_F(LanguageCommands, SumsUpWhatSeveralProfilesChange) {
    write_text(file("a.xml"),
               "<flat-profile><GPP_A ua=\"rw\">1</GPP_A><GPP_B ua=\"rw\">1</GPP_B></flat-profile>");
    write_text(file("b.xml"),
               "<flat-profile><GPP_A ua=\"na\">sn=$SN</GPP_A><GPP_B>2</GPP_B></flat-profile>");
    const Json json =
        Json::parse(command("apply", {"--json", file("a.xml"), file("b.xml")}).output);
    ASSERT_EQ(json.at("changes").size(), 1U) << json;
    EXPECT_EQ(json["changes"][0].at("to"), "2");
    EXPECT_EQ(json.at("access"), (Json{{"GPP_B", "rw"}}));
}

TEST_F(LanguageCommands, RefusesACorruptProfileWhole) {
    const Answer answer = apply("<flat-profile><GPP_A>new</GPP_A><GPP_B></flat-profile>");
    EXPECT_EQ(answer.status, 1);
    EXPECT_TRUE(answer.json.at("changes").empty());
    EXPECT_NE(answer.json.at("error").get<std::string>().find("profile.xml:1:"), std::string::npos)
        << answer.json;
}

// cisco-mpp.md 6.2, item 5.
TEST_F(LanguageCommands, KeepsWhatEarlierProfilesChangeWhenALaterOneIsRefused) {
    write_text(file("a.xml"),
               "<flat-profile><GPP_A>1</GPP_A><Nope/><GPP_B ua=\"rw\">2</GPP_B></flat-profile>");
    write_text(file("corrupt.xml"), "<flat-profile>");
    write_text(file("sealed.bin"), "Salted__");
    write_text(file("c.xml"), "<flat-profile><GPP_C>3</GPP_C></flat-profile>");
    for (const std::string refused : {"corrupt.xml", "sealed.bin"}) {
        SCOPED_TRACE(refused);
        const Words files = {file("a.xml"), file(refused), file("c.xml")};
        const Ran ran = command("apply", Words{"--json"} + files);
        EXPECT_EQ(ran.status, 1);
        const Json json = Json::parse(ran.output);
        EXPECT_EQ(json.at("changes").size(), 2U) << json;
        EXPECT_EQ(json.at("ignored").size(), 1U) << json;
        EXPECT_EQ(json.at("access"), (Json{{"GPP_B", "rw"}}));
        EXPECT_NE(json.at("error").get<std::string>().find(refused), std::string::npos) << json;
        const Ran people = command("apply", files);
        EXPECT_EQ(people.status, 1);
        const std::size_t summary = people.output.find("2 changed, 1 ignored; effect: none\n");
        EXPECT_LT(summary, people.output.rfind(refused)) << people.output;
    }
}

// flyingvoice.md 8.1.7: all files or none.
TEST_F(LanguageCommands, SaysThatABootFileIsNoConfigurationFile) {
    write_text(file("a.cfg"), "DBID_RANDOM_DELAY = 7\n");
    write_text(file("a.boot"), "#!version:1.0.0.1\ninclude:config \"a.cfg\"\n");
    const Ran ran = command("apply", {"--json", file("a.cfg"), file("a.boot")}, "fip.json");
    EXPECT_EQ(ran.status, 1);
    const Json json = Json::parse(ran.output);
    EXPECT_TRUE(json.at("changes").empty()) << json;
    EXPECT_EQ(json.at("error"),
              file("a.boot") +
                  ":2:1: this is a boot file; take the files that it includes instead of it");
}

TEST_F(LanguageCommands, AppliesSealedProfiles) {
    write_text(file("plain.xml"), "<flat-profile><GPP_B>b</GPP_B></flat-profile>");
    const Ran sealed = run({"openssl",
                            "enc",
                            "-aes-256-cbc",
                            "-md",
                            "sha256",
                            "-k",
                            "SecretPhrase1234",
                            "-in",
                            file("plain.xml"),
                            "-out",
                            file("sealed.bin")});
    ASSERT_EQ(sealed.status, 0) << sealed.output;
    const Ran opened =
        command("apply", {"--json", "--key", "SecretPhrase1234", file("sealed.bin")});
    EXPECT_EQ(Json::parse(opened.output).at("changes").size(), 1U) << opened.output;
    const Ran refused = command("apply", {"--json", "--key", "another", file("sealed.bin")});
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.output.find("decryption failed"), std::string::npos) << refused.output;
}

TEST_F(LanguageCommands, NameThePlaceInAPhoneFile) {
    struct Row {
        std::string_view json;
        std::string_view about;
    };

    for (const Row& row : {
             Row{"{", "it is not JSON"},
             Row{"[]", "one JSON object"},
             Row{R"({"mac":"000E08012345"})", "dialect is missing"},
             Row{R"({"dialect":"cisco-mpp"})", "mac is missing"},
             Row{R"({"dialect":"cisco","mac":"000E08012345"})", "dialect must be"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E0801234"})", "mac expected"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","colour":1})", "colour is not"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","model":8841})", "model must be"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","mac":"000E08012346"})",
                 "mac stands twice; keep one of the two"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","state":{"PRVST":1},
                     "parameters":{"GPP_A":"1","GPP_B":"","GPP_A":"2"}})",
                 "parameters.GPP_A stands twice; keep one of the two"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","serial":"8\u0000"})",
                 "serial must be one line"},
             Row{R"({"dialect":"flyingvoice-doc","mac":"0021F222AEF1","state":{"PRVST":10}})",
                 "state.PRVST must be a whole number from 0 to 9"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","state":{"PRVST":7}})",
                 "state.PRVST must be a whole number from -1 to 2"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","state":{"PRVTIMER":7}})",
                 "state.PRVTIMER is not known"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","parameters":{"GPP_Z":""}})",
                 "parameters.GPP_Z is no parameter"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345","parameters":{"GPP_A":[]}})",
                 "parameters.GPP_A must be"},
             Row{R"({"dialect":"cisco-mpp","mac":"000E08012345",
                     "parameters":{"Resync_On_Reset":"maybe"}})",
                 "parameters.Resync_On_Reset does not fit"},
         }) {
        SCOPED_TRACE(row.json);
        write_text(file("bad.json"), row.json);
        const Ran ran = command("expand", {"$MA"}, "bad.json");
        EXPECT_EQ(ran.status, 2);
        EXPECT_NE(ran.output.find(row.about), std::string::npos) << ran.output;
        EXPECT_EQ(times_in(ran.output, "\n"), 1) << ran.output;
    }
}

// What --print-phone prints is a phone file, without secrets unless they are asked for.
TEST_F(LanguageCommands, DescribesAPhoneThatHasRun) {
    const std::string state = file("state");
    {
        Process phone({onhook_program(),
                       "phone",
                       "--mac",
                       "000e08012345",
                       "--state",
                       state,
                       "--web",
                       "off",
                       "--set",
                       "GPP_A=hello",
                       "--set",
                       "GPP_SA=s3cret",
                       "--set",
                       "Resync_On_Reset=No"});
        ASSERT_TRUE(becomes_true([&] { return std::filesystem::exists(state + "/phone.json"); }));
    }
    const Ran printed = run({onhook_program(), "phone", "--print-phone", "--state", state});
    ASSERT_EQ(printed.status, 0) << printed.output;
    EXPECT_EQ(printed.output.find("s3cret"), std::string::npos) << printed.output;
    write_text(file("printed.json"), printed.output);
    EXPECT_EQ(command("expand", {"$A $MAU"}, "printed.json").output, "hello 000E08012345\n");
    const Ran revealed =
        run({onhook_program(), "phone", "--print-phone", "--reveal", "--state", state});
    EXPECT_NE(revealed.output.find("s3cret"), std::string::npos) << revealed.output;
    Json kept = Json::parse(read_text(state + "/phone.json"));
    kept["customization"] = "Acquired";
    write_text(state + "/phone.json", kept.dump());
    write_text(file("printed.json"),
               run({onhook_program(), "phone", "--print-phone", "--state", state}).output);
    EXPECT_EQ(command("expand", {"$ISCUST"}, "printed.json").output, "1\n");
}

}  // namespace

}  // namespace onhook::test
