#include "wire/sip/srv_order.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace onhook::wire::sip {

namespace {

// The next of these, whose sum of weights may be 0.
std::size_t draw(const std::vector<SrvServer>& servers, Prng& prng) {
    std::uint64_t sum = 0;
    for (const SrvServer& one : servers) {
        sum += one.weight;
    }
    std::uint64_t left = prng.up_to(sum);
    for (std::size_t i = 0; i < servers.size(); ++i) {
        if (left <= servers[i].weight) {
            return i;
        }
        left -= servers[i].weight;
    }
    return servers.size() - 1;
}

}  // namespace

std::vector<SrvServer> in_srv_order(std::vector<SrvServer> servers, Prng& prng) {
    servers.erase(std::remove_if(servers.begin(),
                                 servers.end(),
                                 [](const SrvServer& one) {
                                     return one.host.empty() || one.host == "." || one.port == 0;
                                 }),
                  servers.end());
    // RFC 2782: those of weight 0 first, so that they are chosen now and then.
    std::stable_sort(servers.begin(), servers.end(), [](const SrvServer& a, const SrvServer& b) {
        return std::tie(a.priority, a.weight) < std::tie(b.priority, b.weight);
    });
    std::vector<SrvServer> ordered;
    for (auto begin = servers.begin(); begin != servers.end();) {
        const auto end = std::find_if(begin, servers.end(), [&](const SrvServer& one) {
            return one.priority != begin->priority;
        });
        std::vector<SrvServer> equals(begin, end);
        while (!equals.empty()) {
            const auto chosen =
                std::next(equals.begin(), static_cast<std::ptrdiff_t>(draw(equals, prng)));
            ordered.push_back(std::move(*chosen));
            equals.erase(chosen);
        }
        begin = end;
    }
    return ordered;
}

}  // namespace onhook::wire::sip
