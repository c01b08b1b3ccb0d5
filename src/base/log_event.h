#pragma once

#include <cstdint>
#include <string_view>

namespace onhook {

// As syslog numbers them.
enum class LogSeverity : std::uint8_t { error = 3, warning = 4, info = 6, debug = 7 };
[[nodiscard]] std::string_view to_string(LogSeverity severity) noexcept;  // "warning"

// What a line of a log is about, for people and programs: each module has a table of its own, in
// its log_events.def, and docs/reference/log-events.md shows them all.
struct LogEventInfo {
    std::string_view name;  // stable: "report-sent"
    LogSeverity severity = LogSeverity::info;
    std::string_view meaning;
    std::string_view remedy;  // what to do; empty: nothing
};

}  // namespace onhook
