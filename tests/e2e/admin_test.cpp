// The administrator's commands against a running server, and who gets what over HTTP and TFTP.
#include <string>

#include <gtest/gtest.h>

#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

const std::string other_mac = "000e08000002";
const std::string unknown_mac = "000e080000ff";

}  // namespace

class Admin : public ::testing::Test {
  protected:
    void TearDown() override { server_.stop(); }

    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // The profile as that phone gets it.
    [[nodiscard]] std::string served(const std::string& mac = phone_mac) const {
        const Ran ran = curl({"-f", server_.url("http", "/" + mac + ".xml")});
        EXPECT_EQ(ran.status, 0) << ran.output;
        return ran.output;
    }

    // "value from scope", of `device show`.
    [[nodiscard]] std::string shown(const std::string& name) const {
        const Json device = server_.admin_json({"device", "show", phone_mac});
        for (const Json& setting : device["settings"]) {
            if (setting["name"] == name) {
                return setting["value"].get<std::string>() + " from " +
                       setting["from"].get<std::string>();
            }
        }
        return "";
    }

    [[nodiscard]] std::string get(const std::string& path, const Words& words = {}) const {
        return curl_status(words + Words{"--path-as-is", server_.url("http", path)});
    }

    [[nodiscard]] std::string put(const std::string& path, const std::string& body) const {
        write_text(in("body"), body);
        return curl_status({"-T", in("body"), server_.url("http", path)});
    }

    [[nodiscard]] Ran api(const std::string& path, const Words& words = {}) const {
        return curl(words +
                    Words{"-H", "Authorization: Bearer " + server_.token(), server_.api_url(path)});
    }

    TemporaryDirectory directory_;
    RunningServer server_{directory_.file("server")};
};

TEST_F(Admin, DevicesAreAddedListedShownAndRemoved) {
    server_.done({"group", "add", "office", "--comment", "Everybody"});
    server_.done({"device",
                  "add",
                  "00:0E:08:00:00:01",
                  "--model",
                  "8841",
                  "--group",
                  "office",
                  "--name",
                  "Reception"});
    server_.done({"device", "add", other_mac});
    const Json list = server_.admin_json({"device", "list"});
    ASSERT_EQ(list["devices"].size(), 2U);
    EXPECT_EQ(list["devices"][0]["mac"], phone_mac);
    EXPECT_EQ(list["devices"][0]["contact"], nullptr);
    const Ran table = server_.admin({"device", "list"});
    EXPECT_NE(table.output.find("Reception"), std::string::npos) << table.output;
    const Json device = server_.admin_json({"device", "show", phone_mac});
    EXPECT_EQ(device["group"], "office");
    EXPECT_EQ(device["model"], "8841");
    EXPECT_EQ(server_.admin_json({"group", "list"})["groups"][0]["comment"], "Everybody");
    EXPECT_EQ(get("/" + phone_mac + ".xml"), "200");
    EXPECT_TRUE(becomes_true([&] {
        return server_.admin_json({"device", "show", phone_mac})["contact"]["status"] == 200;
    }));
    server_.done({"set", "--device", phone_mac, "Display_Name_1_=Left behind"});
    server_.done({"device", "remove", phone_mac});
    EXPECT_EQ(get("/" + phone_mac + ".xml"), "404");
    server_.done({"device", "add", phone_mac});
    EXPECT_EQ(served().find("Left behind"), std::string::npos);
}

