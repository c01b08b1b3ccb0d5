#include "phone/phone.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::phone {

using profile::ResyncCause;

Phone::Phone(const profile::Dialect& dialect,
             profile::Identity identity,
             Settings settings,
             Memory memory,
             std::uint64_t seed)
    : dialect_(&dialect),
      identity_(std::move(identity)),
      settings_(std::move(settings)),
      memory_(std::move(memory)),
      prng_(seed) {
    CHECK(&memory_.values.catalogue() == dialect.catalogue);
}

Actions Phone::step(const Event& event, TimePoint now) {
    Actions actions;
    std::optional<WallTime> wall;
    if (clock_) {
        wall = clock_->first + std::chrono::floor<Seconds>(now - clock_->second);
    }
    if (!booted_at_) {
        booted_at_ = now;
    }
    Context context{*dialect_,
                    identity_,
                    settings_,
                    memory_,
                    prng_,
                    last_transfer_,
                    lease_,
                    wall,
                    *booted_at_,
                    now,
                    actions};
    // After Reboot or Restart the next life decides; what still arrives is for nobody.
    if (!rebooting_) {
        std::visit([&](const auto& happened) { on(happened, context); }, event);
    }
    check_invariants();
    return actions;
}

std::optional<TimePoint> Phone::next_deadline() const {
    if (rebooting_ || !network_up_) {
        return std::nullopt;
    }
    const auto a = resync_.deadline();
    const auto b = customization_.deadline();
    return a && b ? std::min(*a, *b) : (a ? a : b);
}

void Phone::on(const Booted& event, Context& context) {
    boot_reason_ = event.reason;
    if (event.reason != BootReason::power_up) {
        memory_.remember(RebootRecord{context.wall, event.reason});
        context.save();
    }
}

void Phone::on(const WallClockRead& event, Context& context) { clock_ = {event.wall, context.now}; }

void Phone::on(const NetworkUp& event, Context& context) {
    lease_ = event.lease;
    // The link may come and go; the boot's decisions are made once.
    if (!std::exchange(network_up_, true)) {
        begin_life(context);
    }
}

// 6.5: an unprovisioned phone looks for its provider (DHCP, then the redirect service); any other
// resyncs as its boot reason says. A started phone also reports (8.4).
void Phone::begin_life(Context& context) {
    if (!trim(context.value(dialect_->parameter.report_rule)).empty()) {
        reporter_.send(context);
    }
    Customization::settle_at_boot(context);
    if (!context.is_yes(dialect_->parameter.provision_enable)) {
        return;
    }
    if (!Customization::unprovisioned(context)) {
        boot_resync(context);
    } else if (Resync::discovery_knows_servers(context) || settings_.redirect_rule.empty()) {
        ended(resync_.start(ResyncCause::power_up, context), context);
    } else {
        CHECK(customization_.ask(context));
    }
}

// 5.1 CONFLICT 1: which boots resync. Custom-Pending always fetches the redirect's target (7.2).
void Phone::boot_resync(Context& context) {
    if (std::exchange(memory_.resync_due, false)) {
        context.save();
        ended(resync_.start(ResyncCause::power_up, context), context);
        return;
    }
    const bool customizing = memory_.customization == CustomizationState::custom_pending;
    const bool planned = boot_reason_ == BootReason::provisioning;
    if (customizing || (!planned && context.is_yes(dialect_->parameter.resync_on_reset))) {
        memory_.follow_ups = 0;
        resync_.wait_start_delay(context);
    } else {
        resync_.resume(context);
    }
}

void Phone::on(const ServerFound& event, Context& context) {
    if (resync_.owns(event.transfer)) {
        resync_.on(event, context);
    } else if (customization_.owns(event.transfer)) {
        customization_.on(event);
    } else if (reporter_.owns(event.transfer)) {
        reporter_.on(event);
    }
    // Anything else is the late answer of a transfer that nobody waits for.
}

void Phone::on(const Answered& event, Context& context) {
    if (resync_.owns(event.transfer)) {
        ended(resync_.on(event, context), context);
    } else if (customization_.owns(event.transfer)) {
        redirected(customization_.on(event, context), context);
    } else if (reporter_.owns(event.transfer)) {
        reporter_.on(event, context);
    }
}

void Phone::on(const TransferFailed& event, Context& context) {
    if (resync_.owns(event.transfer)) {
        ended(resync_.on(event, context), context);
    } else if (customization_.owns(event.transfer)) {
        redirected(customization_.on(event, context), context);
    } else if (reporter_.owns(event.transfer)) {
        reporter_.on(event, context);
    }
}

