#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "wire/dhcp/message.h"

// The lease that the system's own DHCP client already has, from the file that it keeps
// (protocols.md C.2). Each gives what the server said as a message: of a lease that holds at `now`,
// or nothing.

namespace onhook::wire::dhcp {

// Of any of these files, in bytes; whoever reads one in obeys it.
inline constexpr std::size_t lease_file_limit = std::size_t{1} << 20U;

// ISC dhclient's `dhclient.leases`: the last lease of `interface`. Options that dhclient.conf gives
// a name of its own are known when the name ends in their number: `unknown-160`, `prov-160`. Leases
// of DHCPv6 (`lease6`) are passed over.
[[nodiscard]] Result<std::optional<Message>, ParseError> read_dhclient_leases(
    std::string_view text, std::string_view interface, WallTime now);

// systemd-networkd's /run/systemd/netif/leases/INDEX, last written at `written`. It keeps 15, 42,
// 43, 120 and the private options from 224; 66, 150, 159 and 160 are not in it. A LIFETIME that is
// no number of seconds says nothing: networkd removes the file when the lease ends.
[[nodiscard]] Result<std::optional<Message>, ParseError> read_networkd_lease(std::string_view text,
                                                                             WallTime written,
                                                                             WallTime now);

// dhcpcd's INTERFACE.lease: the server's message as it came, at `written`.
[[nodiscard]] Result<std::optional<Message>, ParseError> read_dhcpcd_lease(std::string_view bytes,
                                                                           WallTime written,
                                                                           WallTime now);

}  // namespace onhook::wire::dhcp
