#include "swarm/checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "swarm/life.h"
#include "swarm/world.h"

namespace onhook::swarm {

using phone::CustomizationState;
using phone::Observed;
using phone::Purpose;

namespace {

void always(bool holds, const char* what) {
    if (!holds) {
        throw Violation(what);
    }
}

bool is_terminal(CustomizationState state) {
    return state == CustomizationState::acquired || state == CustomizationState::aborted ||
           state == CustomizationState::unavailable;
}

}  // namespace

void Checks::boot(TimePoint /*now*/) {
    open_.clear();
    pass_runs_ = false;
    busy_ = false;
    waits_since_ = {};
    // The next life's retry counts from its boot, which is later than the failure.
    redirect_asked_.reset();
    redirect_retries_ = 0;
}

void Checks::lines(bool busy) { busy_ = busy; }

// A request waits from the moment that it came, behind a pass that runs too.
void Checks::told(const phone::Event& event, TimePoint now) {
    if (std::holds_alternative<phone::ResyncRequested>(event) ||
        std::holds_alternative<phone::NotifyArrived>(event)) {
        waits_since_[1] = waits_since_[1].value_or(now);
    }
}

void Checks::no_secret(const std::string& text, const char* where) {
    always(text.find(secret) == std::string::npos, where);
}

void Checks::action(const phone::Action& action, TimePoint now) {
    if (const auto* order = std::get_if<phone::StartTransfer>(&action)) {
        transfer(*order, now);
    } else if (const auto* what = std::get_if<Observed>(&action)) {
        observed(*what, now);
    } else if (const auto* line = std::get_if<phone::Log>(&action)) {
        no_secret(line->text, "a secret in the log");
    } else if (const auto* answer = std::get_if<phone::AnswerRequest>(&action)) {
        no_secret(answer->text, "a secret in an answer");
    } else if (const auto* restart = std::get_if<phone::Restart>(&action)) {
        always(!busy_ || restart->reason == phone::BootReason::user, "a restart during a call");
    } else if (const auto* reboot = std::get_if<phone::Reboot>(&action)) {
        always(!busy_ || reboot->reason == phone::BootReason::user, "a reboot during a call");
    }
}

void Checks::transfer(const phone::StartTransfer& order, TimePoint now) {
    for (const auto& [id, purpose] : open_) {
        always(purpose != order.purpose, "two transfers of one kind at once");
    }
    open_.emplace(order.transfer, order.purpose);
    no_secret(order.url.to_string(), "a secret in a URL");
    no_secret(order.body.str(), "a secret in a report");
    if (order.purpose == Purpose::redirect && order.why == phone::Why::first) {
        if (redirect_asked_) {
            const auto least = std::min<Duration>(Seconds(60LL << std::min(redirect_retries_, 20U)),
                                                  Seconds(86'400));
            always(now - *redirect_asked_ >= least, "the redirect service asked too early");
            ++redirect_retries_;
        }
        redirect_asked_ = now;
    }
    if (order.purpose != Purpose::profile || std::exchange(pass_runs_, true)) {
        return;
    }
    // It was due when it first met the call, and it may have met the end of one without a network.
    auto& since = waits_since_[order.cause == profile::ResyncCause::request];
    const auto waited = now - since.value_or(now);
    since.reset();
    always(!busy_ || rules_.triggers || waited >= rules_.forced,
           "a resync during a call before its bound");
    always(order.cause != profile::ResyncCause::retry || !failed_at_ ||
               now - *failed_at_ >= rules_.shortest_retry,
           "a retry earlier than its delay");
}

void Checks::observed(const Observed& what, TimePoint now) {
    no_secret(what.detail, "a secret in what is observed");
    if (what.what == Observed::What::resync) {
        pass_runs_ = false;
        syncs_ += what.to == "succeeded" ? 1 : 0;
    } else if (what.what == Observed::What::blocked && what.to == "line busy") {
        auto& since = waits_since_[what.cause == profile::ResyncCause::request];
        since = since.value_or(now);
    } else if (what.what == Observed::What::timer) {
        // One rule that somebody asked for may fail as it likes: no timer counts from that.
        failed_at_ = what.to == "retry_wait" ? std::optional(now) : std::nullopt;
        always(!what.due || *what.due >= now, "a timer in the past");
    }
}

void Checks::answered(phone::TransferId transfer) { open_.erase(transfer); }

void Checks::step(CustomizationState before, const phone::Memory& after, bool factory_reset) {
    always(factory_reset || !is_terminal(before) || after.customization == before,
           "a terminal customization state was left");
    for (const phone::ResyncRecord& record : after.resyncs) {
        no_secret(record.url.str(), "a secret in the provisioning status");
        no_secret(record.error.str(), "a secret in the provisioning status");
    }
}

void Checks::not_silent(const phone::Phone& phone, TimePoint now) const {
    const auto deadline = phone.next_deadline();
    always(deadline.has_value(), "silent for ever");
    always(*deadline <= now + std::chrono::hours(24 * 60), "silent for two months");
}

}  // namespace onhook::swarm
