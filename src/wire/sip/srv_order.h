#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/prng.h"

namespace onhook::wire::sip {

// A server that an SRV record names (RFC 2782).
struct SrvServer {
    std::string host;
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;

    friend bool operator==(const SrvServer&, const SrvServer&) = default;
};

// In the order in which they are to be asked: by priority, and among those of one priority by
// chance, in proportion to the weights (RFC 2782; RFC 3263 4.3). What is no server (no host, port
// 0) is left out.
[[nodiscard]] std::vector<SrvServer> in_srv_order(std::vector<SrvServer> servers, Prng& prng);

}  // namespace onhook::wire::sip
