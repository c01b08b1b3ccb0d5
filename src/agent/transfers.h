#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "agent/content.h"
#include "agent/images.h"
#include "agent/log_event.h"
#include "agent/progress.h"
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
    using Say = std::function<void(LogEvent, std::string)>;

    struct Settings {
        net::TlsTrust trust;
        ContentPolicy policy;
        ImageStore images;  // where files go that are to be kept
    };

    // Both are called from the loop, never from within start().
    Transfers(net::Loop& loop, Settings settings, Sink sink, Say say);

    // `tls` is what the phone asks of servers now.
    void start(const phone::StartTransfer& order, net::TlsDemands tls);
    // Nothing that runs will be heard of again.
    void forget();

  private:
    // What the answer of a download is opened with, or where it is kept; an upload's is of no
    // interest.
    struct Opening {
        phone::ContentKeys keys;
        bool upload = false;
        std::string store_as = {};
        unsigned store_count = 0;
        phone::Purpose purpose = phone::Purpose::profile;
    };

    [[nodiscard]] net::TransferRequest request_of(const phone::StartTransfer& order,
                                                  net::TlsDemands tls) const;
    void store(net::TransferRequest& request, const phone::StartTransfer& order);
    void answered(net::TransferId id, net::TransferAnswer answer, const Opening& opening);
    void failed(net::TransferId id, const net::TransferFailure& failure);

    Settings settings_;
    net::Fetcher fetcher_;
    Sink sink_;
    Say say_;
    ProgressWatch progress_;
    net::TransferId last_;  // counts over all lives, so that ids of two lives never meet
    std::map<net::TransferId, phone::TransferId> running_;
};

}  // namespace onhook::agent
