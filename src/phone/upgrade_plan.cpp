#include "phone/upgrade_plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/load.h"

namespace onhook::phone {

namespace {

using Step = UpgradePlan::Step;

constexpr std::string_view manifest_suffix = ".loads";
constexpr std::size_t longest_load_name = 128;

constexpr bool is_load_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
}

// The name that a URL gives a load: the last segment of its path without `.loads`. Empty: none
// that a phone could show.
std::string load_named_by(const Url& url) {
    std::string_view name = url.target();
    name = name.substr(0, name.find('?'));
    name = name.substr(name.rfind('/') + 1);
    if (name.ends_with(manifest_suffix)) {
        name.remove_suffix(manifest_suffix.size());
    }
    const bool fits =
        name.size() <= longest_load_name && std::all_of(name.begin(), name.end(), is_load_char);
    return fits ? std::string(name) : std::string();
}

// Names of loads by their meaning, any other names as text.
bool names_the_same(std::string_view a, std::string_view b) {
    const auto left = profile::LoadName::parse(a);
    const auto right = profile::LoadName::parse(b);
    return left && right ? profile::same_load(*left, *right) : a == b;
}

// Downgrade_Rev_Limit: why a load must not run; empty: it may.
std::string refusal_of(const std::string& name, const Context& context) {
    const std::string_view limit = trim(context.value(context.dialect.parameter.downgrade_limit));
    if (limit.empty()) {
        return {};
    }
    const auto load = profile::LoadName::parse(name);
    if (!load) {
        return fmt::format(
            "upgrade image invalid: {} is no load's name, so Downgrade_Rev_Limit refuses it", name);
    }
    const auto decision = profile::check_downgrade_limit(*load, limit);
    if (!decision) {
        return fmt::format(
            "upgrade image invalid: Downgrade_Rev_Limit is no version to compare with: expected {}",
            decision.error().expected);
    }
    return *decision == profile::LimitDecision::too_old
               ? fmt::format(
                     "upgrade image invalid: {} is older than Downgrade_Rev_Limit {}", name, limit)
               : std::string();
}

// 4.1: a web-issued rule without a server means the host that sent it.
std::string with_server(const OneRule& rule) {
    const std::string_view written = trim(rule.rule);
    if (rule.server.empty() || !written.starts_with('/')) {
        return std::string(written);
    }
    const bool ipv6 = rule.server.find(':') != std::string::npos;
    return fmt::format("tftp://{}{}{}{}", ipv6 ? "[" : "", rule.server, ipv6 ? "]" : "", written);
}

void choose_step(UpgradePlan& plan, const Context& context) {
    plan.load = load_named_by(*plan.url);
    if (plan.load.empty()) {
        plan.step = Step::refuse;
        plan.error =
            "upgrade image invalid: the URL ends in no file name of letters, digits, "
            "'.', '-' and '_'";
    } else if (names_the_same(plan.load, context.identity.firmware)) {
        plan.step = Step::nothing;
    } else if (plan.error = refusal_of(plan.load, context); !plan.error.empty()) {
        plan.step = Step::refuse;
    } else if (const std::string& other = context.memory.firmware->inactive;
               !other.empty() && names_the_same(plan.load, other)) {
        plan.step = Step::activate;
        plan.load = other;
    } else {
        plan.step = Step::fetch_load;
    }
}

}  // namespace

Result<UpgradePlan, std::string> plan_load_upgrade(const OneRule& rule, const Context& context) {
    auto decision = profile::decide_rule(profile::RuleKind::upgrade,
                                         with_server(rule),
                                         context.macros(),
                                         nullptr,
                                         context.settings.policy.rules);
    if (!decision) {
        return Failure{"rule syntax error: " + decision.error().sentence()};
    }
    UpgradePlan plan;
    if (!*decision) {
        return plan;
    }
    plan.assignments = std::move((*decision)->assignments);
    if (!(*decision)->request) {
        plan.step = Step::nothing;
        return plan;
    }
    plan.url = std::move((*decision)->request->url);
    plan.credentials = (*decision)->request->options.credentials();
    choose_step(plan, context);
    return plan;
}

}  // namespace onhook::phone
