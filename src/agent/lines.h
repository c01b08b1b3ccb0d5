#pragma once

#include <bitset>
#include <string>

#include "agent/control_order.h"

namespace onhook::agent {

// Which lines somebody said to be in a call, and whether the telephone is in one. They stay so over
// a restart of the phone's services, as calls do.
class Lines {
  public:
    // True when the phone as a whole became busy or idle by it. `line` is 1 to last_line.
    bool set(unsigned line, bool busy);
    // The same for the telephone's own calls.
    bool set_telephone(bool busy);

    [[nodiscard]] bool busy() const noexcept { return telephone_ || busy_.any(); }

    // "lines busy: 1, 3", "all lines idle", "the telephone is in a call".
    [[nodiscard]] std::string to_string() const;

  private:
    std::bitset<last_line> busy_;
    bool telephone_ = false;
};

}  // namespace onhook::agent
