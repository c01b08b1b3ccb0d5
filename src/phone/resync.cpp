#include "phone/resync.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/discovery.h"
#include "profile/delays.h"
#include "profile/flat_profile.h"
#include "profile/rule.h"

namespace onhook::phone {

using profile::ResyncCause;

namespace {

std::vector<Url> servers(std::span<const std::string_view> tails, Context& context) {
    return discovery_urls(context.lease,
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
    if (request.activation_code) {
        return "gds:// is not supported: this phone takes no activation codes";
    }
    if (request.options.srv) {
        return "--srv is not supported by this version; name the server in the URL";
    }
    return {};
}

Seconds whole_seconds(Duration duration) { return std::chrono::floor<Seconds>(duration); }

}  // namespace

bool Resync::discovery_knows_servers(Context& context) {
    const std::string_view rule = context.value(context.dialect.parameter.profile_rules[0]);
    return rule.starts_with('/') && !servers(std::span(&rule, 1), context).empty();
}

void Resync::arm(State state, std::optional<Seconds> delay, TimePoint now) {
    CHECK(!pass_);  // its end arms the timer
    schedule_ = delay ? state : State::idle;
    deadline_ = delay ? std::optional(now + *delay) : std::nullopt;
}

// 5.1: uniform in 0..n units of the dialect, only for the first attempt after power-up.
void Resync::wait_start_delay(Context& context) {
    const auto units =
        profile::integer_of(context.value(context.dialect.parameter.resync_random_delay));
    const Seconds longest =
        context.dialect.random_delay_unit * std::max<std::int64_t>(units.value_or(0), 0);
    const auto drawn = context.prng.up_to(static_cast<std::uint64_t>(longest.count()));
    arm(State::start_delay, Seconds(static_cast<std::int64_t>(drawn)), context.now);
}

void Resync::resume(Context& context) {
    arm(State::idle, std::nullopt, context.now);
    if (context.memory.synced_once) {
        arm_after_success(context);
    }
}

void Resync::retry_later(Context& context) { arm_after_failure(context); }

void Resync::arm_after_success(Context& context) {
    const std::string_view list = context.value(context.dialect.parameter.resync_periodic);
    arm(State::periodic_wait, profile::delay_of(list, successes_, context.prng), context.now);
}

// 6.3: the next item of the error list; when that says never, the periodic timer goes on if a
// success ever started it.
void Resync::arm_after_failure(Context& context) {
    const std::string_view list = context.value(context.dialect.parameter.resync_error_retry_delay);
    arm(State::retry_wait, profile::delay_of(list, failures_, context.prng), context.now);
    ++failures_;
    if (!deadline_ && context.memory.synced_once) {
        arm_after_success(context);
    }
}

std::optional<PassResult> Resync::start(ResyncCause cause, Context& context) {
    Pass pass;
    pass.result.cause = cause;
    return begin(std::move(pass), context);
}

std::optional<PassResult> Resync::start_one_shot(std::string rule,
                                                 std::string server,
                                                 Context& context) {
    Pass pass;
    pass.result.cause = ResyncCause::request;
    pass.result.one_shot = true;
    pass.one_shot_rule = std::move(rule);
    pass.one_shot_server = std::move(server);
    return begin(std::move(pass), context);
}

std::optional<PassResult> Resync::on_deadline(Context& context) {
    if (pass_ || !deadline_ || context.now < *deadline_) {
        return std::nullopt;
    }
    switch (schedule_) {
        case State::start_delay:
            return start(ResyncCause::power_up, context);
        case State::periodic_wait:
            return start(ResyncCause::periodic, context);
        case State::retry_wait:
            return start(ResyncCause::retry, context);
        case State::idle:
        case State::transferring:
            break;
    }
    CHECK(false);  // these states have no deadline
    return std::nullopt;
}

// Never two passes at once: the phone asks only while none runs.
std::optional<PassResult> Resync::begin(Pass pass, Context& context) {
    CHECK(!pass_);
    pass.since_resync = last_attempt_ ? whole_seconds(context.now - *last_attempt_)
                                      : whole_seconds(context.now - context.booted);
    last_attempt_ = context.now;
    pass_ = std::move(pass);
    return advance(context);
}

// 6.2: Profile_Rule, then B, C, D, each read when its turn comes, so that a rule which an earlier
// profile brought counts in the same pass. Empty rules are skipped.
std::optional<PassResult> Resync::advance(Context& context) {
    if (pass_->one_shot_rule) {
        if (pass_->next_rule++ > 0) {
            return finish(true, {}, context);
        }
        return evaluate(*pass_->one_shot_rule, context);
    }
    const auto& rules = context.dialect.parameter.profile_rules;
    while (pass_->next_rule < rules.size()) {
        const std::string_view rule = context.value(rules[pass_->next_rule++]);
        if (!trim(rule).empty()) {
            return evaluate(rule, context);
        }
    }
    return finish(true, {}, context);
}

// 6.2: expand, choose, assign; then the request is logged and sent.
std::optional<PassResult> Resync::evaluate(std::string_view rule, Context& context) {
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
    profile::add_changes(pass_->changes, context.assign((*decision)->assignments));
    return (*decision)->request ? request(*std::move((*decision)->request), context)
                                : advance(context);
}

std::optional<PassResult> Resync::request(profile::RuleRequest request, Context& context) {
    const profile::RuleOptions& options = request.options;
    if (const std::string_view why = unsupported(request); !why.empty()) {
        return unreadable({Fault::Kind::other, std::string(why)}, context);
    }
    pass_->key = options.key;
    pass_->credentials = options.credentials();
    pass_->post_body.reset();
    if (options.post) {
        pass_->post_body = profile::general_purpose_text(*options.post, rule_macros(context));
    }
    pass_->alias_map.clear();
    if (options.alias) {
        pass_->alias_map = profile::general_purpose_text(*options.alias, rule_macros(context));
    }
    pass_->candidates.clear();
    pass_->discovery_path.clear();
    if (request.url) {
        return fetch(*std::move(request.url), context);
    }
    return pass_->one_shot_rule ? ask_sender(request.path, context)
                                : discover(std::move(request.path), context);
}

// 4.1: a web-issued rule without a server means the host that sent it.
std::optional<PassResult> Resync::ask_sender(const std::string& path, Context& context) {
    if (pass_->post_body) {
        return unreadable({Fault::Kind::other, "--post does not work over tftp"}, context);
    }
    const std::string& server = pass_->one_shot_server;
    const bool ipv6 = server.find(':') != std::string::npos;
    auto url =
        Url::parse(fmt::format("tftp://{}{}{}{}", ipv6 ? "[" : "", server, ipv6 ? "]" : "", path));
    return url ? fetch(*std::move(url), context)
               : unreadable({Fault::Kind::other, "connect failed: the rule names no server"},
                            context);
}

// 13.3: where this rule was found before, or else every place where it may be.
std::optional<PassResult> Resync::discover(std::string path, Context& context) {
    pass_->discovery_path = std::move(path);
    const auto known = std::find_if(found_.begin(), found_.end(), [&](const Found& found) {
        return found.rule == pass_->next_rule - 1 && found.path == pass_->discovery_path &&
               (!pass_->post_body || found.url.scheme() != Scheme::tftp);
    });
    if (known != found_.end()) {
        return fetch(known->url, context);
    }
    const auto urls = candidates(pass_->discovery_path, context);
    if (urls.empty()) {
        return unreadable(
            {Fault::Kind::other,
             "connect failed: no provisioning server: the rule names none, nor does DHCP"},
            context);
    }
    pass_->candidates.assign(urls.begin() + 1, urls.end());
    return fetch(urls.front(), context);
}

// 13.3: the URL that DHCP spells out and the second guess are Profile_Rule's; the other rules only
// lack a server (4.1). The server that had a file last is asked first.
std::vector<Url> Resync::candidates(const std::string& path, Context& context) const {
    const std::string tail = protect(path);
    const std::array<std::string_view, 2> tails = {tail, context.dialect.discovery_tail};
    const bool first_rule = pass_->next_rule == 1;
    auto urls = servers(std::span(tails).first(first_rule ? 2 : 1), context);
    if (!first_rule) {
        std::erase_if(urls, [&](const Url& url) { return !url.target().ends_with(path); });
    }
    if (pass_->post_body) {  // 4.2: http and https only
        std::erase_if(urls, [](const Url& url) { return url.scheme() == Scheme::tftp; });
    }
    if (!found_.empty()) {
        std::stable_partition(urls.begin(), urls.end(), [&](const Url& url) {
            return url.same_origin(found_.back().url);
        });
    }
    return urls;
}

void Resync::remember_server() {
    const std::size_t rule = pass_->next_rule - 1;
    std::erase_if(found_, [&](const Found& found) { return found.rule == rule; });
    found_.push_back({rule, pass_->discovery_path, *Url::parse(pass_->last_url)});
}

// A rule that leads to no URL; the one that was asked last is not to blame.
std::optional<PassResult> Resync::unreadable(const Fault& fault, Context& context) {
    pass_->last_url.clear();
    pass_->candidates.clear();
    return failed(fault, context);
}

std::optional<PassResult> Resync::fetch(Url url, Context& context) {
    pass_->request_logged = false;
    pass_->last_url = url.to_string();
    const bool post = pass_->post_body.has_value();
    exchange_.start(Order{.method = post ? Method::post : Method::get,
                          .url = std::move(url),
                          .body = pass_->post_body.value_or(""),
                          .content_type = post ? "text/plain" : "",
                          .credentials = pass_->credentials,
                          .key = pass_->key},
                    context);
    return std::nullopt;
}

profile::MacroContext Resync::rule_macros(Context& context) const {
    profile::MacroContext macros = context.macros();
    macros.cause = pass_->result.cause;
    macros.since_resync = pass_->since_resync;
    return macros;
}

profile::MacroContext Resync::message_macros(Context& context, std::string error) const {
    profile::MacroContext macros = rule_macros(context);
    macros.transfer = profile::TransferFacts{{}, {}, std::move(error)};
    if (!pass_->last_url.empty()) {
        // Before the name is resolved, its text is all there is to log.
        const std::string& ip = exchange_.server_ip();
        macros.transfer->url = exchange_.url();
        macros.transfer->server_ip = ip.empty() ? exchange_.url().host() : ip;
    }
    return macros;
}

void Resync::log_request(Context& context) {
    if (!pass_->request_logged) {
        pass_->request_logged = true;
        context.log_message(
            context.dialect.parameter.log_request, Severity::info, message_macros(context, {}));
    }
}

void Resync::on(const ServerFound& event, Context& context) {
    exchange_.found(event.ip);
    log_request(context);
}

std::optional<PassResult> Resync::on(const Answered& event, Context& context) {
    log_request(context);
    const Url asked = exchange_.url();
    auto verdict = exchange_.on(event, context);
    if (!verdict) {
        // A redirect's target gets a message of its own; an answered challenge is the same request.
        pass_->request_logged = exchange_.url() == asked;
        return std::nullopt;
    }
    return *verdict ? take(**verdict, context) : failed(verdict->error(), context);
}

std::optional<PassResult> Resync::on(const TransferFailed& event, Context& context) {
    log_request(context);
    return failed(exchange_.on(event), context);
}

// A whole profile: decode, decide every change, save, go on. Nothing of a corrupt one counts.
std::optional<PassResult> Resync::take(const std::string& body, Context& context) {
    auto applied = context.apply(body, pass_->alias_map);
    if (!applied) {
        const profile::DocumentError& error = applied.error();
        return failed(
            {Fault::Kind::corrupt,
             fmt::format(
                 "corrupt file: line {}, column {}: {}", error.line, error.column, error.message)},
            context);
    }
    context.commit(*applied);
    profile::add_changes(pass_->changes, std::move(applied->changes));
    pass_->result.installed = true;
    if (!pass_->discovery_path.empty()) {
        pass_->result.discovered = true;
        remember_server();
    }
    context.log_message(
        context.dialect.parameter.log_success, Severity::info, message_macros(context, "OK"));
    return advance(context);
}

// 6.2.3: any failure ends the pass; only discovery has further servers to try first.
std::optional<PassResult> Resync::failed(const Fault& fault, Context& context) {
    context.log_message(context.dialect.parameter.log_failure,
                        Severity::error,
                        message_macros(context, fault.error));
    if (!pass_->candidates.empty()) {
        Url next = std::move(pass_->candidates.front());
        pass_->candidates.pop_front();
        return fetch(std::move(next), context);
    }
    // 6.4: only "not found" can count as success, never a corrupt file.
    if (fault.kind == Fault::Kind::not_found &&
        !context.is_yes(context.dialect.parameter.resync_fails_on_fnf)) {
        return advance(context);
    }
    return finish(false, fault.error, context);
}

PassResult Resync::finish(bool succeeded, const std::string& error, Context& context) {
    PassResult result = std::move(pass_->result);
    result.succeeded = succeeded;
    const auto& rules = context.dialect.parameter.profile_rules;
    for (const profile::Change& change : pass_->changes) {
        result.rules_changed |= std::find(rules.begin(), rules.end(), change.id) != rules.end();
        if (change.id == context.dialect.parameter.resync_periodic) {
            successes_ = 0;  // 5.2: another list starts at its first item
        }
        result.changed.push_back(change.id);
    }
    result.effect = profile::effect_of(pass_->changes, *context.dialect.catalogue);
    context.memory.remember(ResyncRecord{context.wall, succeeded, pass_->last_url, error});
    pass_.reset();
    if (!result.one_shot) {
        if (succeeded) {
            context.memory.synced_once = true;
            failures_ = 0;
            arm_after_success(context);
            ++successes_;
        } else {
            arm_after_failure(context);
        }
    }
    context.save();
    return result;
}

}  // namespace onhook::phone
