#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "net/fetch.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "wire/sip/message.h"
#include "wire/sip/route.h"

namespace onhook::net {

struct SipLimits {
    std::size_t connections = 64;                 // that others opened
    std::size_t connections_per_address = 8;      // of one address among them
    std::size_t own_connections = 32;             // that we opened
    std::size_t queue = std::size_t{256} << 10U;  // bytes that wait to be sent on a connection
    Duration connect_timeout = 10s;               // TCP and TLS together
    Duration message_timeout = 10s;               // from the first byte of a message to its last
    Duration send_timeout = 10s;                  // for a message to be taken by the peer
    Duration idle_timeout = std::chrono::minutes(15);  // between two messages
};

// An absent port is not listened on; 0 takes a free one.
struct SipListen {
    std::string address = "127.0.0.1";  // an IP address; "::" takes IPv4 as well
    std::optional<std::uint16_t> udp_port = std::nullopt;
    std::optional<std::uint16_t> tcp_port = std::nullopt;
    std::optional<std::uint16_t> tls_port = std::nullopt;  // needs `tls`
    std::optional<TlsServer> tls = std::nullopt;
    TlsTrust trust = {};  // of the servers that we connect to
    SipLimits limits = {};
};

struct SipArrival {
    wire::sip::Message message;
    wire::sip::Route from;  // an answer goes back to it as it is
    bool to_many = false;   // it came to a broadcast or multicast address
};

// What was no message, or not in time: enough for a log line. A connection is closed then.
struct SipRefusal {
    wire::sip::Route from;
    std::string why;  // printable
};

// A message could not be sent, or a connection that we opened is gone: there will be no answer to
// what went to this route and was not answered yet.
struct SipLoss {
    wire::sip::Route to;
    std::string why;
};

// Called from the loop, never from within send(). They may destroy the endpoint.
struct SipEvents {
    std::function<void(SipArrival)> arrived;
    std::function<void(SipRefusal)> refused;
    std::function<void(SipLoss)> lost;
};

// SIP's sockets: it listens on UDP, TCP and TLS, connects where something shall go over TCP or TLS,
// and cuts what comes into messages. It knows no transactions. Datagrams from port 0, and those
// that are only line breaks (pings), are dropped; so are connections beyond the limits.
class SipEndpoint {
  public:
    // The error is a sentence: "cannot listen on 127.0.0.1:5060 (SIP over UDP): Address in use".
    [[nodiscard]] static Result<std::unique_ptr<SipEndpoint>> open(Loop& loop,
                                                                   SipListen settings,
                                                                   SipEvents events);
    // Closes every connection.
    ~SipEndpoint();
    SipEndpoint(const SipEndpoint&) = delete;
    SipEndpoint& operator=(const SipEndpoint&) = delete;

    // To the connection that `to` names, else to one that was opened before to the same place, else
    // to a new one. `server_name` is the name that a TLS server's certificate must carry; empty:
    // its address.
    void send(const wire::sip::Route& to, std::string bytes, const std::string& server_name = {});

    // 0 where there is no listener.
    [[nodiscard]] std::uint16_t port(wire::sip::Transport transport) const;
    [[nodiscard]] std::size_t open_connections() const;

  private:
    struct State;
    explicit SipEndpoint(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
