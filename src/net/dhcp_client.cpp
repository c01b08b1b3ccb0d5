#include "net/dhcp_client.h"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/asio.h"
#include "net/udp_listener.h"

namespace onhook::net {

namespace asio = boost::asio;
namespace dhcp = wire::dhcp;
using asio::ip::udp;

namespace {

// Between two looks at the rest of the loop.
constexpr int answers_a_turn = 16;

asio::ip::address_v4 address4_of(const sockaddr& address) {
    return asio::ip::address_v4(
        ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
}

asio::ip::address_v6 address6_of(const sockaddr& address) {
    asio::ip::address_v6::bytes_type bytes{};
    const auto& octets = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr;
    std::copy(std::begin(octets), std::end(octets), bytes.begin());
    return asio::ip::address_v6(bytes);
}

void take_address(const sockaddr& address, NetworkInterface& interface) {
    if (address.sa_family == AF_INET && interface.ipv4.empty()) {
        interface.ipv4 = address4_of(address).to_string();
    } else if (address.sa_family == AF_INET6 && interface.ipv6_link_local.empty()) {
        const auto six = address6_of(address);
        interface.ipv6_link_local = six.is_link_local() ? six.to_string() : "";
    }
}

// Where the sockets of a question are bound and send to.
struct Places {
    std::vector<udp::endpoint> own;  // the first one sends
    udp::endpoint servers;
};

// The own address, since a server sends to it and another client of the machine may be bound to it:
// the kernel then prefers us. And, of DHCP, any address: some servers broadcast.
Places places_of(const NetworkInterface& on, dhcp::Version version) {
    if (version == dhcp::Version::v4) {
        return {{{asio::ip::make_address(on.ipv4), dhcp::client_port},
                 {asio::ip::address_v4::any(), dhcp::client_port}},
                {asio::ip::address_v4::broadcast(), dhcp::server_port}};
    }
    auto own = asio::ip::make_address_v6(on.ipv6_link_local);
    auto servers = asio::ip::make_address_v6(dhcp::servers_group6);
    own.scope_id(on.index);
    servers.scope_id(on.index);
    return {{{own, dhcp::client_port6}}, {servers, dhcp::server_port6}};
}

Failure<Error> no_port(const NetworkInterface& on,
                       const udp::endpoint& own,
                       const boost::system::error_code& error) {
    return Failure{Error{
        error,
        fmt::format("cannot ask DHCP from {} on {}: {}; {}",
                    endpoint_text(own),
                    on.name,
                    error.message(),
                    error == boost::system::errc::address_in_use
                        ? "another DHCP client does not share its port: read its lease instead "
                          "with --dhcp files"
                        : "run it as root or give it the capability CAP_NET_BIND_SERVICE, or read "
                          "the lease of the system's client with --dhcp files")}};
}

void bind_to(udp::socket& socket,
             const NetworkInterface& on,
             const udp::endpoint& own,
             boost::system::error_code& error) {
    socket.open(own.protocol(), error);
    if (!error) {
        socket.set_option(udp::socket::reuse_address(true), error);
    }
    if (!error && own.protocol() == udp::v4()) {
        socket.set_option(asio::socket_base::broadcast(true), error);
    }
    if (!error && ::setsockopt(socket.native_handle(),
                               SOL_SOCKET,
                               SO_BINDTODEVICE,
                               on.name.data(),
                               static_cast<socklen_t>(on.name.size())) != 0) {
        error.assign(errno, boost::system::system_category());
    }
    if (!error) {
        socket.bind(own, error);
    }
    if (!error) {
        socket.non_blocking(true, error);
    }
}

}  // namespace

Result<NetworkInterface> find_interface(std::string_view name) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return Failure{errno_error(errno, "cannot list the network interfaces")};
    }
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(first, ::freeifaddrs);
    NetworkInterface found{std::string(name)};
    std::set<std::string> others;
    bool up = false;
    for (const ifaddrs* one = list.get(); one != nullptr; one = one->ifa_next) {
        if (one->ifa_name != name) {
            others.insert(one->ifa_name);
            continue;
        }
        found.index = ::if_nametoindex(one->ifa_name);
        up = up || (one->ifa_flags & IFF_UP) != 0;
        if (one->ifa_addr != nullptr) {
            take_address(*one->ifa_addr, found);
        }
    }
    if (found.index == 0) {
        return Failure{Error{std::make_error_code(std::errc::no_such_device),
                             fmt::format("there is no network interface '{}'; there are: {}",
                                         name,
                                         fmt::join(others, ", "))}};
    }
    if (!up) {
        return Failure{Error{
            std::make_error_code(std::errc::network_down),
            fmt::format("the network interface '{}' is down; `ip link set {} up`", name, name)}};
    }
    return found;
}

