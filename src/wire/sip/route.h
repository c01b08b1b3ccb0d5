#pragma once

#include <cstdint>
#include <string>

namespace onhook::wire::sip {

enum class Transport : std::uint8_t { udp, tcp, tls };

// No datagrams that get lost, so nothing is sent twice (RFC 3261 17).
[[nodiscard]] constexpr bool is_reliable(Transport transport) noexcept {
    return transport != Transport::udp;
}

// Where a message came from, or goes to.
struct Route {
    Transport transport = Transport::udp;
    std::string address;             // of the peer: an IP address without brackets
    std::uint16_t port = 0;          // of the peer
    std::uint64_t connection = 0;    // over TCP and TLS: the one it came on; 0 is any
    std::string local_address = {};  // ours that the peer wrote to; empty: the system's choice

    friend bool operator==(const Route&, const Route&) = default;
};

}  // namespace onhook::wire::sip
