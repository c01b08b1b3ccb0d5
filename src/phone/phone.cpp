#include "phone/phone.h"

#include <algorithm>
#include <utility>

namespace onhook::phone {

using profile::ResyncCause;

namespace {

// Whether somebody waits for an answer.
bool asks(const Event& event) {
    return std::visit(
        [](const auto& happened) {
            return requires { happened.request; };
        },
        event);
}

}  // namespace

Phone::Phone(const profile::Dialect& dialect,
             profile::Identity identity,
             Shared<Settings> settings,
             Memory memory,
             std::uint64_t seed)
    : identity_(std::move(identity)),
      settings_(std::move(settings)),
      memory_(std::move(memory)),
      prng_(seed) {
    CHECK(&memory_.values.catalogue() == dialect.catalogue);
    if (!memory_.firmware->running.empty()) {
        identity_.firmware = memory_.firmware->running;  // $SWVER and User-Agent tell what runs
    }
}

Actions Phone::step(const Event& event, TimePoint now) {
    Actions actions;
    std::optional<WallTime> wall;
    if (clock_) {
        wall = *clock_ + std::chrono::floor<Seconds>(now - clock_read_);
    }
    if (!booted_at_) {
        booted_at_ = now;
    }
    const profile::Dialect& own_dialect = dialect();
    Context context{own_dialect,
                    behaviour_of(own_dialect),
                    identity_,
                    *settings_,
                    memory_,
                    prng_,
                    network_,
                    unchanged_,
                    wall,
                    *booted_at_,
                    now,
                    actions,
                    upgrade_->last_attempt()};
    // After Reboot or Restart the next life decides; what still arrives is for nobody. But whoever
    // asks gets an answer.
    if (!rebooting_ || asks(event)) {
        std::visit([&](const auto& happened) { on(happened, context); }, event);
    }
    customization_.settle();
    reporter_.settle();
    upgrade_.settle();
    custom_ca_.settle();
    check_invariants();
    return actions;
}

std::optional<TimePoint> Phone::next_deadline() const {
    if (rebooting_ || !alive_ || !network_.up) {
        return std::nullopt;
    }
    // Provision_Enable is the master gate of resyncs (6.1), not of upgrades and reports (5.1, 8.4).
    auto due = reporter_->deadline();
    if (resync_.state() != Resync::State::transferring) {
        due = earlier(due, upgrade_->deadline());  // its retry waits for the end of a pass
    }
    return enabled() ? earlier(due, earlier(resync_.deadline(), customization_->deadline())) : due;
}

void Phone::on(const Booted& event, Context& context) {
    CHECK(!alive_);  // the shell says it first, and once a life
    boot_reason_ = event.reason;
    network_.idle_since = context.now;
    if (event.reason != BootReason::power_up) {
        memory_.remember(RebootRecord{context.wall, event.reason});
        context.save();
    }
}

void Phone::on(const WallClockRead& event, Context& context) {
    clock_ = event.wall;
    clock_read_ = context.now;
    context.wall = event.wall;
    if (alive_ && enabled()) {
        resync_.on_clock(context);
    }
}

// The link may come and go; the boot's decisions are made once. Timers that ran out without a
// network count now. Another address is a reason to start again (10.2).
void Phone::on(const NetworkUp& event, Context& context) {
    const Lease before = std::exchange(network_.lease, event.lease);
    if (before != event.lease && !network_.visits->found.empty()) {
        network_.visits.wake().found.clear();
    }
    network_.up = true;
    if (!std::exchange(alive_, true)) {
        reporter_.wake().boot(context);
        upgrade_.wake().boot(context);
        trusts_others(custom_ca_.wake().boot(context), context);
        begin_life(context);
        go_on_upgrading(context);
        return;
    }
    if (before.ip != event.lease.ip) {
        restart_when_idle(profile::Effect::reboot, BootReason::ip_changed, context);
    }
    if (!rebooting_) {
        begin_provisioning(context);
        start_waiting(context);
        go_on_upgrading(context);
    }
}

// Nothing starts without a network, and no time passes for the timers: what runs out meanwhile is
// due when the link is back.
void Phone::on(const NetworkLost& /*event*/, Context& /*context*/) { network_.up = false; }

// 6.1: what waits for idle lines starts now; so does a restart that was put off.
void Phone::on(const LinesChanged& event, Context& context) {
    if (network_.busy && !event.busy) {
        network_.idle_since = context.now;
    }
    network_.busy = event.busy;
    if (!event.busy && owed_restart_.effect != profile::Effect::none) {
        restart_as_owed(context);
    } else if (alive_ && network_.up && enabled()) {
        ended(resync_.start_waiting(context), context);
    }
    go_on_upgrading(context);
}

// 2.3, 10.2: nothing follows from it at once; rules and the status ask for it.
void Phone::on(const RegistrationChanged& event, Context& context) {
    if (event.line >= 1 && event.line <= context.dialect.lines.size()) {
        network_.registrations.wake().note(event.line, event.registered, context.now);
    }
}

void Phone::on(const ServerFound& event, Context& context) {
    if (resync_.owns(event.transfer)) {
        resync_.on(event, context);
    } else if (customization_->owns(event.transfer)) {
        customization_.wake().on(event);
    } else if (reporter_->owns(event.transfer)) {
        reporter_.wake().on(event);
    } else if (upgrade_->owns(event.transfer)) {
        upgrade_.wake().on(event, context);
    } else if (custom_ca_->owns(event.transfer)) {
        custom_ca_.wake().on(event);
    }
    // Anything else is the late answer of a transfer that nobody waits for.
}

void Phone::on(const Answered& event, Context& context) { transferred(event, context); }

void Phone::on(const TransferFailed& event, Context& context) { transferred(event, context); }

template <typename Ended>
void Phone::transferred(const Ended& event, Context& context) {
    if (resync_.owns(event.transfer)) {
        ended(resync_.on(event, context), context);
    } else if (customization_->owns(event.transfer)) {
        redirected(customization_.wake().on(event, context), context);
    } else if (reporter_->owns(event.transfer)) {
        reporter_.wake().on(event, context);
    } else if (upgrade_->owns(event.transfer)) {
        upgraded(upgrade_.wake().on(event, context), context);
    } else if (custom_ca_->owns(event.transfer)) {
        trusts_others(custom_ca_.wake().on(event, context), context);
    }
}

void Phone::on(const ServersLookedUp& event, Context& context) {
    ended(resync_.on(event, context), context);
}

void Phone::on(const PnpAnswered& event, Context& context) {
    ended(resync_.on(event, context), context);
}

void Phone::on(const DeadlineReached& /*event*/, Context& context) {
    if (!alive_ || !network_.up) {
        return;
    }
    if (reporter_->deadline()) {
        reporter_.wake().on_deadline(context);
    }
    if (enabled()) {
        if (customization_->deadline()) {
            customization_.wake().on_deadline(context);
        }
        ended(resync_.on_deadline(context), context);
    }
    if (upgrade_->deadline()) {
        upgrade_.wake().on_deadline(context);
    }
    go_on_upgrading(context);
}

bool Phone::enabled() const {
    return profile::is_yes(memory_.values.get(dialect().parameter.provision_enable));
}

// Never two passes at once: what is due waits for the one that runs.
void Phone::start_waiting(Context& context) {
    if (rebooting_ || resync_.state() == Resync::State::transferring) {
        return;
    }
    if (!enabled()) {
        if (const auto dropped = resync_.drop_waiting(); dropped.one_rule || dropped.all_rules) {
            context.log(LogEvent::resync_disabled, "resync not done: Provision_Enable became No");
        }
        return;
    }
    if (auto outcome = resync_.start_waiting(context)) {
        ended(outcome, context);
        return;
    }
    // The random delay of a boot is not cut short by a link that flaps: its resync does what is
    // owed.
    const bool comes_anyway = resync_.waits() || resync_.state() == Resync::State::transferring ||
                              resync_.state() == Resync::State::start_delay;
    if (memory_.resync_due && memory_.follow_ups > 0 && !comes_anyway) {
        ended(resync_.start(ResyncCause::power_up, context), context);
    }
}

// A pass over the rules ended, if `result` says so: what follows for the rest of the phone.
void Phone::ended(const std::optional<PassResult>& result, Context& context) {
    if (!result) {
        return;
    }
    tell_changed(result->changed, context);
    if (result->succeeded || !context.behaviour.upgrades_after_success_only) {
        upgrade_.wake().look();
    }
    if (!result->one_shot) {
        distrusted_ = result->distrusted;
    }
    const bool asked = memory_.customization == CustomizationState::pending;
    if (result->one_shot) {
        customization_.wake().on_configured(result->changed, context);
    }
    if (result->discovered) {
        customization_.wake().on_discovered(context);
    }
    // What a redirect named while the pass ran is not what the pass fetched.
    if (result->succeeded && result->installed && !result->one_shot && !owed_meanwhile_) {
        Customization::on_profile_installed(context);
    }
    decide_what_is_due(*result, context);
    wait_for_code(*result, context);
    if (result->one_shot && asked && memory_.customization != CustomizationState::pending) {
        retry_without_redirect_service(context);
    }
    if (result->effect != profile::Effect::none) {
        restart_when_idle(result->effect, BootReason::provisioning, context);
    }
    look_further(*result, context);
    if (result->succeeded) {
        update_authorities(context);
    }
    start_waiting(context);
    go_on_upgrading(context);
}

// 6.6: a changed rule is followed by one resync; 6.3: a failed pass by its retry. Both outlive a
// restart. What was due before is done now, unless one rule of a request was all that ran.
void Phone::decide_what_is_due(const PassResult& result, Context& context) {
    bool follow_up = context.behaviour.follows_changed_rules && result.succeeded &&
                     profile::has_profile_rule(result.changed, context.dialect);
    if (follow_up && memory_.follow_ups == settings_->policy.most_follow_ups) {
        context.log(LogEvent::rules_keep_changing,
                    "the profile rules change each other again and again; waiting for the timer");
        follow_up = false;
    }
    const bool trusts_more = std::exchange(trusts_more_, false);
    const bool owed =
        std::exchange(owed_meanwhile_, false) || (distrusted_ && trusts_more && !result.one_shot);
    if (!result.one_shot || follow_up) {
        memory_.follow_ups = follow_up ? static_cast<std::uint8_t>(memory_.follow_ups + 1) : 0;
        memory_.resync_due = follow_up || result.failed();
    }
    if (owed) {
        owe_resync(context);
    }
    context.save();
}

// A resync at once, in the next life if this one ends before it. A pass that runs already does not
// count for it.
void Phone::owe_resync(Context& context) {
    memory_.resync_due = true;
    memory_.follow_ups = std::max<std::uint8_t>(memory_.follow_ups, 1);
    owed_meanwhile_ = resync_.state() == Resync::State::transferring;
    context.save();
}

// 7.5: a person's turn; until then there is nothing to try again. A later pass that comes through
// without asking has no use for the code any more.
void Phone::wait_for_code(const PassResult& result, Context& context) {
    if (result.wants_code) {
        memory_.waits_for_code = true;
    } else if (result.succeeded && !result.one_shot) {
        memory_.waits_for_code = false;
    }
    if (result.wants_code && !result.one_shot && memory_.follow_ups == 0) {
        memory_.resync_due = false;
        resync_.resume(context);
    }
}

// 13.3: DHCP led nowhere, so an unprovisioned phone goes on to the redirect service, whose retries
// take the place of the error retry. Without such a service the error retry goes on. A pass can
// succeed without a profile when "not found" is no failure; that leads nowhere either.
void Phone::look_further(const PassResult& result, Context& context) {
    if (rebooting_ || result.one_shot || settings_->redirect_rule.empty() || !enabled() ||
        !Customization::unprovisioned(context)) {
        return;
    }
    resync_.resume(context);
    if (!customization_->asking() && !customization_->waiting()) {
        CHECK(customization_.wake().ask(context));
    }
}

// The redirect service stood in for the error retry; it ended without naming a server, so the
// retry goes on, in the next life too.
void Phone::retry_without_redirect_service(Context& context) {
    memory_.resync_due = true;
    context.save();
    if (resync_.state() == Resync::State::idle) {
        resync_.retry_later(context);
    }
}

void Phone::redirected(const Customization::Outcome& outcome, Context& context) {
    using Then = Customization::Outcome::Then;
    if (outcome.then == Then::wait) {
        return;
    }
    tell_changed(outcome.changed, context);
    resync_.on_changed(outcome.changed, context);
    if (outcome.then == Then::resync) {
        memory_.follow_ups = 0;
        owe_resync(context);
    } else if (outcome.then == Then::retry) {
        retry_without_redirect_service(context);
    }
    if (outcome.effect != profile::Effect::none) {
        restart_when_idle(outcome.effect, BootReason::redirect, context);
    }
    if (outcome.then == Then::resync) {
        update_authorities(context);
    }
    start_waiting(context);
    go_on_upgrading(context);
}

void Phone::go_on_upgrading(Context& context) {
    if (!rebooting_ && alive_ && network_.up && resync_.state() != Resync::State::transferring &&
        upgrade_->state() == Upgrade::State::waiting) {
        upgraded(upgrade_.wake().go_on(context), context);
    }
}

// 9: the phone reboots at the end. Without a reboot, what waited for the end goes on.
void Phone::upgraded(const Upgrade::Outcome& outcome, Context& context) {
    if (!outcome.changes.empty()) {
        assigned_by_rule(outcome.changes, context);
    }
    if (rebooting_) {
        return;
    }
    if (outcome.reboot) {
        restart_when_idle(profile::Effect::reboot, BootReason::upgrade, context);
    } else if (outcome.ended) {
        restart_as_owed(context);
        go_on_upgrading(context);
    }
}

// Rules that an upgrade rule or Custom_CA_Rule assigned, itself too, count when their turn comes:
// an assignment that were followed at once could lead back to itself for ever.
void Phone::assigned_by_rule(const std::vector<profile::Change>& changes, Context& context) {
    const auto ids = profile::ids_of(changes);
    reporter_.wake().changed(ids, context);
    customization_.wake().on_configured(ids, context);
    const profile::Effect effect = profile::effect_of(changes, memory_.values.catalogue());
    if (effect != profile::Effect::none) {
        restart_when_idle(effect, BootReason::provisioning, context);
    }
}

void Phone::tell_changed(std::span<const profile::ParameterId> parameters, Context& context) {
    if (!parameters.empty()) {
        reporter_.wake().changed(parameters, context);
        upgrade_.wake().changed(parameters, context);
        custom_ca_.wake().changed(parameters, context);
    }
}

// 11.2: after what succeeded, unless the next life does it at its boot.
void Phone::update_authorities(Context& context) {
    if (!rebooting_ && network_.up && custom_ca_->state() == CustomCa::State::due) {
        trusts_others(custom_ca_.wake().resynced(context), context);
    }
}

// A resync that failed because nobody vouched for the server is done again as soon as somebody
// does: it has no other reason to wait.
void Phone::trusts_others(const CustomCa::Outcome& outcome, Context& context) {
    if (!outcome.changes.empty()) {
        assigned_by_rule(outcome.changes, context);
    }
    if (!outcome.installed || rebooting_ || !enabled()) {
        return;
    }
    if (resync_.state() == Resync::State::transferring) {
        trusts_more_ = true;
    } else if (std::exchange(distrusted_, false)) {
        owe_resync(context);
        start_waiting(context);
    }
}

// What must hold between any two steps.
void Phone::check_invariants() const {
    // A customization that ended neither asks nor waits to ask.
    const bool customizing = memory_.customization == CustomizationState::pending;
    CHECK(customizing || rebooting_ || (!customization_->asking() && !customization_->waiting()));
    CHECK(memory_.resyncs.size() <= Memory::most_resyncs);
    CHECK(memory_.reboots.size() <= Memory::most_reboots);
    CHECK(memory_.firmware->upgrades.size() <= Memory::most_upgrades);
}

}  // namespace onhook::phone
