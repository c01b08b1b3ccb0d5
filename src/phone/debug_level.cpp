#include "phone/debug_level.h"

namespace onhook::phone {

namespace {

// The last kind that a level lets through.
struct LevelRow {
    std::string_view level;
    SyslogKind most;
};

constexpr LevelRow debug_levels[] = {
    {"0", SyslogKind::error},
    {"1", SyslogKind::info},
    {"2", SyslogKind::sip},
    {"3", SyslogKind::debug},
    {"EMERGENCY", SyslogKind::documented},
    {"ALERT", SyslogKind::documented},
    {"CRITICAL", SyslogKind::documented},
    {"ERROR", SyslogKind::error},
    {"WARNING", SyslogKind::warning},
    {"NOTICE", SyslogKind::info},
    {"INFO", SyslogKind::info},
    {"DEBUG", SyslogKind::debug},
};

}  // namespace

SyslogKind kind_of(LogSeverity severity, bool documented) noexcept {
    if (documented) {
        return SyslogKind::documented;
    }
    switch (severity) {
        case LogSeverity::error:
            return SyslogKind::error;
        case LogSeverity::warning:
            return SyslogKind::warning;
        case LogSeverity::info:
            return SyslogKind::info;
        case LogSeverity::debug:
            return SyslogKind::debug;
    }
    return SyslogKind::debug;
}

bool reaches_syslog(SyslogKind kind, std::string_view debug_level) noexcept {
    for (const LevelRow& row : debug_levels) {
        if (row.level == debug_level) {
            return kind <= row.most;
        }
    }
    return kind <=
           SyslogKind::error;  // a phone without the parameter is as one that has its default
}

}  // namespace onhook::phone
