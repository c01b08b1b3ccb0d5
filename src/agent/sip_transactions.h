#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"
#include "net/sip_endpoint.h"
#include "wire/sip/client_transaction.h"
#include "wire/sip/responses.h"
#include "wire/sip/server_transactions.h"

namespace onhook::agent {

// SIP's sockets with its transactions: requests that arrive are delivered once and answered as
// often as they come, and requests of ours are sent until they are answered (RFC 3261 17).
class SipTransactions {
  public:
    // Called from the loop, never from within a call of this.
    struct Events {
        std::function<void(wire::sip::server::Deliver)> delivered;
        // What came and was no message, or a connection that failed; printable.
        std::function<void(std::string)> refused;
    };

    // The answer, or why there is none.
    using Answered = std::function<void(Result<wire::sip::Message, std::string>)>;

    SipTransactions(net::Loop& loop, Events events);

    // The error is a sentence.
    [[nodiscard]] Status<> open(net::SipListen listen);

    [[nodiscard]] bool is_open() const noexcept { return endpoint_ != nullptr; }

    // 0 where there is no listener.
    [[nodiscard]] std::uint16_t port(wire::sip::Transport transport) const;

    // Of those that come from now on.
    void set_timers(const wire::sip::ClientTransaction::Timers& timers) { timers_ = timers; }

    // `answered` is called once, from the loop. `server_name`: as of net::SipEndpoint::send().
    void request(wire::sip::Message message,
                 const wire::sip::Route& to,
                 const std::string& server_name,
                 Answered answered);
    // To a request that was delivered; our tag and what else the answer needs is added.
    void respond(const wire::sip::server::Deliver& request, wire::sip::Answer answer);
    // Without a transaction: to many, or again and again by somebody else's timetable.
    void send(const wire::sip::Route& to, std::string bytes);

  private:
    struct Client {
        wire::sip::ClientTransaction transaction;
        wire::sip::Route to;
        std::string server_name;
        Answered answered;
    };

    void arrived(const net::SipArrival& arrival);
    void lost(const net::SipLoss& loss);
    void step(const wire::sip::server::Event& event);
    void step(std::uint64_t client, const wire::sip::client::Event& event);
    void on_deadline();
    void arm();

    net::Loop& loop_;
    Events events_;
    wire::sip::ClientTransaction::Timers timers_;
    std::unique_ptr<net::SipEndpoint> endpoint_;
    wire::sip::ServerTransactions server_;
    std::uint64_t last_client_ = 0;
    std::map<std::uint64_t, Client> clients_;
    net::Timer timer_;
};

}  // namespace onhook::agent
