#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "phone/context.h"
#include "phone/exchange.h"
#include "phone/pass.h"
#include "phone/upgrade_plan.h"
#include "profile/apply.h"
#include "profile/load.h"

namespace onhook::phone {

// The firmware upgrade (cisco-mpp.md 5.4, 9; flyingvoice.md 10): when the upgrade rule is looked
// at, the one attempt that runs, its retries, and the partitions. Where a rule leads is the
// behaviour's. Upgrade_Enable gates every start; Provision_Enable has no say.
class Upgrade {
  public:
    enum class State : std::uint8_t {
        idle,        // nothing is due
        retry_wait,  // waiting Upgrade_Error_Retry_Delay after a failure
        waiting,     // due, but a call holds a line or a pass over the profile rules runs
        fetching,    // an attempt transfers; a call that starts now does not stop it
        activating,  // all is there and runs after the reboot, which waits for idle lines
    };

    // What follows from a step for the rest of the phone.
    struct Outcome {
        bool ended = false;   // an attempt came to its end; go_on() may start the next
        bool reboot = false;  // 9: the phone reboots at the end, with the reason Upgrade
        std::vector<profile::Change> changes = {};  // that the rule assigned
    };

    [[nodiscard]] State state() const noexcept;

    // The one timer it wants; it rests while something is due or under way.
    [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;

    // Of this life; what $UPGTMR counts from.
    [[nodiscard]] std::optional<TimePoint> last_attempt() const noexcept { return last_attempt_; }

    // Whether it holds nothing that a new one does not.
    [[nodiscard]] bool rests() const noexcept { return state() == State::idle && !last_attempt_; }

    [[nodiscard]] bool owns(TransferId transfer) const noexcept {
        return attempt_ && attempt_->exchange.owns(transfer);
    }

    // These say that something is due; go_on() starts it.

    // A life began: the retry of a failure before it goes on.
    void boot(Context& context);
    // The rule may lead elsewhere now (9: after a resync, after its change).
    void look();
    // Somebody asks for one load, once (10.1). It takes the place of one that still waits.
    void request(OneRule rule);
    // These parameters have other values. A rule that changed is looked at, whatever was tried.
    void changed(std::span<const profile::ParameterId> parameters, Context& context);
    void on_deadline(const Context& context);

    // Starts what is due if no call holds a line (9).
    [[nodiscard]] Outcome go_on(Context& context);
    // The phone reboots now: what is there to be activated runs in the next life.
    void activate(Context& context);
    // Whether a request waited, which the phone cannot keep over a restart.
    [[nodiscard]] bool drop_request() noexcept;

    void on(const ServerFound& event, Context& context);
    [[nodiscard]] Outcome on(const Answered& event, Context& context);
    [[nodiscard]] Outcome on(const TransferFailed& event, Context& context);

  private:
    enum class Due : std::uint8_t { no, look, retry };
    // What an attempt is for: the rule, once more after a failure, or somebody who asked once.
    enum class Kind : std::uint8_t { first, retry, one_time };
    // A refusal stays one whatever the delay.
    enum class Retry : std::uint8_t { no, yes };

    // Where a file goes: StartTransfer's store_as and what belongs to it.
    struct Storing {
        std::string name = {};
        std::size_t count = 0;
        std::uint64_t bytes = 0;
    };

    // Only while an attempt runs.
    struct Attempt {
        UpgradePlan plan;
        std::string tried;  // as Firmware::tried
        Kind kind = Kind::first;
        bool request_logged = false;
        bool listed = false;  // the manifest was read
        bool ready = false;   // waits for activate()
        std::vector<profile::LoadComponent> components;
        std::size_t next = 0;  // of them
        // Of the manifest, once read: what messages tell.
        std::optional<Url> url;
        std::string server_ip;
        // Of an image.
        std::string etag;
        std::string sha256;
        Exchange exchange;
    };

    [[nodiscard]] bool blocked(Context& context) const;
    Outcome try_asked(Context& context);
    Outcome try_rule(Context& context);
    [[nodiscard]] bool was_tried(const Result<UpgradePlan, std::string>& plan,
                                 const std::string& target,
                                 Context& context) const;
    Outcome begin(Result<UpgradePlan, std::string> plan, Kind kind, Context& context);
    Outcome follow_plan(Context& context);
    Outcome fetch(Url url, const Storing& storing, Context& context);
    Outcome take_manifest(std::string_view text, Context& context);
    Outcome take_component(const std::optional<StoredFile>& stored, Context& context);
    Outcome take_image(const Answered& event, Context& context);
    Outcome fetch_component(Context& context);
    Outcome ready(Context& context);
    Outcome runs_already(Context& context);
    Outcome failed(const std::string& error, Retry retry, Context& context);
    void arm_retry(Context& context);
    void settle_rule(const Attempt& attempt, Context& context);
    void count_failure(Context& context);
    void forget_failures(Context& context);
    void log_request(Context& context);
    [[nodiscard]] profile::MacroContext message_macros(std::string error, Context& context) const;

    std::unique_ptr<Attempt> attempt_;
    std::unique_ptr<OneRule> asked_;
    Moment<TimePoint> retry_at_;
    Moment<TimePoint> last_attempt_;
    Due due_ = Due::no;
};

}  // namespace onhook::phone
