#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/shared.h"
#include "base/shared_text.h"
#include "base/time.h"
#include "profile/rule.h"

// What can happen to a phone: facts, in the past tense. What they carry was bounded by the shell
// that brings them.

namespace onhook::phone {

// One transfer the phone asked for; its answers carry it back.
using TransferId = Id<struct TransferTag>;
// One DNS SRV look-up the phone asked for.
using LookupId = Id<struct LookupTag>;
// Somebody waits for what the phone says to a request: the web utility, the screen, a SIP server.
using RequestId = Id<struct RequestTag>;

// Why a phone started (cisco-mpp.md 5.1 CONFLICT 1, 10.2 Reboot History).
enum class BootReason : std::uint8_t {
    power_up,
    provisioning,  // parameters changed that count only after a restart
    redirect,      // the same, changed by the redirect service
    user,
    upgrade,  // a firmware upgrade ended, well or not
    sip,      // NOTIFY
    ip_changed,
    watchdog,
};
[[nodiscard]] std::string_view to_string(BootReason reason) noexcept;

// The DHCP options that may name a server, as text. Those of DHCPv6 have numbers of their own.
using DhcpOptions = std::vector<std::pair<std::uint8_t, std::string>>;
using Dhcp6Options = std::vector<std::pair<std::uint16_t, std::string>>;

// What DHCP said besides the address; phones of one network share it.
struct DhcpAnswer {
    std::string domain;
    DhcpOptions options;
    Dhcp6Options options6 = {};

    friend bool operator==(const DhcpAnswer&, const DhcpAnswer&) = default;
};

// What the network gave.
struct Lease {
    SharedText ip;
    Shared<DhcpAnswer> dhcp = {};

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

// The link is gone. What is under way fails by itself.
struct NetworkLost {};

// A call holds at least one line, or none does any more.
struct LinesChanged {
    bool busy = false;
};

// A line is registered with its server now, or is not. The shell says it of each line that is to be
// registered when a life begins, and then of every change.
struct RegistrationChanged {
    unsigned line = 1;  // from 1
    bool registered = false;
};

// The name of the transfer's server is resolved; the transfer goes on.
struct ServerFound {
    TransferId transfer;
    std::string ip;
};

// A file that was stored instead of handed over: what it holds.
struct StoredFile {
    std::uint64_t size = 0;
    std::string sha256;  // 64 lower hex digits
};

// The server answered. TFTP answers have status 200.
struct Answered {
    TransferId transfer;
    int status = 0;
    SharedText body;
    std::string location = {};              // of a redirect, as sent
    std::string challenge = {};             // WWW-Authenticate or Proxy-Authenticate, as sent
    std::optional<StoredFile> stored = {};  // of a transfer that asked for store_as
    std::string etag = {};                  // as sent
    std::string last_modified = {};         // as sent
    // Of a transfer with Purpose::authority: the common name of the first certificate, which is not
    // empty. The body was read, and holds certificates of CAs only.
    std::string authority = {};
};

// Why there is no answer.
enum class TransferFault : std::uint8_t {
    dns,
    connect,  // refused, unreachable, timed out
    tls,
    too_large,       // more bytes than a profile may have
    undecoded,       // the answer is sealed and does not open
    corrupt,         // the answer is not sealed though it must be, or does not inflate
    tftp_not_found,  // of FTP too
    tftp,
    protocol,    // what came is not the protocol that was asked for
    login,       // FTP: the server does not let the phone in
    not_stored,  // there is no room for a file that is to be kept
};

struct TransferFailed {
    TransferId transfer;
    TransferFault fault = TransferFault::connect;
    std::string reason;  // one line for people
};

// One answer of DNS to a look-up of SRV records.
struct SrvTarget {
    std::string host;
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;

    friend bool operator==(const SrvTarget&, const SrvTarget&) = default;
};

// What DNS said to a LookUpServers; nothing found and no answer are both empty.
struct ServersLookedUp {
    LookupId lookup;
    std::vector<SrvTarget> targets;
};

// A NOTIFY answered the phone's multicast SUBSCRIBE; its body is this URL (protocols.md A).
struct PnpAnswered {
    std::string url;
};

struct DeadlineReached {};

// Who asks for a resync; each has its own gate (6.1).
enum class Asker : std::uint8_t { web, menu, xml_object };

// `/admin/resync`, the phone's menu or an XML object, with or without a rule (cisco-mpp.md 6.1,
// 10.1). The sender is allowed to: the shell checked that.
struct ResyncRequested {
    RequestId request;
    std::string rule;       // empty: all rules
    std::string client_ip;  // the server of a rule that names none
    Asker asker = Asker::web;
    // The profile account that a user entered on the phone (4.3, 5.1 Profile_Authentication_Type).
    std::optional<profile::Credentials> account = {};
};

// `/admin/upgrade?rule` (9, 10.1).
struct UpgradeRequested {
    RequestId request;
    std::string rule;
    std::string client_ip;
};

// `/admin/updateca?url`: a custom CA, once (10.1, 11.2).
struct AuthorityRequested {
    RequestId request;
    std::string rule;
    std::string client_ip;
};

// What the shell found out about who sent a NOTIFY.
enum class Sender : std::uint8_t {
    unknown,    // no credentials, from anywhere
    registrar,  // no credentials, from the server that the line is registered to
    known,      // the line's credentials
    wrong,      // other credentials
};

// A SIP NOTIFY outside a dialog (cisco-mpp.md 12, flyingvoice.md 7.3).
struct NotifyArrived {
    RequestId request;
    std::string event;  // the Event header's value: check-sync;reboot=true
    Sender sender = Sender::unknown;
    unsigned line = 1;  // whose registration it came to, from 1
    std::string body = {};
};

// Where somebody changed settings.
enum class Editor : std::uint8_t { web, screen };

// Submit All Changes on the web page, or a setting changed on the screen.
struct ValuesSubmitted {
    RequestId request;
    std::vector<profile::Assignment> settings;
    Editor editor = Editor::web;
};

// A profile that somebody uploaded to the phone itself (`/admin/config.xml`, 10.1).
struct ProfileSubmitted {
    RequestId request;
    std::string document;
};

struct RebootRequested {
    RequestId request;
};

struct FactoryResetRequested {
    RequestId request;
};

// The digits of an activation code, or `#` and those of a short one (7.5).
struct CodeEntered {
    RequestId request;
    std::string code;
};

using Event = std::variant<Booted,
                           WallClockRead,
                           NetworkUp,
                           NetworkLost,
                           LinesChanged,
                           RegistrationChanged,
                           ServerFound,
                           Answered,
                           TransferFailed,
                           ServersLookedUp,
                           PnpAnswered,
                           DeadlineReached,
                           ResyncRequested,
                           UpgradeRequested,
                           AuthorityRequested,
                           NotifyArrived,
                           ValuesSubmitted,
                           ProfileSubmitted,
                           RebootRequested,
                           FactoryResetRequested,
                           CodeEntered>;

}  // namespace onhook::phone
