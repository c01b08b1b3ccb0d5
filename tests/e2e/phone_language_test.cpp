// What a profile rule can say, by `onhook phone` against nginx, openssl and tftpd-hpa: sealed and
// compressed profiles, conditions, assignments, POST, aliases, sealed reports.
#include <string>

#include <gtest/gtest.h>

#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class PhoneLanguage : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // Runs `command` in a shell; what openssl says about its key derivation is not of interest.
    static void shell(const std::string& command) {
        const Ran ran = run({"bash", "-c", "set -o pipefail; " + command});
        EXPECT_EQ(ran.status, 0) << command << "\n" << ran.output;
    }

    // A phone that knows these values finds the profile and takes it.
    void expect_taken(const std::string& rule, const Words& values = {}) {
        SCOPED_TRACE(rule);
        RunningPhone phone(in("phone" + std::to_string(++phones_)), rule, settings(values));
        EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
        EXPECT_EQ(phone.value("Display_Name_1_"), "From the server");
        phone.stop();
    }

    void expect_refused(const std::string& rule, const std::string& why, const Words& values = {}) {
        SCOPED_TRACE(rule);
        RunningPhone phone(in("phone" + std::to_string(++phones_)), rule, settings(values));
        EXPECT_TRUE(phone.says("Resync failed: " + why)) << phone.output();
        EXPECT_EQ(phone.value("Display_Name_1_"), "");
        phone.stop();
    }

    static Words settings(const Words& values) {
        Words options;
        for (const std::string& value : values) {
            options = options + Words{"--set", value};
        }
        return options;
    }

    TemporaryDirectory directory_;
    int phones_ = 0;
};

namespace {

const std::string profile = profile_of("<Display_Name_1_>From the server</Display_Name_1_>");

}  // namespace

// Vectors 39 and 40 over a real server.
TEST_F(PhoneLanguage, OpensWhatOpensslSealedAndGzipCompressed) {
    const Nginx nginx(in("nginx"));
    write_text(in("plain"), profile);
    shell("gzip -c " + in("plain") + " > " + nginx.file("packed.bin"));
    for (const std::string digest : {"sha256", "md5"}) {
        shell("gzip -c " + in("plain") + " | openssl enc -aes-256-cbc -md " + digest +
              " -k 'my secret phrase' > " + nginx.file(digest + ".bin") + " 2>/dev/null");
        expect_taken(R"([--key "my secret phrase"] )" + nginx.url("/" + digest + ".bin"));
    }
    expect_taken(nginx.url("/packed.bin"));
    expect_taken("[--key $SA] " + nginx.url("/sha256.bin"), {"GPP_SA=my secret phrase"});
    expect_refused("[--key another] " + nginx.url("/sha256.bin"), "decryption failed");
    expect_refused(nginx.url("/sha256.bin"), "corrupt file");
    expect_refused("[--key phrase] " + nginx.url("/packed.bin"), "corrupt file");
}

TEST_F(PhoneLanguage, OpensHttpContentEncryption) {
    const Nginx nginx(in("nginx"), "location / { add_header Content-Encoding aes128gcm; }\n");
    write_text(in("plain"), profile);
    shell("node " ONHOOK_SOURCE_DIR
          "/tests/interop/http_ece.mjs encrypt YWJjZGVmZ2hpamtsbW5vcA 4096 '' < " +
          in("plain") + " > " + nginx.file("sealed.bin"));
    // The header decides, whatever the rule says.
    expect_taken("[--key phrase] " + nginx.url("/sealed.bin"),
                 {"IKM_HTTP_Encrypt_Content=abcdefghijklmnop"});
    expect_refused(nginx.url("/sealed.bin"), "corrupt file");
    expect_refused(nginx.url("/sealed.bin"),
                   "decryption failed",
                   {"IKM_HTTP_Encrypt_Content=ponmlkjihgfedcba"});
}

// 1.11: a phone offers the coding when it has an IKM; 1.9: else it offers none at all.
TEST_F(PhoneLanguage, OffersHttpContentEncryptionWithAnIkmOnly) {
    const Nginx nginx(
        in("nginx"),
        "location /asked { if ($http_accept_encoding != aes128gcm) { return 403; } }\n"
        "location /bare { if ($http_accept_encoding) { return 403; } }\n");
    write_text(nginx.file("asked.xml"), profile);
    write_text(nginx.file("bare.xml"), profile);
    const Words ikm = {"IKM_HTTP_Encrypt_Content=abcdefghijklmnop"};
    expect_taken(nginx.url("/asked.xml"), ikm);
    expect_taken(nginx.url("/bare.xml"));
    expect_refused(nginx.url("/asked.xml"), "http_get failed: 403");
    expect_refused(nginx.url("/bare.xml"), "http_get failed: 403", ikm);
}

