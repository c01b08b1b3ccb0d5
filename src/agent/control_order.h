#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace onhook::agent {

// What somebody tells a running phone through its state directory (`onhook phone line busy`).

struct SetLine {
    unsigned line = 1;  // 1 to last_line
    bool busy = false;
};

struct ResyncNow {
    std::string rule;  // empty: all of the phone's own
};

struct StopPhone {};

struct TellState {};

using ControlOrder = std::variant<SetLine, ResyncNow, StopPhone, TellState>;

// Of the phones with the most extensions (spec/cisco-mpp.md 12).
inline constexpr unsigned last_line = 16;

// "line busy 3", "line idle 3", "resync", "resync RULE", "stop", "state"; the error says what is
// understood.
[[nodiscard]] Result<ControlOrder, std::string> read_control_order(std::string_view text);
[[nodiscard]] std::string to_line(const ControlOrder& order);

}  // namespace onhook::agent
