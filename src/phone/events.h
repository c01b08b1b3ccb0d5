#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"

// What can happen to a phone: facts, in the past tense. What they carry was bounded by the shell
// that brings them.

namespace onhook::phone {

// One transfer the phone asked for; its answers carry it back.
using TransferId = Id<struct TransferTag>;
// Somebody waits for what the phone says to a request (the web utility).
using RequestId = Id<struct RequestTag>;

// Why a phone started (cisco-mpp.md 5.1 CONFLICT 1, 10.2 Reboot History).
enum class BootReason : std::uint8_t { power_up, provisioning, redirect, user };
[[nodiscard]] std::string_view to_string(BootReason reason) noexcept;

// What the network gave: address, domain and the DHCP options that may name a server, as text.
struct Lease {
    std::string ip;
    std::string domain;
    std::vector<std::pair<std::uint8_t, std::string>> options;

    friend bool operator==(const Lease&, const Lease&) = default;
};

struct Booted {
    BootReason reason = BootReason::power_up;
};

// The shell knows what time people have; it says so at the start and after a clock step.
struct WallClockRead {
    WallTime wall;
};

struct NetworkUp {
    Lease lease;
};

// The name of the transfer's server is resolved; the transfer goes on.
struct ServerFound {
    TransferId transfer;
    std::string ip;
};

// The server answered. TFTP answers have status 200.
struct Answered {
    TransferId transfer;
    int status = 0;
    std::string body;
    std::string location;   // of a redirect, as sent
    std::string challenge;  // WWW-Authenticate or Proxy-Authenticate, as sent
};

// Why there is no answer.
enum class TransferFault : std::uint8_t {
    dns,
    connect,  // refused, unreachable, timed out
    tls,
    too_large,  // more bytes than a profile may have
    undecoded,  // the answer is sealed and does not open
    corrupt,    // the answer is not sealed though it must be, or does not inflate
    tftp_not_found,
    tftp,
    protocol,  // what came is not the protocol that was asked for
};

struct TransferFailed {
    TransferId transfer;
    TransferFault fault = TransferFault::connect;
    std::string reason;  // one line for people
};

struct DeadlineReached {};

// `/admin/resync` with or without a rule (cisco-mpp.md 10.1). The sender is an administrator: the
// shell checked that.
struct ResyncRequested {
    RequestId request;
    std::string rule;       // empty: all rules
    std::string client_ip;  // the server of a rule that names none
};

using Event = std::variant<Booted,
                           WallClockRead,
                           NetworkUp,
                           ServerFound,
                           Answered,
                           TransferFailed,
                           DeadlineReached,
                           ResyncRequested>;

}  // namespace onhook::phone
