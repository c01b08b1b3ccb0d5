#pragma once

// Blocking sockets on 127.0.0.1 and files of one test, for tests of src/net: what they test has
// Asio, so they do not.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/loop.h"

namespace onhook::support {

inline sockaddr_in loopback_address(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

// A socket that closes itself.
class Socket {
  public:
    explicit Socket(int type) : number_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {}

    explicit Socket(std::in_place_t, int number) : number_(number) {}

    ~Socket() { close(); }

    Socket(Socket&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    Socket& operator=(Socket&&) = delete;

    void close() {
        if (number_ >= 0) {
            ::close(std::exchange(number_, -1));
        }
    }

    [[nodiscard]] int number() const { return number_; }

    // Binds to a free port and says which.
    std::uint16_t bind_free_port() {
        sockaddr_in address = loopback_address(0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(number_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::getsockname(number_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        return ntohs(address.sin_port);
    }

    [[nodiscard]] bool connect(std::uint16_t port) {
        const sockaddr_in address = loopback_address(port);
        return ::connect(number_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    // False when the other side is gone.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(number_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    // Some bytes; empty at the end, on a reset, and when nothing comes for `patience`.
    std::string receive(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
        pollfd wanted{number_, POLLIN, 0};
        if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) {
            return {};
        }
        std::string bytes(65536, '\0');
        const ssize_t count = ::recv(number_, bytes.data(), bytes.size(), 0);
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }

    // Everything until the other side closes.
    std::string receive_all() {
        std::string all;
        for (std::string some = receive(); !some.empty(); some = receive()) {
            all += some;
        }
        return all;
    }

    // Until `end` has come `times` times, or the connection ends.
    std::string receive_until(std::string_view end, int times = 1) {
        std::string all;
        const auto seen = [&all, end] {
            int count = 0;
            for (std::size_t at = all.find(end); at != std::string::npos;
                 at = all.find(end, at + end.size())) {
                ++count;
            }
            return count;
        };
        while (seen() < times) {
            const std::string some = receive();
            if (some.empty()) {
                break;
            }
            all += some;
        }
        return all;
    }

  private:
    int number_;
};

inline Socket connected_to(std::uint16_t port) {
    Socket socket(SOCK_STREAM);
    EXPECT_TRUE(socket.connect(port));
    return socket;
}

// A directory that goes with the test.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "onhook-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        path_ = name;
    }

    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }

    [[nodiscard]] std::string operator/(std::string_view name) const {
        return (path_ / name).string();
    }

  private:
    std::filesystem::path path_;
};

// A loop that runs on a thread of its own, for tests whose client blocks. What is built on it
// lives and dies on its thread: make it with on_loop() and hold it with held().
class LoopThread {
  public:
    LoopThread() : thread_([this] { loop_.run(); }) {}

    ~LoopThread() {
        loop_.post([this] { loop_.stop(); });  // after what was posted before
        thread_.join();
    }

    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;

    [[nodiscard]] net::Loop& loop() { return loop_; }

    // What `task` returns, run on the loop's thread.
    template <typename Task>
    auto on_loop(Task task) {
        std::packaged_task<decltype(task())()> packaged(std::move(task));
        auto future = packaged.get_future();
        loop_.post([&packaged] { packaged(); });
        return future.get();
    }

    template <typename T>
    using Held = std::unique_ptr<T, std::function<void(T*)>>;

    template <typename T>
    Held<T> held(std::unique_ptr<T> object) {
        return Held<T>(object.release(), [this](T* mine) { on_loop([mine] { delete mine; }); });
    }

  private:
    net::Loop loop_;
    std::thread thread_;
};

// The permissions of a file.
inline unsigned mode_of(const std::string& path) {
    struct stat status {};

    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
}

}  // namespace onhook::support
