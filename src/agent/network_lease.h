#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_event.h"
#include "base/result.h"
#include "net/dhcp_client.h"
#include "net/loop.h"
#include "phone/actions.h"
#include "phone/events.h"
#include "profile/dialect.h"
#include "profile/identity.h"
#include "profile/values.h"
#include "wire/dhcp/inform.h"

namespace onhook::agent {

// Where the DHCP options of the network come from (protocols.md C.2).
enum class LeaseSource : std::uint8_t {
    inform,  // asking: DHCPINFORM, and DHCPv6's Information-Request
    files,   // the lease that the system's own client has
};

enum class LeaseFileKind : std::uint8_t { networkd, dhcpcd, dhclient };

struct LeaseFile {
    LeaseFileKind kind = LeaseFileKind::networkd;
    std::string path;

    // networkd=PATH, dhcpcd=PATH or dhclient=PATH.
    [[nodiscard]] static std::optional<LeaseFile> parse(std::string_view text);
};

struct LeaseSettings {
    std::string interface = {};
    // The first one that has an answer ends the search. None: nobody is asked, and the phone has
    // what it was given.
    std::vector<LeaseSource> sources = {};
    // Looked at in this order; none: where networkd, dhcpcd and dhclient keep them, in this order.
    std::vector<LeaseFile> files = {};
};

// How long a phone waits in its boot.
struct LeasePatience {
    Duration address = 10s;  // for an address of the interface
    Duration other = 3s;     // for the other version of DHCP, once one has answered
};

// What a phone asks DHCP for, and how it reads the answer (cisco-mpp.md 13.1, flyingvoice.md 6.3):
// the option numbers that its parameters name are among it.
[[nodiscard]] wire::dhcp::Question dhcp_question(const profile::Dialect& dialect,
                                                 const profile::Identity& identity,
                                                 const profile::Values& values);

// The lease of a phone's network: what it was given by hand, and what DHCP says besides.
class NetworkLease {
  public:
    using Sink = std::function<void(phone::Lease)>;
    using Say = std::function<void(LogEvent, std::string)>;

    // What is `given` always wins, option by option; an empty address is the interface's. Both are
    // called from the loop, never from within ask(). No secret is said.
    NetworkLease(net::Loop& loop, LeaseSettings settings, phone::Lease given, Sink sink, Say say);

    // The lease of this boot; nothing while it is not known.
    [[nodiscard]] const std::optional<phone::Lease>& known() const { return known_; }

    // Asks; what was asked before is forgotten. The sink hears once, also when there is no answer.
    void ask(wire::dhcp::Question question);
    // For the next boot: what DHCP said counts no more. What was given stays.
    void forget();

  private:
    void look_for_address();
    void next_source();
    void ask_server(wire::dhcp::Version version);
    void answered(wire::dhcp::Version version, const wire::dhcp::Finished& finished);
    void read_files();
    void finish();

    net::Loop& loop_;
    LeaseSettings settings_;
    phone::Lease given_;
    Sink sink_;
    Say say_;
    std::optional<phone::Lease> known_;
    wire::dhcp::Question question_;
    net::NetworkInterface interface_;
    TimePoint patience_ends_{};
    std::size_t next_source_ = 0;
    std::vector<wire::dhcp::Answer> answers_;
    std::string from_;  // who gave the answers, for people
    std::unique_ptr<net::DhcpInquiry> inquiry4_;
    std::unique_ptr<net::DhcpInquiry> inquiry6_;
    net::Timer timer_;
};

}  // namespace onhook::agent
