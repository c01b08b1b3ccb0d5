#include "agent/sip_transactions.h"

#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace onhook::agent {

namespace sip = wire::sip;

SipTransactions::SipTransactions(net::Loop& loop, Events events)
    : loop_(loop), events_(std::move(events)), timer_(loop) {}

Status<> SipTransactions::open(net::SipListen listen) {
    auto opened = net::SipEndpoint::open(
        loop_,
        std::move(listen),
        {.arrived = [this](const net::SipArrival& arrival) { arrived(arrival); },
         .refused =
             [this](const net::SipRefusal& refusal) {
                 events_.refused(fmt::format("{}: {}", refusal.from.address, refusal.why));
             },
         .lost = [this](const net::SipLoss& loss) { lost(loss); }});
    if (!opened) {
        return Failure{std::move(opened).error()};
    }
    endpoint_ = *std::move(opened);
    return Done{};
}

std::uint16_t SipTransactions::port(sip::Transport transport) const {
    return endpoint_ ? endpoint_->port(transport) : 0;
}

void SipTransactions::request(sip::Message message,
                              const sip::Route& to,
                              const std::string& server_name,
                              Answered answered) {
    const std::uint64_t id = ++last_client_;
    clients_.emplace(id,
                     Client{sip::ClientTransaction(std::move(message), to.transport, timers_),
                            to,
                            server_name,
                            std::move(answered)});
    step(id, sip::client::Started{});
}

void SipTransactions::respond(const sip::server::Deliver& request, sip::Answer answer) {
    // One tag for all answers of a transaction; nobody has to guess it, only to tell us apart.
    const std::string tag = fmt::format(
        "{:08x}{:08x}", net::Loop::random_seed() & 0xFFFFFFFFU, request.transaction.value);
    step(sip::server::Answered{
        request.transaction, sip::respond(request.request, request.from, tag, std::move(answer))});
}

void SipTransactions::send(const sip::Route& to, std::string bytes) {
    endpoint_->send(to, std::move(bytes));
}

void SipTransactions::arrived(const net::SipArrival& arrival) {
    if (arrival.message.request() != nullptr) {
        if (!arrival.to_many) {  // nobody asks a group for one phone
            step(sip::server::RequestArrived{arrival.message, arrival.from});
        }
        return;
    }
    for (const auto& [id, client] : clients_) {
        if (sip::is_answer_to(client.transaction.request(), arrival.message)) {
            step(id, sip::client::ResponseArrived{arrival.message});
            return;
        }
    }
    // Of a request that nobody waits for: a copy, or the answer to a SUBSCRIBE to all.
}

void SipTransactions::lost(const net::SipLoss& loss) {
    std::vector<std::uint64_t> concerned;
    for (const auto& [id, client] : clients_) {
        if (client.to.transport == loss.to.transport && client.to.address == loss.to.address &&
            client.to.port == loss.to.port) {
            concerned.push_back(id);
        }
    }
    for (const std::uint64_t id : concerned) {
        step(id, sip::client::TransportFailed{loss.why});
    }
}

void SipTransactions::step(const sip::server::Event& event) {
    for (sip::server::Action& action : server_.step(event, net::Loop::now())) {
        if (auto* deliver = std::get_if<sip::server::Deliver>(&action)) {
            events_.delivered(std::move(*deliver));
        } else if (auto* answer = std::get_if<sip::server::Send>(&action)) {
            endpoint_->send(answer->to, std::move(answer->bytes));
        }
    }
    arm();
}

void SipTransactions::step(std::uint64_t client, const sip::client::Event& event) {
    const auto found = clients_.find(client);
    if (found == clients_.end()) {
        return;
    }
    for (sip::client::Action& action : found->second.transaction.step(event, net::Loop::now())) {
        // What the callback does may end other transactions, never this one: it is ended here.
        Client& one = found->second;
        if (auto* sent = std::get_if<sip::client::Send>(&action)) {
            endpoint_->send(one.to, std::move(sent->bytes), one.server_name);
        } else if (auto* completed = std::get_if<sip::client::Completed>(&action)) {
            std::exchange(one.answered, nullptr)(std::move(completed->response));
        } else if (auto* failed = std::get_if<sip::client::Failed>(&action)) {
            std::exchange(one.answered, nullptr)(Failure{std::move(failed->why)});
        }
    }
    if (found->second.transaction.state() == sip::ClientTransaction::State::terminated) {
        clients_.erase(found);
    }
    arm();
}

void SipTransactions::on_deadline() {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, client] : clients_) {
        ids.push_back(id);
    }
    for (const std::uint64_t id : ids) {
        step(id, sip::client::DeadlineReached{});
    }
    step(sip::server::DeadlineReached{});
}

void SipTransactions::arm() {
    std::optional<TimePoint> deadline = server_.next_deadline();
    for (const auto& [id, client] : clients_) {
        deadline = earlier(deadline, client.transaction.next_deadline());
    }
    if (deadline) {
        timer_.arm(*deadline, [this] { on_deadline(); });
    } else {
        timer_.cancel();
    }
}

}  // namespace onhook::agent
