#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phone/context.h"
#include "phone/exchange.h"
#include "profile/apply.h"
#include "profile/rule.h"

namespace onhook::phone {

// What one pass over the profile rules came to; the phone tells its other machines.
struct PassResult {
    profile::ResyncCause cause = profile::ResyncCause::power_up;
    bool one_shot = false;    // only the rule of a request was processed (6.2.7)
    bool installed = false;   // a profile was taken; not so when "not found" counts as success
    bool discovered = false;  // one came from a server that DHCP named
    bool succeeded = false;
    bool rules_changed = false;  // a Profile_Rule has another value than before the pass
    std::vector<profile::ParameterId> changed;
    profile::Effect effect = profile::Effect::none;
};

// When to resync and how one pass over the rules goes (cisco-mpp.md 5.1, 5.2, 6).
class Resync {
  public:
    enum class State : std::uint8_t {
        idle,           // nothing is due: before the first boot decision, or timers are off
        start_delay,    // waiting Resync_Random_Delay after power-up
        periodic_wait,  // waiting Resync_Periodic after a success
        retry_wait,     // waiting Resync_Error_Retry_Delay after a failure
        transferring,   // a pass runs; the schedule waits
    };

    [[nodiscard]] State state() const noexcept { return pass_ ? State::transferring : schedule_; }

    [[nodiscard]] std::optional<TimePoint> deadline() const noexcept {
        return pass_ ? std::nullopt : deadline_;
    }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept { return exchange_.owns(transfer); }

    // A boot that calls for a resync: after the random delay, or at once.
    void wait_start_delay(Context& context);
    // A boot that calls for none: the periodic timer goes on if there ever was a success.
    void resume(Context& context);
    // A boot that calls for none, but the last pass failed: as after a failure.
    void retry_later(Context& context);

    // Another lease: what the servers of the one before answered means nothing.
    void forget_servers() { found_.clear(); }

    // Each of these may finish a pass; the result says so. A pass without anything to fetch
    // finishes in the call that starts it.
    [[nodiscard]] std::optional<PassResult> start(profile::ResyncCause cause, Context& context);
    // One rule only, from a request. `server` is the host of a rule that names none.
    [[nodiscard]] std::optional<PassResult> start_one_shot(std::string rule,
                                                           std::string server,
                                                           Context& context);
    [[nodiscard]] std::optional<PassResult> on_deadline(Context& context);
    void on(const ServerFound& event, Context& context);
    [[nodiscard]] std::optional<PassResult> on(const Answered& event, Context& context);
    [[nodiscard]] std::optional<PassResult> on(const TransferFailed& event, Context& context);

    // Whether DHCP names servers to try when Profile_Rule has none (13.1).
    [[nodiscard]] static bool discovery_knows_servers(Context& context);

  private:
    struct Pass {
        PassResult result;
        // Against the start of the pass: what one rule sets and the next sets back is none.
        std::vector<profile::Change> changes;
        std::optional<std::string> one_shot_rule;
        std::string one_shot_server;
        std::size_t next_rule = 0;
        std::optional<Secret<std::string>> key;
        std::optional<profile::Credentials> credentials;
        std::optional<std::string> post_body;  // --post: what to POST; nothing: GET
        std::string alias_map;                 // --alias: expanded; empty: there is none
        std::deque<Url> candidates;            // further servers for the rule that is being fetched
        std::string discovery_path;  // of the rule that names no server; empty: it names one
        bool request_logged = false;
        Seconds since_resync{0};
        std::string last_url;
    };

    // Where a rule without a server was found; kept while the lease lasts (13.3).
    struct Found {
        std::size_t rule = 0;  // of the four
        std::string path;
        Url url;
    };

    std::optional<PassResult> begin(Pass pass, Context& context);
    std::optional<PassResult> advance(Context& context);
    std::optional<PassResult> evaluate(std::string_view rule, Context& context);
    std::optional<PassResult> request(profile::RuleRequest request, Context& context);
    std::optional<PassResult> discover(std::string path, Context& context);
    std::optional<PassResult> ask_sender(const std::string& path, Context& context);
    std::optional<PassResult> unreadable(const Fault& fault, Context& context);
    [[nodiscard]] std::vector<Url> candidates(const std::string& path, Context& context) const;
    void remember_server();
    std::optional<PassResult> fetch(Url url, Context& context);
    std::optional<PassResult> take(const std::string& body, Context& context);
    std::optional<PassResult> failed(const Fault& fault, Context& context);
    PassResult finish(bool succeeded, const std::string& error, Context& context);
    void arm_after_success(Context& context);
    void arm_after_failure(Context& context);
    void arm(State state, std::optional<Seconds> delay, TimePoint now);
    void log_request(Context& context);
    [[nodiscard]] profile::MacroContext rule_macros(Context& context) const;
    [[nodiscard]] profile::MacroContext message_macros(Context& context, std::string error) const;

    State schedule_ = State::idle;
    std::optional<TimePoint> deadline_;
    std::size_t failures_ = 0;   // in a row: the place in the error retry list
    std::size_t successes_ = 0;  // since boot: the place in the periodic list
    std::optional<TimePoint> last_attempt_;
    std::vector<Found> found_;
    std::optional<Pass> pass_;
    Exchange exchange_;
};

}  // namespace onhook::phone
