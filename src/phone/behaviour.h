#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "phone/context.h"
#include "phone/pass.h"
#include "phone/upgrade_plan.h"

namespace onhook::phone {

// What a NOTIFY asks for (cisco-mpp.md 12, flyingvoice.md 7.3).
enum class NotifyMeaning : std::uint8_t {
    nothing,  // understood, and nothing is to be done
    resync,
    restart,  // warm: the phone's services
    reboot,   // cold
    report,
    xml,      // an XML object in the body
    unknown,  // 489
};

// The name of an Event header's value, in lower case, and whether one of its parameters is
// `reboot=true`.
struct EventHeader {
    std::string name;
    bool reboots = false;
};

[[nodiscard]] EventHeader read_event_header(std::string_view header);

// What differs between makers in what their phones do, as data and a few functions; machines ask
// it and never ask who the maker is. What differs in language is the dialect's.
struct Behaviour {
    // An unprovisioned phone looks for its provider and asks the redirect service (7).
    bool customizes = false;
    // A profile that changed a profile rule is followed by one resync (6.6).
    bool follows_changed_rules = false;
    // After a failed pass that nothing retries, the periodic timer goes on (6.3). Otherwise only
    // the next success arms it (flyingvoice.md 7.2).
    bool periodic_outlives_failure = false;
    // The upgrade rule is looked at after a successful pass and after its change only
    // (flyingvoice.md D30). Otherwise after every pass, and at boot (6.5, 9).
    bool upgrades_after_success_only = false;
    // 303, 307 and 308 are followed as 301 and 302 are, by a GET (protocols.md F.4). Otherwise they
    // fail (4.3).
    bool follows_every_redirect = false;
    // What an upgrade rule led to is not tried again until the rule or that changes (9).
    bool upgrades_once = false;

    std::unique_ptr<Pass> (*make_pass)(PassOrder order) = nullptr;
    // Where an upgrade rule leads, without doing anything; an error is one of the rule.
    Result<UpgradePlan, std::string> (*plan_upgrade)(const OneRule& rule,
                                                     const Context& context) = nullptr;
    // A text with this maker's macros in place.
    std::string (*expand)(std::string_view text, const Context& context) = nullptr;
    NotifyMeaning (*meaning_of)(std::string_view event_header, const Context& context) = nullptr;
    // Whether who sent a NOTIFY may say it.
    bool (*trusts)(const NotifyArrived& notify, const Context& context) = nullptr;
};

extern const Behaviour cisco_behaviour;
extern const Behaviour flyingvoice_behaviour;

// Lives for ever.
[[nodiscard]] const Behaviour& behaviour_of(const profile::Dialect& dialect);

}  // namespace onhook::phone
