#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agent/control_order.h"
#include "agent/lines.h"
#include "base/result.h"
#include "net/control_socket.h"
#include "net/loop.h"
#include "phone/phone.h"

namespace onhook::agent {

// What people tell a running phone by hand, through a socket in its state directory. It decides
// nothing about the phone: an order becomes an event, and what the phone says to it the answer.
class Control {
  public:
    // The phone behind it. `ready` is false while it starts. All are called from the loop.
    struct Behind {
        std::function<bool()> ready;
        std::function<void(const phone::Event&)> step;
        std::function<void()> stop;  // may be empty: refused
    };

    explicit Control(Behind behind);

    // The error is a sentence.
    [[nodiscard]] Status<> open(net::Loop& loop, const std::string& state_directory);
    // What the phone says to one of the requests; others are left alone.
    void answer(const phone::AnswerRequest& answer);

    // The telephone's first call began, or its last one ended.
    void telephone(bool busy);

    // A new life of the phone begins: whoever waits for the one before hears so.
    void forget();

    [[nodiscard]] const Lines& lines() const noexcept { return lines_; }

  private:
    void take(const std::string& line, const net::ControlSocket::Respond& respond);
    void obey(const SetLine& order, const net::ControlSocket::Respond& respond);
    void obey(const ResyncNow& order, const net::ControlSocket::Respond& respond);
    void obey(const StopPhone& order, const net::ControlSocket::Respond& respond);
    void obey(const TellState& order, const net::ControlSocket::Respond& respond);

    Behind behind_;
    Lines lines_;
    phone::RequestId last_request_;
    std::map<phone::RequestId, net::ControlSocket::Respond> requests_;
    std::unique_ptr<net::ControlSocket> socket_;
};

// Tells the phone of this state directory; the answer is the phone's sentence. The error says what
// to do when none runs.
[[nodiscard]] Result<net::ControlAnswer> tell_phone(const std::string& state_directory,
                                                    const ControlOrder& order);

}  // namespace onhook::agent
