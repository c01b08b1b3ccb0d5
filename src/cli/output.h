#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/log_event.h"
#include "base/time.h"

namespace onhook::cli {

// A sentence to standard error: "onhook: …"; further lines are indented. Returns the exit status of
// a command that could not start.
int complain(std::string_view sentence);

// A log line on standard output, flushed: `15:04:05 info  text`, or an object with --json, which
// names the event.
void print_log(WallTime at, const LogEventInfo& event, std::string_view text, bool json);

// A JSON document, indented. Bytes that are not UTF-8 are replaced.
void print_json(const nlohmann::ordered_json& json);

// Rows under a header, columns padded to the widest cell. The last column is not padded.
void print_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace onhook::cli
