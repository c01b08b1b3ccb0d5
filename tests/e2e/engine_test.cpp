// A real telephone, baresip, in real calls with sipp: a resync waits for the end of the call.
#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/loopback.h"
#include "support/running_onhook.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

// The only extension: it registers with nobody, and is called by its address.
Words extension(const std::string& answer) {
    return {"--engine",
            "baresip",
            "--engine-answer",
            answer,
            "--set",
            "Proxy_1_=127.0.0.1:9",
            "--set",
            "User_ID_1_=1001",
            "--set",
            "Register_1_=No",
            "--set",
            "Resync_Periodic=0"};
}

std::uint16_t free_udp_port() {
    support::Socket socket(SOCK_DGRAM);
    return socket.bind_free_port();
}

class EnginePhone : public ::testing::Test {
  protected:
    // Where the telephone takes calls.
    [[nodiscard]] static std::string address_of(RunningPhone& phone) {
        const std::string before = "it takes calls on ";
        const std::string line = phone.process().wait_for_line(before).value_or("");
        const std::size_t at = line.find(before);
        return at == std::string::npos ? "" : line.substr(at + before.size());
    }

    // The process that a process started.
    [[nodiscard]] static int child_of(int process) {
        int child = 0;
        EXPECT_TRUE(becomes_true([&] {
            child =
                std::atoi(run({"pgrep", "-P", std::to_string(process), "baresip"}).output.c_str());
            return child != 0;
        }));
        return child;
    }

    // A call of that length, answered or ringing.
    [[nodiscard]] Words call(const std::string& address, std::chrono::milliseconds length) const {
        return {"sipp",        address,
                "-sn",         "uac",
                "-s",          "1001",
                "-i",          "127.0.0.1",
                "-p",          std::to_string(free_udp_port()),
                "-m",          "1",
                "-l",          "1",
                "-d",          std::to_string(length.count()),
                "-timeout",    "30",
                "-nostdin",    "-trace_err",
                "-error_file", directory_.file("sipp.errors")};
    }

    TemporaryDirectory directory_;
};

TEST_F(EnginePhone, AResyncWaitsForTheEndOfARealCall) {
    const Nginx provider(directory_.file("provider"));
    write_text(provider.file("a.xml"), profile_of("<GPP_A>1</GPP_A>"));
    RunningPhone phone(directory_.file("phone"),
                       "http://127.0.0.1:" + provider.port() + "/a.xml",
                       extension("auto"));
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    Process caller(call(address_of(phone), 4s));
    ASSERT_TRUE(phone.says("a call holds a line")) << phone.output();
    write_text(provider.file("a.xml"), profile_of("<GPP_A>2</GPP_A>"));
    EXPECT_EQ(phone.web("/admin/resync").status, 0);
    EXPECT_EQ(times_in(provider.requests(), "GET /a.xml"), 1);
    EXPECT_EQ(caller.wait(), 0) << read_text(directory_.file("sipp.errors"));
    EXPECT_TRUE(phone.says("no call holds a line")) << phone.output();
    EXPECT_TRUE(becomes_true([&] { return phone.value("GPP_A") == "2"; })) << phone.output();
    EXPECT_EQ(times_in(provider.requests(), "GET /a.xml"), 2);
    phone.stop();
}

TEST_F(EnginePhone, AResyncWaitsNoLongerThanForcedResyncDelay) {
    const Nginx provider(directory_.file("provider"));
    write_text(provider.file("a.xml"), profile_of("<GPP_A>1</GPP_A>"));
    RunningPhone phone(directory_.file("phone"),
                       "http://127.0.0.1:" + provider.port() + "/a.xml",
                       extension("manual") + Words{"--set", "Forced_Resync_Delay=2"});
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    // It rings for longer than the phone may wait: nobody takes the call.
    Process caller(call(address_of(phone), 20s));
    ASSERT_TRUE(phone.says("a call holds a line")) << phone.output();
    EXPECT_EQ(phone.web("/admin/resync").status, 0);
    EXPECT_TRUE(becomes_true([&] { return times_in(provider.requests(), "GET /a.xml") == 2; }));
    EXPECT_EQ(times_in(phone.output(), "no call holds a line"), 0);
    phone.stop();
}

TEST_F(EnginePhone, AnEngineThatIsKilledComesBack) {
    RunningPhone phone(directory_.file("phone"), "", extension("manual"));
    ASSERT_TRUE(phone.says("baresip starts")) << phone.output();
    const int first = child_of(phone.process().pid());
    ASSERT_EQ(::kill(first, SIGKILL), 0);
    EXPECT_TRUE(phone.says("baresip ended (signal 9 ended it)")) << phone.output();
    const int second = child_of(phone.process().pid());
    EXPECT_NE(second, first);
    phone.stop();
    EXPECT_NE(::kill(second, 0), 0);
}

}  // namespace

}  // namespace onhook::test
