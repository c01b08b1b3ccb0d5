#include "phone/upgrade.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "phone/behaviour.h"

namespace onhook::phone {

namespace {

using Step = UpgradePlan::Step;

void observe_upgrade(std::string_view to, std::string detail, Context& context) {
    context.observe({.what = Observed::What::upgrade, .to = to, .detail = std::move(detail)});
}

// What must not be tried again: scheme, server, port and path (9), or what is wrong with the rule.
std::string target_of(const Result<UpgradePlan, std::string>& plan) {
    if (!plan) {
        return plan.error();
    }
    return plan->url ? plan->url->to_string() : std::string();
}

std::string invalid_image(std::string_view why) {
    return fmt::format("upgrade image invalid: {}", why);
}

// What is wrong with a file that came; empty: it is the one that the manifest lists.
std::string flaw_of(const std::optional<StoredFile>& stored,
                    const profile::LoadComponent& component) {
    if (!stored) {
        return invalid_image(component.name + " was not stored");
    }
    if (stored->size != component.size_bytes) {
        return invalid_image(fmt::format("{} has {} bytes, its manifest says {}",
                                         component.name,
                                         stored->size,
                                         component.size_bytes));
    }
    if (stored->sha256 != fmt::format("{:02x}", fmt::join(component.sha256, ""))) {
        return invalid_image(
            fmt::format("{} has another SHA-256 than its manifest says", component.name));
    }
    return {};
}

const Url* address_of(const std::optional<Url>& url) { return url ? &*url : nullptr; }

// The name of a stored image; actions.h, TidyImages.
std::string stored_name(const std::string& load, std::size_t number) {
    return fmt::format("{}+{}", load.empty() ? "image" : load, number);
}

}  // namespace

Upgrade::State Upgrade::state() const noexcept {
    if (attempt_) {
        return attempt_->ready ? State::activating : State::fetching;
    }
    if (asked_ || due_ != Due::no) {
        return State::waiting;
    }
    return retry_at_ ? State::retry_wait : State::idle;
}

std::optional<TimePoint> Upgrade::deadline() const noexcept {
    return state() == State::retry_wait ? std::optional<TimePoint>(retry_at_) : std::nullopt;
}

void Upgrade::boot(Context& context) {
    if (context.memory.firmware->failures > 0) {
        arm_retry(context);
    }
    if (!context.behaviour.upgrades_after_success_only) {
        look();
    }
}

void Upgrade::look() { due_ = std::max(due_, Due::look); }

void Upgrade::request(OneRule rule) { asked_ = std::make_unique<OneRule>(std::move(rule)); }

void Upgrade::changed(std::span<const profile::ParameterId> parameters, Context& context) {
    const auto& of = context.dialect.parameter;
    if (profile::is_among(of.upgrade_rule, parameters) ||
        profile::is_among(of.downgrade_limit, parameters)) {
        if (!context.memory.firmware->tried.empty()) {
            context.memory.firmware.own().tried.clear();
        }
        forget_failures(context);
        context.save();
        if (attempt_) {
            attempt_->kind = Kind::one_time;  // the rule that led here is gone
        }
        look();
    }
    if (profile::is_among(of.upgrade_enable, parameters)) {
        look();
    }
    if ((profile::is_among(of.upgrade_error_retry_delay, parameters) ||
         profile::is_among(of.upgrade_enable, parameters)) &&
        !attempt_ && due_ != Due::retry && context.memory.firmware->failures > 0) {
        arm_retry(context);
    }
}

void Upgrade::on_deadline(const Context& context) {
    if (const auto due = deadline(); due && *due <= context.now) {
        retry_at_.reset();
        due_ = Due::retry;
    }
}

bool Upgrade::drop_request() noexcept { return std::exchange(asked_, nullptr) != nullptr; }

// 9: only when all lines are inactive.
bool Upgrade::blocked(Context& context) const {
    if (context.network.busy) {
        context.observe({.what = Observed::What::blocked, .from = "upgrade", .to = "line busy"});
    }
    return context.network.busy;
}

Upgrade::Outcome Upgrade::go_on(Context& context) {
    if (attempt_ || (!asked_ && due_ == Due::no)) {
        return {};
    }
    if (!context.is_yes(context.dialect.parameter.upgrade_enable)) {
        if (drop_request()) {
            context.log(LogEvent::upgrade_disabled, "upgrade not done: it was disabled meanwhile");
        }
        due_ = Due::no;
        retry_at_.reset();
        return {};
    }
    return asked_ ? try_asked(context) : try_rule(context);
}

Upgrade::Outcome Upgrade::try_asked(Context& context) {
    if (blocked(context)) {
        return {};
    }
    const auto asked = std::exchange(asked_, nullptr);
    return begin(context.behaviour.plan_upgrade(*asked, context), Kind::one_time, context);
}

// Where the rule leads is looked at before the wait for idle lines, so that a phone has nothing to
// wait for when it leads nowhere, and once more after it.
Upgrade::Outcome Upgrade::try_rule(Context& context) {
    if (due_ == Due::retry) {
        context.upgrade_attempt = profile::UpgradeAttempt::retry;
    }
    const std::string_view rule = context.value(context.dialect.parameter.upgrade_rule);
    Result<UpgradePlan, std::string> plan = UpgradePlan{};
    if (!trim(rule).empty()) {
        plan = context.behaviour.plan_upgrade({std::string(rule), {}}, context);
    }
    if (plan && plan->step == Step::skip) {
        due_ = Due::no;
        forget_failures(context);
        return {};
    }
    const std::string target = target_of(plan);
    if (due_ == Due::look && was_tried(plan, target, context)) {
        due_ = Due::no;
        return {};
    }
    if (blocked(context)) {
        return {};
    }
    // Failures count as long as retry follows retry, wherever the rule leads them (5.2).
    const Kind kind = std::exchange(due_, Due::no) == Due::retry ? Kind::retry : Kind::first;
    if (kind == Kind::first && target != context.memory.firmware->tried) {
        forget_failures(context);
    }
    return begin(std::move(plan), kind, context);
}

// 9: not the same place again until the rule or the place changes. A maker whose files change
// behind one URL asks again, but not before the retry delay and not for what it refused.
bool Upgrade::was_tried(const Result<UpgradePlan, std::string>& plan,
                        const std::string& target,
                        Context& context) const {
    const bool final = !plan || plan->step == Step::refuse;
    return !target.empty() && target == context.memory.firmware->tried &&
           (context.behaviour.upgrades_once || retry_at_ || final);
}

Upgrade::Outcome Upgrade::begin(Result<UpgradePlan, std::string> plan,
                                Kind kind,
                                Context& context) {
    CHECK(!attempt_);  // never two at once
    attempt_ = std::make_unique<Attempt>();
    attempt_->kind = kind;
    attempt_->tried = target_of(plan);
    if (kind != Kind::one_time) {
        retry_at_.reset();
    }
    if (!plan || plan->step > Step::nothing) {
        last_attempt_ = context.now;
    }
    if (!plan) {
        return failed(plan.error(), Retry::yes, context);
    }
    attempt_->plan = *std::move(plan);
    auto changes = context.assign(attempt_->plan.assignments);
    Outcome outcome = follow_plan(context);
    outcome.changes = std::move(changes);
    return outcome;
}

Upgrade::Outcome Upgrade::follow_plan(Context& context) {
    const UpgradePlan& plan = attempt_->plan;
    switch (plan.step) {
        case Step::skip:
            context.log(LogEvent::upgrade_unwanted,
                        "upgrade not done: no condition of its rule holds");
            attempt_.reset();
            return {.ended = true};
        case Step::nothing:
            return runs_already(context);
        case Step::refuse:
            return failed(plan.error, Retry::no, context);
        case Step::activate:
            observe_upgrade("requested", plan.load, context);
            return ready(context);
        case Step::fetch_load:
        case Step::fetch_image:
            break;
    }
    observe_upgrade("requested", plan.load, context);
    // What an attempt that a power cut ended left behind.
    context.actions.emplace_back(TidyImages{});
    return fetch(*plan.url,
                 plan.step == Step::fetch_image ? Storing{stored_name(plan.load, 0), 1} : Storing{},
                 context);
}

Upgrade::Outcome Upgrade::fetch(Url url, const Storing& storing, Context& context) {
    observe_upgrade("fetching", url.to_string(), context);
    // 4.3: credentials for the server that the rule names only.
    const UpgradePlan& plan = attempt_->plan;
    const bool own = url.same_origin(*plan.url);
    const auto refused = attempt_->exchange.start(
        Order{.method = Method::get,
              .url = std::move(url),
              .body = {},
              .content_type = {},
              .credentials = own ? plan.credentials : std::nullopt,
              .key = {},
              .purpose = Purpose::upgrade,
              .store_as = storing.name,
              .store_count = static_cast<std::uint8_t>(storing.count),
              .store_bytes = storing.bytes,
              .scheme = plan.scheme,
              .unasked = own && plan.unasked,
              .if_none_match = attempt_->listed ? std::string() : plan.if_none_match},
        context);
    return refused ? failed(refused->error, Retry::yes, context) : Outcome{};
}

void Upgrade::on(const ServerFound& event, Context& context) {
    attempt_->exchange.found(event.ip);
    log_request(context);
}

Upgrade::Outcome Upgrade::on(const Answered& event, Context& context) {
    log_request(context);
    const Url asked = attempt_->exchange.url();
    const auto verdict = attempt_->exchange.on(event, context);
    if (!verdict) {
        // A redirect's target gets a message of its own; an answered challenge is the same request.
        attempt_->request_logged = attempt_->exchange.url() == asked;
        return {};
    }
    if (!*verdict) {
        return verdict->error().kind == Fault::Kind::unmodified
                   ? runs_already(context)
                   : failed(verdict->error().error, Retry::yes, context);
    }
    if (attempt_->plan.step == Step::fetch_image) {
        return take_image(event, context);
    }
    return attempt_->listed ? take_component(event.stored, context)
                            : take_manifest(**verdict, context);
}

Upgrade::Outcome Upgrade::on(const TransferFailed& event, Context& context) {
    log_request(context);
    return failed(attempt_->exchange.on(event).error, Retry::yes, context);
}

Upgrade::Outcome Upgrade::take_manifest(std::string_view text, Context& context) {
    auto components = profile::read_manifest(text);
    if (!components) {
        const profile::DocumentError& error = components.error();
        return failed(invalid_image(fmt::format(
                          "line {}, column {}: {}", error.line, error.column, error.message)),
                      Retry::yes,
                      context);
    }
    attempt_->components = *std::move(components);
    attempt_->url = attempt_->exchange.url();
    attempt_->server_ip = attempt_->exchange.server_ip();
    attempt_->listed = true;
    return fetch_component(context);
}

// 9: each from the directory of the manifest, which a redirect may have named.
Upgrade::Outcome Upgrade::fetch_component(Context& context) {
    if (attempt_->next == attempt_->components.size()) {
        return ready(context);
    }
    const std::size_t number = attempt_->next;
    const profile::LoadComponent& component = attempt_->components[number];
    auto url = attempt_->url->resolve(component.name);
    CHECK(url.has_value());  // the manifest's reader takes no other name
    return fetch(*std::move(url),
                 {stored_name(attempt_->plan.load, number),
                  attempt_->components.size(),
                  component.size_bytes},
                 context);
}

Upgrade::Outcome Upgrade::take_component(const std::optional<StoredFile>& stored,
                                         Context& context) {
    const std::string flaw = flaw_of(stored, attempt_->components[attempt_->next]);
    if (!flaw.empty()) {
        return failed(flaw, Retry::yes, context);
    }
    ++attempt_->next;
    return fetch_component(context);
}

// flyingvoice.md D29: the identical image is never installed again.
Upgrade::Outcome Upgrade::take_image(const Answered& event, Context& context) {
    if (!event.stored || event.stored->size == 0) {
        return failed(invalid_image("nothing was stored"), Retry::yes, context);
    }
    if (event.stored->sha256 == context.memory.firmware->sha256) {
        context.memory.firmware.own().etag = event.etag;
        context.save();
        context.actions.emplace_back(TidyImages{});
        return runs_already(context);
    }
    attempt_->etag = event.etag;
    attempt_->sha256 = event.stored->sha256;
    return ready(context);
}

// All is there. A load is in the other partition now, so that nothing of it is lost before the
// reboot.
Upgrade::Outcome Upgrade::ready(Context& context) {
    attempt_->ready = true;
    if (attempt_->plan.step == Step::fetch_load) {
        context.memory.firmware.own().inactive = attempt_->plan.load;
        context.save();
    }
    if (attempt_->plan.step != Step::activate) {
        observe_upgrade("stored", attempt_->plan.load, context);
    }
    return {.reboot = true};
}

void Upgrade::activate(Context& context) {
    if (state() != State::activating) {
        return;
    }
    Firmware& firmware = context.memory.firmware.own();
    const UpgradePlan& plan = attempt_->plan;
    if (plan.step == Step::fetch_image) {
        firmware.etag = attempt_->etag;
        firmware.sha256 = attempt_->sha256;
    } else {
        firmware.inactive = context.identity.firmware;
    }
    if (!plan.load.empty()) {
        firmware.running = plan.load;
    }
    if (attempt_->kind != Kind::one_time) {
        settle_rule(*attempt_, context);
        firmware.failures = 0;
    }
    const auto macros = message_macros("OK", context);
    context.log_message(
        context.dialect.parameter.log_upgrade_success, LogEvent::upgrade_succeeded, macros);
    context.memory.remember(
        UpgradeRecord{context.wall, true, macros.transfer->url->to_string(), {}});
    observe_upgrade("activated", plan.load, context);
    context.save();
    context.actions.emplace_back(TidyImages{});
    attempt_.reset();
}

Upgrade::Outcome Upgrade::runs_already(Context& context) {
    const auto attempt = std::exchange(attempt_, nullptr);
    observe_upgrade("unchanged", attempt->plan.load, context);
    if (attempt->kind == Kind::one_time) {
        context.log(LogEvent::upgrade_current,
                    "upgrade not done: the phone runs that load already");
        return {.ended = true};
    }
    settle_rule(*attempt, context);
    forget_failures(context);
    return {.ended = true};
}

// 9: a reboot with the reason Upgrade also after a failure, if the attempt had got past its start
// (policy.h, UpgradeStart).
Upgrade::Outcome Upgrade::failed(const std::string& error, Retry retry, Context& context) {
    const auto& parameter = context.dialect.parameter;
    const auto macros = message_macros(error, context);
    context.log_message(parameter.log_upgrade_failure, LogEvent::upgrade_failed, macros);
    if (!parameter.log_upgrade_failure.exists()) {
        context.log(LogEvent::upgrade_failed, "upgrade failed: " + error);
    }
    const Exchange& exchange = attempt_->exchange;
    const std::optional<Url> url =
        exchange.has_order() ? std::optional(exchange.url()) : attempt_->plan.url;
    context.memory.remember(
        UpgradeRecord{context.wall, false, url ? url->to_string() : std::string(), error});
    observe_upgrade(retry == Retry::no ? "refused" : "failed", error, context);
    const bool loads = attempt_->plan.step == Step::fetch_load;
    if (attempt_->listed || attempt_->plan.step == Step::fetch_image) {
        context.actions.emplace_back(TidyImages{});
    }
    const bool any_start = context.settings.policy.upgrade_start == UpgradeStart::request;
    const auto attempt = std::exchange(attempt_, nullptr);
    if (attempt->kind != Kind::one_time) {
        settle_rule(*attempt, context);
        retry == Retry::yes ? count_failure(context) : forget_failures(context);
    }
    context.save();
    return {.ended = true, .reboot = loads && (attempt->listed || any_start)};
}

void Upgrade::log_request(Context& context) {
    if (!attempt_->request_logged && !attempt_->listed) {
        attempt_->request_logged = true;
        context.log_message(context.dialect.parameter.log_upgrade_request,
                            LogEvent::upgrade_requested,
                            message_macros({}, context));
    }
}

// Messages tell of the load: of its manifest, not of a component.
profile::MacroContext Upgrade::message_macros(std::string error, Context& context) const {
    profile::MacroContext macros = context.macros();
    if (attempt_->kind == Kind::retry) {
        macros.upgrade_attempt = profile::UpgradeAttempt::retry;
    }
    macros.transfer = profile::TransferFacts{
        address_of(attempt_->plan.url), attempt_->server_ip, std::move(error)};
    const Exchange& exchange = attempt_->exchange;
    if (attempt_->listed) {
        macros.transfer->url = address_of(attempt_->url);
    } else if (exchange.has_order()) {
        macros.transfer->url = &exchange.url();
        macros.transfer->server_ip = exchange.server_ip();
    }
    if (macros.transfer->url != nullptr && macros.transfer->server_ip.empty()) {
        // Before the name is resolved, its text is all there is to log.
        macros.transfer->server_ip = macros.transfer->url->host();
    }
    return macros;
}

}  // namespace onhook::phone
