#include "swarm/checks.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

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

void no_secret(std::string_view text, const char* where) {
    always(text.find(secret) == std::string_view::npos, where);
}

bool is_terminal(CustomizationState state) {
    return state == CustomizationState::acquired || state == CustomizationState::aborted ||
           state == CustomizationState::unavailable;
}

bool asks_to_resync(std::string_view event) {
    return event.starts_with("resync") || event.starts_with("check-sync");
}

// Whether an answer of this status says that the server has no such file, or leads to another
// answer.
bool may_precede_success(int status) {
    constexpr std::array statuses = {200, 301, 302, 304, 401, 404, 407};
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

}  // namespace

void Checks::boot(bool power_cut) {
    open_ = {};
    pass_.reset();
    busy_ = false;
    waits_since_ = {};
    pnp_asked_ = false;
    pnp_open_ = false;
    // The next life's retry counts from its boot, which is later than the failure.
    redirect_asked_.reset();
    redirect_retries_ = 0;
    upgrade_asked_ = false;
    upgrade_runs_ = false;
    if (power_cut) {
        upgrade_failed_at_.reset();
    }
}

bool Checks::under_way() const {
    return pnp_open_ || std::any_of(open_.begin(), open_.end(), [](auto id) { return !!id; });
}

void Checks::before(const Told& told, const phone::Memory& memory) {
    const auto* answer = std::get_if<phone::Answered>(&told.event);
    const auto* notify = std::get_if<phone::NotifyArrived>(&told.event);
    const bool failed = std::holds_alternative<phone::TransferFailed>(told.event);
    step_.values = memory.values;
    step_.customization = memory.customization;
    step_.firmware = memory.firmware;
    step_.asks_resync = std::holds_alternative<phone::ResyncRequested>(told.event) ||
                        (notify != nullptr && asks_to_resync(notify->event));
    step_.asks_upgrade = std::holds_alternative<phone::UpgradeRequested>(told.event);
    step_.must_not_change = answer != nullptr && !told.whole && answer->status == 200;
    step_.from_servers = answer != nullptr || failed;
    step_.factory_reset = std::holds_alternative<phone::FactoryResetRequested>(told.event);
    step_.activated = false;
    step_.succeeded.reset();
    if (step_.factory_reset) {
        upgrade_failed_at_.reset();
    }
    if (step_.from_servers) {
        answered(told);
    }
    pnp_open_ &= !std::holds_alternative<phone::PnpAnswered>(told.event);
}

void Checks::answered(const Told& told) {
    const auto* answer = std::get_if<phone::Answered>(&told.event);
    const auto* failed = std::get_if<phone::TransferFailed>(&told.event);
    const auto id = answer != nullptr ? answer->transfer : failed->transfer;
    const auto open = std::find(open_.begin(), open_.end(), id);
    if (open == open_.end()) {
        return;  // nobody waits for it any more
    }
    *open = {};
    if (open - open_.begin() != static_cast<std::ptrdiff_t>(Purpose::profile) || !pass_) {
        return;
    }
    if (!told.version.empty()) {
        pass_->served = told.version;
    }
    const bool lacking = failed != nullptr && failed->fault == phone::TransferFault::tftp_not_found;
    const bool sound =
        answer != nullptr && may_precede_success(answer->status) && !step_.must_not_change;
    pass_->spoilt |= !lacking && !sound;
}

// The answer comes before what is done.
void Checks::after(const phone::Actions& actions, const phone::Memory& memory, TimePoint now) {
    for (const phone::Action& action : actions) {
        if (const auto* what = std::get_if<Observed>(&action)) {
            observed(*what, now);
        } else if (const auto* notify = std::get_if<phone::AnswerNotify>(&action)) {
            notify->status == 200 ? accepted(now) : void();
        } else if (const auto* answer = std::get_if<phone::AnswerRequest>(&action)) {
            answer->accepted ? accepted(now) : void();
        }
    }
    always(step_.factory_reset || !is_terminal(step_.customization) ||
               memory.customization == step_.customization,
           "a terminal customization state was left");
    always(!step_.activated || step_.firmware->running != memory.firmware->running ||
               step_.firmware->sha256 != memory.firmware->sha256,
           "the firmware that runs was installed again");
    compare_values(memory);
    const bool served = step_.succeeded && !step_.succeeded->served.empty();
    always(!served || memory.values.get(rules_.version) == step_.succeeded->served,
           "a pass succeeded and the phone has another profile than the server gave");
}

