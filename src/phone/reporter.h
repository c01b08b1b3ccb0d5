#pragma once

#include <deque>
#include <span>
#include <vector>

#include "phone/context.h"
#include "phone/exchange.h"
#include "profile/rule.h"

namespace onhook::phone {

// Sends the reports of Report_Rule (cisco-mpp.md 8): full, delta and status, one attempt each, one
// after the other. So far: when the phone has started (8.4).
//
// What a delta report holds is remembered as the ids of what changed, never as a second set of
// values, and not over a boot: the first delta after a boot holds the changes since that boot
// (8.2). Each report takes the values as they are when it is sent.
class Reporter {
  public:
    enum class State : std::uint8_t { idle, sending };

    [[nodiscard]] State state() const noexcept {
        return exchange_.active() ? State::sending : State::idle;
    }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept { return exchange_.owns(transfer); }

    // These have other values now; the next delta report tells.
    void changed(std::span<const profile::ParameterId> parameters);

    void send(Context& context);

    void on(const ServerFound& event) { exchange_.found(event.ip); }

    void on(const Answered& event, Context& context);
    void on(const TransferFailed& event, Context& context);

  private:
    void send_next(Context& context);
    [[nodiscard]] std::string content(const profile::RuleOptions& options, Context& context) const;
    void ended(const std::string& error, Context& context);
    void settle_delta();

    Exchange exchange_;
    std::deque<profile::RuleRequest> queue_;
    std::vector<profile::ParameterId> changed_;  // since the delta reports of queue_, sorted
    std::vector<profile::ParameterId> delta_;    // what the delta reports of queue_ hold, sorted
    bool delta_runs_ = false;   // the transfer that runs is one of these delta reports
    bool delta_taken_ = false;  // a server has one of them: it is the baseline now
};

}  // namespace onhook::phone
