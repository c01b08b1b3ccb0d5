#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// DHCP for IPv6 on the wire: RFC 8415, as far as asking without a lease needs it (protocols.md
// C.3).

namespace onhook::wire::dhcp {

inline constexpr std::uint16_t server_port6 = 547;
inline constexpr std::uint16_t client_port6 = 546;
inline constexpr std::string_view servers_group6 = "ff02::1:2";

namespace option6 {
inline constexpr std::uint16_t client_id = 1;
inline constexpr std::uint16_t server_id = 2;
inline constexpr std::uint16_t wanted = 6;
inline constexpr std::uint16_t elapsed = 8;
inline constexpr std::uint16_t status = 13;
inline constexpr std::uint16_t vendor_class = 16;
inline constexpr std::uint16_t vendor = 17;
inline constexpr std::uint16_t domain_search = 24;
inline constexpr std::uint16_t boot_url = 59;
inline constexpr std::uint16_t first_of_site = 128;
inline constexpr std::uint16_t port_parameters = 159;
inline constexpr std::uint16_t captive_portal = 160;
inline constexpr std::uint16_t last_of_site = 254;
}  // namespace option6

enum class MessageType6 : std::uint8_t { reply = 7, information_request = 11 };

struct Option6 {
    std::uint16_t code = 0;
    std::string bytes;  // at most 65535

    friend bool operator==(const Option6&, const Option6&) = default;
};

using Options6 = std::vector<Option6>;

struct Message6 {
    std::uint8_t type = 0;          // of MessageType6, or another number
    std::uint32_t transaction = 0;  // 24 bits
    Options6 options;               // as they came; a code may stand there more than once

    friend bool operator==(const Message6&, const Message6&) = default;
};

// Options behind each other up to the end of the text: those of a message, or inside option 17.
[[nodiscard]] Result<Options6, ParseError> decode_options6(std::string_view field);
[[nodiscard]] std::string encode_options6(const Options6& options);

// One datagram between client and server; those of relays (12, 13) are refused.
[[nodiscard]] Result<Message6, ParseError> decode6(std::string_view datagram);
[[nodiscard]] std::string encode6(const Message6& message);

}  // namespace onhook::wire::dhcp
