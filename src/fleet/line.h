#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "profile/catalogue.h"

namespace onhook::fleet {

// What the lines of a simulation are about, in the order of the reference page.
enum class What : std::uint8_t {
    fetch,          // a transfer starts that is no upload's first
    fetched,        // its answer came: 2xx, a redirect, or 304
    failed,         // another answer came, or none; or a resync failed for another reason
    apply,          // the phone has other values now
    report,         // an upload starts
    log,            // a line of the phone's log, or for the syslog server
    customization,  // remote customization went from one state to another
    reboot,
    restart,
    timer,          // armed
    notify_answer,  // what a NOTIFY got
    upgrade,        // the firmware upgrade went on
    blocked,        // something may not happen, or not yet
};
[[nodiscard]] std::string_view to_string(What what) noexcept;

// One line of output. What is empty or nothing does not fit and is left out. Holds no secret.
struct Line {
    Duration at{0};  // since the scenario's begin
    What what = What::log;
    std::string purpose = {};  // of a transfer: profile, redirect, report, upgrade
    std::string method = {};
    std::string url = {};
    std::optional<int> cause = {};  // PRVST: -1 request, 0 power-up, 1 periodic, 2 retry
    std::string from = {};
    std::string to = {};
    std::optional<Duration> due = {};
    std::optional<profile::Effect> effect = {};
    std::optional<int> status = {};
    std::string severity = {};
    std::string message = {};
    std::string why = {};
    std::string sealed = {};  // of a report: key or ikm
    std::optional<std::size_t> size = {};
    std::string body = {};                                          // of a short report
    std::vector<std::pair<std::string, std::string>> changed = {};  // values that are others now
};

// One JSON object without a line's end. Keys stand in one order; times are seconds, whole ones
// without a fraction. Bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string to_json(const Line& line);

// The line for people: "12.5", "fetch", "GET http://h/a.xml, cause 0". Columns.
[[nodiscard]] std::vector<std::string> table_row(const Line& line);
// The columns' heads.
[[nodiscard]] std::vector<std::string> table_head();

}  // namespace onhook::fleet
