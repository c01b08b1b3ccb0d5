#include "net/sip_endpoint.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "net/asio.h"
#include "net/sip_connection.h"
#include "net/tls_context.h"
#include "net/udp_listener.h"

namespace onhook::net {

namespace asio = boost::asio;
namespace sip = wire::sip;
using asio::ip::tcp;
using asio::ip::udp;
using sip::Transport;

namespace {

constexpr Duration sip_accept_retry = 200ms;

std::string shown_place(const std::string& address, std::uint16_t port) {
    const bool brackets = address.find(':') != std::string::npos;
    return brackets ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

}  // namespace

// Accepts until close().
struct SipAcceptor {
    SipAcceptor(Loop& loop, Transport its_transport)
        : transport(its_transport), acceptor(loop.context()), retry(loop) {}

    [[nodiscard]] Status<> open(const std::string& address, std::uint16_t wanted);

    void close() {
        boost::system::error_code ignored;
        acceptor.close(ignored);
        retry.cancel();
    }

    Transport transport;
    tcp::acceptor acceptor;
    Timer retry;
};

Status<> SipAcceptor::open(const std::string& address, std::uint16_t wanted) {
    boost::system::error_code error;
    const auto ip = asio::ip::make_address(address, error);
    const tcp::endpoint endpoint(ip, wanted);
    if (!error) {
        acceptor.open(endpoint.protocol(), error);
    }
    if (!error) {
        acceptor.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error && ip.is_v6()) {
        acceptor.set_option(asio::ip::v6_only(!ip.is_unspecified()), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return Failure{Error{error,
                             fmt::format("cannot listen on {} (SIP over {}): {}",
                                         shown_place(address, wanted),
                                         transport == Transport::tls ? "TLS" : "TCP",
                                         error.message())}};
    }
    return Done{};
}

struct SipEndpoint::State final : SipConnectionOwner, std::enable_shared_from_this<State> {
    State(Loop& its_loop, SipListen its_settings, SipEvents its_events)
        : loop(its_loop), settings(std::move(its_settings)), events(std::move(its_events)) {}

    // A connection of the registry.
    struct Entry {
        std::shared_ptr<SipConnection> connection;
        sip::Route peer;
        std::string server_name;
        bool ours = false;  // we opened it
    };

    [[nodiscard]] Status<> open();
    [[nodiscard]] Status<> trust_roots();
    [[nodiscard]] Status<> listen(Transport transport, std::uint16_t port);
    void accept(SipAcceptor& acceptor);
    void accepted(SipAcceptor& acceptor, tcp::socket socket);
    void on_datagram(UdpArrival arrival);
    void send(const sip::Route& to, std::string bytes, const std::string& server_name);
    void send_datagram(const sip::Route& to, std::string bytes);
    [[nodiscard]] Entry* find(const sip::Route& to, const std::string& server_name);
    [[nodiscard]] Entry* connect(const sip::Route& to, const std::string& server_name);
    [[nodiscard]] bool has_room_for(const std::string& address) const;
    [[nodiscard]] std::size_t count_ours() const;
    void lose(const sip::Route& to, std::string why);
    void close();

    [[nodiscard]] const SipLimits& limits() const override { return settings.limits; }

    void arrived(const sip::Route& from, sip::Message message) override;
    void ended(const sip::Route& peer, const std::string& why, bool refused) override;

    Loop& loop;
    SipListen settings;
    SipEvents events;
    TlsContext server_context;
    TlsContext client_context;
    std::shared_ptr<UdpListener> udp;
    std::vector<std::unique_ptr<SipAcceptor>> acceptors;
    std::map<std::uint64_t, Entry> connections;  // by the number that a Route carries
    std::uint64_t last_connection = 0;
    bool closed = false;
};

Status<> SipEndpoint::State::open() {
    if (!settings.trust.ca_file.empty()) {
        if (auto done = trust_roots(); !done) {
            return done;
        }
    }
    if (settings.tls) {
        auto context = make_server_context(*settings.tls);
        if (!context) {
            return Failure{std::move(context).error()};
        }
        server_context = *std::move(context);
    }
    for (const auto& [transport, port] : {std::pair(Transport::udp, settings.udp_port),
                                          std::pair(Transport::tcp, settings.tcp_port),
                                          std::pair(Transport::tls, settings.tls_port)}) {
        if (port) {
            if (auto done = listen(transport, *port); !done) {
                return done;
            }
        }
    }
    return Done{};
}

// The system's store is read when it is needed first: it takes megabytes.
Status<> SipEndpoint::State::trust_roots() {
    if (client_context) {
        return Done{};
    }
    auto context = make_client_context(settings.trust);
    if (!context) {
        return Failure{std::move(context).error()};
    }
    client_context = *std::move(context);
    return Done{};
}

Status<> SipEndpoint::State::listen(Transport transport, std::uint16_t port) {
    if (transport == Transport::udp) {
        // One byte more than a message may have, so that a longer one is seen as too long.
        auto listener = UdpListener::open(
            loop.context(), {settings.address, port, "SIP over UDP"}, sip::message_limit + 1);
        if (!listener) {
            return Failure{std::move(listener).error()};
        }
        udp = *std::move(listener);
        udp->start([self = weak_from_this()](UdpArrival arrival) {
            if (const auto state = self.lock()) {
                state->on_datagram(std::move(arrival));
            }
        });
        return Done{};
    }
    CHECK(transport != Transport::tls || server_context);
    auto acceptor = std::make_unique<SipAcceptor>(loop, transport);
    if (auto done = acceptor->open(settings.address, port); !done) {
        return done;
    }
    accept(*acceptor);
    acceptors.push_back(std::move(acceptor));
    return Done{};
}

void SipEndpoint::State::accept(SipAcceptor& acceptor) {
    acceptor.acceptor.async_accept([self = shared_from_this(), &acceptor](
                                       const boost::system::error_code& error, tcp::socket socket) {
        if (self->closed) {
            return;
        }
        if (error) {
            // Most likely the process is out of descriptors.
            acceptor.retry.arm(Loop::now() + sip_accept_retry,
                               [state = self.get(), &acceptor] { state->accept(acceptor); });
            return;
        }
        self->accepted(acceptor, std::move(socket));
        self->accept(acceptor);
    });
}

// Beyond the limits the connection is closed at once: it must not wait in the system's queue,
// where it would keep others out.
void SipEndpoint::State::accepted(SipAcceptor& acceptor, tcp::socket socket) {
    boost::system::error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    const tcp::endpoint local = error ? tcp::endpoint() : socket.local_endpoint(error);
    if (error || !has_room_for(address_text(remote.address()))) {
        return;
    }
    socket.set_option(tcp::no_delay(true), error);
    const sip::Route peer{.transport = acceptor.transport,
                          .address = address_text(remote.address()),
                          .port = remote.port(),
                          .connection = ++last_connection,
                          .local_address = address_text(local.address())};
    auto* const tls = acceptor.transport == Transport::tls ? server_context.get() : nullptr;
    const auto connection =
        make_sip_connection(loop, std::move(socket), tls, peer, weak_from_this());
    connections.emplace(peer.connection, Entry{connection, peer, {}, false});
    connection->accept();
}

bool SipEndpoint::State::has_room_for(const std::string& address) const {
    std::size_t all = 0;
    std::size_t of_address = 0;
    for (const auto& [number, entry] : connections) {
        all += entry.ours ? 0 : 1;
        of_address += !entry.ours && entry.peer.address == address ? 1 : 0;
    }
    return all < settings.limits.connections &&
           of_address < settings.limits.connections_per_address;
}

std::size_t SipEndpoint::State::count_ours() const {
    return static_cast<std::size_t>(std::count_if(
        connections.begin(), connections.end(), [](const auto& one) { return one.second.ours; }));
}

void SipEndpoint::State::on_datagram(UdpArrival arrival) {
    const bool is_ping = arrival.bytes.find_first_not_of("\r\n") == std::string::npos;
    if (closed || arrival.from.port() == 0 || is_ping) {
        return;
    }
    const sip::Route from{.transport = Transport::udp,
                          .address = address_text(arrival.from.address()),
                          .port = arrival.from.port(),
                          .local_address = arrival.to_many ? "" : address_text(arrival.to)};
    auto message = sip::parse(arrival.bytes);
    const auto alive = shared_from_this();  // the callback may destroy the endpoint
    if (!message) {
        events.refused({from,
                        fmt::format("no SIP message: expected {} at byte {}",
                                    message.error().expected,
                                    message.error().offset)});
        return;
    }
    events.arrived({*std::move(message), from, arrival.to_many});
}

void SipEndpoint::State::send(const sip::Route& to,
                              std::string bytes,
                              const std::string& server_name) {
    if (to.transport == Transport::udp) {
        send_datagram(to, std::move(bytes));
        return;
    }
    Entry* entry = find(to, server_name);
    if (entry == nullptr && to.connection != 0) {
        lose(to, "the connection is closed");
        return;
    }
    if (entry == nullptr) {
        entry = connect(to, server_name);
    }
    if (entry != nullptr) {
        entry->connection->send(std::move(bytes));
    }
}

void SipEndpoint::State::send_datagram(const sip::Route& to, std::string bytes) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(to.address, error);
    const auto from = to.local_address.empty() || error
                          ? asio::ip::address()
                          : asio::ip::make_address(to.local_address, error);
    if (!udp) {
        lose(to, "there is no socket for UDP");
        return;
    }
    if (!error) {
        error = udp->send(udp::endpoint(address, to.port), from, std::move(bytes));
    }
    if (error) {
        lose(to, error.message());
    }
}

SipEndpoint::State::Entry* SipEndpoint::State::find(const sip::Route& to,
                                                    const std::string& server_name) {
    if (to.connection != 0) {
        const auto named = connections.find(to.connection);
        return named != connections.end() ? &named->second : nullptr;
    }
    for (auto& [number, entry] : connections) {
        if (entry.ours && entry.peer.transport == to.transport &&
            entry.peer.address == to.address && entry.peer.port == to.port &&
            entry.server_name == server_name) {
            return &entry;
        }
    }
    return nullptr;
}

// Null when there is none to be had; that was said then.
SipEndpoint::State::Entry* SipEndpoint::State::connect(const sip::Route& to,
                                                       const std::string& server_name) {
    boost::system::error_code error;
    static_cast<void>(asio::ip::make_address(to.address, error));
    if (error || count_ours() >= settings.limits.own_connections) {
        lose(to, error ? error.message() : "too many connections are open");
        return nullptr;
    }
    if (to.transport == Transport::tls) {
        if (const auto trusted = trust_roots(); !trusted) {
            lose(to, trusted.error().detail);
            return nullptr;
        }
    }
    sip::Route peer = to;
    peer.connection = ++last_connection;
    auto* const tls = to.transport == Transport::tls ? client_context.get() : nullptr;
    const auto connection =
        make_sip_connection(loop, tcp::socket(loop.context()), tls, peer, weak_from_this());
    Entry& entry = connections.emplace(peer.connection, Entry{connection, peer, server_name, true})
                       .first->second;
    connection->connect(server_name.empty() ? to.address : server_name);
    return &entry;
}

// Later, since send() is called from the middle of other things.
void SipEndpoint::State::lose(const sip::Route& to, std::string why) {
    loop.post([self = weak_from_this(), loss = SipLoss{to, std::move(why)}] {
        const auto state = self.lock();
        if (state && !state->closed) {
            state->events.lost(loss);
        }
    });
}

void SipEndpoint::State::arrived(const sip::Route& from, sip::Message message) {
    if (!closed) {
        const auto alive = shared_from_this();  // the callback may destroy the endpoint
        events.arrived({std::move(message), from, false});
    }
}

void SipEndpoint::State::ended(const sip::Route& peer, const std::string& why, bool refused) {
    const auto found = connections.find(peer.connection);
    if (closed || found == connections.end()) {
        return;
    }
    const bool ours = found->second.ours;
    connections.erase(found);
    const auto alive = shared_from_this();  // the callbacks may destroy the endpoint
    if (ours) {
        sip::Route to = peer;
        to.connection = 0;
        events.lost({to, why});
    } else if (refused) {
        events.refused({peer, why});
    }
}

void SipEndpoint::State::close() {
    closed = true;
    if (udp) {
        udp->close();
    }
    for (const auto& acceptor : acceptors) {
        acceptor->close();
    }
    for (const auto& [number, entry] : connections) {
        entry.connection->close();
    }
    connections.clear();
}

SipEndpoint::SipEndpoint(std::shared_ptr<State> state) : state_(std::move(state)) {}

SipEndpoint::~SipEndpoint() { state_->close(); }

Result<std::unique_ptr<SipEndpoint>> SipEndpoint::open(Loop& loop,
                                                       SipListen settings,
                                                       SipEvents events) {
    auto state = std::make_shared<State>(loop, std::move(settings), std::move(events));
    std::unique_ptr<SipEndpoint> endpoint(new SipEndpoint(state));  // closes what was opened
    if (auto opened = state->open(); !opened) {
        return Failure{std::move(opened).error()};
    }
    return endpoint;
}

void SipEndpoint::send(const sip::Route& to, std::string bytes, const std::string& server_name) {
    state_->send(to, std::move(bytes), server_name);
}

std::uint16_t SipEndpoint::port(Transport transport) const {
    if (transport == Transport::udp) {
        return state_->udp ? state_->udp->port() : 0;
    }
    for (const auto& acceptor : state_->acceptors) {
        if (acceptor->transport == transport) {
            boost::system::error_code ignored;
            return acceptor->acceptor.local_endpoint(ignored).port();
        }
    }
    return 0;
}

std::size_t SipEndpoint::open_connections() const { return state_->connections.size(); }

}  // namespace onhook::net
