// What people and servers ask of a phone: each request has its gate and gets its answer.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/phone.h"
#include "phone/xml_object.h"

namespace onhook::phone {

namespace {

// More than a person reads at once.
constexpr std::size_t most_mistakes = 20;

// What is wrong with submitted settings, a line each; empty: nothing. Values whose type is judged
// at their use are stored from profiles whatever they are (1.6), but a person can be told at once.
std::string mistakes(const profile::Applied& applied, const profile::Catalogue& catalogue) {
    std::vector<std::string> lines;
    for (const profile::Ignored& one : applied.ignored) {
        lines.push_back(fmt::format("{}: {}", one.name, one.why));
    }
    for (const profile::Change& change : applied.changes) {
        const profile::Parameter& parameter = catalogue[change.id];
        if (const auto checked = profile::canonical_value(parameter, change.to); !checked) {
            lines.push_back(fmt::format("{}: {}", parameter.name, checked.error()));
        }
    }
    std::string text;
    for (std::size_t i = 0; i < lines.size() && i < most_mistakes; ++i) {
        text += lines[i] + '\n';
    }
    if (lines.size() > most_mistakes) {
        text += fmt::format("and {} more\n", lines.size() - most_mistakes);
    }
    return text.empty() ? text : text + "Nothing was changed.";
}

// What to say to who changed settings (6.6).
std::string outcome_of(const profile::Applied& applied) {
    const std::size_t count = applied.changes.size();
    std::string text = fmt::format("{} {} changed", count, count == 1 ? "setting" : "settings");
    if (applied.effect != profile::Effect::none) {
        text += fmt::format("; the phone {} as soon as no call holds a line",
                            applied.effect == profile::Effect::reboot ? "reboots" : "restarts");
    }
    return text;
}

}  // namespace

std::optional<std::string> Phone::refusal(Asker asker, Context& context) const {
    const auto& parameter = context.dialect.parameter;
    if (asker == Asker::web && parameter.direct_actions.exists() &&
        !context.is_yes(parameter.direct_actions)) {
        return "direct actions are disabled: Enable_Direct_Action_Url is No";
    }
    if (asker == Asker::menu && parameter.user_configurable_resync.exists() &&
        !context.is_yes(parameter.user_configurable_resync)) {
        return "the menu has no resync: User_Configurable_Resync is No";
    }
    return refusal();
}

// What keeps the phone from any provisioning now.
std::optional<std::string> Phone::refusal() const {
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
    request_resync(event.rule, event.client_ip, event.account, context);
}

void Phone::request_resync(const std::string& rule,
                           const std::string& server,
                           const std::optional<profile::Credentials>& account,
                           Context& context) {
    Resync::Request what;
    if (!trim(rule).empty()) {
        what.one_rule = OneRule{rule, server};
    }
    what.account = account;
    ended(resync_.request(std::move(what), context), context);
}

// 12: the sender is known or the phone does nothing; 200 before acting.
void Phone::on(const NotifyArrived& event, Context& context) {
    const auto answer = [&](int status) {
        context.actions.emplace_back(AnswerNotify{event.request, status});
    };
    const NotifyMeaning meaning = context.behaviour.meaning_of(event.event, context);
    if (meaning == NotifyMeaning::unknown) {
        answer(489);
    } else if (!context.behaviour.trusts(event, context)) {
        answer(event.sender == Sender::wrong ? 403 : 401);
    } else if (rebooting_ || !alive_) {
        answer(503);
    } else {
        answer(200);
        if (meaning == NotifyMeaning::xml) {
            obey_object(event, context);
        } else {
            obey(meaning, context);
        }
    }
}

// 10.1, 12: the one thing an XML object can ask for here is a resync; what else it may hold is for
// other parts of a phone. Each request replaces the one before that still waits.
void Phone::obey_object(const NotifyArrived& event, Context& context) {
    const auto items = execute_items(event.body);
    if (!items) {
        context.log(LogEvent::xml_object_unreadable,
                    fmt::format("NOTIFY XML-Service: character {}: expected {}",
                                items.error().offset + 1,
                                items.error().expected));
        return;
    }
    for (const std::string& item : *items) {
        const auto rule = resync_rule(item);
        if (!rule) {
            context.log(LogEvent::xml_item_ignored,
                        "NOTIFY XML-Service: an ExecuteItem ignored; known is Resync:rule");
        } else if (const auto why = refusal(Asker::xml_object, context)) {
            context.log(LogEvent::xml_resync_refused, "NOTIFY XML-Service: " + *why);
        } else {
            request_resync(*rule, {}, {}, context);
        }
    }
}

void Phone::obey(NotifyMeaning meaning, Context& context) {
    switch (meaning) {
        case NotifyMeaning::resync:
            if (enabled() && network_.up) {
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
                reporter_.wake().request(context);
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
    upgrade_.wake().request(OneRule{event.rule, event.client_ip});
    go_on_upgrading(context);
}

// 5.4, 9, 10.1: Upgrade_Enable and the gate of direct actions, not Provision_Enable.
std::optional<std::string> Phone::upgrade_refusal(Context& context) const {
    const auto& parameter = context.dialect.parameter;
    if (parameter.direct_actions.exists() && !context.is_yes(parameter.direct_actions)) {
        return "direct actions are disabled: Enable_Direct_Action_Url is No";
    }
    if (!context.is_yes(parameter.upgrade_enable)) {
        return "upgrades are disabled: Upgrade_Enable is No";
    }
    if (upgrade_->state() == Upgrade::State::fetching ||
        upgrade_->state() == Upgrade::State::activating) {
        return "an upgrade is under way";
    }
    return not_ready();
}

void Phone::on(const AuthorityRequested& event, Context& context) {
    auto why = authority_refusal(context);
    if (!why && trim(event.rule).empty()) {
        why = "no file is named; write /admin/updateca?http://server/path/ca.pem";
    }
    context.actions.emplace_back(AnswerRequest{
        event.request, !why, why.value_or("custom CA requested; the status page tells the end")});
    if (!why) {
        trusts_others(custom_ca_.wake().request({event.rule, event.client_ip}, context), context);
    }
}

// 10.1: the gate of direct actions. Provision_Enable is about profiles.
std::optional<std::string> Phone::authority_refusal(Context& context) const {
    const auto& parameter = context.dialect.parameter;
    if (!parameter.custom_ca_rule.exists()) {
        return "this phone takes no custom CA";
    }
    if (parameter.direct_actions.exists() && !context.is_yes(parameter.direct_actions)) {
        return "direct actions are disabled: Enable_Direct_Action_Url is No";
    }
    if (custom_ca_->state() == CustomCa::State::fetching) {
        return "a custom CA is being fetched; ask again";
    }
    return not_ready();
}

// All or nothing: a person who mistyped one of many wants to hear of it, not to guess which
// counted.
void Phone::on(const ValuesSubmitted& event, Context& context) {
    const auto answer = [&](bool accepted, std::string text) {
        context.actions.emplace_back(AnswerRequest{event.request, accepted, std::move(text)});
    };
    if (rebooting_) {
        answer(false, "the phone is restarting; ask again");
        return;
    }
    profile::Applied applied = context.judge(event.settings);
    if (auto wrong = mistakes(applied, memory_.values.catalogue()); !wrong.empty()) {
        answer(false, std::move(wrong));
        return;
    }
    context.commit(applied);
    answer(true, outcome_of(applied));
    changed_here(applied.changes, context);
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
    context.actions.emplace_back(AnswerRequest{event.request, true, outcome_of(*applied)});
    changed_here(applied->changes, context);
}

// 6.6, 7.2: a changed profile rule is followed by one resync, after the restart if there is one;
// a proxy or a rule set by hand ends remote customization.
void Phone::changed_here(const std::vector<profile::Change>& changes, Context& context) {
    const auto ids = profile::ids_of(changes);
    tell_changed(ids, context);
    if (!ids.empty()) {
        reporter_.wake().changed_here(context);
    }
    const bool asked = memory_.customization == CustomizationState::pending;
    customization_.wake().on_configured(ids, context);
    if (alive_) {
        resync_.on_changed(ids, context);
    }
    const bool follows =
        profile::has_profile_rule(ids, context.dialect) ||
        (settings_->policy.submit_resync == SubmitResync::always && !changes.empty());
    if (follows && context.behaviour.follows_changed_rules) {
        owe_resync(context);
    } else if (asked && memory_.customization != CustomizationState::pending) {
        retry_without_redirect_service(context);
    }
    const profile::Effect effect = profile::effect_of(changes, memory_.values.catalogue());
    if (effect != profile::Effect::none) {
        restart_when_idle(effect, BootReason::provisioning, context);
    }
    // What the boot or the waiting would have brought, had resyncs been allowed.
    if (profile::is_among(context.dialect.parameter.provision_enable, ids) &&
        resync_.state() == Resync::State::idle && customization_->rests()) {
        provisioning_begun_ = false;
    }
    if (alive_ && network_.up && !rebooting_) {
        begin_provisioning(context);
        start_waiting(context);
        go_on_upgrading(context);
    }
}

void Phone::on(const RebootRequested& event, Context& context) {
    context.actions.emplace_back(AnswerRequest{event.request, true, "the phone reboots"});
    if (!rebooting_) {
        start_next_life(profile::Effect::reboot, BootReason::user, context);
    }
}

// 7.2, 10.2: everything goes back to what the factory put in, but the firmware that runs.
void Phone::on(const FactoryResetRequested& event, Context& context) {
    context.actions.emplace_back(
        AnswerRequest{event.request, true, "the phone goes back to its factory state"});
    customization_.wake().on_next_life(context);
    const CustomizationState before = memory_.customization;
    Firmware firmware = *memory_.firmware;
    firmware.tried.clear();
    firmware.failures = 0;
    firmware.upgrades.clear();
    memory_ = Memory(profile::factory_values(context.dialect, identity_));
    memory_.firmware = std::move(firmware);
    if (before != CustomizationState::open) {
        context.observe({.what = Observed::What::customization,
                         .from = to_string(before),
                         .to = to_string(CustomizationState::open)});
    }
    context.save();
    if (!std::exchange(rebooting_, true)) {
        context.actions.emplace_back(Reboot{BootReason::user});
    }
}

void Phone::on(const CodeEntered& event, Context& context) {
    if (const auto why = refusal()) {
        context.actions.emplace_back(AnswerRequest{event.request, false, *why});
        return;
    }
    customization_.wake().on(event, context);
}

}  // namespace onhook::phone