// Shared with the pending waits.
struct DhcpInquiry::State : std::enable_shared_from_this<DhcpInquiry::State> {
    State(Loop& its_loop, const dhcp::Question& question, Done its_done, Warn its_warn)
        : loop(its_loop),
          machine(question,
                  question.version == dhcp::Version::v4 ? dhcp::InformPolicy::v4()
                                                        : dhcp::InformPolicy::v6(),
                  Loop::random_seed()),
          done(std::move(its_done)),
          warn(std::move(its_warn)),
          timer(its_loop) {}

    [[nodiscard]] Status<> open(const NetworkInterface& on, dhcp::Version version);
    void wait(std::size_t socket);
    void receive(std::size_t socket);
    void step(const dhcp::InformEvent& event);
    void arm();
    void send(const dhcp::Send& order);
    void close();

    Loop& loop;
    dhcp::Inform machine;
    Done done;
    Warn warn;
    Timer timer;
    udp::endpoint servers;
    std::vector<udp::socket> sockets;
    std::array<char, dhcp::datagram_limit> buffer{};
};

Status<> DhcpInquiry::State::open(const NetworkInterface& on, dhcp::Version version) {
    const Places places = places_of(on, version);
    servers = places.servers;
    for (const udp::endpoint& own : places.own) {
        boost::system::error_code error;
        udp::socket socket(loop.context());
        bind_to(socket, on, own, error);
        if (error) {
            return no_port(on, own, error);
        }
        sockets.push_back(std::move(socket));
    }
    return onhook::Done{};
}

void DhcpInquiry::State::wait(std::size_t socket) {
    sockets[socket].async_wait(
        udp::socket::wait_read,
        [weak = weak_from_this(), socket](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (self && !error && !self->sockets.empty()) {
                self->receive(socket);
            }
        });
}

// A step may end the inquiry, and then there are no sockets any more.
void DhcpInquiry::State::receive(std::size_t socket) {
    for (int i = 0; i < answers_a_turn && !sockets.empty(); ++i) {
        boost::system::error_code error;
        udp::endpoint from;
        const std::size_t size = sockets[socket].receive_from(asio::buffer(buffer), from, 0, error);
        if (error) {
            break;
        }
        step(dhcp::DatagramReceived{
            std::string(buffer.data(), size), address_text(from.address()), from.port()});
    }
    if (!sockets.empty()) {
        wait(socket);
    }
}

void DhcpInquiry::State::step(const dhcp::InformEvent& event) {
    const auto self = shared_from_this();  // `done` may destroy the inquiry
    for (const dhcp::InformAction& action : machine.step(event, Loop::now())) {
        if (const auto* order = std::get_if<dhcp::Send>(&action)) {
            send(*order);
        } else if (const auto* refused = std::get_if<dhcp::Refused>(&action)) {
            warn(refused->why);
        } else {
            const Done owner = std::move(done);
            close();
            owner(std::get<dhcp::Finished>(action));
            return;
        }
    }
    arm();
}

void DhcpInquiry::State::arm() {
    if (const auto deadline = machine.next_deadline()) {
        timer.arm(*deadline, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->step(dhcp::DeadlineReached{});
            }
        });
    }
}

// One that cannot be sent is sent again when its time comes.
void DhcpInquiry::State::send(const dhcp::Send& order) {
    boost::system::error_code error;
    sockets.front().send_to(asio::buffer(order.bytes), servers, 0, error);
    if (error) {
        warn(fmt::format("cannot send to {}: {}", endpoint_text(servers), error.message()));
    }
}

void DhcpInquiry::State::close() {
    timer.cancel();
    sockets.clear();
}

Result<std::unique_ptr<DhcpInquiry>> DhcpInquiry::start(
    Loop& loop, const NetworkInterface& on, dhcp::Question question, Done done, Warn warn) {
    const bool four = question.version == dhcp::Version::v4;
    if ((four ? on.ipv4 : on.ipv6_link_local).empty()) {
        return Failure{Error{
            std::make_error_code(std::errc::address_not_available),
            fmt::format("{} has no {} address yet", on.name, four ? "IPv4" : "IPv6 link-local")}};
    }
    question.address = dhcp::Ipv4::parse(on.ipv4).value_or(dhcp::Ipv4{});
    const auto state = std::make_shared<State>(loop, question, std::move(done), std::move(warn));
    if (auto opened = state->open(on, question.version); !opened) {
        return Failure{std::move(opened).error()};
    }
    for (std::size_t i = 0; i < state->sockets.size(); ++i) {
        state->wait(i);
    }
    state->timer.arm(Loop::now(), [weak = std::weak_ptr(state)] {
        if (const auto self = weak.lock()) {
            self->step(dhcp::Started{});
        }
    });
    return std::unique_ptr<DhcpInquiry>(new DhcpInquiry(state));
}

DhcpInquiry::DhcpInquiry(std::shared_ptr<State> state) : state_(std::move(state)) {}

DhcpInquiry::~DhcpInquiry() { state_->close(); }

}  // namespace onhook::net
