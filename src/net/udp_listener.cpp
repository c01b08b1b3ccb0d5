#include "net/udp_listener.h"

#include <array>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace onhook::net {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

// Between two looks at the rest of the loop.
constexpr int datagrams_a_turn = 64;

// Asks the kernel to tell with each datagram to which of our addresses it came: an answer has to
// come from there, also on a machine with many addresses.
void ask_for_destination(udp::socket& socket, bool ipv6, boost::system::error_code& error) {
    const int on = 1;
    // An IPv6 socket gets IPv4 datagrams with the option of IPv4.
    if (::setsockopt(socket.native_handle(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0 ||
        (ipv6 &&
         ::setsockopt(socket.native_handle(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) !=
             0)) {
        error.assign(errno, boost::system::system_category());
    }
}

udp::socket bind(asio::io_context& context,
                 const UdpAddress& where,
                 boost::system::error_code& error) {
    udp::socket socket(context);
    const auto address = asio::ip::make_address(where.address, error);
    const udp::endpoint endpoint(address, where.port);
    if (!error) {
        socket.open(endpoint.protocol(), error);
    }
    if (!error && address.is_v6()) {
        socket.set_option(asio::ip::v6_only(!address.is_unspecified()), error);
    }
    if (!error) {
        ask_for_destination(socket, address.is_v6(), error);
    }
    if (!error) {
        socket.non_blocking(true, error);
    }
    if (!error) {
        socket.bind(endpoint, error);
    }
    return socket;
}

template <typename Info>
Info read_info(const cmsghdr& header) {
    Info info{};
    std::memcpy(&info, CMSG_DATA(&header), sizeof info);
    return info;
}

asio::ip::address_v4 from_kernel(const in_addr& address) {
    return asio::ip::address_v4(ntohl(address.s_addr));
}

asio::ip::address_v6 from_kernel(const in6_pktinfo& info) {
    asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &info.ipi6_addr, bytes.size());
    const asio::ip::address_v6 address(bytes);
    return address.is_link_local() ? asio::ip::address_v6(bytes, info.ipi6_ifindex) : address;
}

// Fills in the destination from the kernel's side note.
void read_destination(msghdr& message, UdpArrival& arrival) {
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            const auto info = read_info<in_pktinfo>(*header);
            const auto local = from_kernel(info.ipi_spec_dst);
            arrival.to_many = arrival.to_many || from_kernel(info.ipi_addr) != local;
            // Beside the note of IPv6 this one only tells broadcasts apart.
            if (arrival.from.protocol() == udp::v4()) {
                arrival.to = local;
            }
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
            const auto local = from_kernel(read_info<in6_pktinfo>(*header));
            arrival.to_many = arrival.to_many || local.is_multicast();
            arrival.to = local;
        }
    }
}

// Puts the kernel's side note into `notes` that a datagram comes from this address of ours.
template <typename Info>
void write_source(msghdr& message, int level, int type, const Info& info) {
    message.msg_controllen = CMSG_SPACE(sizeof info);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

void write_source(msghdr& message, const asio::ip::address& from) {
    if (from.is_v4()) {
        in_pktinfo info{};
        info.ipi_spec_dst.s_addr = htonl(from.to_v4().to_uint());
        write_source(message, IPPROTO_IP, IP_PKTINFO, info);
        return;
    }
    in6_pktinfo info{};
    const auto bytes = from.to_v6().to_bytes();
    std::memcpy(&info.ipi6_addr, bytes.data(), bytes.size());
    info.ipi6_ifindex = static_cast<unsigned>(from.to_v6().scope_id());
    write_source(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
}

// IPv4 as an IPv6 socket has it.
asio::ip::address as_v6(const asio::ip::address& address) {
    return address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())
                           : address;
}

}  // namespace

Result<std::shared_ptr<UdpListener>> UdpListener::open(asio::io_context& context,
                                                       const UdpAddress& where,
                                                       std::size_t datagram_limit) {
    boost::system::error_code error;
    udp::socket socket = bind(context, where, error);
    if (error) {
        const bool brackets = where.address.find(':') != std::string::npos;
        return Failure{Error{error,
                             fmt::format("cannot listen on {}:{} ({}): {}",
                                         brackets ? "[" + where.address + "]" : where.address,
                                         where.port,
                                         where.name,
                                         error.message())}};
    }
    // What goes to a group stays on its link and does not come back (protocols.md A.6). IPv6 has no
    // such group; a socket that takes no such option has none either.
    boost::system::error_code ignored;
    socket.set_option(asio::ip::multicast::hops(1), ignored);
    socket.set_option(asio::ip::multicast::enable_loopback(false), ignored);
    return std::make_shared<UdpListener>(std::move(socket), datagram_limit);
}

UdpListener::UdpListener(udp::socket socket, std::size_t datagram_limit)
    : socket_(std::move(socket)), buffer_(datagram_limit, '\0') {}

void UdpListener::start(OnArrival on_arrival) {
    on_arrival_ = std::move(on_arrival);
    wait();
}

// The callback stays where it is, since it may be what calls us; it goes with the listener.
void UdpListener::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

std::uint16_t UdpListener::port() const {
    boost::system::error_code ignored;
    return socket_.local_endpoint(ignored).port();
}

boost::system::error_code UdpListener::send(udp::endpoint to,
                                            const asio::ip::address& from,
                                            std::string bytes) {
    boost::system::error_code error;
    const bool is_v6 = socket_.local_endpoint(error).protocol() == udp::v6();
    if (error) {
        return error;
    }
    to.address(is_v6 ? as_v6(to.address()) : to.address());
    iovec piece{bytes.data(), bytes.size()};
    alignas(cmsghdr) std::array<char, 64> notes{};
    msghdr message{};
    message.msg_name = to.data();
    message.msg_namelen = static_cast<socklen_t>(to.size());
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    if (!from.is_unspecified()) {
        message.msg_control = notes.data();
        message.msg_controllen = notes.size();
        write_source(message, is_v6 ? as_v6(from) : from);
    }
    if (::sendmsg(socket_.native_handle(), &message, 0) < 0) {
        error.assign(errno, boost::system::system_category());
    }
    return error;
}

void UdpListener::wait() {
    socket_.async_wait(udp::socket::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           if (!error) {
                               self->receive_all();
                           }
                       });
}

void UdpListener::receive_all() {
    for (int i = 0; i < datagrams_a_turn && socket_.is_open(); ++i) {
        if (!receive_one()) {
            break;
        }
    }
    if (socket_.is_open()) {
        wait();
    }
}

// False when there is nothing more to read now.
bool UdpListener::receive_one() {
    UdpArrival arrival;
    iovec piece{buffer_.data(), buffer_.size()};
    alignas(cmsghdr) std::array<char, 256> notes{};
    msghdr message{};
    message.msg_name = arrival.from.data();
    message.msg_namelen = static_cast<socklen_t>(arrival.from.capacity());
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = notes.data();
    message.msg_controllen = notes.size();
    const ssize_t size = ::recvmsg(socket_.native_handle(), &message, 0);
    if (size < 0) {
        return false;
    }
    arrival.from.resize(message.msg_namelen);
    arrival.bytes.assign(buffer_, 0, static_cast<std::size_t>(size));
    read_destination(message, arrival);
    on_arrival_(std::move(arrival));
    return true;
}

std::string address_text(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

std::string endpoint_text(const udp::endpoint& endpoint) {
    const std::string address = address_text(endpoint.address());
    const bool brackets = address.find(':') != std::string::npos;
    return fmt::format("{}:{}", brackets ? "[" + address + "]" : address, endpoint.port());
}

}  // namespace onhook::net
