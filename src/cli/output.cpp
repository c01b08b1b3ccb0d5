#include "cli/output.h"

#include <algorithm>
#include <cstdio>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/printable.h"

namespace onhook::cli {

namespace {

// Columns count characters, not the bytes of UTF-8.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

int complain(std::string_view sentence) {
    std::string lines = printable(sentence.substr(0, sentence.find('\n')));
    // explain() shows the input and a caret on lines of their own.
    for (std::size_t at = sentence.find('\n'); at != std::string_view::npos;) {
        const std::size_t end = sentence.find('\n', at + 1);
        lines += "\n  " + printable(sentence.substr(at + 1, end - at - 1));
        at = end;
    }
    fmt::print(stderr, "onhook: {}\n", lines);
    return 2;
}

void print_log(WallTime at, const LogEventInfo& event, std::string_view text, bool json) {
    const std::string_view severity = to_string(event.severity);
    const auto time = fmt::gmtime(at.time_since_epoch().count());
    if (json) {
        const nlohmann::ordered_json line = {{"at", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", time)},
                                             {"severity", severity},
                                             {"event", event.name},
                                             {"text", text}};
        fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{:%H:%M:%S} {:<7} {}\n", time, severity, printable(text));
    }
    std::fflush(stdout);
}

void print_json(const nlohmann::ordered_json& json) {
    fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += printable(row[i]);
            if (i + 1 < row.size()) {
                line.append(widths[i] - width_of(row[i]) + 2, ' ');
            }
        }
        fmt::print("{}\n", line);
    }
}

}  // namespace onhook::cli
