#include "phone/log_event.h"

#include <array>
#include <cstddef>

namespace onhook::phone {

namespace {

#define ONHOOK_LOG_EVENT(id, name, severity, meaning, remedy) \
    LogEventInfo{name, LogSeverity::severity, meaning, remedy},
constexpr auto phone_log_events = std::to_array<LogEventInfo>({
#include "phone/log_events.def"
});
#undef ONHOOK_LOG_EVENT

}  // namespace

const LogEventInfo& info(LogEvent event) noexcept {
    return phone_log_events.at(static_cast<std::size_t>(event));
}

std::span<const LogEventInfo> log_events() noexcept { return phone_log_events; }

}  // namespace onhook::phone
