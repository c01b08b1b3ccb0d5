#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/loop.h"
#include "net/syslog.h"
#include "net/syslog_stream.h"
#include "phone/debug_level.h"
#include "phone/memory.h"
#include "profile/dialect.h"
#include "profile/identity.h"

namespace onhook::agent {

// How messages reach the server of Syslog_Server.
enum class SyslogTransport : std::uint8_t { udp, tcp };

// The phone's messages for its provider (cisco-mpp.md 6.7): RFC 3164, facility local0, the time of
// the phone's zone, the identifier behind it.
class SyslogOutlet {
  public:
    // Called from the loop with a sentence when messages do not arrive.
    using OnFailure = std::function<void(std::string)>;

    // `dialect` and `identity` must outlive it.
    SyslogOutlet(net::Loop& loop,
                 SyslogTransport transport,
                 const profile::Dialect& dialect,
                 const profile::Identity& identity,
                 OnFailure on_failure);

    // Sends the text, if the phone's values name a server and their Debug_Level lets it through.
    void send(const profile::Values& values,
              phone::SyslogKind kind,
              LogSeverity severity,
              std::string_view text);

  private:
    void open(std::string_view server);

    net::Loop& loop_;
    SyslogTransport transport_;
    const profile::Dialect& dialect_;
    const profile::Identity& identity_;
    OnFailure on_failure_;
    std::string server_;  // that one of these two is for
    std::unique_ptr<net::SyslogSender> datagrams_;
    std::unique_ptr<net::SyslogStream> stream_;
};

}  // namespace onhook::agent
