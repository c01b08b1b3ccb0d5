#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/sip_transactions.h"
#include "net/loop.h"
#include "phone/events.h"
#include "wire/sip/pnp_search.h"

namespace onhook::agent {

// The phone's search by multicast on its SIP socket (protocols.md A.6).
class Pnp {
  public:
    using Sink = std::function<void(const phone::Event&)>;

    // `transactions` must outlive it. `sink` is called from the loop.
    Pnp(net::Loop& loop, SipTransactions& transactions, Sink sink);

    // A new search; one that runs is forgotten.
    void start(const wire::sip::PnpPhone& phone);
    // What was found is enough, or comes too late.
    void stop();

    // A NOTIFY that answers the search, or somebody else's.
    [[nodiscard]] bool is_concerned(const wire::sip::Message& notify) const;
    void delivered(const wire::sip::server::Deliver& request);

  private:
    void step(const wire::sip::pnp::Event& event, const wire::sip::server::Deliver* request);

    SipTransactions& transactions_;
    Sink sink_;
    net::Timer timer_;
    std::string address_;  // of ours: which network is asked
    std::unique_ptr<wire::sip::PnpSearch> search_;
};

}  // namespace onhook::agent