TEST_F(Admin, SettingsAreInheritedFromProviderToGroupToDevice) {
    server_.done({"group", "add", "office"});
    server_.done({"device", "add", phone_mac, "--group", "office"});

    struct Row {
        Words command;
        std::string shown;
        std::string value;
    };

    const Words at_group{"--group", "office"};
    const Words at_device{"--device", phone_mac};
    for (const Row& row :
         {Row{{"set", "Display_Name_1_=P"}, "P from provider", "P"},
          Row{Words{"set", "Display_Name_1_=D"} + at_device, "D from device/" + phone_mac, "D"},
          Row{Words{"set", "Display_Name_1_=G"} + at_group, "D from device/" + phone_mac, "D"},
          Row{Words{"unset", "Display_Name_1_"} + at_device, "G from group/office", "G"},
          Row{Words{"set", "Display_Name_1_=G2", "--access", "ro"} + at_group,
              "G2 from group/office",
              "G2"},
          Row{Words{"unset", "Display_Name_1_"} + at_group, "P from provider", "P"},
          Row{{"unset", "Display_Name_1_"}, "", ""}}) {
        SCOPED_TRACE(row.shown);
        server_.done(row.command);
        EXPECT_EQ(shown("Display_Name_1_"), row.shown);
        const std::string profile = served();
        EXPECT_EQ(profile.find(">" + row.value + "</Display_Name_1_>") != std::string::npos,
                  !row.value.empty())
            << profile;
    }
}

TEST_F(Admin, ATableOfDevicesIsImportedWholeOrNotAtAll) {
    const std::string header = "mac,model,group,name,Display_Name_1_,Password_1_\n";
    const std::string first = phone_mac + ",8841,office,Reception,First,invented-one\n";
    write_text(in("bad.csv"), header + first + "000e0800000g,7841,office,Warehouse,Second,two\n");
    write_text(in("name.csv"), "mac,Dispaly_Name_1_\n" + phone_mac + ",First\n");
    write_text(in("good.csv"), header + first + other_mac + ",7841,office,Warehouse,Second,two\n");
    EXPECT_NE(server_.refused({"import", in("bad.csv")}).find("line 3: mac '000e0800000g'"),
              std::string::npos);
    EXPECT_NE(server_.refused({"import", in("name.csv")}).find("did you mean Display_Name_1_?"),
              std::string::npos);
    EXPECT_EQ(server_.admin_json({"device", "list"})["devices"].size(), 0U);
    EXPECT_EQ(server_.admin_json({"group", "list"})["groups"].size(), 0U);
    server_.done({"import", in("good.csv")});
    server_.done({"import", in("good.csv")});  // again is the same
    EXPECT_EQ(server_.admin_json({"device", "list"})["devices"].size(), 2U);
    EXPECT_NE(served(other_mac).find(">Second</Display_Name_1_>"), std::string::npos);
    // What is there stays as it is when a later table is wrong.
    write_text(in("bad.csv"), header + phone_mac + ",8841,office,x,Changed,x\nnobody,,,,,\n");
    EXPECT_NE(server_.refused({"import", in("bad.csv")}).find("line 3: "), std::string::npos);
    EXPECT_EQ(shown("Display_Name_1_"), "First from device/" + phone_mac);
    server_.done({"import", std::string(ONHOOK_SOURCE_DIR) + "/examples/devices.csv"});
}

TEST_F(Admin, AProfileIsImportedAndWhatIsLeftOutIsNamed) {
    server_.done({"group", "add", "office"});
    server_.done({"device", "add", phone_mac, "--group", "office"});
    const std::string file = std::string(ONHOOK_SOURCE_DIR) + "/examples/profiles/acme-office.xml";
    const Ran imported = server_.admin({"import", file, "--group", "office"});
    EXPECT_EQ(imported.status, 0) << imported.output;
    EXPECT_NE(imported.output.find(file + ":"), std::string::npos) << imported.output;
    EXPECT_NE(imported.output.find("left out: "), std::string::npos) << imported.output;
    EXPECT_NE(imported.output.find("\nimported "), std::string::npos) << imported.output;
    EXPECT_NE(served().find(">ACME-0815</Asset_ID>"), std::string::npos);
    const std::string before = served();
    write_text(in("bad.xml"), profile_of("<Asset_ID>New</Asset_ID><Open>"));
    EXPECT_NE(server_.refused({"import", in("bad.xml"), "--group", "office"}).find("line 1"),
              std::string::npos);
    EXPECT_EQ(served(), before);
}

