// A Flyingvoice phone against vsftpd (flyingvoice.md 8.2, 8.3; protocols.md F.6), and a Cisco
// phone, which has no FTP (cisco-mpp.md 4.1).
#include <string>

#include <gtest/gtest.h>

#include "support/temporary_directory.h"
#include "support/vsftpd.h"

namespace onhook::test {

namespace {

class PhoneOverFtp : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // A phone that is given this rule and these further settings; what became of its first resync.
    void expect_resync(const std::string& rule, const Words& settings, const std::string& why) {
        SCOPED_TRACE(rule);
        Words words{"--dialect", "flyingvoice"};
        for (const std::string& setting :
             Words{
                 "DBID_PROFILE_RULE=" + rule, "DBID_PRV_SIPPNP_ENABLED=0", "DBID_RANDOM_DELAY=0"} +
                 settings) {
            words = words + Words{"--set", setting};
        }
        RunningPhone phone(in("phone" + std::to_string(++phones_)), words);
        EXPECT_TRUE(phone.last_resync_is(why)) << phone.output();
        EXPECT_EQ(phone.value("PrvUserAgentVal2"), why.empty() ? "taken" : "");
        phone.stop();
    }

    TemporaryDirectory directory_;
    int phones_ = 0;
};

TEST_F(PhoneOverFtp, LogsInWithTheUserAndPasswordOfItsProfile) {
    const Vsftpd server(in("ftp"), "sesame");
    write_text(server.file("a.cfg"), "PrvUserAgentVal2 = taken\n");
    const std::string user = "PrvUserName=ftp";
    expect_resync(server.url("/a.cfg"), {user, "PrvUserPass=sesame"}, "");
    expect_resync(server.url("/a.cfg"), {user, "PrvUserPass=wrong"}, "auth failed");
    EXPECT_EQ(times_in(server.log(), "RETR a.cfg"), 1) << server.log();
    EXPECT_EQ(times_in(server.log(), "TYPE I"), 1) << server.log();
    EXPECT_EQ(times_in(server.log(), "FAIL LOGIN"), 1) << server.log();
}

TEST_F(PhoneOverFtp, IsAnonymousWithoutAUserAndHearsThatThereIsNoFile) {
    const Vsftpd server(in("ftp"));
    write_text(server.file("a.cfg"), "PrvUserAgentVal2 = taken\n");
    const Words nobody = {"PrvUserName=", "PrvUserPass="};
    expect_resync(server.url("/a.cfg"), nobody, "");
    EXPECT_EQ(times_in(server.log(), "\"USER anonymous\""), 1) << server.log();
    expect_resync(server.url("/none.cfg"), nobody, "file not found");
}

TEST_F(PhoneOverFtp, IsNothingThatACiscoPhoneKnows) {
    const Vsftpd server(in("ftp"));
    RunningPhone phone(in("phone"), server.url("/a.xml"));
    EXPECT_TRUE(phone.says("Resync failed")) << phone.output();
    phone.stop();
    EXPECT_EQ(times_in(server.log(), "RETR"), 0) << server.log();
}

}  // namespace

}  // namespace onhook::test
