#include "wire/tftp/client_session.h"

#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/printable.h"
#include "base/text.h"

namespace onhook::wire::tftp::client {

namespace {

constexpr std::string_view block_size_option = "blksize";
constexpr std::string_view size_option = "tsize";

// Block numbers roll over from 65535 to 0 (protocols.md D.3).
std::uint16_t number_on_wire(std::uint64_t block) noexcept {
    return static_cast<std::uint16_t>(block & 0xFFFFU);
}

std::string request_of(const Order& order) {
    Request request{order.operation, order.filename, Mode::octet, {}};
    if (order.offer != 0) {
        request.options = {{std::string(block_size_option), std::to_string(order.offer)},
                           {std::string(size_option), std::to_string(order.content.size())}};
    }
    return encode(request);
}

// What the first answer of a server can be: who sends it becomes the peer.
bool begins(const Packet& packet, Operation operation) {
    if (const auto* data = std::get_if<Data>(&packet)) {
        return operation == Operation::read && data->block == 1;
    }
    if (const auto* ack = std::get_if<Ack>(&packet)) {
        return operation == Operation::write && ack->block == 0;
    }
    return std::holds_alternative<OptionAck>(packet) || std::holds_alternative<ErrorPacket>(packet);
}

}  // namespace

std::optional<Session> Session::open(Order order) {
    CHECK(order.tries >= 1);
    CHECK(order.offer == 0 || (order.offer >= smallest_block && order.offer <= largest_block));
    if (request_of(order).size() > request_limit) {
        return std::nullopt;
    }
    return Session(std::move(order));
}

Actions Session::step(const Event& event, TimePoint now) {
    Actions actions = std::visit([&](const auto& one) { return on(one, now); }, event);
    check_invariants();
    return actions;
}

Actions Session::on(const Started&, TimePoint now) {
    CHECK(state_ == State::created);
    return ask(now);
}

// D.2: an address and a port that are not the server's get ERROR 5, and the transfer goes on. An
// ERROR is never answered, lest two machines go on for ever; nor is what cannot be read.
Actions Session::on(const DatagramReceived& event, TimePoint now) {
    if (state_ == State::created || state_ == State::finished) {
        return {};
    }
    const auto packet = decode(event.bytes);
    if (!packet) {
        return {};  // the timer repairs what was garbled on its way
    }
    const bool is_error = std::holds_alternative<ErrorPacket>(*packet);
    if (!peer_ && event.from.address == order_.server.address && event.from.port != 0 &&
        begins(*packet, order_.operation)) {
        peer_ = event.from;
    }
    if (event.from == peer_) {
        return std::visit([&](const auto& one) { return take(one, now); }, *packet);
    }
    if (is_error || event.from.port == 0) {
        return {};
    }
    return {Send{event.from,
                 encode(ErrorPacket{ErrorCode::unknown_transfer_id, "Unknown transfer ID"})}};
}

Actions Session::on(const DeadlineReached&, TimePoint now) {
    if (!deadline_ || now < *deadline_) {
        return {};
    }
    if (state_ == State::dwelling) {
        state_ = State::finished;
        deadline_.reset();
        return {};
    }
    if (sent_ == order_.tries) {
        return {state_ == State::asking
                    ? finish(Outcome::unanswered, "no answer from the TFTP server")
                    : finish(Outcome::timed_out, "the TFTP server fell silent")};
    }
    ++sent_;
    deadline_ = now + order_.interval;
    return {Send{peer_.value_or(order_.server), in_flight_}};
}

Actions Session::on(const StopRequested& event, TimePoint) {
    const bool ended = state_ == State::dwelling || state_ == State::finished;
    if (ended) {
        state_ = State::finished;
        deadline_.reset();
        return {};
    }
    Actions actions;
    if (peer_) {
        actions.emplace_back(Send{*peer_, encode(ErrorPacket{event.why, "Transfer stopped"})});
    }
    actions.push_back(finish(Outcome::stopped, "the transfer was stopped"));
    return actions;
}

// D.3: a repeated block gets the same ACK again, and nothing else comes of it.
Actions Session::take(const Data& data, TimePoint now) {
    if (is_writing()) {
        return {};
    }
    const bool repeated = block_ > 0 && data.block == number_on_wire(block_);
    if (repeated) {
        return {Send{*peer_, encode(Ack{data.block})}};
    }
    if (state_ == State::dwelling || data.block != number_on_wire(block_ + 1)) {
        return {};
    }
    if (data.bytes.size() > block_size_) {
        return broken(fmt::format("the TFTP server sent a block of {} bytes instead of at most {}",
                                  data.bytes.size(),
                                  block_size_));
    }
    ++block_;
    Actions actions{Deliver{data.bytes}};
    const bool last = data.bytes.size() < block_size_;
    for (Action& action : send(State::receiving, encode(Ack{data.block}), now)) {
        actions.push_back(std::move(action));
    }
    if (last) {
        actions.push_back(finish(Outcome::completed, ""));
        state_ = State::dwelling;
        deadline_ = now + order_.interval;
    }
    return actions;
}

// D.3: only the ACK of the block in flight moves the transfer. Whoever answers any other sends
// every block twice to its end: the Sorcerer's Apprentice (RFC 1123 4.2.3.1).
Actions Session::take(const Ack& ack, TimePoint now) {
    const bool asking = state_ == State::asking && ack.block == 0;
    const bool moves =
        is_writing() &&
        (asking || (state_ == State::sending && ack.block == number_on_wire(block_)));
    if (!moves) {
        return {};
    }
    if (!asking && order_.content.size() / block_size_ + 1 == block_) {
        return {finish(Outcome::completed, "")};
    }
    return send_block(block_ + 1, now);
}

Actions Session::take(const OptionAck& answer, TimePoint now) {
    if (state_ != State::asking) {
        // Our ACK of it may have been lost; once data flow it is only late.
        return state_ == State::receiving && block_ == 0 ? Actions{Send{*peer_, in_flight_}}
                                                         : Actions{};
    }
    if (!accept_options(answer)) {
        Actions actions{
            Send{*peer_,
                 encode(ErrorPacket{ErrorCode::option_negotiation_failed, "Not what was asked"})}};
        actions.push_back(
            finish(Outcome::broken, "the TFTP server agrees to options that were not asked for"));
        return actions;
    }
    if (is_writing()) {
        return send_block(1, now);
    }
    Actions actions;
    if (size_) {
        actions.emplace_back(Announce{*size_});
    }
    for (Action& action : send(State::receiving, encode(Ack{0}), now)) {
        actions.push_back(std::move(action));
    }
    return actions;
}

Actions Session::take(const ErrorPacket& error, TimePoint now) {
    if (state_ == State::dwelling) {
        return {};  // the file is here
    }
    if (state_ == State::asking && order_.offer != 0 &&
        error.code == ErrorCode::option_negotiation_failed) {
        order_.offer = 0;  // such a server may well send the file without options
        peer_.reset();
        return ask(now);
    }
    const std::string said = printable(error.message);
    return {finish(Outcome::refused,
                   fmt::format("the TFTP server sent error {}{}{}",
                               static_cast<unsigned>(error.code),
                               said.empty() ? "" : ": ",
                               said),
                   error.code)};
}

Actions Session::take(const Request&, TimePoint) { return {}; }

Actions Session::ask(TimePoint now) { return send(State::asking, request_of(order_), now); }

Actions Session::send(State state, std::string packet, TimePoint now) {
    state_ = state;
    in_flight_ = std::move(packet);
    sent_ = 1;
    deadline_ = now + order_.interval;
    return {Send{peer_.value_or(order_.server), in_flight_}};
}

// The last block may be empty: its offset is then the end of the content.
Actions Session::send_block(std::uint64_t block, TimePoint now) {
    block_ = block;
    const std::uint64_t offset = (block - 1) * block_size_;
    return send(State::sending,
                encode(Data{number_on_wire(block), order_.content.substr(offset, block_size_)}),
                now);
}

// RFC 2347-2349: a server may lessen the block size, say the file's size, and nothing else.
bool Session::accept_options(const OptionAck& answer) {
    if (order_.offer == 0) {
        return false;
    }
    for (const Option& option : answer.options) {
        const auto number = parse_number<std::uint64_t>(option.value);
        if (!number) {
            return false;
        }
        if (equals_ignoring_case(option.name, block_size_option) && *number >= smallest_block &&
            *number <= order_.offer) {
            block_size_ = static_cast<std::uint16_t>(*number);
        } else if (equals_ignoring_case(option.name, size_option)) {
            size_ = *number;
        } else {
            return false;
        }
    }
    return true;
}

Actions Session::broken(std::string detail) {
    Actions actions{
        Send{*peer_, encode(ErrorPacket{ErrorCode::illegal_operation, "Not as agreed"})}};
    actions.push_back(finish(Outcome::broken, std::move(detail)));
    return actions;
}

Action Session::finish(Outcome outcome, std::string detail, std::optional<ErrorCode> code) {
    state_ = State::finished;
    deadline_.reset();
    return Finished{outcome, code, std::move(detail)};
}

void Session::check_invariants() const {
    const bool waiting = state_ != State::created && state_ != State::finished;
    CHECK(deadline_.has_value() == waiting);
    CHECK(sent_ <= order_.tries);
    CHECK(!peer_ || peer_->address == order_.server.address);
    CHECK(state_ != State::sending || is_writing());
}

}  // namespace onhook::wire::tftp::client
