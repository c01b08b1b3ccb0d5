#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/loop.h"

namespace onhook::net {

struct HostAnswer {
    std::vector<std::string> addresses = {};  // without brackets, in the resolver's order
    std::string failure = {};                 // why there is none, in words
};

// The addresses of one host by the system's resolver; those of an address are itself.
class HostLookup {
  public:
    using Done = std::function<void(HostAnswer)>;

    // `done` is called from the loop, once, never from within the constructor. It may destroy the
    // look-up.
    HostLookup(Loop& loop, const std::string& host, Done done);
    // Cancels: `done` is not called any more.
    ~HostLookup();
    HostLookup(const HostLookup&) = delete;
    HostLookup& operator=(const HostLookup&) = delete;

  private:
    struct State;

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
