#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "net/srv_lookup.h"
#include "phone/actions.h"
#include "phone/events.h"

namespace onhook::agent {

// Carries out LookUpServers on the network and says what was found as events. The ids of one life
// of a phone; forget() ends a life.
class Lookups {
  public:
    using Sink = std::function<void(phone::Event)>;
    // Says something to whoever runs the phone.
    using Warn = std::function<void(std::string_view)>;

    // Both are called from the loop, never from within start(). Without a name server, the
    // system's are asked.
    Lookups(net::Loop& loop, std::optional<net::NameServer> server, Sink sink, Warn warn);

    void start(const phone::LookUpServers& order);
    // Nothing that runs will be heard of again.
    void forget();

  private:
    void answered(phone::LookupId id, const net::SrvAnswer& answer);

    net::Loop& loop_;
    std::optional<net::NameServer> server_;
    Sink sink_;
    Warn warn_;
    std::map<phone::LookupId, std::unique_ptr<net::SrvLookup>> running_;
};

}  // namespace onhook::agent
