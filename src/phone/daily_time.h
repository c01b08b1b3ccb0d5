#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "phone/context.h"

namespace onhook::phone {

// Resync_At (cisco-mpp.md 5.1, vectors 47 and 48): once on each local day, at a moment of the
// window that begins with the time of day. The moment is drawn once for each day. A clock that is
// set moves it with people's time: a day that was served stays served when the clock goes back a
// little, and a moment that the clock leaps over is now.
class DailyTime {
  public:
    // Whether Resync_At rules: it can be read and the clock is known. Otherwise Resync_Periodic
    // does (15, point 16).
    [[nodiscard]] static bool rules(const Context& context);

    // Only while rules() says so, these two: how long until the next moment, of a day whose time of
    // day is still to come.
    [[nodiscard]] Duration wait(Context& context);
    // The same after the clock or a parameter changed: the moment that was waited for, as the clock
    // has it now. A window that is open now counts.
    [[nodiscard]] Duration wait_anew(Context& context);

    // The moment that was waited for is there.
    void served() noexcept { serve(); }

  private:
    struct Day {
        std::chrono::local_days date;
        Seconds time_of_day{0};  // another one makes the day another one

        friend bool operator==(const Day&, const Day&) = default;
    };

    struct Wait {
        Day day;
        WallTime base;  // when the time of day is
        std::chrono::minutes window{0};
        Seconds drawn{0};  // into the window
    };

    void draw(Context& context);
    [[nodiscard]] Duration wait_from(WallTime after, Context& context);
    void serve() noexcept;

    std::optional<Wait> wait_;  // what was waited for last
    std::optional<Day> served_;
};

}  // namespace onhook::phone
