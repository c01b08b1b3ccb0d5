#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/prng.h"
#include "base/shared_text.h"
#include "phone/actions.h"
#include "phone/memory.h"
#include "phone/network.h"
#include "phone/policy.h"
#include "profile/apply.h"
#include "profile/dialect.h"
#include "profile/local_time.h"
#include "profile/macro_context.h"
#include "profile/rule.h"

namespace onhook::phone {

struct Behaviour;

// The profile that changed nothing when it was read last, and the values that it left as they are:
// the same again needs no reading. No document: there was none.
struct Unchanged {
    SharedText document;
    profile::Values::Version values;
};

// The time that a phone with these values shows: Time_Zone and what goes with it, or else
// `otherwise`.
[[nodiscard]] profile::TimeZone zone_of(const profile::Dialect& dialect,
                                        const profile::Values& values,
                                        const profile::TimeZone& otherwise);

// What the machines of one phone share during one step: who the phone is, what it remembers, what
// it knows of the world, and the actions that the step has collected so far.
struct Context {
    const profile::Dialect& dialect;
    const Behaviour& behaviour;
    const profile::Identity& identity;
    const Settings& settings;
    Memory& memory;
    Prng& prng;
    Network& network;
    Unchanged& unchanged;
    std::optional<WallTime> wall;
    TimePoint booted;
    TimePoint now;
    Actions& actions;

    // A fresh id; every transfer of a phone has its own.
    [[nodiscard]] TransferId next_transfer();

    [[nodiscard]] std::string_view value(profile::ParameterId id) const {
        return memory.values.get(id);
    }

    [[nodiscard]] bool is_yes(profile::ParameterId id) const { return profile::is_yes(value(id)); }

    [[nodiscard]] profile::MacroContext macros() const;

    [[nodiscard]] profile::TimeZone zone() const {
        return zone_of(dialect, memory.values, settings.zone);
    }

    // The User-Agent of every transfer (11.4).
    [[nodiscard]] std::string user_agent() const;

    // The last upgrade attempt of this life.
    std::optional<TimePoint> last_upgrade = {};
    // Of the upgrade that is being evaluated.
    profile::UpgradeAttempt upgrade_attempt = profile::UpgradeAttempt::first;
    bool saved = false;

    void observe(Observed observed) { actions.emplace_back(std::move(observed)); }

    // Once a step is enough: the shell writes the memory as it is after the step.
    void save() {
        if (!std::exchange(saved, true)) {
            actions.emplace_back(SaveMemory{});
        }
    }

    void log(LogEvent event, std::string text) {
        actions.emplace_back(Log{event, std::move(text), false});
    }

    // Takes a profile whole, or nothing of it: apply() and commit().
    [[nodiscard]] Result<profile::Applied, profile::DocumentError> take(const SharedText& document,
                                                                        std::string alias_map = {});
    // What a profile would make of the phone's values. `alias_map` is the text of 1.7, expanded.
    [[nodiscard]] Result<profile::Applied, profile::DocumentError> apply(
        std::string_view document, std::string alias_map = {}) const;
    // Takes the settings of `applied` into the phone's values, which are saved if they are other
    // ones now. What the profile said in vain is worth a line each, and no failure (1.6).
    void commit(profile::Applied& applied);

    // What assignments would make of the phone's values, one by one as written; the rest is ignored
    // and says why.
    [[nodiscard]] profile::Applied judge(std::span<const profile::Assignment> assignments) const;
    // Makes the changes that a rule assigns, at once and for good, whatever becomes of its transfer
    // (3.5), and tells which they are. Unknown names and values that fail their type are logged.
    std::vector<profile::Change> assign(std::span<const profile::Assignment> assignments);

    // A log message from a template parameter; an empty template says nothing (6.7).
    void log_message(profile::ParameterId message,
                     LogEvent event,
                     const profile::MacroContext& macros);

  private:
    // The settings count from now on.
    void keep(profile::Applied& applied);
};

}  // namespace onhook::phone
