// What Flyingvoice phones do: spec flyingvoice.md.
#include "phone/flyingvoice_behaviour.h"

#include <utility>

#include "phone/behaviour.h"
#include "phone/profiles_pass.h"

namespace onhook::phone {

namespace {

std::string expand_with_parentheses(std::string_view text, const Context& context) {
    return profile::expand_flyingvoice(text, flyingvoice_macros(context)).text;
}

// 7.3: check-sync resyncs, reboots or does nothing as Resync from SIP says; a phone that is not
// provisioned at all answers and does nothing. No document names another event.
NotifyMeaning meaning_to_flyingvoice(std::string_view event_header, const Context& context) {
    const EventHeader event = read_event_header(event_header);
    if (event.name != "check-sync") {
        return NotifyMeaning::unknown;
    }
    const auto& parameter = context.dialect.parameter;
    const std::string_view from_sip = context.value(parameter.resync_from_sip);
    if (!context.is_yes(parameter.provision_enable) || from_sip == "2") {
        return NotifyMeaning::nothing;
    }
    return from_sip == "1" || event.reboots ? NotifyMeaning::reboot : NotifyMeaning::resync;
}

// D17: the server that the account is registered to, or whoever knows the account's password; with
// X_PRV_AUTH_NOTIFY the password alone counts.
bool flyingvoice_trusts(const NotifyArrived& notify, const Context& context) {
    return notify.sender == Sender::known ||
           (notify.sender == Sender::registrar &&
            !context.is_yes(context.dialect.provisioning.authenticate_notify));
}

std::unique_ptr<Pass> make_profiles_pass(PassOrder order) {
    return std::make_unique<ProfilesPass>(std::move(order));
}

}  // namespace

constinit const Behaviour flyingvoice_behaviour{.upgrades_after_success_only = true,
                                                .follows_every_redirect = true,
                                                .make_pass = make_profiles_pass,
                                                .plan_upgrade = plan_image_upgrade,
                                                .expand = expand_with_parentheses,
                                                .meaning_of = meaning_to_flyingvoice,
                                                .trusts = flyingvoice_trusts};

profile::FlyingvoiceMacros flyingvoice_macros(const Context& context) {
    profile::FlyingvoiceMacros macros(context.identity);
    macros.ip = context.network.lease.ip;
    if (!context.memory.resyncs.empty()) {
        macros.last_result = static_cast<int>(context.memory.resyncs.front().code);
    }
    return macros;
}

}  // namespace onhook::phone
