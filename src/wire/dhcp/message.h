#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/dhcp/address.h"

// DHCP for IPv4 on the wire: RFC 2131 and 2132, long options as in RFC 3396 (protocols.md C).

namespace onhook::wire::dhcp {

inline constexpr std::uint16_t server_port = 67;
inline constexpr std::uint16_t client_port = 68;
// Of a datagram that is read. Servers keep to 576 bytes unless a client says that it takes more.
inline constexpr std::size_t datagram_limit = 4096;

// The options that this program names (protocols.md C.1).
namespace option {
inline constexpr std::uint8_t domain = 15;
inline constexpr std::uint8_t time_servers = 42;
inline constexpr std::uint8_t vendor = 43;
inline constexpr std::uint8_t lease_seconds = 51;
inline constexpr std::uint8_t message_type = 53;
inline constexpr std::uint8_t server = 54;
inline constexpr std::uint8_t wanted = 55;
inline constexpr std::uint8_t longest_message = 57;
inline constexpr std::uint8_t vendor_class = 60;
inline constexpr std::uint8_t client_id = 61;
inline constexpr std::uint8_t tftp_server = 66;
inline constexpr std::uint8_t boot_file = 67;
inline constexpr std::uint8_t url = 114;
inline constexpr std::uint8_t sip_servers = 120;
inline constexpr std::uint8_t vendor_by_enterprise = 125;
inline constexpr std::uint8_t first_of_site = 128;
inline constexpr std::uint8_t tftp_addresses = 150;
inline constexpr std::uint8_t port_parameters = 159;
inline constexpr std::uint8_t captive_portal = 160;
}  // namespace option

enum class Operation : std::uint8_t { request = 1, reply = 2 };

// The value of option 53.
enum class MessageType : std::uint8_t { ack = 5, nak = 6, inform = 8 };

struct Option {
    std::uint8_t code = 0;  // 1 to 254
    std::string bytes;      // of any length: longer ones than 255 are split on the wire

    friend bool operator==(const Option&, const Option&) = default;
};

using Options = std::vector<Option>;

struct Message {
    Operation operation = Operation::request;
    std::uint8_t hardware_type = 1;  // Ethernet
    std::string hardware;            // chaddr: at most 16 bytes
    std::uint8_t hops = 0;
    std::uint32_t transaction = 0;  // xid
    std::uint16_t seconds = 0;      // since the client began
    std::uint16_t flags = 0;
    Ipv4 client;              // ciaddr: the address that the client has
    Ipv4 yours;               // yiaddr: the one that it gets
    Ipv4 next_server;         // siaddr
    Ipv4 relay;               // giaddr
    std::string server_name;  // sname: at most 64 bytes, empty when options stood there
    std::string file;         // at most 128 bytes, empty when options stood there
    Options options;          // each code once, in the order in which they first came

    friend bool operator==(const Message&, const Message&) = default;
};

// A field of options, such as those inside option 43. Ends at the end option (255) or with the
// text; repeated codes are one option (RFC 3396). The error is at the option that is cut short.
[[nodiscard]] Result<Options, ParseError> decode_options(std::string_view field);
// Without an end option.
[[nodiscard]] std::string encode_options(const Options& options);

// One datagram. Strict: the whole header, the magic cookie, an end to the options, also to those in
// `file` and `sname` where option 52 says so; that option itself is not handed on.
[[nodiscard]] Result<Message, ParseError> decode(std::string_view datagram);

// At least 300 bytes, which old servers demand (RFC 1542 2.1). Texts that are too long are cut.
[[nodiscard]] std::string encode(const Message& message);

// `options` must outlive the answer.
[[nodiscard]] std::optional<std::string_view> find_option(const Options& options,
                                                          std::uint8_t code);

}  // namespace onhook::wire::dhcp
