#include "phone/customization.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
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

// 7.2: Profile_Rule or any Proxy means "somebody provisioned this phone by other means".
bool ends_customization(Context& context, profile::ParameterId id) {
    return id == context.dialect.parameter.profile_rules[0] ||
           profile::is_among(id, context.dialect.proxies);
}

// Three of the six states are ends (7.2); a phone that is not customized never leaves Open.
bool has_ended(const Context& context) {
    const CustomizationState state = context.memory.customization;
    return !context.behaviour.customizes || state == CustomizationState::acquired ||
           state == CustomizationState::aborted || state == CustomizationState::unavailable;
}

// Nobody has said yet who the phone's provider is.
bool begins(const Context& context) {
    return !has_ended(context) &&
           context.memory.customization != CustomizationState::custom_pending;
}

// The digits of a code as a person types it: 16, with blanks or hyphens between, or # and 3 to 16.
std::optional<std::string> digits_of(std::string_view code) {
    std::string digits;
    for (const char c : code) {
        if (c != ' ' && c != '-') {
            digits += c;
        }
    }
    const bool is_short = digits.starts_with('#');
    digits.erase(0, is_short ? 1 : 0);
    const bool fits = is_short ? digits.size() >= 3 && digits.size() <= 16 : digits.size() == 16;
    return fits && std::all_of(digits.begin(), digits.end(), is_digit) ? std::optional(digits)
                                                                       : std::nullopt;
}

// What to ask the redirect service; nothing when its rule is no URL to GET.
std::optional<profile::RuleRequest> redirect_request(const Context& context) {
    auto rule = profile::decide_rule(
        profile::RuleKind::profile, context.settings.redirect_rule, context.macros());
    if (!rule || !*rule || !is_plain_request(**rule)) {
        return std::nullopt;
    }
    return std::move((*rule)->request);
}

// 7.5: <rc-base>/…?code=<digits>&id=…
Url with_code(const Url& base, const std::string& digits) {
    std::string text = base.to_string();
    const std::size_t query = text.find('?');
    if (query == std::string::npos) {
        text += "?code=" + digits;
    } else {
        text.insert(query + 1, "code=" + digits + (query + 1 < text.size() ? "&" : ""));
    }
    auto url = Url::parse(text);
    CHECK(url.has_value());  // digits fit into any query
    return *std::move(url);
}

// A name for the page: one line of at most 64 characters.
std::string one_line(std::string_view text) {
    constexpr int most = 64;
    std::string line;
    for (int i = 0; i < most && !text.empty(); ++i) {
        const Utf8Character character = first_utf8_character(text);
        if (character.printable) {
            line += text.substr(0, character.length);
        }
        text.remove_prefix(character.length);
    }
    return line;
}

// A code that is wrong, used or too old: the service knows the phone's request and refuses it.
bool refuses_the_code(int status) {
    return status >= 400 && status < 500 && status != 401 && status != 407;
}

}  // namespace

bool Customization::unprovisioned(Context& context) {
    return begins(context) && !rule_names_a_server(context);
}

void Customization::settle_at_boot(Context& context) {
    if (!begins(context)) {
        return;
    }
    const auto& proxies = context.dialect.proxies;
    const bool proxy_set = std::any_of(
        proxies.begin(), proxies.end(), [&](auto id) { return !context.value(id).empty(); });
    if (rule_names_a_server(context) || proxy_set) {
        abort(context);
    }
}

void Customization::on_servers_named(Context& context) {
    if (context.settings.policy.dhcp_answer_aborts && unprovisioned(context)) {
        abort(context);
    }
}

void Customization::enter(CustomizationState state, Context& context) {
    const CustomizationState before = std::exchange(context.memory.customization, state);
    if (before != state) {
        context.log(LogEvent::customization_changed,
                    fmt::format("customization {} -> {}", to_string(before), to_string(state)));
        context.observe({.what = Observed::What::customization,
                         .from = to_string(before),
                         .to = to_string(state)});
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
        return true;
    }
    enter(CustomizationState::pending, context);
    if (exchange_.active()) {
        deadline_ = context.now;  // a code is asked for: after that
    } else {
        request(context);
    }
    return true;
}

void Customization::request(Context& context) {
    deadline_.reset();
    auto ask = redirect_request(context);
    if (!ask) {
        (void)failed("the redirect rule is not a URL", context);
        return;
    }
    context.log(LogEvent::redirect_asked,
                fmt::format("asking the redirect service {}", ask->url->to_string()));
    start(*std::move(ask), context);
}

void Customization::start(profile::RuleRequest ask, Context& context) {
    const auto refused = exchange_.start(Order{.method = Method::get,
                                               .url = *std::move(ask.url),
                                               .body = {},
                                               .content_type = {},
                                               .credentials = ask.options.credentials(),
                                               .key = ask.options.key,
                                               .purpose = Purpose::redirect},
                                         context);
    if (refused) {
        (void)failed(refused->error, context);
    }
}

// 7.4: 60 * 2^k seconds, at most a day.
void Customization::wait(Context& context) {
    const Policy& policy = context.settings.policy;
    constexpr std::uint8_t most_doublings = 30;
    const Seconds delay =
        std::min(policy.redirect_retry * (std::int64_t{1} << retries_), policy.redirect_retry_cap);
    retries_ = std::min<std::uint8_t>(retries_ + 1, most_doublings);
    deadline_ = context.now + delay;
    context.observe({.what = Observed::What::timer, .to = "redirect_retry", .due = deadline_});
}

