#include "agent/control_order.h"

#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::agent {

namespace {

Result<ControlOrder, std::string> read_line_order(std::string_view words) {
    const bool busy = words.starts_with("busy ");
    if (busy || words.starts_with("idle ")) {
        const auto line = parse_number<std::uint8_t>(words.substr(5));
        if (line && *line >= 1 && *line <= last_line) {
            return ControlOrder(SetLine{*line, busy});
        }
    }
    return Failure{
        fmt::format("expected 'line busy N' or 'line idle N', N from 1 to {}", last_line)};
}

std::string print(const SetLine& order) {
    return fmt::format("line {} {}", order.busy ? "busy" : "idle", order.line);
}

std::string print(const ResyncNow& order) {
    return order.rule.empty() ? "resync" : "resync " + order.rule;
}

std::string print(const StopPhone& /*order*/) { return "stop"; }

std::string print(const TellState& /*order*/) { return "state"; }

}  // namespace

Result<ControlOrder, std::string> read_control_order(std::string_view text) {
    if (text.starts_with("line ")) {
        return read_line_order(text.substr(5));
    }
    if (text == "resync" || text.starts_with("resync ")) {
        return ControlOrder(ResyncNow{std::string(trim(text.substr(6)))});
    }
    if (text == "stop") {
        return ControlOrder(StopPhone{});
    }
    if (text == "state") {
        return ControlOrder(TellState{});
    }
    return Failure{std::string("expected line, resync, stop or state")};
}

std::string to_line(const ControlOrder& order) {
    return std::visit([](const auto& one) { return print(one); }, order);
}

}  // namespace onhook::agent
