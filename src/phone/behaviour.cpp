#include "phone/behaviour.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "phone/rule_pass.h"

namespace onhook::phone {

namespace {

// The name of an Event header's value and whether one of its parameters is `reboot=true`.
struct EventHeader {
    std::string name;
    bool reboots = false;
};

EventHeader read_event_header(std::string_view header) {
    const auto parts = split(header, ';');
    EventHeader event{lower(trim(parts.front())), false};
    for (const std::string_view part : parts) {
        event.reboots |= lower(trim(part)) == "reboot=true";
    }
    return event;
}

// cisco-mpp.md 12.
NotifyMeaning meaning_to_cisco(std::string_view event_header, const Context& /*context*/) {
    const EventHeader event = read_event_header(event_header);
    constexpr std::array<std::pair<std::string_view, NotifyMeaning>, 6> meanings = {{
        {"resync", NotifyMeaning::resync},
        {"reboot_now", NotifyMeaning::reboot},
        {"reboot", NotifyMeaning::reboot},
        {"restart_now", NotifyMeaning::restart},
        {"report", NotifyMeaning::report},
        {"xml-service", NotifyMeaning::xml},
    }};
    for (const auto& [name, meaning] : meanings) {
        if (event.name == name) {
            return meaning;
        }
    }
    if (event.name == "check-sync") {
        return event.reboots ? NotifyMeaning::reboot : NotifyMeaning::resync;
    }
    return NotifyMeaning::unknown;
}

// Auth_Resync-Reboot of the line: credentials, or anybody (12).
bool cisco_trusts(const NotifyArrived& notify, const Context& context) {
    const auto& lines = context.dialect.notify_authentication;
    const bool asks =
        notify.line == 0 || notify.line > lines.size() || context.is_yes(lines[notify.line - 1]);
    return !asks || notify.sender == Sender::known;
}

std::unique_ptr<Pass> make_rule_pass(PassOrder order) {
    return std::make_unique<RulePass>(std::move(order));
}

constexpr Behaviour cisco_behaviour{.customizes = true,
                                    .follows_changed_rules = true,
                                    .periodic_outlives_failure = true,
                                    .upgrades_once = true,
                                    .make_pass = make_rule_pass,
                                    .plan_upgrade = plan_load_upgrade,
                                    .meaning_of = meaning_to_cisco,
                                    .trusts = cisco_trusts};

}  // namespace

const Behaviour& behaviour_of(const profile::Dialect& dialect) {
    CHECK(dialect.runs);
    return cisco_behaviour;
}

}  // namespace onhook::phone
