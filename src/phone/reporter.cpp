#include "phone/reporter.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "profile/report.h"

namespace onhook::phone {

namespace {

// Why a report cannot be sent yet, or nothing. A report that ought to be sealed is never sent in
// clear.
std::string_view hindrance(const profile::RuleOptions& options, Context& context) {
    if (options.delta || options.status) {
        return "delta and status reports are not supported yet";
    }
    const auto ikm = context.dialect.parameter.ikm;
    if (options.key || !context.value(ikm).empty()) {
        return "sealed reports are not supported yet; not sent in clear";
    }
    return {};
}

}  // namespace

void Reporter::send(Context& context) {
    const auto rule = context.value(context.dialect.parameter.report_rule);
    auto decision =
        profile::decide_report_rule(rule, context.macros(), nullptr, context.settings.policy.rules);
    if (!decision) {
        context.log(Severity::error,
                    fmt::format("report not sent: Report_Rule, character {}: {}",
                                decision.error().offset + 1,
                                decision.error().sentence()));
        return;
    }
    if (decision->too_many) {
        context.log(Severity::warning,
                    "Report_Rule names more than two reports; the first two are sent");
    }
    // A report is no reason to restart in the middle of it, again and again if the value is one
    // that changes.
    const auto changes = context.assign(decision->assignments);
    if (profile::effect_of(changes, *context.dialect.catalogue) != profile::Effect::none) {
        context.log(Severity::warning,
                    "what Report_Rule assigned takes effect when the phone starts again");
    }
    queue_.assign(std::make_move_iterator(decision->requests.begin()),
                  std::make_move_iterator(decision->requests.end()));
    if (!exchange_.active()) {
        send_next(context);
    }
}

void Reporter::send_next(Context& context) {
    while (!queue_.empty()) {
        profile::RuleRequest request = std::move(queue_.front());
        queue_.pop_front();
        if (const auto why = hindrance(request.options, context); !why.empty()) {
            context.log(Severity::error, fmt::format("report not sent: {}", why));
            continue;
        }
        // 8.3: the verb is a parameter for http; tftp writes.
        const bool put = request.url->scheme() == Scheme::tftp ||
                         context.value(context.dialect.parameter.report_method) == "PUT";
        exchange_.start(
            Order{.method = put ? Method::put : Method::post,
                  .url = *std::move(request.url),
                  .body = profile::write_flat_profile(profile::full_report(context.memory.values)),
                  .content_type = "application/xml",
                  .credentials = request.options.credentials(),
                  .key = {},
                  .any_2xx = true},
            context);
        return;
    }
}

void Reporter::on(const Answered& event, Context& context) {
    const auto verdict = exchange_.on(event, context);
    if (verdict) {
        ended(*verdict ? std::string() : verdict->error().error, context);
    }
}

void Reporter::on(const TransferFailed& event, Context& context) {
    ended(exchange_.on(event).error, context);
}

// 8.3: one attempt, whatever came of it.
void Reporter::ended(const std::string& error, Context& context) {
    const std::string url = exchange_.url().to_string();
    if (error.empty()) {
        context.log(Severity::info, fmt::format("report sent to {}", url));
    } else {
        context.log(Severity::error, fmt::format("report to {} failed: {}", url, error));
    }
    send_next(context);
}

}  // namespace onhook::phone
