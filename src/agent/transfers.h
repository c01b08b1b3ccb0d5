#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "agent/content.h"
#include "net/fetch.h"
#include "phone/actions.h"
#include "phone/events.h"

namespace onhook::agent {

// Carries out StartTransfer on the network and says what happened as events. The ids of one life
// of a phone; forget() ends a life.
class Transfers {
  public:
    using Sink = std::function<void(phone::Event)>;
    // Says something to whoever runs the phone.
    using Warn = std::function<void(std::string_view)>;

    // Both are called from the loop, never from within start().
    Transfers(net::Loop& loop, net::TlsTrust trust, ContentPolicy policy, Sink sink, Warn warn);

    // `tls` is what the phone asks of servers now.
    void start(const phone::StartTransfer& order, net::TlsDemands tls);
    // Nothing that runs will be heard of again.
    void forget();

  private:
    // What the answer of a download is opened with; an upload's is of no interest.
    struct Opening {
        phone::ContentKeys keys;
        bool upload = false;
        phone::Purpose purpose = phone::Purpose::profile;
    };

    void answered(net::TransferId id, net::TransferAnswer answer, const Opening& opening);
    void failed(net::TransferId id, const net::TransferFailure& failure);

    ContentPolicy policy_;
    net::Fetcher fetcher_;
    Sink sink_;
    Warn warn_;
    net::TransferId last_;  // counts over all lives, so that ids of two lives never meet
    std::map<net::TransferId, phone::TransferId> running_;
};

}  // namespace onhook::agent
