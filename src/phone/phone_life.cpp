// How a life of a phone begins and ends: what a boot decides, and what a restart keeps.
#include <utility>

#include "phone/phone.h"
#include "phone/rule_pass.h"

namespace onhook::phone {

using profile::ResyncCause;

// 6.5: an unprovisioned phone looks for its provider (DHCP, then the redirect service); any other
// resyncs as its boot reason says.
void Phone::begin_life(Context& context) {
    customization_.wake().settle_at_boot(context);
    begin_provisioning(context);
}

void Phone::begin_provisioning(Context& context) {
    if (!enabled() || std::exchange(provisioning_begun_, true)) {
        return;
    }
    const bool named = RulePass::network_names_servers(context);
    if (!Customization::unprovisioned(context)) {
        boot_resync(context);
    } else if (named || RulePass::network_names_domain(context) ||
               settings_->redirect_rule.empty()) {
        if (named) {
            customization_.wake().on_servers_named(context);
        }
        ended(resync_.start(ResyncCause::power_up, context), context);
    } else {
        CHECK(customization_.wake().ask(context));
    }
}

// 5.1 CONFLICT 1: which boots resync. Custom-Pending always fetches the redirect's target (7.2).
void Phone::boot_resync(Context& context) {
    // A boot that the phone itself brought about, by changed parameters.
    const bool planned = boot_reason_ == BootReason::provisioning;
    const bool rule_changed = memory_.resync_due && memory_.follow_ups > 0;
    const bool retries = memory_.resync_due && !rule_changed;
    const bool customizing = memory_.customization == CustomizationState::custom_pending;
    const bool called_for =
        rule_changed || (customizing && !(planned && retries)) || boot_calls_for_resync(context);
    if (planned && rule_changed) {
        start_waiting(context);
    } else if (called_for) {
        resync_.wait_start_delay(context);
    } else if (retries) {
        resync_.retry_later(context);
    } else {
        resync_.resume(context);
    }
}

// 5.1 CONFLICT 1: what the boot's reason and its parameter say.
bool Phone::boot_calls_for_resync(const Context& context) const {
    const auto& parameter = context.dialect.parameter;
    const bool on_reset = context.is_yes(parameter.resync_on_reset);
    const bool upgraded = boot_reason_ == BootReason::upgrade;
    if (boot_reason_ == BootReason::provisioning) {
        return false;
    }
    switch (settings_->policy.boot_resync) {
        case BootResync::by_reason:
            return upgraded && parameter.resync_after_upgrade.exists()
                       ? context.is_yes(parameter.resync_after_upgrade)
                       : on_reset;
        case BootResync::not_after_upgrades:
            return on_reset && !upgraded;
        case BootResync::power_up_and_upgrades:
            return on_reset && (upgraded || boot_reason_ == BootReason::power_up);
    }
    return on_reset;
}

void Phone::restart_when_idle(profile::Effect effect, BootReason reason, Context& context) {
    // An upgrade that runs is not cut off; most often it ends in a reboot anyway.
    const bool upgrading = upgrade_->state() == Upgrade::State::fetching;
    if (!network_.busy && !upgrading) {
        start_next_life(effect, reason, context);
        return;
    }
    context.observe({.what = Observed::What::blocked,
                     .to = network_.busy ? "line busy" : "upgrade",
                     .effect = effect});
    // The stronger one wins, and its reason.
    if (owed_restart_.effect < effect) {
        owed_restart_ = {effect, reason};
    }
}

void Phone::restart_as_owed(Context& context) {
    const OwedRestart owed = std::exchange(owed_restart_, {});
    if (owed.effect != profile::Effect::none) {
        restart_when_idle(owed.effect, owed.reason, context);
    }
}

void Phone::start_next_life(profile::Effect effect, BootReason reason, Context& context) {
    rebooting_ = true;
    customization_.wake().on_next_life(context);
    // What was promised is kept, as far as the memory can hold it: the resync of this boot, the
    // requested one, and the pass that is cut off.
    const bool of_this_boot = resync_.state() == Resync::State::start_delay;
    const auto cut_off = resync_.running();
    const auto dropped = resync_.drop_waiting();
    if (dropped.one_rule || cut_off.one_rule) {
        context.log(LogEvent::resync_cut_off,
                    "the requested resync was not done: the phone restarts");
    }
    if (upgrade_.wake().drop_request()) {
        context.log(LogEvent::upgrade_cut_off,
                    "the requested upgrade was not done: the phone restarts");
    }
    if (custom_ca_->fetches_once()) {
        context.log(LogEvent::custom_ca_cut_off,
                    "the requested custom CA was not fetched: the phone restarts");
    }
    reporter_.wake().keep_unreported(context);
    if (dropped.all_rules || cut_off.all_rules || of_this_boot) {
        owe_resync(context);
    }
    if (effect == profile::Effect::reboot) {
        upgrade_.wake().activate(context);
        context.actions.emplace_back(Reboot{reason});
    } else {
        context.actions.emplace_back(Restart{reason});
    }
}

}  // namespace onhook::phone
