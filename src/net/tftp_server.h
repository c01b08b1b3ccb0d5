#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "net/loop.h"
#include "wire/tftp/server_session.h"

namespace onhook::net {

struct TftpRequest {
    std::string filename;      // relative, clean: see wire::tftp::normalised_file_name()
    std::string peer_address;  // without the port; an IPv4 peer is in IPv4's form
};

struct TftpRefusal {
    wire::tftp::ErrorCode code = wire::tftp::ErrorCode::undefined;
    std::string message;  // one line for the phone's log
};

// The file as it shall be sent (never null), or why there is none. Whoever asks again may get other
// bytes; a transfer that runs keeps its own.
using TftpAnswer = std::variant<std::shared_ptr<const std::string>, TftpRefusal>;

// Called once, from within the handler or later, from any thread while the loop lives. After the
// transfer or the server is gone it does nothing.
using TftpRespond = std::function<void(TftpAnswer)>;

// How a request ended: enough for one log line. All text is printable.
struct TftpReport {
    std::string filename;  // as the client wrote it, when the request was refused for it
    std::string peer;      // address and port
    wire::tftp::Outcome outcome = wire::tftp::Outcome::completed;
    std::uint64_t bytes = 0;  // that the client acknowledged
    std::string detail;       // why; empty when completed
};

struct TftpListen {
    std::string address = "127.0.0.1";  // an IP address; "::" takes IPv4 as well
    std::uint16_t port = 69;            // 0 takes a free one, see port()
    std::size_t per_source_limit = 64;  // transfers of one address at a time
    std::size_t session_limit = 2000;   // transfers at a time; each takes a socket
    Duration answer_limit = 10s;        // for the handler; then the client gets ERROR 0
    wire::tftp::Policy policy{};
};

// A read-only TFTP server (protocols.md D). Each transfer answers from a port of its own and
// deals with the address and port of its client only; a datagram from elsewhere gets ERROR 5 and
// changes nothing. Requests that come from port 0, by broadcast, or beyond a limit are dropped
// without a word: a phone asks again, and a forged sender is not bothered.
class TftpServer {
  public:
    // Both are called from the loop and may destroy the server.
    using Handler = std::function<void(TftpRequest, TftpRespond)>;
    using OnEnd = std::function<void(TftpReport)>;

    // The error is a sentence: "cannot listen on 127.0.0.1:69 (TFTP): Address already in use".
    [[nodiscard]] static Result<std::unique_ptr<TftpServer>> listen(Loop& loop,
                                                                    const TftpListen& settings,
                                                                    Handler handler,
                                                                    OnEnd on_end);
    // Ends every transfer where it is, without a report.
    ~TftpServer();
    TftpServer(const TftpServer&) = delete;
    TftpServer& operator=(const TftpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // Requests dropped because of a limit since the start.
    [[nodiscard]] std::uint64_t requests_over_limit() const;

  private:
    struct State;

    explicit TftpServer(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
