#include "phone/reporter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/status.h"
#include "profile/report.h"
#include "profile/status.h"

namespace onhook::phone {

namespace {

// 5.3: a wait that a parameter gives, in seconds; `usual` where it gives none.
struct WaitRange {
    std::int64_t least;
    std::int64_t most;
    std::int64_t usual;
};

constexpr WaitRange period_range{600, 2'592'000, 3600};
constexpr WaitRange batch_range{10, 900, 60};
constexpr Seconds unusual_period{259'200};  // the longest that the newer guides allow

Seconds seconds_of(std::string_view value, const WaitRange& range) {
    const auto given = profile::integer_of(value).value_or(range.usual);
    return Seconds(std::clamp(given, range.least, range.most));
}

// The union of two sets of ids, both sorted.
std::vector<profile::ParameterId> merged(const std::vector<profile::ParameterId>& a,
                                         const std::vector<profile::ParameterId>& b) {
    std::vector<profile::ParameterId> both;
    both.reserve(a.size() + b.size());
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
}

}  // namespace

Reporter::Mode Reporter::mode(const Context& context) {
    const auto& parameter = context.dialect.parameter;
    if (trim(context.value(parameter.report_rule)).empty()) {
        return Mode::on_request;  // nothing to time
    }
    const std::string_view when = context.value(parameter.report_when);
    return when == "On Local Change" ? Mode::on_local_change
           : when == "Periodically"  ? Mode::periodically
                                     : Mode::on_request;
}

// 8.4: a restart is a reason to report in the mode that names it, On Request. The other modes have
// times of their own.
void Reporter::boot(Context& context) {
    mode_ = mode(context);
    changed_ = std::exchange(context.memory.unreported, {});
    if (!changed_->empty()) {
        context.save();
    }
    switch (mode_) {
        case Mode::on_request:
            if (!trim(context.value(context.dialect.parameter.report_rule)).empty()) {
                send(Empty::told, context);
            }
            return;
        case Mode::on_local_change:
            if (!changed_->empty()) {
                arm(context.now, context);
            }
            return;
        case Mode::periodically:
            start_period(context);
            return;
    }
}

void Reporter::request(Context& context) { send(Empty::told, context); }

void Reporter::start_period(Context& context) {
    arm(context.now, context);
    if (const Seconds period = wait(context); period > unusual_period) {
        context.log(LogEvent::report_period_unusual,
                    fmt::format("periodic_upload_to_server is {} s; newer phones take at most {} s",
                                period.count(),
                                unusual_period.count()));
    }
}

Seconds Reporter::wait(const Context& context) const {
    const auto& parameter = context.dialect.parameter;
    return mode_ == Mode::periodically
               ? seconds_of(context.value(parameter.report_period), period_range)
               : seconds_of(context.value(parameter.report_delay), batch_range);
}

// A period and the delay of a batch count from where they began, with the value of now.
void Reporter::arm(TimePoint since, Context& context) {
    since_ = since;
    due_ = since + wait(context);
    context.observe({.what = Observed::What::timer,
                     .to = mode_ == Mode::periodically ? "report_period" : "report_batch",
                     .due = due_});
}

void Reporter::remember(const std::vector<profile::ParameterId>& sorted) {
    if (!sorted.empty()) {
        changed_ = merged(*changed_, sorted);
    }
}

void Reporter::changed(std::span<const profile::ParameterId> parameters, Context& context) {
    std::vector<profile::ParameterId> sorted(parameters.begin(), parameters.end());
    std::sort(sorted.begin(), sorted.end());
    remember(sorted);
    const auto& of = context.dialect.parameter;
    const auto has = [&](profile::ParameterId id) {
        return std::binary_search(sorted.begin(), sorted.end(), id);
    };
    const Mode before = std::exchange(mode_, mode(context));
    if (mode_ != before) {
        due_.reset();
    }
    if (mode_ == Mode::periodically && (!due_ || has(of.report_period))) {
        start_period(context);
    } else if (mode_ == Mode::on_local_change && due_ && has(of.report_delay)) {
        arm(since_, context);
    }
}

// 8.4: the delay counts from the first change of the batch.
void Reporter::changed_here(Context& context) {
    if (mode_ == Mode::on_local_change && !due_) {
        arm(context.now, context);
    }
}

void Reporter::on_deadline(Context& context) {
    if (!due_ || context.now < *due_) {
        return;
    }
    if (mode_ == Mode::periodically) {
        arm(context.now, context);
        send(Empty::told, context);
    } else {
        due_.reset();
        send(Empty::left_out, context);
    }
}

void Reporter::keep_unreported(Context& context) {
    const bool waits = mode_ == Mode::on_local_change && due_;
    if (waits || (sending_ && sending_->batch)) {
        settle_delta();
        context.memory.unreported = changed_;
        context.save();
    }
}

void Reporter::send(Empty empty, Context& context) {
    const auto rule = context.value(context.dialect.parameter.report_rule);
    auto decision =
        profile::decide_report_rule(rule, context.macros(), nullptr, context.settings.policy.rules);
    if (!decision) {
        context.log(LogEvent::report_rule_unreadable,
                    fmt::format("report not sent: Report_Rule, character {}: {}",
                                decision.error().offset + 1,
                                decision.error().sentence()));
        return;
    }
    if (decision->too_many) {
        context.log(LogEvent::report_rule_too_long,
                    "Report_Rule names more than two reports; the first two are sent");
    }
    // A report is no reason to restart in the middle of it, again and again if the value is one
    // that changes.
    const auto changes = context.assign(decision->assignments);
    const auto assigned = profile::ids_of(changes);
    changed(assigned, context);
    if (profile::effect_of(changes, *context.dialect.catalogue) != profile::Effect::none) {
        context.log(LogEvent::report_assignment_waits,
                    "what Report_Rule assigned takes effect when the phone starts again");
    }
    auto& requests = decision->requests;
    if (empty == Empty::left_out && changed_->empty()) {
        std::erase_if(requests,
                      [](const profile::RuleRequest& request) { return request.options.delta; });
    }
    if (requests.empty()) {
        return;
    }
    const bool running = sending_ != nullptr;
    if (!running) {
        sending_ = std::make_unique<Sending>();
    }
    // Both reports of a rule hold the same changes. A delta report that still runs from before
    // counts as not taken: what it holds is told twice rather than never.
    settle_delta();
    sending_->queue.assign(std::make_move_iterator(requests.begin()),
                           std::make_move_iterator(requests.end()));
    sending_->delta = *std::exchange(changed_, {});
    sending_->batch = empty == Empty::left_out;
    if (!running) {
        send_next(context);
    }
}

void Reporter::send_next(Context& context) {
    if (sending_->queue.empty()) {
        settle_delta();
        sending_.reset();
        return;
    }
    profile::RuleRequest request = std::move(sending_->queue.front());
    sending_->queue.pop_front();
    // 8.3: the verb is a parameter for http; tftp writes.
    const bool put = request.url->scheme() == Scheme::tftp ||
                     context.value(context.dialect.parameter.report_method) == "PUT";
    const auto refused =
        sending_->exchange.start(Order{.method = put ? Method::put : Method::post,
                                       .url = *std::move(request.url),
                                       .body = content(request.options, context),
                                       .content_type = "application/xml",
                                       .credentials = request.options.credentials(),
                                       .key = request.options.key,
                                       .upload = true,
                                       .purpose = Purpose::report},
                                 context);
    sending_->delta_runs = request.options.delta;
    if (refused) {
        ended(refused->error, context);
    }
}

// 8.2: no content option is the full configuration.
std::string Reporter::content(const profile::RuleOptions& options, Context& context) const {
    const profile::Values& values = context.memory.values;
    if (options.status) {
        return profile::write_status(status_document(
            context.dialect, context.identity, context.memory, *context.network.registrations));
    }
    return options.delta ? profile::delta_report(values, sending_->delta)
                         : profile::full_report(values);
}

// 8.2: the baseline of the next delta report is the last one that a server took. 8.3: what none
// took stays to be told.
void Reporter::settle_delta() {
    if (!sending_) {
        return;
    }
    if (!sending_->delta_taken) {
        remember(sending_->delta);
    }
    sending_->delta.clear();
    sending_->delta_runs = false;
    sending_->delta_taken = false;
}

void Reporter::on(const Answered& event, Context& context) {
    const auto verdict = sending_->exchange.on(event, context);
    if (verdict) {
        ended(*verdict ? std::string() : verdict->error().error, context);
    }
}

void Reporter::on(const TransferFailed& event, Context& context) {
    ended(sending_->exchange.on(event).error, context);
}

// 8.3: one attempt, whatever came of it.
void Reporter::ended(const std::string& error, Context& context) {
    const std::string url = sending_->exchange.url().to_string();
    const bool delta = std::exchange(sending_->delta_runs, false);
    sending_->delta_taken = sending_->delta_taken || (delta && error.empty());
    if (error.empty()) {
        context.log(LogEvent::report_sent, fmt::format("report sent to {}", url));
    } else {
        context.log(LogEvent::report_failed, fmt::format("report to {} failed: {}", url, error));
    }
    send_next(context);
}

}  // namespace onhook::phone
