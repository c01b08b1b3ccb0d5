#include "agent/sip_targets.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/prng.h"
#include "wire/sip/srv_order.h"

namespace onhook::agent {

namespace {

using profile::SipTransport;
using wire::sip::Transport;

// Of one account, all its servers together.
constexpr std::size_t most_targets = 16;

Transport transport_on_wire(SipTransport transport) {
    switch (transport) {
        case SipTransport::tcp:
            return Transport::tcp;
        case SipTransport::tls:
            return Transport::tls;
        case SipTransport::udp:
        case SipTransport::any:
            break;
    }
    return Transport::udp;
}

// RFC 3261 19.1.2
std::uint16_t usual_port(Transport transport) { return transport == Transport::tls ? 5061 : 5060; }

// RFC 3263 4.1
std::string_view service_of(Transport transport) {
    switch (transport) {
        case Transport::udp:
            return "_sip._udp.";
        case Transport::tcp:
            return "_sip._tcp.";
        case Transport::tls:
            break;
    }
    return "_sips._tcp.";
}

}  // namespace

SipTargets::SipTargets(net::Loop& loop,
                       const profile::SipAccount& account,
                       std::optional<net::NameServer> server,
                       Done done)
    : loop_(loop),
      account_(account),
      name_server_(std::move(server)),
      done_(std::move(done)),
      start_(loop) {
    start_.arm(net::Loop::now(), [this] { next(); });
}

// The hosts that are known, then the services that may name some, then the account's next server.
void SipTargets::next() {
    if (targets_.size() >= most_targets) {
        finish();
    } else if (!hosts_.empty()) {
        Host host = std::move(hosts_.front());
        hosts_.erase(hosts_.begin());
        ask_host(std::move(host));
    } else if (!services_.empty()) {
        const Service service = std::move(services_.front());
        services_.erase(services_.begin());
        ask_service(service);
    } else if (server_ < account_.servers.size()) {
        plan(account_.servers[server_++]);
        next();
    } else {
        finish();
    }
}

void SipTargets::plan(const profile::SipServer& server) {
    const Transport transport = transport_on_wire(server.transport);
    const bool is_address = server.host.find(':') != std::string::npos ||
                            server.host.find_first_not_of("0123456789.") == std::string::npos;
    if (!account_.use_srv || server.port != 0 || is_address) {
        hosts_.push_back({server.host,
                          server.port != 0 ? server.port : usual_port(transport),
                          transport,
                          server.host});
        return;
    }
    const bool is_service = server.host.starts_with('_') || !account_.srv_prefix;
    for (const Transport one : {Transport::udp, Transport::tcp, Transport::tls}) {
        if (server.transport == SipTransport::any || one == transport) {
            services_.push_back(
                {is_service ? server.host : std::string(service_of(one)) + server.host, one});
        }
        if (is_service && !services_.empty()) {
            services_.back().transport = transport;
            break;
        }
    }
}

// The first service that has servers counts; a domain without any is a host (RFC 3263 4.2).
void SipTargets::ask_service(const Service& service) {
    srv_ = std::make_unique<net::SrvLookup>(
        loop_,
        net::SrvQuestion{.name = service.name,
                         .server = name_server_,
                         .remedy = "check that it runs, or name another with --dns"},
        [this, service](const net::SrvAnswer& answer) {
            std::vector<wire::sip::SrvServer> servers;
            for (const net::SrvRecord& one : answer.records) {
                servers.push_back({one.host, one.port, one.priority, one.weight});
            }
            if (!answer.failure.empty()) {
                failure_ = answer.failure;
            }
            Prng prng(net::Loop::random_seed());
            const std::string& configured = account_.servers[server_ - 1].host;
            for (const auto& one : wire::sip::in_srv_order(std::move(servers), prng)) {
                hosts_.push_back({one.host, one.port, service.transport, configured});
            }
            if (!hosts_.empty()) {
                services_.clear();
            } else if (services_.empty() && !configured.starts_with('_')) {
                const Transport transport =
                    transport_on_wire(account_.servers[server_ - 1].transport);
                hosts_.push_back({configured, usual_port(transport), transport, configured});
            }
            next();
        });
}

void SipTargets::ask_host(Host host) {
    const std::string name = host.name;
    host_ = std::make_unique<net::HostLookup>(
        loop_, name, [this, host = std::move(host)](const net::HostAnswer& answer) {
            if (!answer.failure.empty()) {
                failure_ = answer.failure;
            }
            for (const std::string& address : answer.addresses) {
                targets_.push_back(
                    {{.transport = host.transport, .address = address, .port = host.port},
                     host.server_name});
            }
            next();
        });
}

void SipTargets::finish() {
    targets_.resize(std::min(targets_.size(), most_targets));
    const Done done = std::move(done_);  // which may destroy this
    done({std::move(targets_), std::move(failure_)});
}

}  // namespace onhook::agent
