// What Cisco MPP phones do: spec cisco-mpp.md.
#include <array>
#include <utility>

#include "base/text.h"
#include "phone/behaviour.h"
#include "phone/rule_pass.h"

namespace onhook::phone {

namespace {

// Resync_From_SIP is the gate of resyncs only (6.1).
NotifyMeaning cisco_resync(const Context& context) {
    return context.is_yes(context.dialect.parameter.resync_from_sip) ? NotifyMeaning::resync
                                                                     : NotifyMeaning::nothing;
}

// cisco-mpp.md 12.
NotifyMeaning meaning_to_cisco(std::string_view event_header, const Context& context) {
    const EventHeader event = read_event_header(event_header);
    constexpr std::array<std::pair<std::string_view, NotifyMeaning>, 5> meanings = {{
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
    if (event.name == "resync" || (event.name == "check-sync" && !event.reboots)) {
        return cisco_resync(context);
    }
    return event.name == "check-sync" ? NotifyMeaning::reboot : NotifyMeaning::unknown;
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

std::string expand_cisco(std::string_view text, const Context& context) {
    return profile::expand(text, context.macros()).text;
}

}  // namespace

constinit const Behaviour cisco_behaviour{.customizes = true,
                                          .follows_changed_rules = true,
                                          .periodic_outlives_failure = true,
                                          .upgrades_once = true,
                                          .make_pass = make_rule_pass,
                                          .plan_upgrade = plan_load_upgrade,
                                          .expand = expand_cisco,
                                          .meaning_of = meaning_to_cisco,
                                          .trusts = cisco_trusts};

}  // namespace onhook::phone
