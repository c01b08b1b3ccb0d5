#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/service_manager.h"
#include "support/loopback.h"

namespace onhook::net {

// What systemd's end of NOTIFY_SOCKET hears.
class ServiceManagerTest : public ::testing::Test {
  protected:
    ~ServiceManagerTest() override {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
            ::unsetenv(name);
        }
        ::close(socket_);
    }

    // A name that starts with @ is abstract.
    void listen(const std::string& name) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        name.copy(static_cast<char*>(at.sun_path), sizeof at.sun_path - 1);
        if (name.front() == '@') {
            at.sun_path[0] = '\0';
        }
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        ASSERT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size), 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }

    // Empty when nothing comes.
    [[nodiscard]] std::string heard(int patience_ms = 5000) const {
        pollfd wanted{socket_, POLLIN, 0};
        if (::poll(&wanted, 1, patience_ms) <= 0) {
            return {};
        }
        std::array<char, 512> text{};
        const ssize_t count = ::recv(socket_, text.data(), text.size(), 0);
        return {text.data(), static_cast<std::size_t>(count > 0 ? count : 0)};
    }

    int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    support::TemporaryDirectory directory_;
};

TEST_F(ServiceManagerTest, HearsReadinessStatusAndTheEnd) {
    listen(directory_ / "notify");
    {
        Loop loop;
        const ServiceManager manager(loop);
        EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
        manager.ready("all listens");
        EXPECT_EQ(heard(), "READY=1\nSTATUS=all listens");
        manager.status("two\nlines");
        EXPECT_EQ(heard(), "STATUS=two?lines");
    }
    EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(ServiceManagerTest, MayHaveAnAbstractSocket) {
    listen("@onhook-test-" + std::to_string(::getpid()));
    Loop loop;
    const ServiceManager manager(loop);
    manager.ready("here");
    EXPECT_EQ(heard(), "READY=1\nSTATUS=here");
}

TEST_F(ServiceManagerTest, TheWatchdogHearsOfTheLoopWhileItTurns) {
    listen(directory_ / "notify");
    ::setenv("WATCHDOG_USEC", "100000", 1);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    support::LoopThread thread;
    const auto manager = thread.held(
        thread.on_loop([&] { return std::make_unique<ServiceManager>(thread.loop()); }));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(heard(), "WATCHDOG=1");
    }
}

TEST_F(ServiceManagerTest, AWatchdogOfAnotherProcessIsNotOurs) {
    listen(directory_ / "notify");
    ::setenv("WATCHDOG_USEC", "100000", 1);
    ::setenv("WATCHDOG_PID", "1", 1);
    support::LoopThread thread;
    const auto manager = thread.held(
        thread.on_loop([&] { return std::make_unique<ServiceManager>(thread.loop()); }));
    EXPECT_EQ(heard(300), "");
}

TEST_F(ServiceManagerTest, WithoutOneNothingHappens) {
    for (const char* name : {"", "/nonexistent/socket"}) {
        ::setenv("NOTIFY_SOCKET", name, 1);
        Loop loop;
        const ServiceManager manager(loop);
        manager.ready("to nobody");
    }
    EXPECT_EQ(heard(0), "");
}

}  // namespace onhook::net
