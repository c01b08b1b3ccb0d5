#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "fleet/line.h"

namespace onhook::fleet {

// What a timeline shows beside its lines.
struct TimelineFrame {
    std::string_view title;
    Duration until{0};  // the right edge
};

// A picture of a simulation, as SVG: a lane each for calls, timers, fetches, reports, settings,
// customization and restarts, over one axis of time. `calls` are those of the scenario.
struct CallSpan {
    Duration from{0};
    Duration to{0};
};

[[nodiscard]] std::string draw_timeline(std::span<const Line> lines,
                                        std::span<const CallSpan> calls,
                                        const TimelineFrame& frame);

}  // namespace onhook::fleet
