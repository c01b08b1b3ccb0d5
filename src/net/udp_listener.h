#pragma once

// Inside src/net only: what the servers over UDP share.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/asio.h"

namespace onhook::net {

struct UdpAddress {
    std::string address;     // an IP address; "::" takes IPv4 as well
    std::uint16_t port = 0;  // 0: a free one
    std::string_view name;   // of the service, for messages
};

struct UdpArrival {
    boost::asio::ip::udp::endpoint from;
    boost::asio::ip::address to;  // our address that the sender wrote to
    bool to_many = false;         // it was a broadcast or multicast address
    std::string bytes;
};

// A bound socket that hands over its datagrams until close(). Held by shared_ptr, because pending
// reads hold it, too.
class UdpListener : public std::enable_shared_from_this<UdpListener> {
  public:
    using OnArrival = std::function<void(UdpArrival)>;

    // Longer datagrams are cut to `datagram_limit` bytes. The error is a sentence that names the
    // service and the address.
    [[nodiscard]] static Result<std::shared_ptr<UdpListener>> open(boost::asio::io_context& context,
                                                                   const UdpAddress& where,
                                                                   std::size_t datagram_limit);
    UdpListener(boost::asio::ip::udp::socket socket, std::size_t datagram_limit);

    // Called from the loop, and not after close(), which it may call.
    void start(OnArrival on_arrival);
    void close();
    [[nodiscard]] std::uint16_t port() const;
    // One datagram from our port, at once. `from` is the address of ours that it shall come from;
    // unspecified: the system's choice.
    [[nodiscard]] boost::system::error_code send(boost::asio::ip::udp::endpoint to,
                                                 const boost::asio::ip::address& from,
                                                 std::string bytes);

  private:
    void wait();
    void receive_all();
    [[nodiscard]] bool receive_one();

    boost::asio::ip::udp::socket socket_;
    std::string buffer_;
    OnArrival on_arrival_;
};

// The address of a peer for people and logs: IPv4 that came over an IPv6 socket looks like IPv4.
[[nodiscard]] std::string address_text(const boost::asio::ip::address& address);
[[nodiscard]] std::string endpoint_text(const boost::asio::ip::udp::endpoint& endpoint);

}  // namespace onhook::net
