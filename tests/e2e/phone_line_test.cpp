// `onhook phone line busy|idle`, resync and stop: a running phone is told something by hand.
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/running_onhook.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class PhoneLine : public ::testing::Test {
  protected:
    PhoneLine() { write_text(nginx_.file("p.xml"), profile_of("<GPP_A>from the server</GPP_A>")); }

    [[nodiscard]] Ran order(const Words& words) const {
        return run(Words{onhook_program(), "phone"} + words + Words{"--state", state_});
    }

    [[nodiscard]] int requests() const { return times_in(nginx_.requests(), "GET /p.xml 200"); }

    // The phone is told to resync every second from now on.
    [[nodiscard]] Words periodic(const std::string& longest_wait) const {
        return {"--set", "Resync_Periodic=1", "--set", "Forced_Resync_Delay=" + longest_wait};
    }

    TemporaryDirectory directory_;
    const std::string state_ = directory_.file("phone");
    const Nginx nginx_{directory_.file("nginx")};
};

TEST_F(PhoneLine, AResyncWaitsWhileALineIsBusyAndRunsAtIdle) {
    RunningPhone phone(state_, nginx_.url("/p.xml"), periodic("600"));
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    ASSERT_TRUE(phone.says_again("Successful resync")) << phone.output();
    Ran told = order({"line", "busy"});
    EXPECT_EQ(told.status, 0) << told.output;
    EXPECT_EQ(told.output, "lines busy: 1\n");
    EXPECT_EQ(order({"line", "busy", "--line", "2"}).output, "lines busy: 1, 2\n");
    const int before = requests();
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    EXPECT_LE(requests(), before + 1) << phone.output();  // one may have been under way
    EXPECT_EQ(order({"line", "idle"}).output, "lines busy: 2\n");
    const int waited = requests();
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    EXPECT_EQ(requests(), waited);
    EXPECT_EQ(order({"line", "idle", "--line", "2"}).output, "all lines idle\n");
    EXPECT_TRUE(becomes_true([&] { return requests() > waited; })) << phone.output();
    phone.stop();
}

TEST_F(PhoneLine, ACallHoldsAResyncUpNoLongerThanForcedResyncDelay) {
    RunningPhone phone(state_, nginx_.url("/p.xml"), periodic("3"));
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    ASSERT_EQ(order({"line", "busy"}).status, 0);
    const int before = requests();
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(becomes_true([&] { return requests() > before + 1; })) << phone.output();
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
    EXPECT_EQ(order({"line", "idle"}).output, "all lines idle\n");
    phone.stop();
}

// Nobody hangs up because the phone's services start again.
TEST_F(PhoneLine, ABusyLineStaysBusyOverAReboot) {
    RunningPhone phone(state_, Words{"--set", "Profile_Rule="} + periodic("600"));
    ASSERT_TRUE(phone.says("starts: Power Up")) << phone.output();
    ASSERT_EQ(order({"line", "busy"}).status, 0);
    EXPECT_EQ(phone.web("/admin/reboot").status, 0);
    ASSERT_TRUE(phone.says("starts: User Triggered")) << phone.output();
    const Ran told = order({"resync", nginx_.url("/p.xml")});
    EXPECT_EQ(told.status, 0) << told.output;
    EXPECT_FALSE(phone.says("Successful resync", std::chrono::seconds(1))) << phone.output();
    EXPECT_EQ(order({"line", "idle"}).output, "all lines idle\n");
    EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
    phone.stop();
}

TEST_F(PhoneLine, StopEndsThePhoneInOrder) {
    RunningPhone phone(state_, nginx_.url("/p.xml"));
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    EXPECT_EQ(order({"stop"}).output, "the phone stops\n");
    EXPECT_EQ(phone.process().wait(), 0) << phone.output();
}

TEST_F(PhoneLine, WithoutARunningPhoneTheErrorSaysWhatToDo) {
    for (const Words& words : {Words{"line", "busy"}, Words{"resync"}, Words{"stop"}}) {
        const Ran ran = order(words);
        EXPECT_EQ(ran.status, 2);
        EXPECT_EQ(ran.output,
                  "onhook: no phone runs on the state in '" + state_ +
                      "'; start one with onhook phone --mac MAC --state " + state_ + "\n");
    }
    EXPECT_EQ(order({"line", "ringing"}).status, 2);
    EXPECT_EQ(order({"line", "busy", "--line", "17"}).status, 2);
}

}  // namespace onhook::test
