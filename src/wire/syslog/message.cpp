#include "wire/syslog/message.h"

#include <array>

#include <fmt/format.h>

#include "base/printable.h"

namespace onhook::wire::syslog {

int Priority::value() const noexcept {
    return static_cast<int>(facility) * 8 + static_cast<int>(severity);
}

std::string_view to_string(Facility facility) noexcept {
    constexpr std::array<std::string_view, 24> names{
        "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
        "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
        "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
    return names.at(static_cast<std::size_t>(facility));
}

std::string_view to_string(Severity severity) noexcept {
    constexpr std::array<std::string_view, 8> names{
        "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
    return names.at(static_cast<std::size_t>(severity));
}

std::string to_line(const Message& message) {
    std::string line = fmt::format(
        "{}.{}", to_string(message.priority.facility), to_string(message.priority.severity));
    if (!message.host.empty()) {
        line += " " + message.host;
    }
    if (!message.app.empty()) {
        line += " " + message.app;
        line += message.process.empty() ? ":" : fmt::format("[{}]:", message.process);
    }
    return printable(line + " " + message.text);
}

}  // namespace onhook::wire::syslog
