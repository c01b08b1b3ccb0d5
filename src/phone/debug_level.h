#pragma once

#include <cstdint>
#include <string_view>

#include "base/log_event.h"

namespace onhook::phone {

// What a message to the provider's syslog server is.
enum class SyslogKind : std::uint8_t {
    documented,  // of a message template, or named by the specification (6.7): always sent
    error,
    warning,
    info,
    sip,  // the first line of a SIP message
    debug,
};

[[nodiscard]] SyslogKind kind_of(LogSeverity severity, bool documented) noexcept;

// Whether Debug_Level (cisco-mpp.md 5.5) lets it through. The documents say that 2 and above log
// SIP; the rest is our policy:
//   0, ERROR               and errors
//   1, NOTICE, INFO        and warnings and what went well
//   2                      and SIP
//   3, DEBUG               everything
//   WARNING                errors and warnings
//   EMERGENCY to CRITICAL  what is documented alone
[[nodiscard]] bool reaches_syslog(SyslogKind kind, std::string_view debug_level) noexcept;

}  // namespace onhook::phone
