#pragma once

#include <chrono>

namespace onhook {

using namespace std::chrono_literals;

// Monotonic time: what timers count in. Only shells read a clock; the core is told.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
using Seconds = std::chrono::seconds;

// Wall time: what people read, UTC. It may jump; no timer counts in it. A different type from
// TimePoint so that the two cannot be mixed.
using WallTime = std::chrono::sys_seconds;

}  // namespace onhook
