#pragma once

#include <memory>
#include <string>

#include "net/asio.h"
#include "net/loop.h"
#include "net/sip_endpoint.h"

namespace onhook::net {

// One TCP or TLS connection of a SipEndpoint. For src/net only.
class SipConnection {
  public:
    virtual ~SipConnection() = default;
    // One that a peer opened.
    virtual void accept() = 0;
    // One of ours. The certificate must carry `server_name`.
    virtual void connect(const std::string& server_name) = 0;
    // Waits until the connection is there. Too much of it ends the connection.
    virtual void send(std::string bytes) = 0;
    virtual void close() = 0;
};

// What connections share. It outlives them.
class SipConnectionOwner {
  public:
    virtual ~SipConnectionOwner() = default;
    [[nodiscard]] virtual const SipLimits& limits() const = 0;
    virtual void arrived(const wire::sip::Route& from, wire::sip::Message message) = 0;
    // Once, unless close() came before. `refused`: for what the peer did or failed to do.
    virtual void ended(const wire::sip::Route& peer, const std::string& why, bool refused) = 0;
};

// `tls` is null for plain TCP, else it must outlive the connection. `peer` tells all about the
// other side, and names the connection.
[[nodiscard]] std::shared_ptr<SipConnection> make_sip_connection(
    Loop& loop,
    boost::asio::ip::tcp::socket socket,
    boost::asio::ssl::context* tls,
    const wire::sip::Route& peer,
    std::weak_ptr<SipConnectionOwner> owner);

}  // namespace onhook::net
