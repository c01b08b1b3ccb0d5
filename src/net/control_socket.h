#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/loop.h"

namespace onhook::net {

// What a running program says to an order.
struct ControlAnswer {
    bool done = false;
    std::string text;  // one line
};

// A Unix socket by which the user who runs a program tells it something: one line there, one line
// back ("ok …" or "no …"), and the connection ends. Only that user and root may open it (0600).
// Longer lines than 8 KiB, more than eight connections at once and more than ten seconds of
// silence end the connection.
class ControlSocket {
  public:
    using Respond = std::function<void(ControlAnswer)>;
    // Called from the loop with the line, without its end. `respond` may be called later, once, and
    // outlives the socket.
    using Handler = std::function<void(std::string line, Respond respond)>;

    // A socket that a killed program left at `path` is replaced: the caller holds the lock of the
    // directory. The error is a sentence.
    [[nodiscard]] static Result<std::unique_ptr<ControlSocket>> listen(Loop& loop,
                                                                       const std::string& path,
                                                                       Handler handler);
    // Removes the socket's file.
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

  private:
    struct State;

    explicit ControlSocket(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

// The other end: blocks until the answer is there, `limit` at most for each of its steps. That
// nobody listens is std::errc::connection_refused or no_such_file_or_directory.
[[nodiscard]] Result<ControlAnswer> ask_control(const std::string& path,
                                                std::string_view line,
                                                Seconds limit = Seconds(15));

}  // namespace onhook::net
