#include "phone/reporter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "phone/status.h"
#include "profile/report.h"
#include "profile/status.h"

namespace onhook::phone {

namespace {

// The union of two sets of ids, both sorted.
std::vector<profile::ParameterId> merged(const std::vector<profile::ParameterId>& a,
                                         const std::vector<profile::ParameterId>& b) {
    std::vector<profile::ParameterId> both;
    both.reserve(a.size() + b.size());
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
}

}  // namespace

void Reporter::changed(std::span<const profile::ParameterId> parameters) {
    std::vector<profile::ParameterId> sorted(parameters.begin(), parameters.end());
    std::sort(sorted.begin(), sorted.end());
    changed_ = merged(changed_, sorted);
}

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
    std::vector<profile::ParameterId> assigned;
    assigned.reserve(changes.size());
    for (const profile::Change& change : changes) {
        assigned.push_back(change.id);
    }
    changed(assigned);
    if (profile::effect_of(changes, *context.dialect.catalogue) != profile::Effect::none) {
        context.log(Severity::warning,
                    "what Report_Rule assigned takes effect when the phone starts again");
    }
    queue_.assign(std::make_move_iterator(decision->requests.begin()),
                  std::make_move_iterator(decision->requests.end()));
    // Both reports of a rule hold the same changes. A delta report that still runs from before
    // counts as not taken: what it holds is told twice rather than never.
    settle_delta();
    delta_ = std::exchange(changed_, {});
    if (!exchange_.active()) {
        send_next(context);
    }
}

void Reporter::send_next(Context& context) {
    if (!queue_.empty()) {
        profile::RuleRequest request = std::move(queue_.front());
        queue_.pop_front();
        // 8.3: the verb is a parameter for http; tftp writes.
        const bool put = request.url->scheme() == Scheme::tftp ||
                         context.value(context.dialect.parameter.report_method) == "PUT";
        const auto refused = exchange_.start(Order{.method = put ? Method::put : Method::post,
                                                   .url = *std::move(request.url),
                                                   .body = content(request.options, context),
                                                   .content_type = "application/xml",
                                                   .credentials = request.options.credentials(),
                                                   .key = request.options.key,
                                                   .upload = true,
                                                   .purpose = Purpose::report},
                                             context);
        delta_runs_ = request.options.delta && !request.options.status;
        if (refused) {
            ended(refused->error, context);
        }
        return;
    }
    settle_delta();
}

// 8.2: no content option is the full configuration.
std::string Reporter::content(const profile::RuleOptions& options, Context& context) const {
    const profile::Values& values = context.memory.values;
    if (options.status) {
        return profile::write_status(
            status_document(context.dialect, context.identity, context.memory));
    }
    return profile::write_flat_profile(options.delta ? profile::delta_report(values, delta_)
                                                     : profile::full_report(values));
}

// 8.2: the baseline of the next delta report is the last one that a server took. 8.3: what none
// took stays to be told.
void Reporter::settle_delta() {
    if (!delta_taken_) {
        changed_ = merged(changed_, delta_);
    }
    delta_.clear();
    delta_runs_ = false;
    delta_taken_ = false;
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
    const bool delta = std::exchange(delta_runs_, false);
    delta_taken_ = delta_taken_ || (delta && error.empty());
    if (error.empty()) {
        context.log(Severity::info, fmt::format("report sent to {}", url));
    } else {
        context.log(Severity::error, fmt::format("report to {} failed: {}", url, error));
    }
    send_next(context);
}

}  // namespace onhook::phone
