#include "agent/lookups.h"

#include <utility>
#include <vector>

namespace onhook::agent {

Lookups::Lookups(net::Loop& loop, std::optional<net::NameServer> server, Sink sink, Warn warn)
    : loop_(loop), server_(std::move(server)), sink_(std::move(sink)), warn_(std::move(warn)) {}

void Lookups::start(const phone::LookUpServers& order) {
    running_.insert_or_assign(
        order.lookup,
        std::make_unique<net::SrvLookup>(
            loop_,
            net::SrvQuestion{.name = order.name,
                             .server = server_,
                             .remedy = "check that it runs and can be reached, or name another "
                                       "with --dns"},
            [this, id = order.lookup](const net::SrvAnswer& answer) { answered(id, answer); }));
}

void Lookups::forget() { running_.clear(); }

void Lookups::answered(phone::LookupId id, const net::SrvAnswer& answer) {
    running_.erase(id);
    if (!answer.failure.empty()) {
        warn_(answer.failure);
    }
    std::vector<phone::SrvTarget> targets;
    for (const net::SrvRecord& record : answer.records) {
        targets.push_back({record.host, record.port, record.priority, record.weight});
    }
    sink_(phone::ServersLookedUp{id, std::move(targets)});
}

}  // namespace onhook::agent
