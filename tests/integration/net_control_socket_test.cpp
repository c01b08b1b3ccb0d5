#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/control_socket.h"
#include "support/loopback.h"

namespace onhook::net {

// An echo behind a socket in a directory of its own.
class ControlSocketTest : public ::testing::Test {
  protected:
    void listen(const std::string& path) {
        socket_ = thread_.held(thread_.on_loop([&] {
            auto socket = ControlSocket::listen(
                thread_.loop(),
                path,
                [this](const std::string& line, const ControlSocket::Respond& respond) {
                    if (line == "later") {
                        waiting_ = respond;
                    } else {
                        respond({line != "bad", "you said " + line});
                    }
                });
            CHECK(socket.has_value());
            return *std::move(socket);
        }));
    }

    support::TemporaryDirectory directory_;
    support::LoopThread thread_;
    ControlSocket::Respond waiting_;
    support::LoopThread::Held<ControlSocket> socket_;
};

// A client that does as it likes; -1: the connection was refused.
int control_client(const std::string& path) {
    const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(to.sun_path), sizeof to.sun_path - 1);
    if (::connect(client, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(client);
        return -1;
    }
    const timeval wait{10, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    return client;
}

// Everything until the other end closes.
std::string control_rest(int client) {
    std::string all;
    std::array<char, 256> part{};
    for (ssize_t count = 1; count > 0;) {
        count = ::recv(client, part.data(), part.size(), 0);
        all.append(part.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return all;
}

TEST_F(ControlSocketTest, AnswersOneLineWithOneLine) {
    const std::string path = directory_ / "control";
    listen(path);
    const auto good = ask_control(path, "hello");
    ASSERT_TRUE(good) << good.error().detail;
    EXPECT_TRUE(good->done);
    EXPECT_EQ(good->text, "you said hello");
    const auto bad = ask_control(path, "bad");
    ASSERT_TRUE(bad) << bad.error().detail;
    EXPECT_FALSE(bad->done);
}

TEST_F(ControlSocketTest, BelongsToItsUserAndGoesWithItsOwner) {
    const std::string path = directory_ / "control";
    listen(path);

    struct stat status {};

    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    socket_.reset();
    EXPECT_NE(::stat(path.c_str(), &status), 0);
    const auto asked = ask_control(path, "hello");
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, std::errc::no_such_file_or_directory);
}

TEST_F(ControlSocketTest, ReplacesWhatAKilledProgramLeft) {
    const std::string path = directory_ / "control";
    const int left = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(at.sun_path), sizeof at.sun_path - 1);
    ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    ::close(left);
    const auto asked = ask_control(path, "hello");
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, std::errc::connection_refused);
    listen(path);
    EXPECT_TRUE(ask_control(path, "hello"));
}

TEST_F(ControlSocketTest, WorksBelowALongName) {
    const std::string deep = directory_ / std::string(120, 'd');
    ASSERT_EQ(::mkdir(deep.c_str(), 0700), 0);
    listen(deep + "/control");
    EXPECT_TRUE(ask_control(deep + "/control", "hello"));
}

TEST_F(ControlSocketTest, EndsConnectionsThatSendTooMuchOrAreTooMany) {
    const std::string path = directory_ / "control";
    listen(path);
    const int chatty = control_client(path);
    const std::string much(16 * 1024, 'x');
    (void)::send(chatty, much.data(), much.size(), MSG_NOSIGNAL);
    EXPECT_EQ(control_rest(chatty), "");
    ::close(chatty);
    std::vector<int> silent;
    for (int i = 0; i < 8; ++i) {
        silent.push_back(control_client(path));
    }
    const int one_more = control_client(path);
    EXPECT_EQ(control_rest(one_more), "");
    ::close(one_more);
    for (const int client : silent) {
        ::close(client);
    }
    // Their places are free again as soon as the loop has seen them go.
    for (int i = 0; i < 1000 && !ask_control(path, "hello"); ++i) {
    }
    EXPECT_TRUE(ask_control(path, "hello"));
}

TEST_F(ControlSocketTest, AnAnswerMayComeAfterItsOwnerWent) {
    const std::string path = directory_ / "control";
    listen(path);
    const int client = control_client(path);
    ASSERT_EQ(::send(client, "later\n", 6, 0), 6);
    for (int i = 0; i < 1000 && !thread_.on_loop([this] { return waiting_ != nullptr; }); ++i) {
    }
    socket_.reset();
    thread_.on_loop([this] { waiting_({true, "at last"}); });
    EXPECT_EQ(control_rest(client), "ok at last\n");
    ::close(client);
}

}  // namespace onhook::net
