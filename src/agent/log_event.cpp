#include "agent/log_event.h"

#include <array>
#include <cstddef>

namespace onhook::agent {

namespace {

#define ONHOOK_LOG_EVENT(id, name, severity, meaning, remedy) \
    LogEventInfo{name, LogSeverity::severity, meaning, remedy},
constexpr auto agent_log_events = std::to_array<LogEventInfo>({
#include "agent/log_events.def"
});
#undef ONHOOK_LOG_EVENT

}  // namespace

const LogEventInfo& info(LogEvent event) noexcept {
    return agent_log_events.at(static_cast<std::size_t>(event));
}

std::span<const LogEventInfo> log_events() noexcept { return agent_log_events; }

}  // namespace onhook::agent
