// `onhook phone --dialect flyingvoice` against nginx, whose files are laid out as the maker's own
// guide does it (flyingvoice.md 8.1).
#include <string>

#include <gtest/gtest.h>

#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

// A phone that asks nobody on its network and does not wait at random.
Words flyingvoice_phone(const std::string& rule) {
    return {"--dialect",
            "flyingvoice",
            "--serial",
            "FVSN0001",
            "--set",
            "DBID_PROFILE_RULE=" + rule,
            "--set",
            "DBID_PRV_SIPPNP_ENABLED=0",
            "--set",
            "DBID_RANDOM_DELAY=0"};
}

class FlyingvoiceServers : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    TemporaryDirectory directory_;
};

// A line of nginx's password file.
std::string password_of_serial() {
    const Ran ran = run({"openssl", "passwd", "-apr1", "-salt", "onhook", "FVSN0001"});
    EXPECT_EQ(ran.status, 0) << ran.output;
    return "FVSN0001:" + ran.output;
}

TEST_F(FlyingvoiceServers, ADirectoryWithABootFileProvisionsThePhone) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("y000000000000.boot"),
               "#!version:1.0.0.1\n\ninclude:config \"y000000000000.cfg\"\n"
               "include:config \"" +
                   phone_mac + ".cfg\"\n");
    write_text(nginx.file("y000000000000.cfg"),
               "DBID_RESYNC_PERIODIC = 1\nPrvUserAgentVal2 = common\n");
    write_text(nginx.file(phone_mac + ".cfg"), "#!version:1.0.0.1\nPrvUserAgentVal2 = own\n");
    RunningPhone phone(in("phone"), flyingvoice_phone(nginx.url("")));
    EXPECT_TRUE(phone.says("provisioned by Profile Rule: 2 files")) << phone.output();
    EXPECT_TRUE(phone.last_resync_is(""));
    EXPECT_EQ(phone.value("PrvUserAgentVal2"), "own");
    // nginx sends ETags: the second time, a second later, nothing is sent again.
    EXPECT_TRUE(becomes_true([&] {
        return times_in(nginx.requests(), "GET /" + phone_mac + ".cfg 304") > 0;
    })) << nginx.requests();
    EXPECT_EQ(phone.status()["dialect"], "flyingvoice");
    EXPECT_EQ(phone.status()["resyncs"][0]["code"], 1);
    EXPECT_TRUE(nginx.requests().starts_with("GET /" + phone_mac + ".boot 404 Flyingvoice FIP13G"))
        << nginx.requests();
    phone.stop();
}

TEST_F(FlyingvoiceServers, BasicIsSaidWhereItIsConfiguredOnly) {
    const Nginx nginx(
        in("nginx"),
        "location / { auth_basic \"prov\"; auth_basic_user_file " + in("users") + "; }\n");
    write_text(in("users"), password_of_serial());
    write_text(nginx.file("a.cfg"), "PrvUserAgentVal2 = taken\n");
    RunningPhone basic(in("basic"),
                       flyingvoice_phone(nginx.url("/a.cfg")) +
                           Words{"--set", "DBID_PRV_HTTP_AUTHENTRCATION=Basic"});
    EXPECT_TRUE(basic.says("provisioned by Profile Rule")) << basic.output();
    EXPECT_EQ(basic.value("PrvUserAgentVal2"), "taken");
    basic.stop();
    EXPECT_EQ(times_in(nginx.requests(), "GET /a.cfg 401"), 0);
    RunningPhone digest(in("digest"), flyingvoice_phone(nginx.url("/a.cfg")));
    EXPECT_TRUE(digest.last_resync_is("auth failed"));
    digest.stop();
    EXPECT_EQ(times_in(nginx.requests(), "GET /a.cfg 401"), 1);
}

TEST_F(FlyingvoiceServers, ARedirectServiceIsNoneOfItsBusiness) {
    const Ran ran = run({onhook_program(),
                         "phone",
                         "--mac",
                         phone_mac,
                         "--dialect",
                         "flyingvoice",
                         "--state",
                         in("phone"),
                         "--redirect",
                         "https://rc.test"});
    EXPECT_EQ(ran.status, 2) << ran.output;
    EXPECT_NE(ran.output.find("--redirect"), std::string::npos) << ran.output;
}

}  // namespace

}  // namespace onhook::test
