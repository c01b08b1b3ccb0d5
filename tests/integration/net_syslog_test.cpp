#include <condition_variable>
#include <deque>
#include <mutex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/syslog.h"
#include "support/udp.h"
#include "wire/syslog/message.h"

namespace onhook::net {

namespace {

using support::UdpEndpoint;
using support::UdpPeer;

// A label beyond 63 characters: the lookup fails without asking any name server.
const std::string unresolvable(70, 'a');

// What came to a callback on another thread, in order.
class Inbox {
  public:
    void put(std::string text) {
        const std::lock_guard lock(mutex_);
        texts_.push_back(std::move(text));
        changed_.notify_all();
    }

    [[nodiscard]] std::string next() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, 10s, [this] { return !texts_.empty(); })) {
            return "nothing came";
        }
        std::string text = std::move(texts_.front());
        texts_.pop_front();
        return text;
    }

    [[nodiscard]] bool empty() {
        const std::lock_guard lock(mutex_);
        return texts_.empty();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> texts_;
};

struct Sender {
    support::RunningLoop loop;
    Inbox failures;
    std::unique_ptr<SyslogSender> sender;

    explicit Sender(const std::string& server) {
        loop.inside([&](Loop& its_loop) {
            sender = std::make_unique<SyslogSender>(
                its_loop, server, [this](std::string why) { failures.put(std::move(why)); });
        });
    }

    ~Sender() {
        loop.inside([this](Loop&) { sender.reset(); });
    }

    void send(const std::string& text) {
        loop.inside([&](Loop&) { sender->send(text); });
    }
};

}  // namespace

TEST(SyslogSender, SendsToAnAddressAndToAName) {
    struct Row {
        std::string listening;
        std::string host;
    };

    // "::" hears both families: which of them localhost is first is the system's choice.
    for (const Row& row :
         {Row{"127.0.0.1", "127.0.0.1"}, Row{"::1", "[::1]"}, Row{"::", "localhost"}}) {
        SCOPED_TRACE(row.host);
        const UdpPeer server(row.listening);
        Sender sender(fmt::format("{}:{}", row.host, server.port()));
        sender.send("<134>one");
        sender.send("<134>two");
        for (const std::string_view text : {"<134>one", "<134>two"}) {
            const auto datagram = server.receive();
            ASSERT_TRUE(datagram);
            EXPECT_EQ(datagram->bytes, text);
        }
        EXPECT_TRUE(sender.failures.empty());
    }
}

TEST(SyslogSender, ReportsFailuresOnceAndNotPerMessage) {
    // Not a name, a name without an address, and an address that the system refuses each time.
    for (const std::string& server :
         {std::string("no such name"), unresolvable, std::string("255.255.255.255")}) {
        SCOPED_TRACE(server);
        Sender sender(server);
        for (int i = 0; i < 200; ++i) {
            sender.send("<134>x");
        }
        EXPECT_TRUE(sender.failures.next().starts_with(
            fmt::format("cannot send to syslog server '{}': ", server)));
        sender.send("<134>x");
        sender.loop.inside([](Loop&) {});
        EXPECT_TRUE(sender.failures.empty());
    }
}

TEST(SyslogSender, MayGoWhileANameIsLookedUp) {
    Sender sender(unresolvable);
    sender.send("<134>x");
}

TEST(SyslogReceiver, HandsOverWhatComes) {
    support::RunningLoop loop;
    Inbox inbox;
    for (const std::string address : {"127.0.0.1", "::1", "::"}) {
        SCOPED_TRACE(address);
        auto receiver = loop.inside([&](Loop& its_loop) {
            auto made = SyslogReceiver::listen(
                its_loop, {.address = address, .port = 0}, [&](const auto& peer, const auto& text) {
                    inbox.put(peer + " " + text);
                });
            return *std::move(made);
        });
        const std::string loopback = address == "::1" ? "::1" : "127.0.0.1";
        const UdpPeer phone(loopback);
        const UdpEndpoint server(loopback, receiver->port());
        phone.send("<134>one", server);
        phone.send("", server);
        phone.send(std::string(9000, 'x'), server);
        EXPECT_EQ(inbox.next(), loopback + " <134>one");
        EXPECT_EQ(inbox.next(), loopback + " ");
        EXPECT_EQ(inbox.next().size(), loopback.size() + 1 + wire::syslog::receive_limit);
        loop.inside([&](Loop&) { receiver.reset(); });
        phone.send("<134>late", server);
    }
    EXPECT_TRUE(inbox.empty());
}

TEST(SyslogReceiver, MayBeDestroyedByItsHandler) {
    support::RunningLoop loop;
    std::unique_ptr<SyslogReceiver> receiver;
    std::promise<void> gone;
    const UdpPeer phone;
    const auto port = loop.inside([&](Loop& its_loop) {
        auto made = SyslogReceiver::listen(its_loop, {.port = 0}, [&](const auto&, const auto&) {
            receiver.reset();
            gone.set_value();
        });
        receiver = *std::move(made);
        return receiver->port();
    });
    phone.send("x", UdpEndpoint("127.0.0.1", port));
    gone.get_future().get();
}

TEST(SyslogReceiver, SaysThatThePortIsTaken) {
    const UdpPeer other;
    support::RunningLoop loop;
    const std::string why = loop.inside([&](Loop& its_loop) {
        const auto receiver = SyslogReceiver::listen(
            its_loop, {.port = other.port()}, [](const auto&, const auto&) {});
        return receiver ? std::string("it listens") : receiver.error().detail;
    });
    EXPECT_EQ(why,
              fmt::format("cannot listen on 127.0.0.1:{} (syslog): Address already in use",
                          other.port()));
}

}  // namespace onhook::net
