#pragma once

#include <cstdint>
#include <span>

#include "base/log_event.h"

namespace onhook::phone {

// What a line of a phone's log is about: one of log_events.def.
enum class LogEvent : std::uint8_t {
#define ONHOOK_LOG_EVENT(id, name, severity, meaning, remedy) id,
#include "phone/log_events.def"
#undef ONHOOK_LOG_EVENT
};

[[nodiscard]] const LogEventInfo& info(LogEvent event) noexcept;
// All of them, in the order of the enumeration.
[[nodiscard]] std::span<const LogEventInfo> log_events() noexcept;

}  // namespace onhook::phone
