#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "phone/phone.h"

namespace onhook::swarm {

// What must hold at every step of a phone, watched from outside: by its orders and its memory.
// Each check throws Violation.
class Checks {
  public:
    // What of a phone's parameters the checks need to know.
    struct Rules {
        Duration shortest_retry{};  // of Resync_Error_Retry_Delay
        Duration forced{};          // Forced_Resync_Delay
        bool triggers = false;      // one is set: then what is due may have been due for long
    };

    explicit Checks(Rules rules) : rules_(rules) {}

    void boot(TimePoint now);
    void lines(bool busy);
    // What the phone is about to be told.
    void told(const phone::Event& event, TimePoint now);
    void action(const phone::Action& action, TimePoint now);
    // A transfer got its answer.
    void answered(phone::TransferId transfer);
    // After a step: `before` and `after` are what the phone remembered. `whole` says whether the
    // step's event may have brought values.
    void step(phone::CustomizationState before, const phone::Memory& after, bool factory_reset);
    // The phone runs, has its network, and nothing is under way.
    void not_silent(const phone::Phone& phone, TimePoint now) const;

    [[nodiscard]] bool under_way() const { return !open_.empty(); }

    [[nodiscard]] std::uint64_t syncs() const { return syncs_; }

  private:
    void transfer(const phone::StartTransfer& order, TimePoint now);
    void observed(const phone::Observed& what, TimePoint now);
    static void no_secret(const std::string& text, const char* where);

    Rules rules_;
    std::map<phone::TransferId, phone::Purpose> open_;
    bool busy_ = false;
    // When a resync met a call: one that the phone wants, and one that somebody asked for.
    std::array<std::optional<TimePoint>, 2> waits_since_;
    bool pass_runs_ = false;
    std::optional<TimePoint> failed_at_;
    std::optional<TimePoint> redirect_asked_;
    unsigned redirect_retries_ = 0;
    std::uint64_t syncs_ = 0;
};

}  // namespace onhook::swarm
