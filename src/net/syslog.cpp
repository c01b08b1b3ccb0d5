#include "net/syslog.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/time.h"
#include "net/asio.h"
#include "net/udp_listener.h"
#include "wire/syslog/message.h"
#include "wire/syslog/server_address.h"

namespace onhook::net {

namespace asio = boost::asio;
using asio::ip::udp;
using wire::syslog::ServerAddress;

namespace {

constexpr Duration lookup_lifetime = 5min;
constexpr Duration pause_after_failed_lookup = 30s;
constexpr std::size_t queue_limit = 64;

}  // namespace

// Shared with the pending lookup.
struct SyslogSender::State : std::enable_shared_from_this<SyslogSender::State> {
    State(Loop& its_loop, std::string its_name, OnFailure its_on_failure)
        : name(std::move(its_name)),
          on_failure(std::move(its_on_failure)),
          loop(its_loop),
          resolver(its_loop.context()),
          socket(its_loop.context()) {}

    void send(std::string datagram);
    void look_up();
    void use(const udp::endpoint& endpoint);
    void flush();
    void fail(std::string_view why);
    void close();

    std::string name;  // as the administrator wrote it
    std::optional<ServerAddress> address;
    OnFailure on_failure;
    Loop& loop;
    udp::resolver resolver;
    udp::socket socket;
    std::optional<udp::endpoint> server;
    TimePoint next_lookup;  // not before
    bool looking_up = false;
    bool failing = false;
    bool closed = false;
    std::deque<std::string> queue;
};

void SyslogSender::State::send(std::string datagram) {
    queue.push_back(std::move(datagram));
    if (queue.size() > queue_limit) {
        queue.pop_front();
    }
    if (looking_up) {
        return;
    }
    if (Loop::now() >= next_lookup) {
        look_up();
    } else {
        flush();
    }
}

void SyslogSender::State::look_up() {
    next_lookup = Loop::now() + pause_after_failed_lookup;
    if (!address) {
        fail("expected host, host:port or [IPv6]:port");
        return;
    }
    boost::system::error_code error;
    const auto literal = asio::ip::make_address(address->host, error);
    if (!error) {
        use(udp::endpoint(literal, address->port));
        return;
    }
    looking_up = true;
    resolver.async_resolve(address->host,
                           std::to_string(address->port),
                           [self = shared_from_this()](const boost::system::error_code& failure,
                                                       const udp::resolver::results_type& results) {
                               self->looking_up = false;
                               if (self->closed) {
                                   return;
                               }
                               if (failure || results.empty()) {
                                   self->fail(failure.message());
                               } else {
                                   self->use(results.begin()->endpoint());
                               }
                           });
}

void SyslogSender::State::use(const udp::endpoint& endpoint) {
    next_lookup = Loop::now() + lookup_lifetime;
    if (server != endpoint) {
        boost::system::error_code error;
        socket.close(error);
        socket.open(endpoint.protocol(), error);
        if (!error) {
            socket.non_blocking(true, error);
        }
        if (error) {
            fail(error.message());
            return;
        }
        server = endpoint;
    }
    flush();
}

void SyslogSender::State::flush() {
    if (!server) {
        queue.clear();  // the last lookup failed, and the next one has to wait
        return;
    }
    while (!queue.empty()) {
        boost::system::error_code error;
        socket.send_to(asio::buffer(queue.front()), *server, 0, error);
        if (error) {
            fail(error.message());
            return;
        }
        failing = false;
        queue.pop_front();
    }
}

void SyslogSender::State::fail(std::string_view why) {
    queue.clear();
    if (!failing) {
        failing = true;
        loop.post([self = shared_from_this(),
                   sentence = fmt::format("cannot send to syslog server '{}': {}", name, why)] {
            if (!self->closed) {
                self->on_failure(sentence);
            }
        });
    }
}

void SyslogSender::State::close() {
    closed = true;
    resolver.cancel();
    boost::system::error_code ignored;
    socket.close(ignored);
}

SyslogSender::SyslogSender(Loop& loop, const std::string& server, OnFailure on_failure)
    : state_(std::make_shared<State>(loop, server, std::move(on_failure))) {
    const auto address = wire::syslog::parse_server_address(server);
    if (address) {
        state_->address = *address;
    }
}

SyslogSender::~SyslogSender() { state_->close(); }

void SyslogSender::send(std::string datagram) { state_->send(std::move(datagram)); }

// Shared with the handler while it runs.
struct SyslogReceiver::State {
    std::shared_ptr<UdpListener> listener;
    Handler handler;
};

Result<std::unique_ptr<SyslogReceiver>> SyslogReceiver::listen(Loop& loop,
                                                               const SyslogListen& settings,
                                                               Handler handler) {
    auto listener = UdpListener::open(
        loop.context(), {settings.address, settings.port, "syslog"}, wire::syslog::receive_limit);
    if (!listener) {
        return Failure{std::move(listener).error()};
    }
    const auto state = std::make_shared<State>(State{*std::move(listener), std::move(handler)});
    state->listener->start([weak = std::weak_ptr(state)](UdpArrival arrival) {
        if (const auto open = weak.lock()) {
            open->handler(address_text(arrival.from.address()), std::move(arrival.bytes));
        }
    });
    return std::unique_ptr<SyslogReceiver>(new SyslogReceiver(state));
}

SyslogReceiver::SyslogReceiver(std::shared_ptr<State> state) : state_(std::move(state)) {}

SyslogReceiver::~SyslogReceiver() { state_->listener->close(); }

std::uint16_t SyslogReceiver::port() const { return state_->listener->port(); }

}  // namespace onhook::net
