#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "phone/context.h"
#include "phone/exchange.h"
#include "profile/rule.h"

namespace onhook::phone {

// Sends the reports of Report_Rule (cisco-mpp.md 8): full, delta and status, one attempt each, one
// after the other; at the times of Report_to_Server (8.4), whatever Provision_Enable says.
//
// What a delta report holds is remembered as the ids of what changed, never as a second set of
// values, and not over a boot: the first delta after a boot holds the changes since that boot
// (8.2). Only changes that were made here and wait to be reported outlive a restart. Each report
// takes the values as they are when it is sent.
class Reporter {
  public:
    enum class State : std::uint8_t {
        idle,     // until somebody asks
        waiting,  // for the end of a batch of changes, or of the period
        sending,  // the timers go on meanwhile
    };

    [[nodiscard]] State state() const noexcept {
        return sending_ ? State::sending : due_ ? State::waiting : State::idle;
    }

    [[nodiscard]] std::optional<TimePoint> deadline() const noexcept { return due_; }

    // Whether it holds nothing that a new one does not.
    [[nodiscard]] bool rests() const noexcept {
        return !sending_ && !due_ && mode_ == Mode::on_request && changed_->empty();
    }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept {
        return sending_ && sending_->exchange.owns(transfer);
    }

    // The phone started: a report On Request, the first period Periodically, and On Local Change
    // what waited when it went down (8.4).
    void boot(Context& context);
    // A NOTIFY asks: at once, in every mode (8.4).
    void request(Context& context);
    // These have other values now, whoever changed them; the next delta report tells. Timers
    // follow their own parameters.
    void changed(std::span<const profile::ParameterId> parameters, Context& context);
    // What changed last was changed here, not by a server: it begins a batch On Local Change.
    void changed_here(Context& context);
    void on_deadline(Context& context);
    // The phone restarts: a batch that still waits is remembered.
    void keep_unreported(Context& context);

    void on(const ServerFound& event) { sending_->exchange.found(event.ip); }

    void on(const Answered& event, Context& context);
    void on(const TransferFailed& event, Context& context);

  private:
    enum class Mode : std::uint8_t { on_request, on_local_change, periodically };
    // An empty delta is nothing to tell of a local change, but an answer to who asked (8.2).
    enum class Empty : std::uint8_t { told, left_out };

    // Only while reports go out.
    struct Sending {
        std::deque<profile::RuleRequest> queue;
        std::vector<profile::ParameterId> delta;  // what its delta reports hold, sorted
        bool batch = false;                       // it tells of changes that were made here
        bool delta_runs = false;   // the transfer that runs is one of these delta reports
        bool delta_taken = false;  // a server has one of them: it is the baseline now
        Exchange exchange;
    };

    [[nodiscard]] static Mode mode(const Context& context);
    [[nodiscard]] Seconds wait(const Context& context) const;
    void start_period(Context& context);
    void arm(TimePoint since, Context& context);
    void send(Empty empty, Context& context);
    void send_next(Context& context);
    [[nodiscard]] std::string content(const profile::RuleOptions& options, Context& context) const;
    void ended(const std::string& error, Context& context);
    void settle_delta();
    // The next delta report holds these too.
    void remember(const std::vector<profile::ParameterId>& sorted);

    Mode mode_ = Mode::on_request;
    TimePoint since_;  // the batch or the period that waits for `due_` began
    Moment<TimePoint> due_;
    // Since the delta reports that go out, sorted.
    Shared<std::vector<profile::ParameterId>> changed_;
    std::unique_ptr<Sending> sending_;
};

}  // namespace onhook::phone
