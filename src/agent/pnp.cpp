#include "agent/pnp.h"

#include <utility>
#include <variant>

namespace onhook::agent {

namespace sip = wire::sip;

Pnp::Pnp(net::Loop& loop, SipTransactions& transactions, Sink sink)
    : transactions_(transactions), sink_(std::move(sink)), timer_(loop) {}

void Pnp::start(const sip::PnpPhone& phone) {
    address_ = phone.host;
    search_ = std::make_unique<sip::PnpSearch>(phone, net::Loop::random_seed());
    step(sip::pnp::Started{}, nullptr);
}

void Pnp::stop() {
    if (search_) {
        step(sip::pnp::StopRequested{}, nullptr);
    }
}

bool Pnp::is_concerned(const sip::Message& notify) const {
    return sip::is_pnp_notify(notify) || (search_ && notify.call_id == search_->call_id());
}

void Pnp::delivered(const sip::server::Deliver& request) {
    if (search_) {
        step(sip::pnp::NotifyArrived{request.request}, &request);
    } else {
        transactions_.respond(request, {.status = 481});
    }
}

void Pnp::step(const sip::pnp::Event& event, const sip::server::Deliver* request) {
    std::string url;
    for (const sip::pnp::Action& action : search_->step(event, net::Loop::now())) {
        if (const auto* sent = std::get_if<sip::pnp::Send>(&action)) {
            transactions_.send({.transport = sip::Transport::udp,
                                .address = std::string(sip::pnp_group),
                                .port = sip::pnp_port,
                                .local_address = address_},
                               sent->bytes);
        } else if (const auto* answer = std::get_if<sip::pnp::Respond>(&action)) {
            transactions_.respond(*request, answer->answer);
        } else if (const auto* found = std::get_if<sip::pnp::Found>(&action)) {
            url = found->url;
        }
    }
    if (const auto deadline = search_->next_deadline()) {
        timer_.arm(*deadline, [this] { step(sip::pnp::DeadlineReached{}, nullptr); });
    } else {
        timer_.cancel();
        search_.reset();
    }
    if (!url.empty()) {  // last: the phone may stop the search
        sink_(phone::PnpAnswered{std::move(url)});
    }
}

}  // namespace onhook::agent
