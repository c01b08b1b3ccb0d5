#include "phone/context.h"

#include <fmt/format.h>

#include "base/text.h"
#include "phone/behaviour.h"

namespace onhook::phone {

profile::TimeZone zone_of(const profile::Dialect& dialect,
                          const profile::Values& values,
                          const profile::TimeZone& otherwise) {
    const auto& parameter = dialect.parameter;
    const std::string_view time_zone = values.get(parameter.time_zone);
    return trim(time_zone).empty()
               ? otherwise
               : profile::read_cisco_zone(
                     {.time_zone = time_zone,
                      .daylight_enable = values.get(parameter.daylight_saving),
                      .daylight_rule = values.get(parameter.daylight_saving_rule)});
}

TransferId Context::next_transfer() {
    ++network.last_transfer.value;
    return network.last_transfer;
}

profile::MacroContext Context::macros() const {
    profile::MacroContext context(dialect, identity, memory.values);
    context.ip = network.lease.ip;
    // 2.3: since boot as long as there was no attempt; Resync knows of its own.
    context.since_resync = std::chrono::floor<Seconds>(now - booted);
    context.since_upgrade = std::chrono::floor<Seconds>(now - last_upgrade.value_or(booted));
    context.upgrade_attempt = upgrade_attempt;
    if (!memory.firmware->upgrades.empty()) {
        const UpgradeRecord& last = memory.firmware->upgrades.front();
        context.upgrade_error = last.succeeded ? "OK" : last.error;
    }
    for (unsigned line = 1; line <= context.since_registered.size(); ++line) {
        const Registrations::Line* known = network.registrations->find(line);
        if (known != nullptr && !known->registered) {
            context.since_registered.at(line - 1) = std::chrono::floor<Seconds>(now - known->since);
        }
    }
    context.customized = memory.customization == CustomizationState::acquired;
    return context;
}

std::string Context::user_agent() const {
    const std::string_view own = value(dialect.parameter.user_agent);
    return own.empty() ? dialect.user_agent(identity) : behaviour.expand(own, *this);
}

Result<profile::Applied, profile::DocumentError> Context::apply(std::string_view document,
                                                                std::string alias_map) const {
    return dialect.apply(
        document,
        memory.values,
        {.empty = settings.policy.empty_elements, .alias_map = std::move(alias_map)});
}

Result<profile::Applied, profile::DocumentError> Context::take(const SharedText& document,
                                                               std::string alias_map) {
    const bool plain = alias_map.empty();
    if (plain && !unchanged.document.empty() && memory.values.is(unchanged.values) &&
        unchanged.document == document) {
        return profile::Applied{};
    }
    auto applied = apply(document, std::move(alias_map));
    if (applied) {
        const bool nothing_new = applied->settings.empty() && applied->ignored.empty();
        commit(*applied);
        if (plain && nothing_new) {
            unchanged = {document, memory.values.version()};
        }
    }
    return applied;
}

void Context::commit(profile::Applied& applied) {
    for (const profile::Ignored& one : applied.ignored) {
        log(LogEvent::setting_ignored,
            fmt::format(
                "line {}, column {}: {} ignored: {}", one.line, one.column, one.name, one.why));
    }
    keep(applied);
}

void Context::keep(profile::Applied& applied) {
    if (!applied.settings.empty()) {
        memory.values.set_all(std::move(applied.settings));
        save();
        observe({.what = Observed::What::applied, .effect = applied.effect});
    }
}

profile::Applied Context::judge(std::span<const profile::Assignment> assignments) const {
    // "" empties the parameter, however the phone takes empty elements of profiles.
    profile::Application application({}, memory.values, profile::EmptyElements::mpp);
    for (const profile::Assignment& assignment : assignments) {
        profile::ElementView element;
        element.name = assignment.name;
        element.text = assignment.value;
        application.take(element);
    }
    return std::move(application).finish();
}

std::vector<profile::Change> Context::assign(std::span<const profile::Assignment> assignments) {
    if (assignments.empty()) {
        return {};
    }
    profile::Applied applied = judge(assignments);
    for (const profile::Ignored& one : applied.ignored) {
        log(LogEvent::assignment_ignored,
            fmt::format("{} not assigned by a rule: {}", one.name, one.why));
    }
    keep(applied);
    return std::move(applied.changes);
}

void Context::log_message(profile::ParameterId message,
                          LogEvent event,
                          const profile::MacroContext& macros) {
    const std::string_view text = value(message);
    if (!text.empty()) {
        actions.emplace_back(Log{event, profile::expand(text, macros).text, true});
    }
}

}  // namespace onhook::phone
