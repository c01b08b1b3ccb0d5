#include "net/host_lookup.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "net/asio.h"

namespace onhook::net {

namespace {

// A name with more addresses than this has no use for them all.
constexpr std::size_t most_addresses = 16;

}  // namespace

struct HostLookup::State {
    State(Loop& loop, Done its_done) : resolver(loop.context()), done(std::move(its_done)) {}

    boost::asio::ip::tcp::resolver resolver;
    Done done;  // empty once it was called, or shall not be
};

HostLookup::HostLookup(Loop& loop, const std::string& host, Done done)
    : state_(std::make_shared<State>(loop, std::move(done))) {
    // getaddrinfo cannot be stopped: its answer may come long after the look-up is gone.
    state_->resolver.async_resolve(
        host,
        "",
        [state = state_, host](const boost::system::error_code& error,
                               const boost::asio::ip::tcp::resolver::results_type& results) {
            const Done tell = std::exchange(state->done, nullptr);
            if (!tell) {
                return;
            }
            HostAnswer answer;
            for (const auto& one : results) {
                std::string address = one.endpoint().address().to_string();
                if (answer.addresses.size() < most_addresses &&
                    std::find(answer.addresses.begin(), answer.addresses.end(), address) ==
                        answer.addresses.end()) {
                    answer.addresses.push_back(std::move(address));
                }
            }
            if (answer.addresses.empty()) {
                answer.failure = fmt::format(
                    "'{}' has no address: {}", host, error ? error.message() : "DNS knows none");
            }
            tell(std::move(answer));
        });
}

HostLookup::~HostLookup() { state_->done = nullptr; }

}  // namespace onhook::net
