#include <algorithm>
#include <future>

#include <gtest/gtest.h>

#include "net/host_lookup.h"
#include "support/loopback.h"

namespace onhook::net {

namespace {

HostAnswer addresses_of(const std::string& host) {
    support::LoopThread thread;
    std::promise<HostAnswer> answer;
    const auto lookup = thread.held(thread.on_loop([&] {
        return std::make_unique<HostLookup>(
            thread.loop(), host, [&](HostAnswer found) { answer.set_value(std::move(found)); });
    }));
    return answer.get_future().get();
}

}  // namespace

TEST(HostLookup, FindsTheAddressesOfAHostOnce) {
    EXPECT_EQ(addresses_of("127.0.0.1").addresses, std::vector<std::string>{"127.0.0.1"});
    EXPECT_EQ(addresses_of("::1").addresses, std::vector<std::string>{"::1"});
    const auto local = addresses_of("localhost").addresses;
    EXPECT_EQ(std::count(local.begin(), local.end(), "127.0.0.1"), 1);
}

TEST(HostLookup, SaysWhyThereIsNone) {
    const HostAnswer none = addresses_of("no-such-host.invalid");
    EXPECT_TRUE(none.addresses.empty());
    EXPECT_EQ(none.failure.rfind("'no-such-host.invalid' has no address: ", 0), 0U) << none.failure;
}

// The resolver goes on behind it; nobody is told, and the next look-up comes after it.
TEST(HostLookup, MayBeGivenUp) {
    support::LoopThread thread;
    std::promise<bool> told_before;
    bool told = false;
    const auto second = thread.held(thread.on_loop([&] {
        {
            const HostLookup first(thread.loop(), "::1", [&](const HostAnswer&) { told = true; });
        }
        return std::make_unique<HostLookup>(
            thread.loop(), "127.0.0.1", [&](const HostAnswer&) { told_before.set_value(told); });
    }));
    EXPECT_FALSE(told_before.get_future().get());
}

}  // namespace onhook::net