TEST_F(Admin, RefusalsAreSentencesAndChangeNothing) {
    server_.done({"group", "add", "office"});
    server_.done({"device", "add", phone_mac});
    const std::string before = served();

    struct Row {
        Words command;
        std::string about;
    };

    for (const Row& row : {Row{{"set", "Dispaly_Name_1_=x"}, "did you mean Display_Name_1_?"},
                           Row{{"set", "Zzzz=x"}, "no parameter is called Zzzz"},
                           Row{{"set", "Resync_On_Reset=Maybe"}, "Resync_On_Reset"},
                           Row{{"set", "Resync_Random_Delay=-1"}, "Resync_Random_Delay"},
                           Row{{"set", "Display_Name_1_=x", "--access", "all"}, "na, ro or rw"},
                           Row{{"set", "--group", "none", "Display_Name_1_=x"}, "none"},
                           Row{{"set", "--device", unknown_mac, "Display_Name_1_=x"}, unknown_mac},
                           Row{{"unset", "Display_Name_1_"}, "Display_Name_1_"},
                           Row{{"device", "add", phone_mac}, phone_mac},
                           Row{{"device", "add", "000e0800000g"}, "000e0800000g"},
                           Row{{"device", "add", other_mac, "--group", "none"}, "none"},
                           Row{{"device", "show", unknown_mac}, unknown_mac},
                           Row{{"device", "remove", unknown_mac}, unknown_mac},
                           Row{{"group", "add", "office"}, "office"},
                           Row{{"group", "add", "a/b"}, "a/b"}}) {
        SCOPED_TRACE(row.command.back());
        const std::string sentence = server_.refused(row.command);
        EXPECT_NE(sentence.find(row.about), std::string::npos) << sentence;
    }
    EXPECT_EQ(served(), before);
    EXPECT_EQ(server_.admin_json({"device", "list"})["devices"].size(), 1U);
}

TEST_F(Admin, TheApiIsOnlyForWhoHasTheToken) {
    const std::string url = server_.api_url("devices");
    EXPECT_EQ(curl_status({url}), "401");
    EXPECT_EQ(curl_status({"-H", "Authorization: Bearer ", url}), "401");
    EXPECT_EQ(curl_status({"-H", "Authorization: Bearer " + server_.token() + "0", url}), "401");
    EXPECT_EQ(curl_status({"-u", "admin:" + server_.token(), url}), "401");
    EXPECT_EQ(curl_status({server_.api_url("../../")}), "401");
    EXPECT_EQ(Json::parse(api("devices").output)["devices"].size(), 0U);
    // The phones' side knows no API.
    EXPECT_EQ(get("/api/v1/devices", {"-H", "Authorization: Bearer " + server_.token()}), "404");
    EXPECT_EQ(times_in(server_.process().output(), server_.token()), 0);
}

TEST_F(Admin, APhoneGetsItsOwnProfileAndNobodyElses) {
    server_.done({"device", "add", phone_mac});
    server_.done({"device", "add", other_mac});
    const Words as_phone{"-A", phone_user_agent};
    const std::string own = "/" + phone_mac + ".xml";
    const std::string others = "/" + other_mac + ".xml";
    EXPECT_EQ(get(own, as_phone), "200");
    EXPECT_EQ(get("/p", as_phone), "200");
    EXPECT_EQ(get(others, as_phone), "403");
    EXPECT_EQ(get("/p/Cisco/CP-8841-3PCC/" + other_mac + ".cfg", as_phone), "403");
    EXPECT_EQ(get("/p?mac=" + other_mac, as_phone), "403");
    EXPECT_EQ(get(others + "?mac=" + phone_mac), "403");
    EXPECT_EQ(get("/" + unknown_mac + ".xml"), "404");
    EXPECT_EQ(get("/p"), "404");
    EXPECT_EQ(get(own, {"-X", "DELETE"}), "405");
    const Words put_as_phone{"-A", phone_user_agent, "-X", "PUT", "-d", profile_of("")};
    EXPECT_EQ(get("/report/" + other_mac + ".xml", put_as_phone), "403");
}