// 7.2: any error but an empty answer is tried again; a code is the person's to enter again.
Customization::Outcome Customization::failed(const std::string& why, Context& context) {
    if (code_request_) {
        answer_code(false, fmt::format("{}; enter the code again", why), context);
        return {};
    }
    wait(context);
    const auto seconds = std::chrono::ceil<Seconds>(*deadline_ - context.now).count();
    context.log(LogEvent::redirect_failed,
                fmt::format("redirect service: {}; next try in {} s", why, seconds));
    return {};
}

void Customization::on_deadline(Context& context) {
    if (deadline() && context.now >= *deadline_) {
        request(context);
    }
}

Customization::Outcome Customization::on(const Answered& event, Context& context) {
    if (std::exchange(abandoned_, false)) {
        exchange_ = Exchange();
        return {};
    }
    auto verdict = exchange_.on(event, context);
    if (!verdict) {
        return {};
    }
    if (*verdict) {
        return take(**verdict, context);
    }
    if (code_request_ && refuses_the_code(event.status)) {
        answer_code(false, std::string(wrong_code), context);
        return {};
    }
    return failed(verdict->error().error, context);
}

Customization::Outcome Customization::on(const TransferFailed& event, Context& context) {
    const Fault fault = exchange_.on(event);
    return std::exchange(abandoned_, false) ? Outcome{} : failed(fault.error, context);
}

// 7.1, 7.2: an empty 200 means that nobody registered this phone, or this code.
Customization::Outcome Customization::take(std::string_view body, Context& context) {
    if (body.empty() && code_request_) {
        answer_code(false, std::string(wrong_code), context);
        return {};
    }
    if (body.empty()) {
        enter(CustomizationState::unavailable, context);
        return {.then = Outcome::Then::retry};
    }
    auto applied = context.apply(body);
    if (!applied) {
        return failed("corrupt file: " + applied.error().message, context);
    }
    context.commit(*applied);
    return taken(*applied, context);
}

// 7.2: a profile normally redirects; one that does not is all that the provider wanted. An end
// stays one, whatever a code brings.
Customization::Outcome Customization::taken(const profile::Applied& applied, Context& context) {
    Outcome outcome{.effect = applied.effect, .changed = profile::ids_of(applied.changes)};
    const auto rule = context.dialect.parameter.profile_rules[0];
    const bool by_code = static_cast<bool>(code_request_);
    // After a code the rule that asked for it would only ask again.
    const bool redirects = rule_names_a_server(context) && !context.value(rule).empty() &&
                           (!by_code || profile::is_among(rule, outcome.changed));
    outcome.then = redirects ? Outcome::Then::resync
                   : by_code ? Outcome::Then::nothing
                             : Outcome::Then::retry;
    deadline_.reset();
    context.memory.waits_for_code = false;
    if (!has_ended(context)) {
        context.memory.customization_name =
            one_line(profile::expand(context.settings.customization_name, context.macros()).text);
        enter(redirects ? CustomizationState::custom_pending : CustomizationState::acquired,
              context);
    }
    context.save();
    if (by_code) {
        answer_code(true, "the activation code was accepted", context);
    }
    return outcome;
}

void Customization::on_discovered(Context& context) {
    if (begins(context)) {
        abort(context);
    }
}

void Customization::on_profile_installed(Context& context) {
    if (context.memory.customization == CustomizationState::custom_pending) {
        enter(CustomizationState::acquired, context);
    }
}

void Customization::abort(Context& context) {
    deadline_.reset();
    if (asking()) {
        abandon();
    }
    enter(CustomizationState::aborted, context);
}

// The transfer goes on outside; two at once must not be, so it is owned until it ends.
void Customization::abandon() { abandoned_ = exchange_.active(); }

void Customization::on_configured(std::span<const profile::ParameterId> changed, Context& context) {
    if (profile::is_among(context.dialect.parameter.profile_rules[0], changed)) {
        // Another rule: the one that asked for a code is gone.
        if (std::exchange(context.memory.waits_for_code, false)) {
            context.save();
        }
        if (code_request_) {
            abandon();
            answer_code(false, "Profile_Rule was set meanwhile; no code is needed", context);
        }
    }
    if (!has_ended(context) && std::any_of(changed.begin(), changed.end(), [&](auto id) {
            return ends_customization(context, id);
        })) {
        abort(context);
    }
}

// 7.5. The code opens a profile once: it is in no log line.
void Customization::on(const CodeEntered& event, Context& context) {
    const auto refuse = [&](std::string_view why) {
        context.actions.emplace_back(AnswerRequest{event.request, false, std::string(why)});
    };
    const auto digits = digits_of(event.code);
    auto ask = redirect_request(context);
    if (!context.memory.waits_for_code) {
        refuse("this phone asks for no activation code");
    } else if (!digits) {
        refuse("an activation code has 16 digits, a short one is # and 3 to 16 digits");
    } else if (!ask) {
        refuse("this phone has no redirect service that could know the code");
    } else if (exchange_.active()) {
        refuse("the redirect service is being asked already; try again in a moment");
    } else {
        context.log(LogEvent::redirect_asked,
                    fmt::format("asking the redirect service {} with an activation code",
                                ask->url->to_string()));
        code_request_ = event.request;
        ask->url = with_code(*ask->url, *digits);
        start(*std::move(ask), context);
    }
}

void Customization::answer_code(bool accepted, std::string text, Context& context) {
    CHECK(code_request_);
    context.actions.emplace_back(
        AnswerRequest{std::exchange(code_request_, {}), accepted, std::move(text)});
}

void Customization::on_next_life(Context& context) {
    if (code_request_) {
        answer_code(false, "the phone is restarting; enter the code again", context);
    }
}

}  // namespace onhook::phone
