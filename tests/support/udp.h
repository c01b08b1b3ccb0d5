#pragma once

// A blocking UDP client and a loop on a thread, for tests of the servers over UDP.
#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/loop.h"

namespace onhook::support {

// The address of a peer on this machine.
class UdpEndpoint {
  public:
    UdpEndpoint() = default;

    UdpEndpoint(const std::string& address, std::uint16_t port) {
        if (::inet_pton(AF_INET, address.c_str(), &four().sin_addr) == 1) {
            four().sin_family = AF_INET;
            four().sin_port = htons(port);
            size_ = sizeof(sockaddr_in);
        } else {
            EXPECT_EQ(::inet_pton(AF_INET6, address.c_str(), &six().sin6_addr), 1) << address;
            six().sin6_family = AF_INET6;
            six().sin6_port = htons(port);
            size_ = sizeof(sockaddr_in6);
        }
    }

    [[nodiscard]] std::uint16_t port() const {
        return ntohs(storage_.ss_family == AF_INET
                         ? reinterpret_cast<const sockaddr_in&>(storage_).sin_port
                         : reinterpret_cast<const sockaddr_in6&>(storage_).sin6_port);
    }

    [[nodiscard]] std::string address() const {
        std::string text(INET6_ADDRSTRLEN, '\0');
        const void* bytes =
            storage_.ss_family == AF_INET
                ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(storage_).sin_addr)
                : &reinterpret_cast<const sockaddr_in6&>(storage_).sin6_addr;
        return ::inet_ntop(
            storage_.ss_family, bytes, text.data(), static_cast<socklen_t>(text.size()));
    }

    [[nodiscard]] sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage_); }

    [[nodiscard]] const sockaddr* data() const {
        return reinterpret_cast<const sockaddr*>(&storage_);
    }

    [[nodiscard]] socklen_t size() const { return size_; }

    [[nodiscard]] int family() const { return storage_.ss_family; }

    void resize(socklen_t size) { size_ = size; }

  private:
    sockaddr_in& four() { return reinterpret_cast<sockaddr_in&>(storage_); }

    sockaddr_in6& six() { return reinterpret_cast<sockaddr_in6&>(storage_); }

    sockaddr_storage storage_{};
    socklen_t size_ = sizeof(sockaddr_storage);
};

struct UdpDatagram {
    UdpEndpoint from;
    std::string bytes;
};

// A socket with a port of its own on one address.
class UdpPeer {
  public:
    explicit UdpPeer(const std::string& address = "127.0.0.1") {
        const UdpEndpoint local(address, 0);
        number_ = ::socket(local.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(::bind(number_, local.data(), local.size()), 0);
    }

    ~UdpPeer() { ::close(number_); }

    UdpPeer(const UdpPeer&) = delete;
    UdpPeer& operator=(const UdpPeer&) = delete;

    [[nodiscard]] std::uint16_t port() const {
        UdpEndpoint local;
        socklen_t size = local.size();
        EXPECT_EQ(::getsockname(number_, local.data(), &size), 0);
        return local.port();
    }

    void send(std::string_view bytes, const UdpEndpoint& to) const {
        EXPECT_EQ(::sendto(number_, bytes.data(), bytes.size(), 0, to.data(), to.size()),
                  static_cast<ssize_t>(bytes.size()));
    }

    // Nothing when nothing comes for `patience`.
    [[nodiscard]] std::optional<UdpDatagram> receive(
        std::chrono::milliseconds patience = std::chrono::seconds(10)) const {
        pollfd wanted{number_, POLLIN, 0};
        if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) {
            return std::nullopt;
        }
        UdpDatagram datagram;
        datagram.bytes.resize(65536);
        socklen_t size = datagram.from.size();
        const ssize_t count = ::recvfrom(
            number_, datagram.bytes.data(), datagram.bytes.size(), 0, datagram.from.data(), &size);
        EXPECT_GE(count, 0);
        datagram.from.resize(size);
        datagram.bytes.resize(static_cast<std::size_t>(count));
        return datagram;
    }

  private:
    int number_ = -1;
};

// What is built on the loop lives and dies inside inside().
class RunningLoop {
  public:
    RunningLoop() : thread_([this] { loop_.run(); }) {}

    ~RunningLoop() {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }

    RunningLoop(const RunningLoop&) = delete;
    RunningLoop& operator=(const RunningLoop&) = delete;

    // What `task(loop)` returns, run on the loop's thread.
    template <typename Task>
    auto inside(Task task) {
        std::packaged_task<std::invoke_result_t<Task, net::Loop&>()> job(
            [&] { return task(loop_); });
        auto answer = job.get_future();
        loop_.post([&job] { job(); });
        return answer.get();
    }

  private:
    net::Loop loop_;
    std::thread thread_;
};

}  // namespace onhook::support
