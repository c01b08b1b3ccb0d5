#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"

namespace onhook::net {

// Sends datagrams to one syslog server and never blocks, never waits for it and never fails the
// caller: a log must not stop what it logs.
class SyslogSender {
  public:
    // Called from the loop with a sentence, once for a series of failures: it comes again only
    // after something was sent in between.
    using OnFailure = std::function<void(std::string)>;

    // `server` is read by wire::syslog::parse_server_address(). A name is looked up with the first
    // message and again every five minutes; until the answer comes the last 64 messages wait.
    SyslogSender(Loop& loop, const std::string& server, OnFailure on_failure);
    // What still waits is dropped.
    ~SyslogSender();
    SyslogSender(const SyslogSender&) = delete;
    SyslogSender& operator=(const SyslogSender&) = delete;

    void send(std::string datagram);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

struct SyslogListen {
    std::string address = "127.0.0.1";  // an IP address; "::" takes IPv4 as well
    std::uint16_t port = 514;           // 0 takes a free one, see port()
};

// Receives syslog datagrams, of each at most wire::syslog::receive_limit bytes.
class SyslogReceiver {
  public:
    // Called from the loop with the sender's address, without the port, and the datagram. It may
    // destroy the receiver.
    using Handler = std::function<void(std::string peer_address, std::string datagram)>;

    // The error is a sentence: "cannot listen on 127.0.0.1:514 (syslog): Address already in use".
    [[nodiscard]] static Result<std::unique_ptr<SyslogReceiver>> listen(
        Loop& loop, const SyslogListen& settings, Handler handler);
    ~SyslogReceiver();
    SyslogReceiver(const SyslogReceiver&) = delete;
    SyslogReceiver& operator=(const SyslogReceiver&) = delete;

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct State;

    explicit SyslogReceiver(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
