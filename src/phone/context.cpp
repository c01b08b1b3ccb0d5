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

void Context::log_ignored(std::span<const profile::Ignored> ignored) {
    for (const profile::Ignored& one : ignored) {
        log(Severity::debug, fmt::format("line {}: {} ignored: {}", one.line, one.name, one.why));
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