void Phone::on(const DeadlineReached& /*event*/, Context& context) {
    if (!network_up_) {
        return;
    }
    customization_.on_deadline(context);
    // Provision_Enable is the master gate (6.1); a blocked timer is gone until the next boot or
    // the next change of its parameters.
    if (context.is_yes(dialect_->parameter.provision_enable)) {
        ended(resync_.on_deadline(context), context);
    } else if (resync_.deadline() && *resync_.deadline() <= context.now) {
        resync_.resume(context);
    }
}

std::optional<std::string> Phone::refusal(Context& context) const {
    if (!context.is_yes(dialect_->parameter.direct_actions)) {
        return "direct actions are disabled: Enable_Direct_Action_Url is No";
    }
    if (!context.is_yes(dialect_->parameter.provision_enable)) {
        return "resync is disabled: Provision_Enable is No";
    }
    if (!network_up_) {
        return "the phone has no network yet";
    }
    return std::nullopt;
}

void Phone::on(const ResyncRequested& event, Context& context) {
    if (const auto why = refusal(context)) {
        context.actions.emplace_back(AnswerRequest{event.request, false, *why});
        return;
    }
    context.actions.emplace_back(AnswerRequest{event.request, true, "resync requested"});
    waiting_ = Waiting{ResyncCause::request, event.rule, event.client_ip};
    start_waiting(context);
}

// Never two transfers of one kind at once: the request waits for the running one.
void Phone::start_waiting(Context& context) {
    if (!waiting_ || rebooting_ || resync_.state() == Resync::State::transferring) {
        return;
    }
    const Waiting request = *std::exchange(waiting_, std::nullopt);
    memory_.follow_ups = 0;
    ended(trim(request.rule).empty()
              ? resync_.start(request.cause, context)
              : resync_.start_one_shot(request.rule, request.client_ip, context),
          context);
}

// A pass over the rules ended, if `result` says so: what follows for the rest of the phone.
void Phone::ended(const std::optional<PassResult>& result, Context& context) {
    if (!result) {
        return;
    }
    if (result->one_shot) {
        customization_.on_configured(result->changed, context);
    }
    if (result->succeeded && !result->one_shot) {
        Customization::on_profile_installed(result->discovered, context);
    }
    start_again(*result, context);
    look_further(*result, context);
    start_waiting(context);
}

// 13.3: DHCP led nowhere, so an unprovisioned phone goes on to the redirect service, whose retries
// take the place of the error retry. Without such a service the error retry goes on.
void Phone::look_further(const PassResult& result, Context& context) {
    if (rebooting_ || result.succeeded || result.one_shot || settings_.redirect_rule.empty() ||
        !Customization::unprovisioned(context)) {
        return;
    }
    resync_.resume(context);
    if (!customization_.asking() && !customization_.deadline()) {
        CHECK(customization_.ask(context));
    }
}

// 6.6: a changed rule is followed by one resync, after the restart if the changes need one.
void Phone::start_again(const PassResult& result, Context& context) {
    const bool broke_off = !result.succeeded && result.effect != profile::Effect::none;
    bool follow_up = result.rules_changed && !result.one_shot;
    if (follow_up && memory_.follow_ups == settings_.policy.most_follow_ups) {
        context.log(Severity::warning,
                    "the profile rules change each other again and again; waiting for the timer");
        follow_up = false;
    }
    memory_.follow_ups = follow_up ? static_cast<std::uint8_t>(memory_.follow_ups + 1) : 0;
    if (result.effect != profile::Effect::none) {
        memory_.resync_due = follow_up || broke_off;
        context.save();
        start_next_life(result.effect, BootReason::provisioning, context);
    } else if (follow_up && result.succeeded) {
        context.save();
        ended(resync_.start(ResyncCause::power_up, context), context);
    }
}

void Phone::redirected(const Customization::Outcome& outcome, Context& context) {
    if (outcome.effect != profile::Effect::none) {
        start_next_life(outcome.effect, BootReason::redirect, context);
    } else if (outcome.resync) {
        // The same as a request: at once, or after the pass that runs.
        waiting_ = Waiting{ResyncCause::power_up, {}, {}};
        start_waiting(context);
    }
}

void Phone::start_next_life(profile::Effect effect, BootReason reason, Context& context) {
    rebooting_ = true;
    if (effect == profile::Effect::reboot) {
        context.actions.emplace_back(Reboot{reason});
    } else {
        context.actions.emplace_back(Restart{reason});
    }
}

// What must hold between any two steps.
void Phone::check_invariants() const {
    // A customization that ended neither asks nor waits to ask.
    const bool customizing = memory_.customization == CustomizationState::pending;
    CHECK(customizing || rebooting_ || (!customization_.asking() && !customization_.deadline()));
    CHECK(memory_.resyncs.size() <= Memory::most_resyncs);
    CHECK(memory_.reboots.size() <= Memory::most_reboots);
}

}  // namespace onhook::phone
