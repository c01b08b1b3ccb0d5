#include "phone/custom_ca.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::phone {

namespace {

std::string_view rule_of(const Context& context) {
    return trim(context.value(context.dialect.parameter.custom_ca_rule));
}

// 4.1: a web-issued rule without a server means the TFTP server of the host that sent it.
std::optional<Url> url_of(const profile::RuleRequest& request, const OneRule& rule) {
    if (request.url || request.path.empty() || rule.server.empty()) {
        return request.url;
    }
    const bool ipv6 = rule.server.find(':') != std::string::npos;
    auto url = Url::parse(fmt::format(
        "tftp://{}{}{}{}", ipv6 ? "[" : "", rule.server, ipv6 ? "]" : "", request.path));
    return url ? std::optional(*std::move(url)) : std::nullopt;
}

// What a rule may say that makes no sense for a file of certificates; empty: nothing of it.
std::string_view misplaced(const profile::RuleRequest& request) {
    if (request.activation_code) {
        return "gds:// names no file";
    }
    if (request.options.srv || request.options.alias) {
        return "--srv and --alias are for profile rules";
    }
    return {};
}

}  // namespace

CustomCa::Outcome CustomCa::boot(Context& context) {
    due_ = !rule_of(context).empty();
    return resynced(context);
}

void CustomCa::changed(std::span<const profile::ParameterId> parameters, const Context& context) {
    if (profile::is_among(context.dialect.parameter.custom_ca_rule, parameters)) {
        due_ = !rule_of(context).empty();
    }
}

CustomCa::Outcome CustomCa::resynced(Context& context) {
    if (fetch_ || !std::exchange(due_, false)) {
        return {};
    }
    return begin({std::string(rule_of(context)), {}}, false, context);
}

CustomCa::Outcome CustomCa::request(const OneRule& rule, Context& context) {
    return begin(rule, true, context);
}

// The language of profile rules (2.1, 3.4), without the options that are about profiles.
CustomCa::Outcome CustomCa::begin(const OneRule& rule, bool once, Context& context) {
    CHECK(!fetch_);  // never two at once
    auto decision = profile::decide_rule(profile::RuleKind::profile,
                                         rule.rule,
                                         context.macros(),
                                         nullptr,
                                         context.settings.policy.rules);
    fetch_ = std::make_unique<Fetch>();
    fetch_->once = once;
    if (!decision) {
        return failed("rule syntax error: " + decision.error().sentence(), context);
    }
    Outcome outcome;
    if (*decision) {
        outcome.changes = context.assign((*decision)->assignments);
    }
    if (!*decision || !(*decision)->request) {
        fetch_.reset();  // no condition holds, or it only assigns
        return outcome;
    }
    profile::RuleRequest& request = *(*decision)->request;
    auto url = url_of(request, rule);
    std::string_view wrong = misplaced(request);
    if (wrong.empty() && !url) {
        wrong = "there is no server in it; write [scheme://]server[:port]/path";
    }
    if (!wrong.empty()) {
        (void)failed(fmt::format("rule syntax error: {}", wrong), context);
        return outcome;
    }
    const auto& options = request.options;
    const auto post = options.post ? profile::general_purpose_text(*options.post, context.macros())
                                   : std::string();
    const auto refused =
        fetch_->exchange.start(Order{.method = options.post ? Method::post : Method::get,
                                     .url = *std::move(url),
                                     .body = post,
                                     .content_type = options.post ? "text/plain" : "",
                                     .credentials = options.credentials(),
                                     .key = options.key,
                                     .purpose = Purpose::authority,
                                     .of_text = true},
                               context);
    if (refused) {
        (void)failed(refused->error, context);
    }
    return outcome;
}

CustomCa::Outcome CustomCa::on(const Answered& event, Context& context) {
    const auto verdict = fetch_->exchange.on(event, context);
    if (!verdict) {
        return {};
    }
    if (!*verdict) {
        return failed(verdict->error().error, context);
    }
    if (event.authority.empty()) {
        return failed("corrupt file: it holds no certificate of a CA", context);
    }
    const std::string url = fetch_->exchange.url().to_string();
    fetch_.reset();
    Authorities& kept = context.memory.authorities.own();
    const bool other = kept.certificates != **verdict;
    kept = {.certificates = **verdict, .name = event.authority, .at = context.wall, .tried = true};
    context.save();
    context.log(LogEvent::custom_ca_installed,
                fmt::format("custom CA '{}' installed from {}", kept.name, url));
    return {.installed = other};
}

CustomCa::Outcome CustomCa::on(const TransferFailed& event, Context& context) {
    return failed(fetch_->exchange.on(event).error, context);
}

// What is installed stays; the rule is tried again after the next successful resync.
CustomCa::Outcome CustomCa::failed(const std::string& error, Context& context) {
    const auto fetch = std::exchange(fetch_, nullptr);
    due_ = due_ || (!fetch->once && !rule_of(context).empty());
    Authorities& kept = context.memory.authorities.own();
    kept.at = context.wall;
    kept.tried = true;
    kept.error = error;
    context.save();
    context.log(
        LogEvent::custom_ca_failed,
        fetch->exchange.has_order()
            ? fmt::format("custom CA from {} failed: {}", fetch->exchange.url().to_string(), error)
            : fmt::format("custom CA failed: {}", error));
    return {};
}

}  // namespace onhook::phone