// A request waits from the moment that it came, behind a pass that runs too.
void Checks::accepted(TimePoint now) {
    if (step_.asks_resync) {
        waits_since_[1] = waits_since_[1].value_or(now);
    }
    upgrade_asked_ |= step_.asks_upgrade;
}

void Checks::compare_values(const phone::Memory& memory) {
    if (*step_.values == memory.values) {
        return;
    }
    always(!step_.must_not_change, "a partly read profile was applied");
    always(!rules_.all_or_nothing || !step_.from_servers || step_.succeeded,
           "a part of an attempt was applied");
    if (step_.values->get(rules_.upgrade_rule) != memory.values.get(rules_.upgrade_rule)) {
        upgrade_failed_at_.reset();
    }
}

void Checks::observed(const Observed& what, TimePoint now) {
    switch (what.what) {
        case Observed::What::resync:
            resynced(what);
            return;
        case Observed::What::blocked:
            // Upgrades and restarts wait for the lines too.
            if (what.to == "line busy" && what.from.empty() &&
                what.effect == profile::Effect::none) {
                auto& since = waits_since_[what.cause == profile::ResyncCause::request];
                since = since.value_or(now);
            }
            return;
        case Observed::What::timer:
            armed(what, now);
            return;
        case Observed::What::upgrade:
            upgraded(what, now);
            return;
        case Observed::What::applied:
        case Observed::What::customization:
            return;
    }
}

// One rule that somebody asked for may end as it likes: no timer counts from that.
void Checks::armed(const Observed& what, TimePoint now) {
    always(!what.due || *what.due >= now, "a timer in the past");
    if (what.to != "upgrade_retry_wait") {
        failed_at_ = what.to == "retry_wait" ? std::optional(now) : std::nullopt;
        scheduled_at_ = what.to == "periodic_wait" ? std::optional(now) : std::nullopt;
    }
}

void Checks::resynced(const Observed& what) {
    any_pass_ended_ = true;
    Pass ended = std::exchange(pass_, std::nullopt).value_or(Pass{});
    if (what.to == "succeeded") {
        always(!rules_.all_or_nothing || !ended.spoilt,
               "an attempt succeeded that had failed in part");
        ++syncs_;
        step_.succeeded = std::move(ended);
    }
}

void Checks::upgraded(const Observed& what, TimePoint now) {
    if (!upgrade_runs_) {
        upgrade_by_rule_ = !std::exchange(upgrade_asked_, false);
    }
    upgrade_runs_ = what.to == "requested" || what.to == "fetching" || what.to == "stored";
    if (what.to == "requested") {
        always(!upgrade_by_rule_ || !upgrade_failed_at_ ||
                   now - *upgrade_failed_at_ >= rules_.upgrade_retry,
               "an upgrade retried earlier than its delay");
    } else if (what.to == "failed" && upgrade_by_rule_) {
        upgrade_failed_at_ = now;
    }
    step_.activated |= what.to == "activated";
}

void Checks::action(const phone::Action& action, const phone::Memory& memory, TimePoint now) {
    if (const auto* order = std::get_if<phone::StartTransfer>(&action)) {
        transfer(*order, now);
    } else if (const auto* what = std::get_if<Observed>(&action)) {
        no_secret(what->detail, "a secret in what is observed");
    } else if (const auto* line = std::get_if<phone::Log>(&action)) {
        no_secret(line->text, "a secret in the log");
    } else if (const auto* answer = std::get_if<phone::AnswerRequest>(&action)) {
        no_secret(answer->text, "a secret in an answer");
    } else if (std::holds_alternative<phone::SaveMemory>(action)) {
        memory_holds_no_secret(memory);
    } else if (const auto* start = std::get_if<phone::Restart>(&action)) {
        restart(start->reason);
    } else if (const auto* reboot = std::get_if<phone::Reboot>(&action)) {
        restart(reboot->reason);
    } else if (std::holds_alternative<phone::AskPnp>(action)) {
        ask_pnp(now);
    } else if (std::holds_alternative<phone::StopPnp>(action)) {
        pnp_open_ = false;
    }
}

