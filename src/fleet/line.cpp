#include "fleet/line.h"

#include <array>

#include <fmt/format.h>

#include "fleet/json_object.h"

namespace onhook::fleet {

namespace {

constexpr std::array<std::string_view, 13> what_names = {"fetch",
                                                         "fetched",
                                                         "failed",
                                                         "apply",
                                                         "report",
                                                         "log",
                                                         "customization",
                                                         "reboot",
                                                         "restart",
                                                         "timer",
                                                         "notify_answer",
                                                         "upgrade",
                                                         "blocked"};

constexpr std::int64_t nanoseconds_of_second = 1'000'000'000;

Json seconds_of(Duration time) {
    const std::int64_t count = time.count();
    if (count % nanoseconds_of_second == 0) {
        return count / nanoseconds_of_second;
    }
    return static_cast<double>(count) / static_cast<double>(nanoseconds_of_second);
}

void put(Json& json, const char* key, const std::string& text) {
    if (!text.empty()) {
        json[key] = text;
    }
}

std::string clock_text(Duration at) {
    const auto seconds = std::chrono::floor<Seconds>(at);
    const std::int64_t count = seconds.count();
    const auto fraction = (at - seconds).count();
    std::string text =
        fmt::format("{:02}:{:02}:{:02}", count % 86400 / 3600, count % 3600 / 60, count % 60);
    if (fraction != 0) {
        text += fmt::format(".{:03}", fraction / 1'000'000);
    }
    return count >= 86400 ? fmt::format("{}d {}", count / 86400, text) : text;
}

// Puts `text` behind what is there already.
void join(std::string& out, const std::string& text) {
    if (!text.empty()) {
        out += (out.empty() ? "" : "  ") + text;
    }
}

}  // namespace

std::string_view to_string(What what) noexcept {
    return what_names.at(static_cast<std::size_t>(what));
}

std::string to_json(const Line& line) {
    Json json = {{"at", seconds_of(line.at)}, {"what", to_string(line.what)}};
    put(json, "purpose", line.purpose);
    put(json, "method", line.method);
    put(json, "url", line.url);
    if (line.cause) {
        json["cause"] = *line.cause;
    }
    put(json, "from", line.from);
    put(json, "to", line.to);
    if (line.due) {
        json["due"] = seconds_of(*line.due);
    }
    if (line.effect) {
        json["effect"] = profile::to_string(*line.effect);
    }
    if (line.status) {
        json["status"] = *line.status;
    }
    put(json, "severity", line.severity);
    put(json, "message", line.message);
    put(json, "why", line.why);
    put(json, "sealed", line.sealed);
    if (line.size) {
        json["size"] = *line.size;
    }
    put(json, "body", line.body);
    if (!line.changed.empty()) {
        Json& changed = json["changed"] = Json::object();
        for (const auto& [name, value] : line.changed) {
            changed[name] = value;
        }
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> table_head() { return {"TIME", "WHAT", "WHERE", "DETAIL"}; }

std::vector<std::string> table_row(const Line& line) {
    std::string where = line.method;
    join(where, line.url);
    std::string detail;
    if (!line.from.empty()) {
        join(detail, line.from + " -> " + line.to);
    } else {
        join(detail, line.to);
    }
    if (line.due) {
        join(detail, "due " + clock_text(*line.due));
    }
    if (line.status) {
        join(detail, std::to_string(*line.status));
    }
    if (line.cause) {
        join(detail, fmt::format("cause {}", *line.cause));
    }
    if (line.effect) {
        join(detail, fmt::format("effect {}", profile::to_string(*line.effect)));
    }
    for (const auto& [name, value] : line.changed) {
        join(detail, fmt::format("{}={}", name, value));
    }
    if (line.size) {
        join(detail, fmt::format("{} bytes", *line.size));
    }
    join(detail, line.severity.empty() ? line.severity : line.severity + ":");
    join(detail, line.message);
    join(detail, line.why);
    return {clock_text(line.at), std::string(to_string(line.what)), where, detail};
}

}  // namespace onhook::fleet
