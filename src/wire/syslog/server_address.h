#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook::wire::syslog {

// Where syslog messages go, as an administrator writes it.
struct ServerAddress {
    std::string host;  // a name or an address, IPv6 without brackets
    std::uint16_t port = 514;

    friend bool operator==(const ServerAddress&, const ServerAddress&) = default;
};

// `host`, `host:port`, `[IPv6]`, `[IPv6]:port`, or an IPv6 address bare and without a port.
[[nodiscard]] Result<ServerAddress, ParseError> parse_server_address(std::string_view text);

}  // namespace onhook::wire::syslog
