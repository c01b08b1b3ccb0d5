#include "base/log_event.h"

namespace onhook {

std::string_view to_string(LogSeverity severity) noexcept {
    switch (severity) {
        case LogSeverity::error:
            return "error";
        case LogSeverity::warning:
            return "warning";
        case LogSeverity::info:
            return "info";
        case LogSeverity::debug:
            return "debug";
    }
    return "";
}

}  // namespace onhook