// Vectors 19 to 22 in one rule.
TEST_F(PhoneLanguage, ChoosesAssignsAndPosts) {
    const Nginx nginx(in("nginx"),
                      "location /take { if ($request_method != POST) { return 404; } "
                      "default_type text/xml; return 200 \"" +
                          profile + "\"; }\n");
    write_text(nginx.file("given.xml"), profile);
    const std::string rule =
        R"(("$CCERT" eq "Installed")? http://127.0.0.1:1/x | ("$B" ne "done")? )"
        R"((GPP_B = "done"; c = "$MA";)! )" +
        nginx.url("/given.xml");
    RunningPhone phone(in("phone"), rule);
    EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
    EXPECT_EQ(phone.value("GPP_B"), "done");
    EXPECT_EQ(phone.value("GPP_C"), phone_mac);
    EXPECT_EQ(phone.value("Display_Name_1_"), "From the server");
    phone.stop();
    // Only a POST gets the profile.
    expect_taken("[--post a] " + nginx.url("/take"), {"GPP_A=sn=$SN"});
    expect_refused(nginx.url("/take"), "file not found");
}

// Vector 42.
TEST_F(PhoneLanguage, TakesAliasesOfForeignDocuments) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("foreign.xml"),
               "<CPE><SIP-Credentials><name>From the server</name><auth-secret>732</auth-secret>"
               "</SIP-Credentials></CPE>");
    const Words map = {
        "GPP_M=/SIP-Credentials/name = /flat-profile/Display_Name_1_ ; "
        "/auth-secret = /flat-profile/Password_1_ ;"};
    expect_taken("[--alias m] " + nginx.url("/foreign.xml"), map);
    expect_refused(nginx.url("/foreign.xml"), "corrupt file", map);
}

// Vectors 70 and 73: what the server gets opens with the phrase, or with the IKM.
TEST_F(PhoneLanguage, SealsItsReports) {
    const Nginx nginx(in("nginx"), "location /report/ { dav_methods PUT; }\n");
    std::filesystem::create_directories(nginx.file("report"));
    write_text(nginx.file("p.xml"), profile);
    {
        RunningPhone phone(in("phone"),
                           nginx.url("/p.xml"),
                           settings({"HTTP_Report_Method=PUT",
                                     "Report_Rule=[--key test123]" + nginx.url("/report/a.enc;") +
                                         " [--status]" + nginx.url("/report/s.xml")}));
        ASSERT_TRUE(phone.says("report sent to " + nginx.url("/report/a.enc"))) << phone.output();
        ASSERT_TRUE(phone.says("report sent to " + nginx.url("/report/s.xml"))) << phone.output();
        phone.stop();
    }
    shell("openssl enc -d -aes-256-cbc -md sha256 -k test123 -in " + nginx.file("report/a.enc") +
          " 2>/dev/null | grep '<flat-profile>'");
    EXPECT_NE(read_text(nginx.file("report/s.xml")).find("<Product_Information>"),
              std::string::npos);
    {
        RunningPhone phone(in("phone2"),
                           nginx.url("/p.xml"),
                           settings({"HTTP_Report_Method=PUT",
                                     "Report_Rule=" + nginx.url("/report/b.enc"),
                                     "IKM_HTTP_Encrypt_Content=abcdefghijklmnop"}));
        ASSERT_TRUE(phone.says("report sent to")) << phone.output();
        phone.stop();
    }
    shell("node " ONHOOK_SOURCE_DIR
          "/tests/interop/http_ece.mjs decrypt YWJjZGVmZ2hpamtsbW5vcA < " +
          nginx.file("report/b.enc") + " | grep '<flat-profile>'");
}

// A phone's report by TFTP's write request.
TEST_F(PhoneLanguage, ReportsOverTftp) {
    const TftpHpaServer server(in("tftp"));
    write_text(server.file("p.xml"), profile);
    write_text(server.file("report.xml"), "");  // in.tftpd replaces what is there and public
    std::filesystem::permissions(server.file("report.xml"), std::filesystem::perms(0666));
    RunningPhone phone(
        in("phone"), server.url("p.xml"), settings({"Report_Rule=" + server.url("report.xml")}));
    ASSERT_TRUE(phone.says("report sent to")) << phone.output();
    phone.stop();
    EXPECT_NE(read_text(server.file("report.xml")).find("<flat-profile>"), std::string::npos);
}

}  // namespace onhook::test
