#include "wire/sip/client_transaction.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace onhook::wire::sip {

bool is_answer_to(const Message& request, const Message& response) {
    // RFC 3261 8.1.3.3: a second Via is somebody else's.
    return response.response() != nullptr && response.vias.size() == 1 &&
           response.vias.front().branch() == request.vias.front().branch() &&
           response.cseq.method == request.cseq.method;
}

ClientTransaction::ClientTransaction(Message request, Transport transport, const Timers& timers)
    : request_(std::move(request)), reliable_(is_reliable(transport)), timers_(timers) {
    CHECK(request_.request() != nullptr);
    CHECK(request_.vias.front().branch().starts_with(magic_cookie));
}

client::Actions ClientTransaction::step(const client::Event& event, TimePoint now) {
    client::Actions actions = std::visit([&](const auto& one) { return on(one, now); }, event);
    check_invariants();
    return actions;
}

std::optional<TimePoint> ClientTransaction::next_deadline() const {
    return earlier(earlier(send_at_, give_up_at_), forget_at_);
}

client::Actions ClientTransaction::on(const client::Started&, TimePoint now) {
    CHECK(state_ == State::created);
    state_ = State::trying;
    give_up_at_ = now + timers_.give_up();
    if (!reliable_) {
        interval_ = timers_.t1;
        send_at_ = now + interval_;
    }
    return {client::Send{print(request_)}};
}

client::Actions ClientTransaction::on(const client::ResponseArrived& event, TimePoint now) {
    if (!is_waiting() || !is_answer_to(request_, event.response)) {
        return {};  // a copy of what is known, or another's
    }
    if (event.response.response()->status < 200) {
        state_ = State::proceeding;  // Timer E goes on, from now on with T2
        return {};
    }
    state_ = reliable_ ? State::terminated : State::completed;
    send_at_.reset();
    give_up_at_.reset();
    if (!reliable_) {
        forget_at_ = now + timers_.t4;
    }
    return {client::Completed{event.response}};
}

client::Actions ClientTransaction::on(const client::TransportFailed& event, TimePoint) {
    if (!is_waiting()) {
        return {};  // nothing is missing any more
    }
    return fail(event.why);
}

client::Actions ClientTransaction::on(const client::DeadlineReached&, TimePoint now) {
    if (forget_at_ && now >= *forget_at_) {
        forget_at_.reset();
        state_ = State::terminated;
        return {};
    }
    if (give_up_at_ && now >= *give_up_at_) {
        const auto waited = std::chrono::duration_cast<Seconds>(timers_.give_up());
        return fail(fmt::format("no answer within {} s", waited.count()));
    }
    if (!send_at_ || now < *send_at_) {
        return {};  // early, or there is none
    }
    interval_ = state_ == State::proceeding ? timers_.t2 : std::min(2 * interval_, timers_.t2);
    send_at_ = now + interval_;
    return {client::Send{print(request_)}};
}

client::Actions ClientTransaction::fail(std::string why) {
    state_ = State::terminated;
    send_at_.reset();
    give_up_at_.reset();
    return {client::Failed{std::move(why)}};
}

bool ClientTransaction::is_waiting() const noexcept {
    return state_ == State::trying || state_ == State::proceeding;
}

void ClientTransaction::check_invariants() const {
    CHECK(give_up_at_.has_value() == is_waiting());
    CHECK(send_at_.has_value() == (is_waiting() && !reliable_));
    CHECK(forget_at_.has_value() == (state_ == State::completed));
}

}  // namespace onhook::wire::sip
