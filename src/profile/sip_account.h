#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "profile/dialect.h"
#include "profile/values.h"

namespace onhook::profile {

// How a server is spoken to.
enum class SipTransport : std::uint8_t {
    udp,
    tcp,
    tls,
    any,  // what DNS says (RFC 3263 4.1), else UDP
};

// A next hop as it is configured.
struct SipServer {
    std::string host;        // a name or an IP address, without the brackets of IPv6
    std::uint16_t port = 0;  // 0: what DNS says, else the transport's own
    SipTransport transport = SipTransport::udp;

    friend bool operator==(const SipServer&, const SipServer&) = default;
};

// A line that is configured: what it registers and with whom.
struct SipAccount {
    unsigned line = 1;  // from 1
    std::string user;
    std::string auth_user;  // never empty
    Secret<std::string> password;
    std::string display_name;
    std::string domain;              // host of the address of record
    std::vector<SipServer> servers;  // in the order in which they are asked; at least one
    bool registers = true;
    bool use_srv = false;             // the servers' names have SRV records
    bool srv_prefix = true;           // ... under _sip._udp. and the like, and not by themselves
    Seconds expires{3600};            // to be asked for
    std::uint16_t port = 0;           // of the phone; 0: any
    std::vector<std::string> codecs;  // as the parameters name them, the preferred first

    friend bool operator==(const SipAccount&, const SipAccount&) = default;
};

// `host`, `host:port` or an IPv6 address with or without brackets; nothing for anything else.
[[nodiscard]] std::optional<SipServer> read_sip_server(std::string_view text);

// The lines that have a user and a server and are not switched off, by their numbers (cisco-mpp.md
// 10.2 Ext n, flyingvoice.md 2.1). A line whose values cannot be read as such is none.
[[nodiscard]] std::vector<SipAccount> sip_accounts(const Dialect& dialect, const Values& values);

}  // namespace onhook::profile
