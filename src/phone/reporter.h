#pragma once

#include <deque>

#include "phone/context.h"
#include "phone/exchange.h"
#include "profile/rule.h"

namespace onhook::phone {

// Sends the reports of Report_Rule (cisco-mpp.md 8), one attempt each, one after the other. So
// far: full reports, when the phone has started (8.4).
class Reporter {
  public:
    enum class State : std::uint8_t { idle, sending };

    [[nodiscard]] State state() const noexcept {
        return exchange_.active() ? State::sending : State::idle;
    }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept { return exchange_.owns(transfer); }

    void send(Context& context);

    void on(const ServerFound& event) { exchange_.found(event.ip); }

    void on(const Answered& event, Context& context);
    void on(const TransferFailed& event, Context& context);

  private:
    void send_next(Context& context);
    void ended(const std::string& error, Context& context);

    Exchange exchange_;
    std::deque<profile::RuleRequest> queue_;
};

}  // namespace onhook::phone
