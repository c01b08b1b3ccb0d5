#include "phone/context.h"

#include <fmt/format.h>

namespace onhook::phone {

TransferId Context::next_transfer() {
    ++last_transfer.value;
    return last_transfer;
}

profile::MacroContext Context::macros() const {
    profile::MacroContext context(dialect, identity, memory.values);
    context.ip = lease.ip;
    context.customized = memory.customization == CustomizationState::acquired;
    return context;
}

std::string Context::user_agent() const {
    const std::string_view own = value(dialect.parameter.user_agent);
    return own.empty() ? dialect.user_agent(identity) : profile::expand(own, macros()).text;
}

Result<profile::Applied, profile::DocumentError> Context::apply(std::string_view document) const {
    return dialect.apply(document, memory.values, {.empty = settings.policy.empty_elements});
}

void Context::commit(profile::Applied& applied) {
    for (const profile::Ignored& one : applied.ignored) {
        log(Severity::debug,
            fmt::format(
                "line {}, column {}: {} ignored: {}", one.line, one.column, one.name, one.why));
    }
    if (!applied.settings.empty()) {
        memory.values.set_all(std::move(applied.settings));
        save();
    }
}

void Context::log_message(profile::ParameterId message,
                          Severity severity,
                          const profile::MacroContext& macros) {
    const std::string_view text = value(message);
    if (!text.empty()) {
        actions.emplace_back(Log{severity, profile::expand(text, macros).text, true});
    }
}

}  // namespace onhook::phone
