#include <future>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/syslog_stream.h"
#include "support/loopback.h"

namespace onhook::net {

// A syslog server on loopback that the test plays itself.
class SyslogStreamTest : public ::testing::Test {
  protected:
    void open(const std::string& server) {
        stream_ = thread_.held(thread_.on_loop([&] {
            return std::make_unique<SyslogStream>(thread_.loop(), server, [this](std::string why) {
                if (failures_++ == 0) {
                    failure_.set_value(std::move(why));
                }
            });
        }));
    }

    void send(const std::string& text) {
        thread_.on_loop([&] { stream_->send(text); });
    }

    [[nodiscard]] std::string at_port() const { return fmt::format("127.0.0.1:{}", port_); }

    [[nodiscard]] support::Socket accepted() const {
        return support::Socket(std::in_place, ::accept(listener_.number(), nullptr, nullptr));
    }

    [[nodiscard]] std::string failure() {
        auto why = failure_.get_future();
        return why.wait_for(10s) == std::future_status::ready ? why.get() : "none";
    }

    support::Socket listener_{SOCK_STREAM};
    const std::uint16_t port_ = listener_.bind_free_port();
    std::promise<std::string> failure_;
    int failures_ = 0;  // on the loop's thread
    support::LoopThread thread_;
    support::LoopThread::Held<SyslogStream> stream_;
};

TEST_F(SyslogStreamTest, CountsTheOctetsOfEachMessage) {
    ::listen(listener_.number(), 5);
    open(at_port());
    send("<134>one");
    send("<134>two is longer");
    auto server = accepted();
    EXPECT_EQ(server.receive_until("longer"), "8 <134>one18 <134>two is longer");
    send("<134>\xC3\xA9");  // bytes, not characters
    EXPECT_EQ(server.receive_until("\xA9"), "7 <134>\xC3\xA9");
}

TEST_F(SyslogStreamTest, ConnectsAgainAndSendsWhatWaited) {
    open(at_port());
    send("<134>early");  // nobody listens yet
    EXPECT_TRUE(
        failure().starts_with(fmt::format("cannot send to syslog server '{}': ", at_port())));
    ::listen(listener_.number(), 5);
    {
        auto server = accepted();
        EXPECT_EQ(server.receive_until("early"), "10 <134>early");
    }
    // The connection is gone now, and that is heard before the next message is lost.
    for (int i = 0; i < 500; ++i) {
        if (thread_.on_loop([this] { return failures_; }) == 2) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    send("<134>late");
    auto server = accepted();
    EXPECT_EQ(server.receive_until("late"), "9 <134>late");
    EXPECT_EQ(thread_.on_loop([this] { return failures_; }), 2);
}

TEST_F(SyslogStreamTest, OnlyTheLast64Wait) {
    open(at_port());
    for (int i = 0; i < 200; ++i) {
        send(fmt::format("<134>{:03}", i));
    }
    ::listen(listener_.number(), 5);
    auto server = accepted();
    const std::string all = server.receive_until("<134>199");
    EXPECT_TRUE(all.starts_with("8 <134>136")) << all;
    EXPECT_EQ(all.size(), 64U * 10U);
}

TEST_F(SyslogStreamTest, ReportsWhatIsNoServerOnce) {
    open("no such name");
    for (int i = 0; i < 10; ++i) {
        send("<134>x");
    }
    EXPECT_EQ(failure(),
              "cannot send to syslog server 'no such name': expected host, host:port or "
              "[IPv6]:port");
    EXPECT_EQ(thread_.on_loop([this] { return failures_; }), 1);
}

TEST_F(SyslogStreamTest, AServerThatDoesNotReadBlocksNobody) {
    ::listen(listener_.number(), 5);
    open(at_port());
    const std::string text(1000, 'x');
    for (int i = 0; i < 20'000; ++i) {
        send(text);
    }
    auto server = accepted();
    EXPECT_TRUE(server.receive_until("x").starts_with("1000 x"));
}

}  // namespace onhook::net
