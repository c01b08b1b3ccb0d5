#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "phone/phone.h"

namespace onhook::swarm {

// Something that must never happen; the text says what, when and how to see it again.
class Violation : public std::logic_error {
    using std::logic_error::logic_error;
};

// A text that must never be seen outside. Its first character is rare, for it is looked for in all
// that a phone says.
inline constexpr std::string_view secret = "~hush-77";

// A server that redirects lead to, and nobody's rule.
inline constexpr std::string_view stranger = "other.test";

// What of a phone's parameters and of its maker's documents the checks need to know.
struct Rules {
    Duration shortest_retry{};   // Resync_Error_Retry_Delay
    Duration shortest_period{};  // Resync_Periodic; none where a time of day rules
    Duration forced{};           // Forced_Resync_Delay
    Duration upgrade_retry{};    // Upgrade_Error_Retry_Delay
    bool triggers = false;       // one is set: then what is due may have been due for long
    // Flyingvoice: the files of an attempt count together or not at all.
    bool all_or_nothing = false;
    // Silence that the documents ask for: after an attempt where a timer is set to never, and
    // before the first success where no boot resyncs.
    bool may_rest = false;
    bool boots_resync = true;
    profile::ParameterId version = {};       // which profile the phone has
    profile::ParameterId upgrade_rule = {};  // which starts upgrades anew when it changes
};

// What the phone is about to be told.
struct Told {
    const phone::Event& event;
    bool whole = true;  // a document as the server has it; so is a 304
    // The text that `version` has in the profile which the answer stands for.
    std::string_view version = {};
};

// What must hold at every step of a phone, watched from outside: by its orders and its memory.
// Each check throws Violation.
class Checks {
  public:
    explicit Checks(const Rules& rules) : rules_(rules) {}

    // A life begins; what was not saved before the power was cut is forgotten.
    void boot(bool power_cut);

    void lines(bool busy) { busy_ = busy; }

    void before(const Told& told, const phone::Memory& memory);
    // After the same event: what the phone decided, and what it remembers now.
    void after(const phone::Actions& actions, const phone::Memory& memory, TimePoint now);
    // The shell carries this one out.
    void action(const phone::Action& action, const phone::Memory& memory, TimePoint now);
    // All actions are carried out, and `saved` is what a power cut would leave.
    static void saved(const phone::Memory& saved, const phone::Memory& memory);
    // The phone runs and has its network.
    void not_silent(std::optional<TimePoint> deadline,
                    const phone::Memory& memory,
                    TimePoint now) const;
    // A line of the phone's recording.
    static void recorded(std::string_view line);

    [[nodiscard]] bool under_way() const;

    [[nodiscard]] std::uint64_t syncs() const { return syncs_; }

  private:
    void answered(const Told& told);
    void accepted(TimePoint now);
    void compare_values(const phone::Memory& memory);
    void observed(const phone::Observed& what, TimePoint now);
    void armed(const phone::Observed& what, TimePoint now);
    void resynced(const phone::Observed& what);
    void upgraded(const phone::Observed& what, TimePoint now);
    void transfer(const phone::StartTransfer& order, TimePoint now);
    void redirect(TimePoint now);
    void begin_pass(TimePoint now);
    void judge_pass(profile::ResyncCause cause);
    void ask_pnp(TimePoint now);
    void restart(phone::BootReason reason) const;
    static void memory_holds_no_secret(const phone::Memory& memory);

    // When a resync met a call: one that the phone wants, and one that somebody asked for.
    using Waits = std::array<std::optional<TimePoint>, 2>;

    // The pass that runs.
    struct Pass {
        TimePoint began;
        bool busy = false;
        Waits waits;
        bool judged = false;   // why it runs is known since its first transfer
        bool spoilt = false;   // one of its answers can be no part of a success
        std::string served{};  // the version of the profile that it was answered with last
    };

    // Of the step that runs.
    struct Step {
        std::optional<profile::Values> values;
        phone::CustomizationState customization = phone::CustomizationState::open;
        Shared<phone::Firmware> firmware;
        bool asks_resync = false;
        bool asks_upgrade = false;
        bool must_not_change = false;  // what came was not whole
        bool from_servers = false;
        bool factory_reset = false;
        bool activated = false;
        std::optional<Pass> succeeded;
    };

    Rules rules_;
    std::array<phone::TransferId, phone::purpose_count> open_;  // by purpose
    bool busy_ = false;
    Waits waits_since_;
    std::optional<Pass> pass_;
    bool any_pass_ended_ = false;  // ever
    std::optional<TimePoint> failed_at_;
    std::optional<TimePoint> scheduled_at_;
    bool pnp_asked_ = false;  // in this life
    bool pnp_open_ = false;
    std::optional<TimePoint> redirect_asked_;
    unsigned redirect_retries_ = 0;
    std::optional<TimePoint> upgrade_failed_at_;
    bool upgrade_asked_ = false;    // somebody did, and no attempt began since
    bool upgrade_by_rule_ = false;  // the attempt that runs
    bool upgrade_runs_ = false;
    std::uint64_t syncs_ = 0;
    Step step_;
};

}  // namespace onhook::swarm