void Checks::restart(phone::BootReason reason) const {
    always(!busy_ || reason == phone::BootReason::user, "a restart during a call");
}

void Checks::ask_pnp(TimePoint now) {
    always(!std::exchange(pnp_asked_, true), "PnP asked twice after one boot");
    begin_pass(now);
    pnp_open_ = true;
}

void Checks::transfer(const phone::StartTransfer& order, TimePoint now) {
    phone::TransferId& open = open_.at(static_cast<std::size_t>(order.purpose));
    always(!open, "two transfers of one kind at once");
    open = order.transfer;
    no_secret(order.url.host(), "a secret in a URL");
    no_secret(order.url.target(), "a secret in a URL");
    no_secret(order.user_agent, "a secret in a User-Agent");
    no_secret(order.body, "a secret in a report");
    if (order.authorization) {
        always(order.url.host() != stranger, "credentials for a server that nobody named");
        always(order.authorization->scheme != phone::AuthScheme::digest ||
                   !order.authorization->challenge.empty() || order.url.scheme() == Scheme::ftp,
               "credentials before a challenge");
    }
    if (order.purpose == Purpose::redirect && order.why == phone::Why::first) {
        redirect(now);
    }
    if (order.purpose == Purpose::profile) {
        always(!pnp_open_, "a transfer before PnP had its time");
        begin_pass(now);
        judge_pass(order.cause);
    }
}

void Checks::redirect(TimePoint now) {
    if (redirect_asked_) {
        const auto least =
            std::min<Duration>(Seconds(60LL << std::min(redirect_retries_, 20U)), Seconds(86'400));
        always(now - *redirect_asked_ >= least, "the redirect service asked too early");
        ++redirect_retries_;
    }
    redirect_asked_ = now;
}

void Checks::begin_pass(TimePoint now) {
    if (!pass_) {
        pass_ = Pass{.began = now, .busy = busy_, .waits = std::exchange(waits_since_, {})};
    }
}

void Checks::judge_pass(profile::ResyncCause cause) {
    if (std::exchange(pass_->judged, true)) {
        return;
    }
    const TimePoint began = pass_->began;
    always(cause != profile::ResyncCause::retry || !failed_at_ ||
               began - *failed_at_ >= rules_.shortest_retry,
           "a retry earlier than its delay");
    always(cause != profile::ResyncCause::periodic || !scheduled_at_ ||
               began - *scheduled_at_ >= rules_.shortest_period,
           "a periodic resync before its time");
    // It was due when it first met the call, and it may have met the end of one without a network.
    const std::size_t asked = cause == profile::ResyncCause::request ? 1 : 0;
    const auto waited = began - pass_->waits.at(asked).value_or(began);
    always(!pass_->busy || rules_.triggers || waited >= rules_.forced,
           "a resync during a call before its bound");
    // What this pass is not for waits on.
    auto& other = waits_since_.at(1 - asked);
    other = earlier(other, pass_->waits.at(1 - asked));
}

void Checks::memory_holds_no_secret(const phone::Memory& memory) {
    for (const phone::ResyncRecord& record : memory.resyncs) {
        no_secret(record.url, "a secret in the provisioning status");
        no_secret(record.error, "a secret in the provisioning status");
    }
    for (const phone::UpgradeRecord& record : memory.firmware->upgrades) {
        no_secret(record.url, "a secret in the upgrade status");
        no_secret(record.error, "a secret in the upgrade status");
    }
}

void Checks::saved(const phone::Memory& saved, const phone::Memory& memory) {
    always(saved == memory, "something is remembered and not saved");
}

void Checks::not_silent(std::optional<TimePoint> deadline,
                        const phone::Memory& memory,
                        TimePoint now) const {
    if (std::any_of(open_.begin(), open_.end(), [](auto id) { return !!id; })) {
        return;
    }
    const bool rests = (rules_.may_rest && (any_pass_ended_ || !rules_.boots_resync)) ||
                       (!rules_.boots_resync && !memory.synced_once);
    always(deadline.has_value() || rests, "silent for ever");
    always(deadline.value_or(now) <= now + std::chrono::hours(24 * 60), "silent for two months");
}

void Checks::recorded(std::string_view line) { no_secret(line, "a secret in a recording"); }

}  // namespace onhook::swarm
