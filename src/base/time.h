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

// A moment or none, as std::optional has it, in the room of a moment.
template <typename Time>
class Moment {
  public:
    constexpr Moment() = default;

    constexpr Moment(std::nullopt_t) {}  // NOLINT(google-explicit-constructor): as an optional

    constexpr Moment(Time at) : at_(at) {}  // NOLINT(google-explicit-constructor): likewise

    constexpr Moment(std::optional<Time> at)  // NOLINT(google-explicit-constructor): likewise
        : at_(at.value_or(none)) {}

    [[nodiscard]] constexpr explicit operator bool() const { return at_ != none; }

    [[nodiscard]] constexpr Time operator*() const { return at_; }

    // NOLINTNEXTLINE(google-explicit-constructor): likewise
    constexpr operator std::optional<Time>() const {
        return *this ? std::optional(at_) : std::nullopt;
    }

    [[nodiscard]] constexpr Time value_or(Time otherwise) const { return *this ? at_ : otherwise; }

    constexpr void reset() { at_ = none; }

    friend constexpr bool operator==(const Moment&, const Moment&) = default;

  private:
    static constexpr Time none = Time::max();

    Time at_ = none;
};

// The earlier of two moments, if there is any.
[[nodiscard]] inline std::optional<TimePoint> earlier(std::optional<TimePoint> a,
                                                      std::optional<TimePoint> b) {
    return a && b ? std::min(*a, *b) : (a ? a : b);
}

}  // namespace onhook
