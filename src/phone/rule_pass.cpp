#include "phone/rule_pass.h"

#include <algorithm>
#include <array>
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

// 6.8: what the automatic stage looks for on each server.
constexpr std::array<std::string_view, 2> srv_files = {"/$PSN.xml", "/Cisco/$MA.cfg"};

std::vector<Url> servers(std::span<const std::string_view> tails, Context& context) {
    const auto& parameter = context.dialect.parameter;
    return discovery_urls(
        context.network.lease,
        {context.value(parameter.dhcp_options), context.value(parameter.dhcpv6_options)},
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

// 6.7: `rule syntax error`, but for the one that a document spells out (6.8).
Fault fault_of(const profile::RuleError& error) {
    return {Fault::Kind::other,
            error.message.starts_with("Error - ") ? error.message
                                                  : "rule syntax error: " + error.sentence()};
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

bool RulePass::network_names_domain(const Context& context) {
    return !context.network.lease.dhcp->domain.empty();
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
        return unreadable(fault_of(decision.error()), context);
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
    if (request.activation_code) {  // 7.5: whoever waits for the code goes on
        result_.wants_code = true;
        return unreadable({Fault::Kind::other, "waiting for an activation code"}, context);
    }
    const profile::RuleOptions& options = request.options;
    key_ = options.key;
    credentials_ = options.credentials();
    if (!credentials_ && context.value(context.dialect.parameter.profile_authentication) ==
                             "Basic Http Authentication") {
        credentials_ = order_.account;
    }
    post_body_.reset();
    if (options.post) {
        post_body_ = profile::general_purpose_text(*options.post, rule_macros(context));
    }
    alias_map_.clear();
    if (options.alias) {
        alias_map_ = profile::general_purpose_text(*options.alias, rule_macros(context));
    }
    candidates_.clear();
    lookups_.clear();
    discovery_path_.clear();
    last_url_.clear();
    if (request.url && options.srv) {
        lookups_ = {request.url->scheme()};
        srv_domain_ = request.url->host();
        srv_path_ = request.url->target();
        return look_up(context);
    }
    if (request.url) {
        return fetch({*std::move(request.url)}, Why::first, context);
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
    return url ? fetch({*std::move(url)}, Why::first, context)
               : unreadable({Fault::Kind::other, "connect failed: the rule names no server"},
                            context);
}

// 13.3: where this rule was found before, or else every place where it may be.
RulePass::Outcome RulePass::discover(std::string path, Context& context) {
    discovery_path_ = std::move(path);
    const auto& found_before = context.network.visits->found;
    const auto known =
        std::find_if(found_before.begin(), found_before.end(), [&](const Visits::Found& found) {
            return found.rule == next_rule_ - 1 && found.path == discovery_path_ &&
                   (!post_body_ || found.url.scheme() != Scheme::tftp);
        });
    if (known != found_before.end()) {
        return fetch({known->url, known->certificate_name}, Why::first, context);
    }
    candidates_ = candidates(discovery_path_, context);
    std::reverse(candidates_.begin(), candidates_.end());
    // 6.5: DHCP, then DNS SRV; https first (6.8).
    if (order_.unprovisioned && next_rule_ == 1 && network_names_domain(context)) {
        lookups_ = {Scheme::http, Scheme::https};
        srv_domain_ = context.network.lease.dhcp->domain;
        srv_path_.clear();
    }
    if (candidates_.empty() && lookups_.empty()) {
        return unreadable(
            {Fault::Kind::other,
             "connect failed: no provisioning server: the rule names none, nor does DHCP"},
            context);
    }
    return try_next(context);
}

RulePass::Outcome RulePass::look_up(Context& context) {
    const Scheme scheme = lookups_.back();
    lookup_ = LookupId{context.next_transfer().value};
    context.actions.emplace_back(LookUpServers{lookup_, srv_name(scheme, srv_domain_)});
    return std::nullopt;
}

std::vector<std::string> RulePass::srv_paths(Context& context) const {
    if (!srv_path_.empty()) {
        return {srv_path_};
    }
    std::vector<std::string> paths;
    paths.reserve(srv_files.size());
    for (const std::string_view file : srv_files) {
        paths.push_back(profile::expand(file, context.macros()).text);
    }
    return paths;
}

// 6.8: a certificate must carry the domain's name, not the target's.
RulePass::Outcome RulePass::on(const ServersLookedUp& event, Context& context) {
    if (!lookup_ || event.lookup != lookup_) {
        return std::nullopt;
    }
    lookup_ = {};
    const Scheme scheme = lookups_.back();
    lookups_.pop_back();
    for (Url& url : srv_urls(scheme, event.targets, srv_paths(context))) {
        candidates_.push_back(
            {std::move(url), scheme == Scheme::https ? srv_domain_ : std::string()});
    }
    std::reverse(candidates_.begin(), candidates_.end());
    if (!candidates_.empty() || !lookups_.empty() || !last_url_.empty()) {
        return try_next(context);
    }
    return unreadable(
        {Fault::Kind::other,
         discovery_path_.empty()
             ? fmt::format("dns failed: no server in the SRV records of {}",
                           srv_name(scheme, srv_domain_))
             : std::string("connect failed: no provisioning server: the rule names none, nor do "
                           "DHCP and DNS")},
        context);
}

// 13.3: the URL that DHCP spells out and the second guess are Profile_Rule's; the other rules only
// lack a server (4.1). The server that had a file last is asked first.
std::vector<RulePass::Candidate> RulePass::candidates(const std::string& path,
                                                      Context& context) const {
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
    std::vector<Candidate> candidates;
    candidates.reserve(urls.size());
    for (Url& url : urls) {
        candidates.push_back({std::move(url)});
    }
    if (context.network.visits->found.empty()) {
        return candidates;
    }
    const Visits::Found& last = context.network.visits->found.back();
    std::stable_partition(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
        return candidate.url.same_origin(last.url);
    });
    // DNS named it, not DHCP.
    auto of_last = last.url.resolve(path);
    if (candidates.empty() && of_last && !(post_body_ && last.url.scheme() == Scheme::tftp)) {
        candidates.push_back({*std::move(of_last), last.certificate_name});
    }
    return candidates;
}

void RulePass::remember_server(Context& context) const {
    const std::size_t rule = next_rule_ - 1;
    auto& found = context.network.visits.wake().found;
    std::erase_if(found, [&](const Visits::Found& one) { return one.rule == rule; });
    found.push_back({rule, discovery_path_, *Url::parse(last_url_), certificate_name_});
}

// A rule that leads to no URL; the one that was asked last is not to blame.
RulePass::Outcome RulePass::unreadable(const Fault& fault, Context& context) {
    last_url_.clear();
    candidates_.clear();
    lookups_.clear();
    return failed(fault, context);
}

RulePass::Outcome RulePass::fetch(Candidate candidate, Why why, Context& context) {
    request_logged_ = false;
    last_url_ = candidate.url.to_string();
    certificate_name_ = candidate.certificate_name;
    const bool post = post_body_.has_value();
    const auto refused = exchange_.start(Order{.method = post ? Method::post : Method::get,
                                               .url = std::move(candidate.url),
                                               .body = post_body_.value_or(""),
                                               .content_type = post ? "text/plain" : "",
                                               .credentials = credentials_,
                                               .key = key_,
                                               .purpose = Purpose::profile,
                                               .why = why,
                                               .cause = order_.cause,
                                               .store_as = {},
                                               .certificate_name = candidate.certificate_name},
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
    macros.transfer = profile::TransferFacts{nullptr, {}, std::move(error)};
    if (!last_url_.empty()) {
        // Before the name is resolved, its text is all there is to log.
        const std::string& ip = exchange_.server_ip();
        macros.transfer->url = &exchange_.url();
        macros.transfer->server_ip = ip.empty() ? exchange_.url().host() : ip;
    }
    return macros;
}

void RulePass::log_request(Context& context) {
    if (!request_logged_) {
        request_logged_ = true;
        context.log_message(context.dialect.parameter.log_request,
                            LogEvent::resync_requested,
                            message_macros(context, {}));
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
    context.log_message(context.dialect.parameter.log_success,
                        LogEvent::resync_succeeded,
                        message_macros(context, "OK"));
    return advance(context);
}

// 6.2.3: any failure ends the pass; only discovery has further servers to try first.
RulePass::Outcome RulePass::failed(const Fault& fault, Context& context) {
    context.log_message(context.dialect.parameter.log_failure,
                        LogEvent::resync_failed,
                        message_macros(context, fault.error));
    fault_ = fault;
    return try_next(context);
}

RulePass::Outcome RulePass::try_next(Context& context) {
    if (!candidates_.empty()) {
        Candidate next = std::move(candidates_.back());
        candidates_.pop_back();
        return fetch(std::move(next), last_url_.empty() ? Why::first : Why::next, context);
    }
    if (!lookups_.empty()) {
        return look_up(context);
    }
    // 6.4: only "not found" can count as success, never a corrupt file.
    if (fault_.kind == Fault::Kind::not_found &&
        !context.is_yes(context.dialect.parameter.resync_fails_on_fnf)) {
        return advance(context);
    }
    return finish(false, fault_.error, context);
}

PassResult RulePass::finish(bool succeeded, const std::string& error, Context& context) {
    PassResult result = std::move(result_);
    result.succeeded = succeeded;
    result.url = last_url_;
    result.error = error;
    result.distrusted = !succeeded && fault_.kind == Fault::Kind::tls;
    result.changed = profile::ids_of(changes_);
    result.effect = profile::effect_of(changes_, *context.dialect.catalogue);
    return result;
}

}  // namespace onhook::phone
