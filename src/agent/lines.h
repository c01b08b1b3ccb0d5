#pragma once

#include <bitset>
#include <string>

#include "agent/control_order.h"

namespace onhook::agent {

// Which lines somebody said to be in a call. They stay so over a restart of the phone's services,
// as calls do.
class Lines {
  public:
    // True when the phone as a whole became busy or idle by it. `line` is 1 to last_line.
    bool set(unsigned line, bool busy);

    [[nodiscard]] bool busy() const noexcept { return busy_.any(); }

    [[nodiscard]] std::string to_string() const;  // "lines busy: 1, 3"; "all lines idle"

  private:
    std::bitset<last_line> busy_;
};

}  // namespace onhook::agent
