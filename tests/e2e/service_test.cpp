// What `onhook phone` and `onhook serve` are to a service manager, and the units in packaging/.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/running_onhook.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

// systemd's end of NOTIFY_SOCKET.
class NotifySocket {
  public:
    explicit NotifySocket(std::string path)
        : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path_.copy(static_cast<char*>(at.sun_path), sizeof at.sun_path - 1);
        CHECK(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    }

    ~NotifySocket() { ::close(socket_); }

    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    // A command that knows the socket and a watchdog of 200 ms.
    [[nodiscard]] Words command(const Words& words) const {
        return Words{"env", "NOTIFY_SOCKET=" + path_, "WATCHDOG_USEC=200000"} + words;
    }

    // Reads until a message starts with `text`, and returns it; empty when none comes.
    [[nodiscard]] std::string hears(const std::string& text) const {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (std::chrono::steady_clock::now() < end) {
            pollfd wanted{socket_, POLLIN, 0};
            std::array<char, 1024> bytes{};
            if (::poll(&wanted, 1, 1000) <= 0) {
                continue;
            }
            const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
            const std::string message(bytes.data(),
                                      static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
            if (message.starts_with(text)) {
                return message;
            }
        }
        return {};
    }

  private:
    std::string path_;
    int socket_;
};

class Service : public ::testing::Test {
  protected:
    // SIGTERM: at once, with status 0, and said so.
    void expect_clean_stop(Process& process) const {
        const auto begin = std::chrono::steady_clock::now();
        expect_orderly_end(process);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
        EXPECT_NE(manager_.hears("STOPPING=1"), "");
    }

    TemporaryDirectory directory_;
    const NotifySocket manager_{directory_.file("notify")};
};

TEST_F(Service, APhoneIsReadyWatchedReloadedAndStopped) {
    const Nginx nginx(directory_.file("nginx"));
    write_text(nginx.file("p.xml"), profile_of("<GPP_A>x</GPP_A>"));
    Process phone(manager_.command({onhook_program(),
                                    "phone",
                                    "--mac",
                                    phone_mac,
                                    "--state",
                                    directory_.file("phone"),
                                    "--set",
                                    "Resync_Random_Delay=0",
                                    "--set",
                                    "Profile_Rule=" + nginx.url("/p.xml"),
                                    "--json"}));
    EXPECT_EQ(manager_.hears("READY=1"), "READY=1\nSTATUS=started; no resync yet");
    EXPECT_NE(manager_.hears("STATUS=CP-8841-3PCC"), "");
    EXPECT_EQ(manager_.hears("WATCHDOG=1"), "WATCHDOG=1");
    EXPECT_EQ(manager_.hears("WATCHDOG=1"), "WATCHDOG=1");
    ASSERT_TRUE(phone.wait_for("\"event\":\"resync-succeeded\"")) << phone.output();
    // SIGHUP is a resync.
    std::filesystem::remove(nginx.file("p.xml"));
    phone.signal(SIGHUP);
    ASSERT_TRUE(phone.wait_for("\"event\":\"resync-failed\"")) << phone.output();
    expect_clean_stop(phone);
}

TEST_F(Service, AServerIsReadyWatchedAndStopped) {
    Process server(
        manager_.command(RunningServer::command_for(directory_.file("data")) + Words{"--json"}));
    EXPECT_NE(manager_.hears("READY=1\nSTATUS=data in "), "");
    EXPECT_EQ(manager_.hears("WATCHDOG=1"), "WATCHDOG=1");
    server.signal(SIGHUP);
    ASSERT_TRUE(server.wait_for("\"event\":\"nothing-to-reload\"")) << server.output();
    expect_clean_stop(server);
}

// Every option of the units exists, and systemd, where it is, understands them.
TEST_F(Service, TheUnitsAreUnderstood) {
    for (const std::string name : {"onhook.service", "onhook-phone@.service"}) {
        SCOPED_TRACE(name);
        std::string unit = read_text(std::string(ONHOOK_SOURCE_DIR) + "/packaging/" + name);
        for (const char* line :
             {"Type=notify\n", "WatchdogSec=", "StateDirectory=", "ExecReload="}) {
            EXPECT_NE(unit.find(line), std::string::npos) << line;
        }
        const std::size_t program = unit.find("/usr/bin/onhook");
        ASSERT_NE(program, std::string::npos);
        unit.replace(program, std::string("/usr/bin/onhook").size(), onhook_program());
        // An instance has its name in place of the at sign's nothing.
        std::string file = name;
        file.replace(
            file.find(".service"), 0, name.find('@') == std::string::npos ? "" : phone_mac);
        write_text(directory_.file(file), unit);
        if (std::filesystem::exists("/usr/bin/systemd-analyze")) {
            const Ran ran = run({"systemd-analyze", "verify", directory_.file(file)});
            EXPECT_EQ(ran.status, 0) << ran.output;
            EXPECT_EQ(ran.output.find(file), std::string::npos) << ran.output;
        }
    }
}

}  // namespace onhook::test
