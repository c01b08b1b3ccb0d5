#pragma once

#include <deque>
#include <string>

#include "base/time.h"
#include "phone/actions.h"
#include "phone/events.h"

namespace onhook::swarm {

// What happened last in a life, a line each.
class Journal {
  public:
    void event(const phone::Event& event, bool whole, TimePoint now);
    void action(const phone::Action& action, TimePoint now);

    [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

  private:
    void note(std::string line, TimePoint now);

    std::deque<std::string> lines_;
};

}  // namespace onhook::swarm
