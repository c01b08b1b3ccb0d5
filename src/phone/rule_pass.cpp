#include "phone/rule_pass.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/discovery.h"
#include "profile/flat_profile.h"
#include "profile/rule.h"

namespace onhook::phone {

using profile::ResyncCause;

namespace {

std::vector<Url> servers(std::span<const std::string_view> tails, Context& context) {
    return discovery_urls(context.network.lease,
                          context.value(context.dialect.parameter.dhcp_options),
                          tails,
                          context.macros());
}

// A text that expands to `expanded` (2.2).
std::string protect(std::string_view expanded) {
    std::string out;
    for (const char c : expanded) {
        out.append(c == '$' ? 2 : 1, c);
    }
    return out;
}

// What a rule may ask for and this phone cannot do yet, as $ERR; empty: it can.
std::string_view unsupported(const profile::RuleRequest& request) {
    if (request.options.srv) {
        return "--srv is not supported by this version; name the server in the URL";
    }
    return {};
}

}  // namespace

RulePass::RulePass(PassOrder order) : order_(std::move(order)) {
    result_.cause = order_.cause;
    result_.one_shot = order_.one_rule.has_value();
}

RulePass::Outcome RulePass::start(Context& context) { return advance(context); }

bool RulePass::network_names_servers(Context& context) {
    const std::string_view rule = context.value(context.dialect.parameter.profile_rules[0]);
    return rule.starts_with('/') && !servers(std::span(&rule, 1), context).empty();
}

// 6.2: Profile_Rule, then B, C, D, each read when its turn comes, so that a rule which an earlier
// profile brought counts in the same pass. Empty rules are skipped.
RulePass::Outcome RulePass::advance(Context& context) {
    if (order_.one_rule) {
        if (next_rule_++ > 0) {
            return finish(true, {}, context);
        }
        return evaluate(order_.one_rule->rule, context);
    }
    const auto& rules = context.dialect.parameter.profile_rules;
    while (next_rule_ < rules.size()) {
        const std::string_view rule = context.value(rules[next_rule_++]);
        if (!trim(rule).empty()) {
            return evaluate(rule, context);
        }
    }
    return finish(true, {}, context);
}

// 6.2: expand, choose, assign; then the request is logged and sent.
RulePass::Outcome RulePass::evaluate(std::string_view rule, Context& context) {
    auto decision = profile::decide_rule(profile::RuleKind::profile,
                                         rule,
                                         rule_macros(context),
                                         nullptr,
                                         context.settings.policy.rules);
    if (!decision) {
        return unreadable({Fault::Kind::other, "rule syntax error: " + decision.error().sentence()},
                          context);
    }
    if (!*decision) {
        return advance(context);  // no condition holds: the rule is skipped, and nothing failed
    }
    // From here on `rule` may be another one: any parameter can be assigned.
    profile::add_changes(changes_, context.assign((*decision)->assignments));
    return (*decision)->request ? request(*std::move((*decision)->request), context)
                                : advance(context);
}

RulePass::Outcome RulePass::request(profile::RuleRequest request, Context& context) {
    const profile::RuleOptions& options = request.options;
    if (request.activation_code) {
        result_.wants_code = true;
        return unreadable({Fault::Kind::other, "waiting for an activation code"}, context);
    }
    if (const std::string_view why = unsupported(request); !why.empty()) {
        return unreadable({Fault::Kind::other, std::string(why)}, context);
    }
    key_ = options.key;
    credentials_ = options.credentials();
    post_body_.reset();
    if (options.post) {
        post_body_ = profile::general_purpose_text(*options.post, rule_macros(context));
    }
    alias_map_.clear();
    if (options.alias) {
        alias_map_ = profile::general_purpose_text(*options.alias, rule_macros(context));
    }
    candidates_.clear();
    discovery_path_.clear();
    if (request.url) {
        return fetch(*std::move(request.url), Why::first, context);
    }
    return order_.one_rule ? ask_sender(request.path, context)
                           : discover(std::move(request.path), context);
}

// 4.1: a web-issued rule without a server means the host that sent it.
RulePass::Outcome RulePass::ask_sender(const std::string& path, Context& context) {
    if (post_body_) {
        return unreadable({Fault::Kind::other, "--post does not work over tftp"}, context);
    }
    const std::string& server = order_.one_rule->server;
    const bool ipv6 = server.find(':') != std::string::npos;
    auto url =
        Url::parse(fmt::format("tftp://{}{}{}{}", ipv6 ? "[" : "", server, ipv6 ? "]" : "", path));
    return url ? fetch(*std::move(url), Why::first, context)
               : unreadable({Fault::Kind::other, "connect failed: the rule names no server"},
                            context);
}

// 13.3: where this rule was found before, or else every place where it may be.
RulePass::Outcome RulePass::discover(std::string path, Context& context) {
    discovery_path_ = std::move(path);
    const auto known = std::find_if(context.network.found.begin(),
                                    context.network.found.end(),
                                    [&](const Network::Found& found) {
                                        return found.rule == next_rule_ - 1 &&
                                               found.path == discovery_path_ &&
                                               (!post_body_ || found.url.scheme() != Scheme::tftp);
                                    });
    if (known != context.network.found.end()) {
        return fetch(known->url, Why::first, context);
    }
    const auto urls = candidates(discovery_path_, context);
    if (urls.empty()) {
        return unreadable(
            {Fault::Kind::other,
             "connect failed: no provisioning server: the rule names none, nor does DHCP"},
            context);
    }
    candidates_.assign(urls.begin() + 1, urls.end());
    return fetch(urls.front(), Why::first, context);
}

// 13.3: the URL that DHCP spells out and the second guess are Profile_Rule's; the other rules only
// lack a server (4.1). The server that had a file last is asked first.
std::vector<Url> RulePass::candidates(const std::string& path, Context& context) const {
    const std::string tail = protect(path);
    const std::array<std::string_view, 2> tails = {tail, context.dialect.discovery_tail};
    const bool first_rule = next_rule_ == 1;
    auto urls = servers(std::span(tails).first(first_rule ? 2 : 1), context);
    if (!first_rule) {
        std::erase_if(urls, [&](const Url& url) { return !url.target().ends_with(path); });
    }
    if (post_body_) {  // 4.2: http and https only
        std::erase_if(urls, [](const Url& url) { return url.scheme() == Scheme::tftp; });
    }
    if (!context.network.found.empty()) {
        std::stable_partition(urls.begin(), urls.end(), [&](const Url& url) {
            return url.same_origin(context.network.found.back().url);
        });
    }
    return urls;
}

void RulePass::remember_server(Context& context) const {
    const std::size_t rule = next_rule_ - 1;
    std::erase_if(context.network.found,
                  [&](const Network::Found& found) { return found.rule == rule; });
    context.network.found.push_back({rule, discovery_path_, *Url::parse(last_url_)});
}

// A rule that leads to no URL; the one that was asked last is not to blame.
RulePass::Outcome RulePass::unreadable(const Fault& fault, Context& context) {
    last_url_.clear();
    candidates_.clear();
    return failed(fault, context);
}

RulePass::Outcome RulePass::fetch(Url url, Why why, Context& context) {
    request_logged_ = false;
    last_url_ = url.to_string();
    const bool post = post_body_.has_value();
    const auto refused = exchange_.start(Order{.method = post ? Method::post : Method::get,
                                               .url = std::move(url),
                                               .body = post_body_.value_or(""),
                                               .content_type = post ? "text/plain" : "",
                                               .credentials = credentials_,
                                               .key = key_,
                                               .purpose = Purpose::profile,
                                               .why = why,
                                               .cause = order_.cause},
                                         context);
    return refused ? failed(*refused, context) : std::nullopt;
}

profile::MacroContext RulePass::rule_macros(Context& context) const {
    profile::MacroContext macros = context.macros();
    macros.cause = result_.cause;
    macros.since_resync = order_.since_resync;
    return macros;
}

profile::MacroContext RulePass::message_macros(Context& context, std::string error) const {
    profile::MacroContext macros = rule_macros(context);
    macros.transfer = profile::TransferFacts{{}, {}, std::move(error)};
    if (!last_url_.empty()) {
        // Before the name is resolved, its text is all there is to log.
        const std::string& ip = exchange_.server_ip();
        macros.transfer->url = exchange_.url();
        macros.transfer->server_ip = ip.empty() ? exchange_.url().host() : ip;
    }
    return macros;
}

void RulePass::log_request(Context& context) {
    if (!request_logged_) {
        request_logged_ = true;
        context.log_message(
            context.dialect.parameter.log_request, Severity::info, message_macros(context, {}));
    }
}

void RulePass::on(const ServerFound& event, Context& context) {
    exchange_.found(event.ip);
    log_request(context);
}

RulePass::Outcome RulePass::on(const Answered& event, Context& context) {
    log_request(context);
    const Url asked = exchange_.url();
    auto verdict = exchange_.on(event, context);
    if (!verdict) {
        // A redirect's target gets a message of its own; an answered challenge is the same request.
        request_logged_ = exchange_.url() == asked;
        return std::nullopt;
    }
    return *verdict ? take(**verdict, context) : failed(verdict->error(), context);
}

RulePass::Outcome RulePass::on(const TransferFailed& event, Context& context) {
    log_request(context);
    return failed(exchange_.on(event), context);
}

// A whole profile: decode, decide every change, save, go on. Nothing of a corrupt one counts.
RulePass::Outcome RulePass::take(const SharedText& body, Context& context) {
    auto applied = context.take(body, alias_map_);
    if (!applied) {
        const profile::DocumentError& error = applied.error();
        return failed(
            {Fault::Kind::corrupt,
             fmt::format(
                 "corrupt file: line {}, column {}: {}", error.line, error.column, error.message)},
            context);
    }
    profile::add_changes(changes_, std::move(applied->changes));
    result_.installed = true;
    if (!discovery_path_.empty()) {
        result_.discovered = true;
        remember_server(context);
    }
    context.log_message(
        context.dialect.parameter.log_success, Severity::info, message_macros(context, "OK"));
    return advance(context);
}

// 6.2.3: any failure ends the pass; only discovery has further servers to try first.
RulePass::Outcome RulePass::failed(const Fault& fault, Context& context) {
    context.log_message(context.dialect.parameter.log_failure,
                        Severity::error,
                        message_macros(context, fault.error));
    if (!candidates_.empty()) {
        Url next = std::move(candidates_.front());
        candidates_.pop_front();
        return fetch(std::move(next), Why::next, context);
    }
    // 6.4: only "not found" can count as success, never a corrupt file.
    if (fault.kind == Fault::Kind::not_found &&
        !context.is_yes(context.dialect.parameter.resync_fails_on_fnf)) {
        return advance(context);
    }
    return finish(false, fault.error, context);
}

PassResult RulePass::finish(bool succeeded, const std::string& error, Context& context) {
    PassResult result = std::move(result_);
    result.succeeded = succeeded;
    result.url = last_url_;
    result.error = error;
    const auto& rules = context.dialect.parameter.profile_rules;
    for (const profile::Change& change : changes_) {
        result.rules_changed |= std::find(rules.begin(), rules.end(), change.id) != rules.end();
        result.changed.push_back(change.id);
    }
    result.effect = profile::effect_of(changes_, *context.dialect.catalogue);
    return result;
}

}  // namespace onhook::phone
