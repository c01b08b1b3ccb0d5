// What people and servers ask of a phone: each request has its gate and gets its answer.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/phone.h"

namespace onhook::phone {

std::optional<std::string> Phone::refusal(Asker asker, Context& context) const {
    const auto& parameter = dialect_->parameter;
    if (asker == Asker::web && parameter.direct_actions.exists() &&
        !context.is_yes(parameter.direct_actions)) {
        return "direct actions are disabled: Enable_Direct_Action_Url is No";
    }
    if (asker == Asker::menu && parameter.user_configurable_resync.exists() &&
        !context.is_yes(parameter.user_configurable_resync)) {
        return "the menu has no resync: User_Configurable_Resync is No";
    }
    if (!enabled()) {
        return "resync is disabled: Provision_Enable is No";
    }
    return not_ready();
}

std::optional<std::string> Phone::not_ready() const {
    if (!alive_ || !network_.up) {
        return "the phone has no network yet";
    }
    if (rebooting_) {
        return "the phone is restarting; ask again when it is back";
    }
    return std::nullopt;
}

void Phone::on(const ResyncRequested& event, Context& context) {
    if (const auto why = refusal(event.asker, context)) {
        context.actions.emplace_back(AnswerRequest{event.request, false, *why});
        return;
    }
    context.actions.emplace_back(AnswerRequest{event.request, true, "resync requested"});
    Resync::Request what;
    if (!trim(event.rule).empty()) {
        what.one_rule = OneRule{event.rule, event.client_ip};
    }
    what.account = event.account;
    ended(resync_.request(std::move(what), context), context);
}

// 12: the sender is known or the phone does nothing; 200 before acting.
void Phone::on(const NotifyArrived& event, Context& context) {
    const auto answer = [&](int status) {
        context.actions.emplace_back(AnswerNotify{event.request, status});
    };
    const NotifyMeaning meaning = behaviour_->meaning_of(event.event, context);
    if (meaning == NotifyMeaning::unknown) {
        answer(489);
    } else if (!behaviour_->trusts(event, context)) {
        answer(event.sender == Sender::wrong ? 403 : 401);
    } else if (rebooting_ || !alive_) {
        answer(503);
    } else {
        answer(200);
        obey(meaning, context);
    }
}

void Phone::obey(NotifyMeaning meaning, Context& context) {
    switch (meaning) {
        case NotifyMeaning::resync:
            if (dialect_->parameter.resync_from_sip.exists() &&
                !context.is_yes(dialect_->parameter.resync_from_sip)) {
                context.log(Severity::info, "NOTIFY asks for a resync: Resync_From_SIP is No");
            } else if (enabled() && network_.up) {
                ended(resync_.request(std::nullopt, context), context);
            }
            return;
        case NotifyMeaning::restart:
            restart_when_idle(profile::Effect::restart, BootReason::sip, context);
            return;
        case NotifyMeaning::reboot:
            restart_when_idle(profile::Effect::reboot, BootReason::sip, context);
            return;
        case NotifyMeaning::report:
            if (network_.up) {
                reporter_.request(context);
            }
            return;
        case NotifyMeaning::xml:
        case NotifyMeaning::nothing:
        case NotifyMeaning::unknown:
            return;
    }
}

void Phone::on(const UpgradeRequested& event, Context& context) {
    auto why = upgrade_refusal(context);
    if (!why && trim(event.rule).empty()) {
        why = "no load is named; write /admin/upgrade?http://server/path/name.loads";
    }
    if (why) {
        context.actions.emplace_back(AnswerRequest{event.request, false, *why});
        return;
    }
    context.actions.emplace_back(AnswerRequest{event.request, true, "upgrade requested"});
    upgrade_.request(OneRule{event.rule, event.client_ip});
    go_on_upgrading(context);
}

// 5.4, 9, 10.1: Upgrade_Enable and the gate of direct actions, not Provision_Enable.
std::optional<std::string> Phone::upgrade_refusal(Context& context) const {
    const auto& parameter = dialect_->parameter;
    if (parameter.direct_actions.exists() && !context.is_yes(parameter.direct_actions)) {
        return "direct actions are disabled: Enable_Direct_Action_Url is No";
    }
    if (!context.is_yes(parameter.upgrade_enable)) {
        return "upgrades are disabled: Upgrade_Enable is No";
    }
    if (upgrade_.state() == Upgrade::State::fetching ||
        upgrade_.state() == Upgrade::State::activating) {
        return "an upgrade is under way";
    }
    return not_ready();
}

void Phone::on(const ValuesSubmitted& event, Context& context) {
    if (rebooting_) {
        context.actions.emplace_back(
            AnswerRequest{event.request, false, "the phone is restarting; ask again"});
        return;
    }
    const auto changes = context.assign(event.settings);
    context.actions.emplace_back(
        AnswerRequest{event.request, true, fmt::format("{} settings changed", changes.size())});
    changed_here(changes, context);
}

void Phone::on(const ProfileSubmitted& event, Context& context) {
    auto applied = context.apply(event.document);
    if (rebooting_ || !applied) {
        context.actions.emplace_back(
            AnswerRequest{event.request,
                          false,
                          rebooting_ ? std::string("the phone is restarting; ask again")
                                     : fmt::format("line {}, column {}: {}",
                                                   applied.error().line,
                                                   applied.error().column,
                                                   applied.error().message)});
        return;
    }
    context.commit(*applied);
    context.actions.emplace_back(AnswerRequest{
        event.request, true, fmt::format("{} settings changed", applied->changes.size())});
    changed_here(applied->changes, context);
}

// 6.6, 7.2: a changed profile rule is followed by one resync, after the restart if there is one;
// a proxy or a rule set by hand ends remote customization.
void Phone::changed_here(const std::vector<profile::Change>& changes, Context& context) {
    std::vector<profile::ParameterId> ids;
    bool rules_changed = false;
    const auto& rules = dialect_->parameter.profile_rules;
    for (const profile::Change& change : changes) {
        ids.push_back(change.id);
        rules_changed |= std::find(rules.begin(), rules.end(), change.id) != rules.end();
    }
    tell_changed(ids, context);
    if (!ids.empty()) {
        reporter_.changed_here(context);
    }
    customization_.on_configured(ids, context);
    if (alive_) {
        resync_.on_changed(ids, context);
    }
    const bool enabled_now =
        enabled() &&
        std::find(ids.begin(), ids.end(), dialect_->parameter.provision_enable) != ids.end();
    const bool follows = rules_changed || (settings_.policy.submit_resync == SubmitResync::always &&
                                           !changes.empty());
    if (follows && behaviour_->follows_changed_rules) {
        memory_.resync_due = true;
        memory_.follow_ups = std::max<std::uint8_t>(memory_.follow_ups, 1);
        context.save();
    }
    const profile::Effect effect = profile::effect_of(changes, *dialect_->catalogue);
    context.observe({.what = Observed::What::applied, .effect = effect});
    if (effect != profile::Effect::none) {
        restart_when_idle(effect, BootReason::provisioning, context);
    }
    if (!alive_ || !network_.up || rebooting_) {
        return;
    }
    // What the boot or the waiting would have brought, had resyncs been allowed.
    if (enabled_now && resync_.state() == Resync::State::idle && !customization_.deadline() &&
        !customization_.asking()) {
        first_resync(context);
    }
    start_waiting(context);
    go_on_upgrading(context);
}

void Phone::on(const RebootRequested& event, Context& context) {
    context.actions.emplace_back(AnswerRequest{event.request, true, "the phone reboots"});
    if (!rebooting_) {
        start_next_life(profile::Effect::reboot, BootReason::user, context);
    }
}

// 7.2, 10.2: everything but the firmware goes back to what the factory put in.
void Phone::on(const FactoryResetRequested& event, Context& context) {
    context.actions.emplace_back(
        AnswerRequest{event.request, true, "the phone goes back to its factory state"});
    Firmware firmware = std::move(memory_.firmware);
    memory_ = Memory(profile::factory_values(*dialect_, identity_));
    memory_.firmware = std::move(firmware);
    rebooting_ = true;
    context.save();
    context.actions.emplace_back(Reboot{BootReason::user});
}

void Phone::on(const CodeEntered& event, Context& context) {
    context.actions.emplace_back(
        AnswerRequest{event.request, false, "this phone asks for no activation code"});
}

}  // namespace onhook::phone
