#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/loop.h"

namespace onhook::net {

// Called from the loop, never from within the constructor or send(). `closed` comes once, last;
// each may destroy the client.
struct StreamEvents {
    std::function<void()> connected;
    std::function<void(std::string_view bytes)> received;
    std::function<void(std::string why)> closed;
};

// A TCP connection to a program on this machine: bytes out, bytes in.
class StreamClient {
  public:
    // `address` is an IP address. Gives up on the connection after five seconds.
    StreamClient(Loop& loop, const std::string& address, std::uint16_t port, StreamEvents events);
    // Closes the connection; no event comes any more.
    ~StreamClient();
    StreamClient(const StreamClient&) = delete;
    StreamClient& operator=(const StreamClient&) = delete;

    // After `connected`. What the other side does not take in time waits, up to 1 MiB; beyond that
    // the connection is closed.
    void send(std::string_view bytes);

  private:
    struct State;

    std::shared_ptr<State> state_;
};

// A TCP port of `address` that nobody listens on now; 0: there is none.
[[nodiscard]] std::uint16_t free_tcp_port(const std::string& address);

}  // namespace onhook::net
