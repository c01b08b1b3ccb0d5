#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/loop.h"

namespace onhook::net {

// Sends messages to one syslog server over TCP, each with its length before it (RFC 6587 3.4.1).
// Never blocks and never fails the caller. While there is no connection, the last 64 messages wait
// for the next, which is tried after 1 s, 2 s and so on up to a minute.
class SyslogStream {
  public:
    // Called from the loop with a sentence, once for a series of failures: it comes again only
    // after something was sent in between.
    using OnFailure = std::function<void(std::string)>;

    // `server` is read by wire::syslog::parse_server_address(). It connects with the first message.
    SyslogStream(Loop& loop, const std::string& server, OnFailure on_failure);
    // What still waits is dropped.
    ~SyslogStream();
    SyslogStream(const SyslogStream&) = delete;
    SyslogStream& operator=(const SyslogStream&) = delete;

    void send(const std::string& message);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
