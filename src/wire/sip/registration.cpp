#include "wire/sip/registration.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"

namespace onhook::wire::sip {

namespace {

// All values of a header, lists taken apart.
std::vector<std::string_view> values_of(const Message& message, std::string_view name) {
    std::vector<std::string_view> all;
    for (const Header& header : message.headers) {
        if (equals_ignoring_case(header.name(), name)) {
            for (const std::string_view value : split_list(header.value())) {
                all.push_back(value);
            }
        }
    }
    return all;
}

// Delta-seconds at the start of a header such as Expires or Retry-After (RFC 3261 20.19, 20.33).
std::optional<Seconds> seconds_of(std::optional<std::string_view> value) {
    if (!value) {
        return std::nullopt;
    }
    const std::string_view digits =
        trim(*value).substr(0, trim(*value).find_first_not_of("0123456789"));
    const auto number = parse_number<std::uint32_t>(digits);
    return number ? std::optional(Seconds(*number)) : std::nullopt;
}

std::string answer_text(const Message& response) {
    return fmt::format("{} {}", response.response()->status, response.response()->reason.str());
}

}  // namespace

Registration::Registration(RegistrationAccount account,
                           LocalAddress local,
                           const RegistrationPolicy& policy,
                           std::uint64_t seed)
    : account_(std::move(account)),
      local_(std::move(local)),
      policy_(policy),
      prng_(seed),
      call_id_(fmt::format("{:016x}{:016x}", prng_.next(), prng_.next())),
      tag_(random_word()),
      expires_(std::clamp(account_.expires, Seconds(1), policy.longest_expires)) {}

registration::Actions Registration::step(const registration::Event& event, TimePoint now) {
    Actions actions;
    std::visit([&](const auto& one) { on(one, now, actions); }, event);
    check_invariants();
    return actions;
}

std::optional<TimePoint> Registration::next_deadline() const {
    return state_ == State::ended ? std::nullopt : earlier(due_, bound_until_);
}

const Route* Registration::server() const noexcept {
    return is_registered() && target_ < targets_.size() ? &targets_[target_] : nullptr;
}

void Registration::on(const registration::Started&, TimePoint, Actions& actions) {
    CHECK(state_ == State::created);
    find(actions);
}

void Registration::find(Actions& actions) {
    state_ = State::finding;
    due_.reset();
    ++lookup_.value;
    actions.emplace_back(registration::FindTargets{lookup_});
}

void Registration::on(const registration::TargetsFound& event, TimePoint now, Actions& actions) {
    if (state_ != State::finding || event.lookup != lookup_) {
        return;  // of a round that is over
    }
    if (event.targets.empty()) {
        fail(event.why.empty() ? "the registrar has no address" : event.why,
             back_off(),
             now,
             actions);
        return;
    }
    targets_ = event.targets;
    targets_.resize(std::min(targets_.size(), policy_.most_targets));
    target_ = 0;
    first_again_at_.reset();
    asked_longer_ = false;
    tries_left_ = targets_.size();
    send(actions);
}

// The one that has the line first; all the others if it fails.
void Registration::refresh(Actions& actions) {
    asked_longer_ = false;
    tries_left_ = targets_.size();
    send(actions);
}

// A new attempt at `target_`.
void Registration::send(Actions& actions) {
    CHECK(tries_left_ > 0);
    --tries_left_;
    challenges_ = 0;
    state_ = State::registering;
    due_.reset();
    Message request = make_request();
    ++attempt_.value;
    actions.emplace_back(registration::Send{attempt_, targets_[target_], std::move(request)});
}

void Registration::on(const registration::Answered& event, TimePoint now, Actions& actions) {
    if (event.attempt != attempt_) {
        return;  // of an attempt that is over
    }
    if (state_ == State::registering) {
        answered_while_registering(event.response, now, actions);
    } else if (state_ == State::leaving) {
        if (challenges_ < policy_.most_challenges && take_challenges(event.response)) {
            ++challenges_;
            ++attempt_.value;
            actions.emplace_back(registration::Send{attempt_, targets_[target_], make_request()});
        } else {
            end(actions);
        }
    }
}

void Registration::answered_while_registering(const Message& response,
                                              TimePoint now,
                                              Actions& actions) {
    CHECK(response.response() != nullptr);
    const int status = response.response()->status;
    learn_address(response);
    if (status < 200) {
        return;
    }
    if (status < 300) {
        accepted(response, now, actions);
    } else if ((status == 401 || status == 407) && challenges_ < policy_.most_challenges &&
               take_challenges(response)) {
        const unsigned answered = challenges_ + 1;
        ++tries_left_;
        send(actions);
        challenges_ = answered;
    } else if (status == 423 && !asked_longer_) {
        ask_longer(response, now, actions);
    } else if ((status >= 500 && status < 600) || status == 408 || status == 430) {
        // RFC 3263 4.3, RFC 5626 11
        next_target(answer_text(response), now, actions);
    } else {
        refused(response, now, actions);
    }
}

// RFC 3261 10.2.8
void Registration::ask_longer(const Message& response, TimePoint now, Actions& actions) {
    const auto least = seconds_of(response.header("Min-Expires"));
    if (!least || *least <= expires_ || *least > policy_.longest_expires) {
        refused(response, now, actions);
        return;
    }
    asked_longer_ = true;
    expires_ = *least;
    ++tries_left_;
    send(actions);
}

void Registration::accepted(const Message& response, TimePoint now, Actions& actions) {
    const Seconds lifetime = granted(response);
    if (lifetime <= Seconds(0)) {
        next_target("the server took the line and let it go at once", now, actions);
        return;
    }
    failures_ = 0;
    const bool corrected = std::exchange(outdated_contact_, std::nullopt).has_value();
    const bool was = is_registered();
    bound_until_ = now + lifetime;
    state_ = State::registered;
    actions.emplace_back(registration::Registered{targets_[target_], lifetime, was});
    if (target_ == 0) {
        first_again_at_.reset();
    } else if (!first_again_at_) {
        first_again_at_ = now + policy_.first_again;
    }
    if (!corrected && seen_contact_ && *seen_contact_ != *contact_) {
        // We are not where we thought: what was registered leads nowhere. The server that sees us
        // somewhere else each time is asked again in its time only.
        outdated_contact_ = contact_;
        tries_left_ = 1;
        send(actions);
        return;
    }
    // Early enough for all servers to be asked before the registration ends.
    due_ = now + std::max<Duration>(some_of(lifetime, 75, 85), policy_.shortest_refresh);
    if (is_reliable(targets_[target_].transport)) {
        due_ = std::min(*due_, now + policy_.connection_refresh);
    }
    if (first_again_at_) {
        due_ = std::min(*due_, std::max(*first_again_at_, now + policy_.shortest_refresh));
    }
}

void Registration::on(const registration::NotAnswered& event, TimePoint now, Actions& actions) {
    if (event.attempt != attempt_) {
        return;
    }
    if (state_ == State::registering) {
        next_target(event.why, now, actions);
    } else if (state_ == State::leaving) {
        end(actions);
    }
}

void Registration::next_target(std::string why, TimePoint now, Actions& actions) {
    if (tries_left_ == 0) {
        fail(std::move(why), back_off(), now, actions);
        return;
    }
    target_ = (target_ + 1) % targets_.size();
    seen_contact_.reset();
    outdated_contact_.reset();
    send(actions);
}

// It understood, and would say the same again.
void Registration::refused(const Message& response, TimePoint now, Actions& actions) {
    const std::string why = answer_text(response);
    answerables_ = {};
    const auto asked = seconds_of(response.header("Retry-After"));
    lose(why, actions);
    fail(why,
         asked ? std::clamp<Duration>(*asked, policy_.shortest_refresh, policy_.longest_retry)
               : some_of(policy_.refused_retry, 50, 100),
         now,
         actions);
}

void Registration::fail(std::string why, Duration wait, TimePoint now, Actions& actions) {
    ++failures_;
    state_ = State::waiting;
    due_ = now + wait;
    actions.emplace_back(registration::Failed{std::move(why), wait});
}

void Registration::on(const registration::DeadlineReached&, TimePoint now, Actions& actions) {
    if (bound_until_ && now >= *bound_until_) {
        lose("it was not refreshed in time", actions);
    }
    if (!due_ || now < *due_) {
        return;
    }
    due_.reset();
    if (state_ == State::leaving) {
        end(actions);
    } else if (state_ == State::registered && (!first_again_at_ || now < *first_again_at_)) {
        refresh(actions);
    } else {
        find(actions);
    }
}

void Registration::on(const registration::StopRequested&, TimePoint now, Actions& actions) {
    if (state_ == State::leaving || state_ == State::ended) {
        return;
    }
    // The answer to what is under way may be lost, and the line be registered all the same.
    if ((is_registered() || state_ == State::registering) && contact_) {
        leave(now, actions);
    } else {
        end(actions);
    }
}

// RFC 3261 10.2.2
void Registration::leave(TimePoint now, Actions& actions) {
    state_ = State::leaving;
    bound_until_.reset();
    expires_ = Seconds(0);
    challenges_ = 0;
    due_ = now + policy_.farewell;
    ++attempt_.value;
    actions.emplace_back(registration::Send{attempt_, targets_[target_], make_request()});
}

void Registration::end(Actions& actions) {
    state_ = State::ended;
    due_.reset();
    bound_until_.reset();
    actions.emplace_back(registration::Ended{});
}

void Registration::lose(std::string why, Actions& actions) {
    if (bound_until_) {
        bound_until_.reset();
        actions.emplace_back(registration::Lost{std::move(why)});
    }
}

// RFC 3261 10.2.4: of our Contact, else of the answer, else what was asked for.
Seconds Registration::granted(const Message& response) const {
    const auto bounded = [this](Seconds seconds) {
        return std::min(seconds, policy_.longest_expires);
    };
    for (const std::string_view value : values_of(response, "Contact")) {
        const auto contact = parse_name_addr(value);
        if (!contact || contact->uri.user() != contact_->user() ||
            !equals_ignoring_case(contact->uri.host(), contact_->host()) ||
            contact->uri.port() != contact_->port()) {
            continue;
        }
        if (const auto seconds = parse_number<std::uint32_t>(contact->params.value("expires"))) {
            return bounded(Seconds(*seconds));
        }
    }
    return bounded(seconds_of(response.header("Expires")).value_or(expires_));
}

Duration Registration::back_off() {
    Duration wait = policy_.retry;
    for (std::uint32_t i = 0; i < failures_ && wait < policy_.longest_retry; ++i) {
        wait *= 2;
    }
    return some_of(std::min(wait, policy_.longest_retry), 50, 100);
}

Duration Registration::some_of(Duration whole, unsigned least_percent, unsigned most_percent) {
    constexpr unsigned steps = 1000;
    const auto spread = whole * (most_percent - least_percent) / 100;
    return whole * least_percent / 100 +
           spread * static_cast<Duration::rep>(prng_.up_to(steps)) / steps;
}

std::string Registration::random_word() { return fmt::format("{:016x}", prng_.next()); }

void Registration::check_invariants() const {
    const bool asks = state_ == State::registering || state_ == State::leaving;
    CHECK(!asks || target_ < targets_.size());
    CHECK(!asks || contact_.has_value());
    CHECK(state_ != State::registered || is_registered());
    CHECK((state_ != State::registered && state_ != State::waiting) || due_.has_value());
}

}  // namespace onhook::wire::sip