TEST_F(Admin, NoPathLeadsToAFile) {
    for (const char* path : {"/../admin.json",
                             "/../../../../etc/passwd",
                             "/p/../admin.json",
                             "/%2e%2e/admin.json",
                             "/..%2fadmin.json",
                             "//etc/passwd",
                             "/p/./000e08000001.xml",
                             "/admin.json%00.xml"}) {
        EXPECT_EQ(get(path), "400") << path;
    }
    EXPECT_EQ(get("/admin.json"), "404");
    EXPECT_EQ(get("/onhook.db"), "404");
    for (const char* name : {"../admin.json", "/etc/passwd", "admin.json", "p/../../admin.json"}) {
        std::filesystem::remove(in("fetched"));
        const Ran ran = run(
            {"atftp", "--get", "-r", name, "-l", in("fetched"), "127.0.0.1", server_.port("tftp")});
        EXPECT_NE(ran.status, 0) << name << ": " << ran.output;
        EXPECT_EQ(read_text(in("fetched")), "") << name;
    }
}

TEST_F(Admin, ReportsAreTakenFromKnownDevicesWithinBounds) {
    server_.done({"device", "add", phone_mac});
    const std::string own = "/report/" + phone_mac + ".xml";
    const std::string report = profile_of("<Display_Name_1_>Reported</Display_Name_1_>");
    EXPECT_EQ(put("/report/" + unknown_mac + ".xml", report), "404");
    EXPECT_EQ(put(own, "no report"), "400");
    EXPECT_EQ(put(own, report + std::string(2 << 20U, ' ')), "413");
    EXPECT_EQ(get(own), "405");
    EXPECT_EQ(server_.admin_json({"device", "show", phone_mac})["report"], nullptr);
    EXPECT_EQ(put(own, report), "204");
    const Json stored = Json::parse(api("devices/" + phone_mac + "/report").output);
    EXPECT_EQ(stored["parameters"], 1);
    EXPECT_NE(stored["body"].get<std::string>().find("Reported"), std::string::npos);
}

TEST_F(Admin, SecretsStayBetweenTheAdministratorAndThePhone) {
    const std::string secrets[] = {"geheim-sip-1", "geheim-admin-2", "geheim-rule-3"};
    const std::string rule = "[--uid u --pwd " + secrets[2] + "] ";
    server_.done({"device", "add", phone_mac});
    server_.done({"set", "--device", phone_mac, "Password_1_=" + secrets[0]});
    server_.done({"set",
                  "Admin_Password=" + secrets[1],
                  "Profile_Rule=" + rule + server_.url("https", "/$MA.xml"),
                  "Report_Rule=" + rule + server_.url("https", "/report/$MA.xml"),
                  "Syslog_Server=127.0.0.1:" + server_.port("syslog")});
    RunningPhone phone(
        in("phone"), server_.url("https", "/$MA.xml"), {"--ca", server_.certificate()});
    ASSERT_TRUE(phone.says("report sent to")) << phone.output();
    EXPECT_EQ(phone.value("Password_1_"), secrets[0]);
    EXPECT_EQ(phone.value("Admin_Password"), secrets[1]);
    const std::string everything_seen =
        server_.admin({"device", "show", phone_mac}).output +
        server_.admin({"device", "show", phone_mac, "--json"}).output +
        server_.admin({"messages"}).output + api("devices/" + phone_mac + "/report").output +
        phone.web("/").output + phone.status().dump();
    EXPECT_NE(everything_seen.find("--pwd ***"), std::string::npos) << everything_seen;
    EXPECT_NE(everything_seen.find("<Display_Name_1_"), std::string::npos) << everything_seen;
    // A phone of another make may report more than ours does.
    EXPECT_EQ(put("/report/" + phone_mac + ".xml",
                  profile_of("<Password_1_>" + secrets[0] + "</Password_1_><New_Passwd>" +
                             secrets[1] + "</New_Passwd>")),
              "204");
    const std::string reported = api("devices/" + phone_mac + "/report").output;
    phone.stop();
    server_.stop();
    for (const std::string& secret : secrets) {
        SCOPED_TRACE(secret);
        EXPECT_EQ(times_in(everything_seen, secret), 0) << everything_seen;
        EXPECT_EQ(times_in(reported, secret), 0) << reported;
        EXPECT_EQ(times_in(phone.output(), secret), 0) << phone.output();
        EXPECT_EQ(times_in(server_.process().output(), secret), 0) << server_.process().output();
    }
}

}  // namespace onhook::test
