#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace onhook::net {

// This machine's name as the system has it; "localhost" when it has none.
[[nodiscard]] std::string host_name();

// "http://127.0.0.1:8411", where this machine reaches its own listener on `address` (an IP address
// without brackets): for one that listens on every address, loopback.
[[nodiscard]] std::string local_url(std::string_view address, std::uint16_t port);

// Whether only this machine reaches a listener on `address`.
[[nodiscard]] bool is_loopback(std::string_view address);

}  // namespace onhook::net
