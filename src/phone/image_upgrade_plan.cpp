// Where the upgrade rule of a Flyingvoice phone leads (flyingvoice.md 10).
#include <utility>

#include <fmt/format.h>

#include "phone/flyingvoice_behaviour.h"
#include "phone/upgrade_plan.h"
#include "profile/flyingvoice_firmware.h"
#include "profile/flyingvoice_rule.h"

namespace onhook::phone {

namespace {

using Step = UpgradePlan::Step;

std::string_view file_of(const Url& url) {
    const std::string_view path = std::string_view(url.target()).substr(0, url.target().find('?'));
    return path.substr(path.rfind('/') + 1);
}

// D29: the name decides where it is one of the maker's; else the server says whether its image is
// another than the one that runs.
void choose_image_step(UpgradePlan& plan, const Context& context) {
    const auto named = profile::read_image_name(file_of(*plan.url));
    switch (profile::decide_upgrade(*plan.url, context.identity)) {
        case profile::UpgradeDecision::download:
            plan.step = Step::fetch_image;
            plan.load = named->version;
            return;
        case profile::UpgradeDecision::same_version:
            plan.step = Step::nothing;
            return;
        case profile::UpgradeDecision::other_model:
            plan.step = Step::refuse;
            plan.error = fmt::format("upgrade image invalid: it is for {}, this phone is a {}",
                                     named->model,
                                     context.identity.model);
            return;
        case profile::UpgradeDecision::ask_server:
            plan.step = Step::fetch_image;
            plan.if_none_match = context.memory.firmware->etag;
            return;
    }
}

}  // namespace

Result<UpgradePlan, std::string> plan_image_upgrade(const OneRule& rule, const Context& context) {
    UpgradePlan plan;
    if (!context.is_yes(context.dialect.parameter.provision_enable)) {
        return plan;  // F-24: such a phone asks nobody for anything
    }
    auto place = profile::locate_flyingvoice(rule.rule, flyingvoice_macros(context));
    if (!place) {
        return Failure{"upgrade rule not understood: " + place.error().sentence()};
    }
    if (!*place) {
        return plan;
    }
    const profile::Dialect::Profile& first = context.dialect.provisioning.profiles[0];
    const bool basic = context.value(first.authentication) == "Basic";
    plan.credentials = profile::credentials_for((*place)->credentials,
                                                context.value(first.user),
                                                context.value(first.password));  // D31
    plan.scheme = basic ? AuthScheme::basic : AuthScheme::digest;
    plan.unasked = basic && !(*place)->credentials;
    plan.url = std::move((*place)->url);
    if ((*place)->directory) {
        plan.step = Step::refuse;
        plan.error = "upgrade image invalid: the upgrade rule names no file";
    } else {
        choose_image_step(plan, context);
    }
    return plan;
}

}  // namespace onhook::phone
