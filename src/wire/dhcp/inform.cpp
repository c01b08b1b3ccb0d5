#include "wire/dhcp/inform.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace onhook::wire::dhcp {

InformPolicy InformPolicy::v4() {
    return {.first_delay = 0s,
            .first_wait = 4s,
            .jitter = 1s,
            .jitter_percent = 0,
            .sendings = 3,
            .complaints = 8};
}

InformPolicy InformPolicy::v6() {
    return {.first_delay = 1s,
            .first_wait = 1s,
            .jitter = 0s,
            .jitter_percent = 10,
            .sendings = 5,
            .complaints = 8};
}

Inform::Inform(Question question, const InformPolicy& policy, std::uint64_t seed)
    : question_(std::move(question)),
      policy_(policy),
      prng_(seed),
      transaction_(static_cast<std::uint32_t>(
          prng_.next() & (question_.version == Version::v4 ? 0xFFFFFFFFU : 0xFFFFFFU))) {
    CHECK(policy_.sendings >= 1);
}

InformActions Inform::step(const InformEvent& event, TimePoint now) {
    InformActions actions = std::visit([&](const auto& one) { return on(one, now); }, event);
    check_invariants();
    return actions;
}

InformActions Inform::on(const Started& /*event*/, TimePoint now) {
    CHECK(state_ == State::created);
    if (policy_.first_delay == 0s) {
        return send(now);
    }
    state_ = State::delaying;
    deadline_ = now + random_up_to(policy_.first_delay);
    return {};
}

InformActions Inform::on(const DatagramReceived& event, TimePoint /*now*/) {
    if (state_ != State::waiting) {
        return {};  // nothing is awaited
    }
    ReadReply read = read_reply(question_, transaction_, event);
    switch (read.reply) {
        case Reply::foreign:
            return {};
        case Reply::bad:
            if (complaints_ == policy_.complaints) {
                return {};  // a flood must not fill the log
            }
            ++complaints_;
            return {Refused{std::move(read.why)}};
        case Reply::answer:
            break;
    }
    return finish(std::move(read.answer), event.from);
}

InformActions Inform::on(const DeadlineReached& /*event*/, TimePoint now) {
    if (!deadline_ || now < *deadline_) {
        return {};  // early, or there is none
    }
    if (sendings_ < policy_.sendings) {
        return send(now);
    }
    return finish(std::nullopt,
                  fmt::format("no server answered {} messages in {} s",
                              sendings_,
                              std::chrono::round<Seconds>(now - began_).count()));
}

// The transaction id stays (RFC 2131 4.1, RFC 8415 16.1): a late answer to an earlier sending
// counts.
InformActions Inform::send(TimePoint now) {
    if (state_ != State::waiting) {
        state_ = State::waiting;
        began_ = now;
        wait_ = policy_.first_wait;
    } else {
        wait_ *= 2;
    }
    ++sendings_;
    const Duration off = policy_.jitter + wait_ * policy_.jitter_percent / 100;
    deadline_ = now + wait_ - off + random_up_to(2 * off);
    return {Send{message(now)}};
}

InformActions Inform::finish(std::optional<Answer> answer, std::string detail) {
    state_ = State::finished;
    deadline_.reset();
    return {Finished{std::move(answer), std::move(detail)}};
}

Duration Inform::random_up_to(Duration limit) {
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(limit).count();
    return std::chrono::milliseconds(prng_.up_to(static_cast<std::uint64_t>(milliseconds)));
}

std::string Inform::message(TimePoint now) const {
    return encode_question(question_, transaction_, now - began_);
}

void Inform::check_invariants() const {
    const bool pending = state_ == State::delaying || state_ == State::waiting;
    CHECK(deadline_.has_value() == pending);
    CHECK(sendings_ <= policy_.sendings);
    CHECK((sendings_ > 0) == (state_ == State::waiting || state_ == State::finished));
}

}  // namespace onhook::wire::dhcp
