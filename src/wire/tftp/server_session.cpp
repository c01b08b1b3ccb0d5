#include "wire/tftp/server_session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/printable.h"
#include "wire/tftp/netascii.h"

namespace onhook::wire::tftp {

namespace {

// Block numbers roll over from 65535 to 0, as every client of large files expects.
std::uint16_t on_wire(std::uint64_t block) noexcept {
    return static_cast<std::uint16_t>(block & 0xFFFFU);
}

}  // namespace

ServerSession::ServerSession(const Request& request,
                             std::shared_ptr<const std::string> content,
                             const Policy& policy)
    : content_(std::move(content)), policy_(policy) {
    CHECK(content_ != nullptr);
    CHECK(policy_.tries >= 1);
    auto terms = negotiate(request, content_->size(), policy.block_limit);
    if (terms) {
        terms_ = *std::move(terms);
    } else {
        refusal_ = terms.error();
    }
    if (request.mode == Mode::netascii) {
        content_ = std::make_shared<const std::string>(to_netascii(*content_));
    }
}

Actions ServerSession::step(const Event& event, TimePoint now) {
    Actions actions = std::visit([&](const auto& one) { return on(one, now); }, event);
    check_invariants();
    return actions;
}

std::optional<TimePoint> ServerSession::next_deadline() const { return deadline_; }

Actions ServerSession::on(const Started&, TimePoint now) {
    CHECK(state_ == State::created);
    if (refusal_) {
        Actions actions{Send{encode(*refusal_)}};
        actions.push_back(finish(Outcome::refused, refusal_->message));
        return actions;
    }
    return terms_.acknowledged.empty() ? enter(State::sending, 1, now)
                                       : enter(State::offering, 0, now);
}

Actions ServerSession::on(const DatagramReceived& event, TimePoint now) {
    if (state_ == State::created || state_ == State::finished) {
        return {};  // nothing is awaited
    }
    const auto packet = decode(event.bytes);
    if (!packet) {
        return {};  // the timer repairs what was garbled on its way
    }
    if (const auto* ack = std::get_if<Ack>(&*packet)) {
        return on_ack(*ack, now);
    }
    if (const auto* error = std::get_if<ErrorPacket>(&*packet)) {
        return {finish(Outcome::aborted,
                       fmt::format("the client sent ERROR {}: {}",
                                   static_cast<unsigned>(error->code),
                                   printable(error->message)))};
    }
    return {};  // a request, DATA or OACK says nothing to the sender of a file
}

Actions ServerSession::on(const DeadlineReached&, TimePoint now) {
    if (!deadline_ || now < *deadline_) {
        return {};  // early, or there is none
    }
    if (tries_ >= policy_.tries) {
        const std::string what =
            state_ == State::offering ? "the options" : fmt::format("block {}", block_);
        return {finish(Outcome::timed_out,
                       fmt::format("no acknowledgement of {} after {} tries", what, tries_))};
    }
    ++tries_;
    if (!terms_.retry_interval) {
        interval_ = std::min(interval_ * 2, policy_.longest_retry);
    }
    deadline_ = now + interval_;
    return {Send{packet_in_flight()}};
}

// Only the ACK of what is in flight moves the session. Any other is late, repeated or forged, and
// answering it would double every packet to the end of the transfer: the Sorcerer's Apprentice
// (RFC 1123 4.2.3.1).
Actions ServerSession::on_ack(const Ack& ack, TimePoint now) {
    if (ack.block != on_wire(block_)) {
        return {};
    }
    acknowledged_ = std::min<std::uint64_t>(block_ * terms_.block_size, content_->size());
    if (block_ == last_block()) {
        return {finish(Outcome::completed, "")};
    }
    return enter(State::sending, block_ + 1, now);
}

Actions ServerSession::enter(State state, std::uint64_t block, TimePoint now) {
    state_ = state;
    block_ = block;
    tries_ = 1;
    interval_ = terms_.retry_interval.value_or(policy_.first_retry);
    deadline_ = now + interval_;
    return {Send{packet_in_flight()}};
}

Action ServerSession::finish(Outcome outcome, std::string detail) {
    state_ = State::finished;
    deadline_.reset();
    return Finished{outcome, acknowledged_, std::move(detail)};
}

std::string ServerSession::packet_in_flight() const {
    if (state_ == State::offering) {
        return encode(OptionAck{terms_.acknowledged});
    }
    // The last block may be empty: its offset is then the end of the content.
    const std::uint64_t offset = (block_ - 1) * terms_.block_size;
    return encode(Data{on_wire(block_), content_->substr(offset, terms_.block_size)});
}

// The first block that is shorter than the others, so that the client sees the end.
std::uint64_t ServerSession::last_block() const noexcept {
    return content_->size() / terms_.block_size + 1;
}

void ServerSession::check_invariants() const {
    const bool waiting = state_ == State::offering || state_ == State::sending;
    CHECK(deadline_.has_value() == waiting);
    CHECK(block_ <= last_block());
    CHECK(tries_ <= policy_.tries);
    CHECK(acknowledged_ <= content_->size());
}

}  // namespace onhook::wire::tftp
