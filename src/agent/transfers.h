#pragma once

#include <functional>
#include <map>
#include <string>

#include "net/fetch.h"
#include "phone/actions.h"
#include "phone/events.h"

namespace onhook::agent {

// Carries out StartTransfer on the network and says what happened as events. The ids of one life
// of a phone; forget() ends a life.
class Transfers {
  public:
    using Sink = std::function<void(phone::Event)>;

    // `sink` is called from the loop, never from within start().
    Transfers(net::Loop& loop, std::string ca_file, Sink sink);

    void start(const phone::StartTransfer& order);
    // Nothing that runs will be heard of again.
    void forget();

  private:
    void answered(net::TransferId id, net::TransferAnswer answer, bool sealed);
    void failed(net::TransferId id, const net::TransferFailure& failure);

    net::Fetcher fetcher_;
    Sink sink_;
    net::TransferId last_;  // counts over all lives, so that ids of two lives never meet
    std::map<net::TransferId, phone::TransferId> running_;
};

}  // namespace onhook::agent
