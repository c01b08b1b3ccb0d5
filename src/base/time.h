#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace onhook {

using namespace std::chrono_literals;

// Monotonic time: what timers count in. Only shells read a clock; the core is told.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
using Seconds = std::chrono::seconds;

// Wall time: what people read, UTC. It may jump; no timer counts in it. A different type from
// TimePoint so that the two cannot be mixed.
using WallTime = std::chrono::sys_seconds;

// The earlier of two moments, if there is any.
[[nodiscard]] inline std::optional<TimePoint> earlier(std::optional<TimePoint> a,
                                                      std::optional<TimePoint> b) {
    return a && b ? std::min(*a, *b) : (a ? a : b);
}

}  // namespace onhook
