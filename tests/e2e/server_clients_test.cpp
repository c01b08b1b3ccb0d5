// One device's profile, fetched from `onhook serve` by the clients that administrators have and by
// `onhook phone`: everybody gets the same.
#include <string>

#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/loop.h"
#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class ServerClients : public ::testing::Test {
  protected:
    ServerClients() {
        server_.done({"device", "add", phone_mac, "--model", "8841"});
        // Over HTTP the server's own layer names the host that the client wrote, and TFTP has
        // none: where the administrator decides, all are told the same.
        server_.done({"set",
                      "--device",
                      phone_mac,
                      "Profile_Rule=" + server_.url("https", "/$MA.xml"),
                      "Report_Rule=" + server_.url("https", "/report/$MA.xml"),
                      "Resync_Random_Delay=0",
                      "Display_Name_1_=Reception & <Lobby> \xC3\xA9",
                      "Dial_Plan_1_=(<9,:>xx.|[1-9]xxx)"});
    }

    void TearDown() override { server_.stop(); }

    std::string fetched_by(const Words& command, const std::string& local) {
        const Ran ran = run(command);
        EXPECT_EQ(ran.status, 0) << command.front() << ": " << ran.output;
        return read_text(local);
    }

    // Another certificate for the same names.
    std::string foreign_certificate() {
        const net::CertificateFiles files{directory_.file("other.crt"), directory_.file("k.pem")};
        EXPECT_TRUE(
            net::make_self_signed(files, {{"localhost", "127.0.0.1"}, net::Loop::wall_now()}));
        return files.certificate_file;
    }

    TemporaryDirectory directory_;
    RunningServer server_{directory_.file("server")};
};

TEST_F(ServerClients, EveryClientGetsTheSameBytes) {
    const std::string local = directory_.file("fetched");
    const std::string path = "/" + phone_mac + ".xml";
    const std::string expected =
        fetched_by({"curl", "-fsS", "-o", local, server_.url("http", path)}, local);
    EXPECT_NE(expected.find("Reception &amp; &lt;Lobby"), std::string::npos) << expected;
    const Words in_tls{"curl", "-fsS", "--cacert", server_.certificate(), "-o"};
    const std::string port = server_.port("tftp");
    const std::string remote = phone_mac + ".xml";
    for (const Words& command :
         {in_tls + Words{local, server_.url("https", path)},
          Words{"tftp", "-m", "binary", "127.0.0.1", port, "-c", "get", remote, local},
          Words{"atftp", "--get", "-r", remote, "-l", local, "127.0.0.1", port},
          Words{"atftp",
                "--option",
                "blksize 1428",
                "--get",
                "-r",
                remote,
                "-l",
                local,
                "127.0.0.1",
                port},
          Words{"curl", "-fsS", "-o", local, "tftp://127.0.0.1:" + port + path}}) {
        SCOPED_TRACE(command.front());
        std::filesystem::remove(local);
        EXPECT_EQ(fetched_by(command, local), expected);
    }
}

TEST_F(ServerClients, ThePhoneTakesWhatTheServerSays) {
    RunningPhone phone(directory_.file("phone"),
                       server_.url("https", "/$MA.xml"),
                       {"--ca", server_.certificate()});
    ASSERT_TRUE(phone.says("report sent to")) << phone.output();
    const Json shown = server_.admin_json({"device", "show", phone_mac});
    ASSERT_GE(shown["settings"].size(), 5U);
    for (const Json& setting : shown["settings"]) {
        EXPECT_EQ(phone.value(setting["name"].get<std::string>()), setting["value"]) << setting;
    }
    EXPECT_TRUE(phone.last_resync_is("")) << phone.status();
    EXPECT_EQ(phone.status()["resyncs"][0]["url"], server_.url("https", "/" + phone_mac + ".xml"));
    EXPECT_GT(shown["report"]["parameters"], 100) << shown["report"];
    phone.stop();
}

TEST_F(ServerClients, AWrongRootIsRefusedByCurlAndByThePhone) {
    const std::string url = server_.url("https", "/" + phone_mac + ".xml");
    const std::string foreign = foreign_certificate();
    EXPECT_EQ(curl({"--cacert", foreign, "-o", "/dev/null", url}).status, 60);
    EXPECT_EQ(curl({"-o", "/dev/null", url}).status, 60);
    const Words roots[] = {{"--ca", foreign}, {}};  // the last: the system's own
    for (const Words& trust : roots) {
        RunningPhone phone(directory_.file("phone" + std::to_string(trust.size())), url, trust);
        EXPECT_TRUE(phone.says("Resync failed: tls failed: ")) << phone.output();
        EXPECT_EQ(phone.value("Display_Name_1_"), "");
        phone.stop();
    }
}

}  // namespace onhook::test
