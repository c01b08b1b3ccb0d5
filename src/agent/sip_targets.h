#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/host_lookup.h"
#include "net/loop.h"
#include "net/srv_lookup.h"
#include "profile/sip_account.h"
#include "wire/sip/route.h"

namespace onhook::agent {

// A server of an account on the network.
struct SipTarget {
    wire::sip::Route route;
    std::string server_name;  // that its certificate must carry (RFC 5922 4): as it is configured
};

struct SipTargetsAnswer {
    std::vector<SipTarget> targets = {};
    std::string failure = {};  // why there is none, in words
};

// Finds the servers of an account, in the order in which they are asked: RFC 3263, reduced to SRV
// records where the account says so and there is no port, else addresses; no NAPTR.
class SipTargets {
  public:
    using Done = std::function<void(SipTargetsAnswer)>;

    // `done` is called from the loop, once, never from within the constructor. It may destroy this.
    // Without a name server, the system's are asked for SRV records.
    SipTargets(net::Loop& loop,
               const profile::SipAccount& account,
               std::optional<net::NameServer> server,
               Done done);

  private:
    // A host of which the addresses are wanted.
    struct Host {
        std::string name;
        std::uint16_t port = 0;
        wire::sip::Transport transport = wire::sip::Transport::udp;
        std::string server_name;
    };

    // SRV records that are to be asked for.
    struct Service {
        std::string name;
        wire::sip::Transport transport = wire::sip::Transport::udp;
    };

    void next();
    void plan(const profile::SipServer& server);
    void ask_service(const Service& service);
    void ask_host(Host host);
    void finish();

    net::Loop& loop_;
    profile::SipAccount account_;
    std::optional<net::NameServer> name_server_;
    Done done_;
    net::Timer start_;
    std::size_t server_ = 0;  // the next one of the account
    std::vector<Service> services_;
    std::vector<Host> hosts_;
    std::string failure_;
    std::vector<SipTarget> targets_;
    std::unique_ptr<net::SrvLookup> srv_;
    std::unique_ptr<net::HostLookup> host_;
};

}  // namespace onhook::agent
