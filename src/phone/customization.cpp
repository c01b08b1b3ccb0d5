#include "phone/customization.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "phone/behaviour.h"
#include "profile/flat_profile.h"
#include "profile/rule.h"

namespace onhook::phone {

namespace {

bool rule_names_a_server(Context& context) {
    return !context.value(context.dialect.parameter.profile_rules[0]).starts_with('/');
}

// A URL to GET: what else a profile rule can say is none of the redirect service's business.
bool is_plain_request(const profile::RuleDecision& decision) {
    const auto& request = decision.request;
    return decision.assignments.empty() && request && request->url && !request->options.post &&
           !request->options.alias && !request->options.srv;
}

bool is_in(std::span<const profile::ParameterId> ids, profile::ParameterId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// 7.2: Profile_Rule or any Proxy means "somebody provisioned this phone by other means".
bool ends_customization(Context& context, profile::ParameterId id) {
    return id == context.dialect.parameter.profile_rules[0] || is_in(context.dialect.proxies, id);
}

}  // namespace

bool Customization::unprovisioned(Context& context) {
    const CustomizationState state = context.memory.customization;
    return context.behaviour.customizes &&
           (state == CustomizationState::open || state == CustomizationState::pending) &&
           !rule_names_a_server(context);
}

void Customization::settle_at_boot(Context& context) {
    const CustomizationState state = context.memory.customization;
    if (!context.behaviour.customizes ||
        (state != CustomizationState::open && state != CustomizationState::pending)) {
        return;
    }
    const auto& proxies = context.dialect.proxies;
    const bool proxy_set = std::any_of(
        proxies.begin(), proxies.end(), [&](auto id) { return !context.value(id).empty(); });
    if (rule_names_a_server(context) || proxy_set) {
        abort(context);
    }
}

void Customization::enter(CustomizationState state, Context& context) {
    const CustomizationState before = std::exchange(context.memory.customization, state);
    if (before != state) {
        context.log(Severity::info,
                    fmt::format("customization {} -> {}", to_string(before), to_string(state)));
        context.save();
    }
}

bool Customization::ask(Context& context) {
    if (context.settings.redirect_rule.empty()) {
        return false;
    }
    retries_ = 0;
    if (context.memory.customization == CustomizationState::pending) {
        wait(context);
    } else {
        enter(CustomizationState::pending, context);
        request(context);
    }
    return true;
}

void Customization::request(Context& context) {
    deadline_.reset();
    auto rule = profile::decide_rule(
        profile::RuleKind::profile, context.settings.redirect_rule, context.macros());
    if (!rule || !*rule || !is_plain_request(**rule)) {
        (void)retry("the redirect rule is not a URL", context);
        return;
    }
    profile::RuleRequest& ask = *(*rule)->request;
    context.log(Severity::info,
                fmt::format("asking the redirect service {}", ask.url->to_string()));
    const auto refused = exchange_.start(Order{.method = Method::get,
                                               .url = *std::move(ask.url),
                                               .body = {},
                                               .content_type = {},
                                               .credentials = ask.options.credentials(),
                                               .key = ask.options.key,
                                               .purpose = Purpose::redirect},
                                         context);
    if (refused) {
        (void)retry(refused->error, context);
    }
}

// 7.4: 60 * 2^k seconds, at most a day.
void Customization::wait(Context& context) {
    const Policy& policy = context.settings.policy;
    const unsigned doublings = std::min(retries_, 30U);
    const Seconds delay =
        std::min(policy.redirect_retry * (std::int64_t{1} << doublings), policy.redirect_retry_cap);
    ++retries_;
    deadline_ = context.now + delay;
}

Customization::Outcome Customization::retry(const std::string& why, Context& context) {
    wait(context);
    const auto seconds = std::chrono::ceil<Seconds>(*deadline_ - context.now).count();
    context.log(Severity::warning,
                fmt::format("redirect service: {}; next try in {} s", why, seconds));
    return {};
}

void Customization::on_deadline(Context& context) {
    if (deadline_ && context.now >= *deadline_) {
        request(context);
    }
}

Customization::Outcome Customization::on(const Answered& event, Context& context) {
    auto verdict = exchange_.on(event, context);
    if (!verdict) {
        return {};
    }
    return *verdict ? take(**verdict, context) : retry(verdict->error().error, context);
}

Customization::Outcome Customization::on(const TransferFailed& event, Context& context) {
    return retry(exchange_.on(event).error, context);
}

// 7.1, 7.2: an empty 200 means that nobody registered this phone; a profile normally redirects.
Customization::Outcome Customization::take(const std::string& body, Context& context) {
    if (body.empty()) {
        enter(CustomizationState::unavailable, context);
        return {};
    }
    auto applied = context.apply(body);
    if (!applied) {
        return retry("corrupt file: " + applied.error().message, context);
    }
    context.commit(*applied);
    const bool redirect = rule_names_a_server(context) &&
                          !context.value(context.dialect.parameter.profile_rules[0]).empty();
    // A profile without a redirect is all that the provider wanted (7.2, clarification).
    enter(redirect ? CustomizationState::custom_pending : CustomizationState::acquired, context);
    Outcome outcome{redirect, applied->effect, {}};
    for (const profile::Change& change : applied->changes) {
        outcome.changed.push_back(change.id);
    }
    return outcome;
}

void Customization::on_discovered(Context& context) {
    const CustomizationState state = context.memory.customization;
    if (context.behaviour.customizes &&
        (state == CustomizationState::open || state == CustomizationState::pending)) {
        abort(context);
    }
}

void Customization::on_profile_installed(Context& context) {
    if (context.memory.customization == CustomizationState::custom_pending) {
        enter(CustomizationState::acquired, context);
    }
}

// An answer that is under way is stale from here on.
void Customization::abort(Context& context) {
    deadline_.reset();
    exchange_ = Exchange();
    enter(CustomizationState::aborted, context);
}

void Customization::on_configured(std::span<const profile::ParameterId> changed, Context& context) {
    const CustomizationState state = context.memory.customization;
    if (!context.behaviour.customizes ||
        (state != CustomizationState::open && state != CustomizationState::pending &&
         state != CustomizationState::custom_pending)) {
        return;
    }
    if (std::any_of(changed.begin(), changed.end(), [&](auto id) {
            return ends_customization(context, id);
        })) {
        abort(context);
    }
}

}  // namespace onhook::phone
