#pragma once

// An HTTP server whose every byte is the test's: for answers that no honest server gives.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <netinet/tcp.h>

#include "support/loopback.h"

namespace onhook::support {

// Serves one connection after the other, each with one request, and closes it behind the answer.
class HttpPeer {
  public:
    // Gets the request as it came, body and all.
    using Answer = std::function<void(Socket& client, const std::string& request)>;

    explicit HttpPeer(Answer answer) : listener_(SOCK_STREAM), answer_(std::move(answer)) {
        port_ = listener_.bind_free_port();
        EXPECT_EQ(::listen(listener_.number(), 64), 0);
        thread_ = std::thread([this] { serve(); });
    }

    ~HttpPeer() {
        ::shutdown(listener_.number(), SHUT_RDWR);
        thread_.join();
    }

    HttpPeer(const HttpPeer&) = delete;
    HttpPeer& operator=(const HttpPeer&) = delete;

    [[nodiscard]] std::string url(std::string_view target) const {
        return fmt::format("http://127.0.0.1:{}{}", port_, target);
    }

    // The connection ends with a reset instead of an orderly close.
    static void reset(Socket& client) {
        const linger at_once{1, 0};
        ::setsockopt(client.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        client.close();
    }

    // One send a piece, as many segments on the wire.
    static void drip(Socket& client,
                     std::string_view bytes,
                     std::size_t piece,
                     std::chrono::milliseconds pause = {}) {
        const int yes = 1;
        ::setsockopt(client.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
            if (!client.send(bytes.substr(0, piece))) {
                return;
            }
            std::this_thread::sleep_for(pause);
        }
    }

    // `bytes` again and again, until the client has enough.
    static void flood(Socket& client, std::string_view bytes) {
        while (client.send(bytes)) {
        }
    }

  private:
    void serve() {
        for (;;) {
            Socket client(std::in_place, ::accept(listener_.number(), nullptr, nullptr));
            if (client.number() < 0) {
                return;
            }
            std::string request = client.receive_until("\r\n\r\n");
            const std::size_t whole = request.find("\r\n\r\n") + 4 + length_of(request);
            while (request.size() < whole) {
                const std::string more = client.receive();
                if (more.empty()) {
                    break;
                }
                request += more;
            }
            answer_(client, request);
        }
    }

    static std::size_t length_of(const std::string& request) {
        constexpr std::string_view name = "Content-Length: ";
        const std::size_t at = request.find(name);
        std::size_t length = 0;
        if (at != std::string::npos) {
            std::from_chars(
                request.data() + at + name.size(), request.data() + request.size(), length);
        }
        return length;
    }

    Socket listener_;
    std::uint16_t port_ = 0;
    Answer answer_;
    std::thread thread_;
};

}  // namespace onhook::support
