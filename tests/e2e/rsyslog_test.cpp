// rsyslog as the provider's syslog server: the three messages of cisco-mpp.md 6.7, over UDP and
// TCP.
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/running_onhook.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class Rsyslog {
  public:
    explicit Rsyslog(const std::string& directory) : directory_(directory) {
        std::filesystem::create_directories(directory);
        write_text(directory + "/conf",
                   "module(load=\"imudp\")\nmodule(load=\"imtcp\")\n"
                   "global(workDirectory=\"" +
                       directory +
                       "\")\n"
                       "template(name=\"seen\" type=\"string\" "
                       "string=\"%inputname% %pri-text% %timestamp% %rawmsg%\\n\")\n"
                       "input(type=\"imudp\" address=\"127.0.0.1\" port=\"" +
                       port() +
                       "\")\n"
                       "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"" +
                       port() +
                       "\")\n"
                       "action(type=\"omfile\" file=\"" +
                       directory + "/seen\" template=\"seen\")\n");
        process_ = std::make_unique<Process>(
            Words{"rsyslogd", "-n", "-f", directory + "/conf", "-i", directory + "/pid"});
        EXPECT_TRUE(becomes_true([this] {
            return run({"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port()}).status == 0;
        })) << process_->output();
    }

    ~Rsyslog() { expect_orderly_end(*process_); }

    Rsyslog(const Rsyslog&) = delete;
    Rsyslog& operator=(const Rsyslog&) = delete;

    // Of this process alone, below the ephemeral ones.
    [[nodiscard]] static std::string port() { return std::to_string(20'000 + ::getpid() % 10'000); }

    [[nodiscard]] std::string seen() const { return read_text(directory_ + "/seen"); }

    [[nodiscard]] bool sees(const std::string& text) const {
        return becomes_true([&] { return seen().find(text) != std::string::npos; });
    }

  private:
    std::string directory_;
    std::unique_ptr<Process> process_;
};

class RsyslogTest : public ::testing::Test {
  protected:
    // Request, success and failure of one phone, in the zone of Kathmandu.
    void expect_three_messages(const Words& options, const std::string& input) {
        RunningPhone phone(directory_.file("phone" + input),
                           nginx_.url("/p.xml"),
                           Words{"--set",
                                 "Syslog_Server=127.0.0.1:" + Rsyslog::port(),
                                 "--set",
                                 "Time_Zone=GMT+05:45",
                                 "--set",
                                 "Syslog_Identifier=$MA"} +
                               options);
        ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
        const std::string product = "CP-8841-3PCC 00:0e:08:00:00:01";  // $MAC
        const std::string at = "http://127.0.0.1:" + nginx_.port() + "/p.xml";
        EXPECT_TRUE(server_.sees(product + " -- Successful resync " + at)) << server_.seen();
        std::filesystem::remove(nginx_.file("p.xml"));
        EXPECT_EQ(phone.web("/admin/resync").status, 0);
        EXPECT_TRUE(server_.sees(product + " -- Resync failed: file not found")) << server_.seen();
        EXPECT_TRUE(server_.sees(product + " -- Requesting resync " + at)) << server_.seen();
        EXPECT_TRUE(server_.sees(input + " local0.info")) << server_.seen();
        EXPECT_TRUE(server_.sees(input + " local0.err")) << server_.seen();
        EXPECT_EQ(phone.output().find("syslog-failed"), std::string::npos);
        // 6.7, protocols.md G: the phone's own time, not UTC.
        EXPECT_NE(server_.seen().find(
                      run({"env", "TZ=<+0545>-5:45", "date", "+%b %e %H:"}).output.substr(0, 10)),
                  std::string::npos)
            << server_.seen();
        // Nothing else than what is documented, unless Debug_Level says so.
        EXPECT_EQ(server_.seen().find("starts: Power Up"), std::string::npos);
        phone.stop();
    }

    TemporaryDirectory directory_;
    const Nginx nginx_{directory_.file("nginx")};
    const Rsyslog server_{directory_.file("rsyslog")};
};

TEST_F(RsyslogTest, TakesTheMessagesOverUdpAndTcp) {
    write_text(nginx_.file("p.xml"), profile_of("<GPP_A>x</GPP_A>"));
    expect_three_messages({}, "imudp");
    write_text(nginx_.file("p.xml"), profile_of("<GPP_A>x</GPP_A>"));
    expect_three_messages({"--syslog-tcp"}, "imtcp");
}

}  // namespace onhook::test
