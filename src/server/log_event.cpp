#include "server/log_event.h"

#include <array>
#include <cstddef>

namespace onhook::server {

namespace {

#define ONHOOK_LOG_EVENT(id, name, severity, meaning, remedy) \
    LogEventInfo{name, LogSeverity::severity, meaning, remedy},
constexpr auto server_log_events = std::to_array<LogEventInfo>({
#include "server/log_events.def"
});
#undef ONHOOK_LOG_EVENT

}  // namespace

const LogEventInfo& info(LogEvent event) noexcept {
    return server_log_events.at(static_cast<std::size_t>(event));
}

std::span<const LogEventInfo> log_events() noexcept { return server_log_events; }

}  // namespace onhook::server
