#include "phone/profiles_pass.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "phone/behaviour.h"
#include "phone/flyingvoice_behaviour.h"
#include "profile/flyingvoice_apply.h"
#include "profile/flyingvoice_boot.h"

namespace onhook::phone {

namespace {

using profile::FlyingvoiceFile;

// What a server may say of a file before it is worth more to read it again.
constexpr std::size_t longest_validator = 256;

template <typename Number>
std::optional<std::string_view> option_of(
    const std::vector<std::pair<Number, std::string>>& options, std::uint32_t number) {
    const auto found = std::find_if(options.begin(), options.end(), [&](const auto& option) {
        return option.first == number && !trim(option.second).empty();
    });
    return found == options.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

// The first option of a list of numbers, "160,161", that the lease has.
template <typename Number>
std::optional<std::string_view> first_option(
    const std::vector<std::pair<Number, std::string>>& options, std::string_view numbers) {
    Cursor in(numbers);
    while (!in.at_end()) {
        const auto number = parse_number<std::uint32_t>(in.take_while(is_digit));
        if (const auto value = number ? option_of(options, *number) : std::nullopt) {
            return value;
        }
        in.take_while([](char c) { return !is_digit(c); });
    }
    return std::nullopt;
}

// 6.3: Option 66 switches the extra numbers, which come first, and 66 itself. An extra option says
// everything by itself; 66 and 67 make one rule together.
std::optional<std::string> rule_of_lease(const Context& context) {
    const auto& parameter = context.dialect.provisioning;
    const Lease& lease = context.network.lease;
    const bool servers = context.is_yes(parameter.option66);
    if (servers) {
        auto extra = first_option(lease.dhcp->options, context.value(parameter.more_options));
        if (!extra) {
            extra = first_option(lease.dhcp->options6, context.value(parameter.more_options6));
        }
        if (extra) {
            return profile::rule_of_dhcp(extra, std::nullopt);
        }
    }
    return profile::rule_of_dhcp(
        servers ? option_of(lease.dhcp->options, 66) : std::nullopt,
        context.is_yes(parameter.option67) ? option_of(lease.dhcp->options, 67) : std::nullopt);
}

ResyncCode code_of(Fault::Kind kind) {
    switch (kind) {
        case Fault::Kind::not_found:
            return ResyncCode::not_found;
        case Fault::Kind::corrupt:
            return ResyncCode::unreadable;
        case Fault::Kind::authentication:
            return ResyncCode::authentication;
        case Fault::Kind::tls:
            return ResyncCode::tls;
        case Fault::Kind::unmodified:
        case Fault::Kind::other:
            break;
    }
    return ResyncCode::transport;
}

std::string at_place(std::string_view url, const profile::DocumentError& error) {
    return fmt::format("{}:{}:{}: {}", url, error.line, error.column, error.message);
}

std::string usable(const std::string& validator) {
    return validator.size() <= longest_validator ? validator : std::string();
}

}  // namespace

ProfilesPass::ProfilesPass(PassOrder order) : order_(std::move(order)) {
    result_.cause = order_.cause;
    result_.one_shot = order_.one_rule.has_value();
}

// 6.1, D8: PnP, once a boot, then DHCP, then the rule.
ProfilesPass::Outcome ProfilesPass::start(Context& context) {
    if (order_.one_rule) {
        rules_[0] = order_.one_rule->rule;
        source_ = "request";
        return next_profile(context);
    }
    if (context.is_yes(context.dialect.provisioning.pnp) && !context.network.visits->asked_pnp) {
        context.network.visits.wake().asked_pnp = true;
        deadline_ = context.now + context.settings.policy.pnp_wait;
        context.actions.emplace_back(AskPnp{});
        return std::nullopt;
    }
    return find_profile_1(context);
}

ProfilesPass::Outcome ProfilesPass::on_deadline(Context& context) {
    deadline_.reset();
    context.actions.emplace_back(StopPnp{});
    return find_profile_1(context);
}

// D10: for this boot, and Profile Rule stays as it is.
ProfilesPass::Outcome ProfilesPass::on(const PnpAnswered& event, Context& context) {
    if (!deadline_) {
        return std::nullopt;  // too late
    }
    const auto located = profile::locate_flyingvoice(event.url, flyingvoice_macros(context));
    if (!located || !*located) {  // D9: the first acceptable one ends the search
        context.log(LogEvent::pnp_url_unusable,
                    "PnP named no usable URL; the phone waits for another");
        return std::nullopt;
    }
    context.network.visits.wake().pnp_url = event.url;
    return on_deadline(context);
}

ProfilesPass::Outcome ProfilesPass::find_profile_1(Context& context) {
    const auto& profiles = context.dialect.provisioning.profiles;
    rules_[1] = context.value(profiles[1].rule);
    if (const std::string& pnp = context.network.visits->pnp_url; !pnp.empty()) {
        rules_[0] = pnp;
        source_ = "PnP";
        result_.discovered = true;
    } else if (auto rule = rule_of_lease(context)) {
        rules_[0] = *std::move(rule);
        source_ = "DHCP";
        result_.discovered = true;
    } else {
        rules_[0] = context.value(profiles[0].rule);
        source_ = "Profile Rule";
    }
    if (trim(rules_[0]).empty() && trim(rules_[1]).empty()) {
        context.log(LogEvent::source_missing,
                    "nothing to fetch: PnP, DHCP and the profile rules name no server");
        result_.error = "no source";
        return finish(ResyncCode::no_source);
    }
    return next_profile(context);
}

const profile::Dialect::Profile& ProfilesPass::parameters(Context& context) const {
    return context.dialect.provisioning.profiles[profile_ - 1];
}

// D26: profile 2 after profile 1, also when that failed. A blank rule is skipped.
ProfilesPass::Outcome ProfilesPass::next_profile(Context& context) {
    while (profile_ < rules_.size()) {
        ++profile_;
        if (plan(context)) {
            return next_file(context);
        }
    }
    return conclude(context);
}

// 8.1: what the rule of this profile asks for. False when there is nothing to ask for.
bool ProfilesPass::plan(Context& context) {
    requests_.clear();
    found_any_ = false;
    const std::string& rule = rules_[profile_ - 1];
    auto plan = profile::plan_flyingvoice(
        rule, context.value(context.dialect.provisioning.config_file), flyingvoice_macros(context));
    if (!plan) {
        Reason reason{
            ResyncCode::unreadable,
            fmt::format("profile {}: rule not understood: {}", profile_, plan.error().sentence()),
            {}};
        context.log(LogEvent::profile_rule_unreadable, reason.text);
        if (!failure_) {
            failure_ = std::move(reason);
        }
        return false;
    }
    if (!*plan) {
        return false;
    }
    for (const std::string& macro : (*plan)->unknown_macros) {
        context.log(
            LogEvent::macro_unknown,
            fmt::format("profile {}: {} is no macro and stays as written", profile_, macro));
    }
    rules_credentials_[profile_ - 1] = std::move((*plan)->credentials);
    requests_.assign((*plan)->requests.begin(), (*plan)->requests.end());
    return true;
}

ProfilesPass::Outcome ProfilesPass::next_file(Context& context) {
    if (requests_.empty()) {
        return next_profile(context);
    }
    const bool first = !current_;
    current_ = std::move(requests_.front());
    requests_.pop_front();
    // A boot file is always read: what it includes is asked about one by one.
    const Visits::Visit* known = nullptr;
    const bool boot = current_->file == FlyingvoiceFile::own_boot ||
                      current_->file == FlyingvoiceFile::common_boot;
    if (!boot && !order_.one_rule) {
        const auto& files = context.network.visits->files;
        const auto visit = std::find_if(files.begin(), files.end(), [&](const auto& one) {
            return one.url == current_->url.to_string();
        });
        known = visit == files.end() ? nullptr : &*visit;
    }
    return fetch(context, first ? Why::first : Why::next, known);
}

// 8.3: each profile has its own User-Agent, authentication and credentials (D12, D22, D24). Those
// of a rule are for a server that asks (6.4).
ProfilesPass::Outcome ProfilesPass::fetch(Context& context, Why why, const Visits::Visit* known) {
    const profile::Dialect::Profile& parameter = parameters(context);
    const std::string_view user_agent = context.value(parameter.user_agent);
    const std::string_view key = context.value(context.dialect.provisioning.file_key);
    const bool basic = context.value(parameter.authentication) == "Basic";
    const auto& of_rule = rules_credentials_[profile_ - 1];
    last_url_ = current_->url.to_string();
    Order order{.method = Method::get,
                .url = current_->url,
                .body = {},
                .content_type = {},
                .credentials = profile::credentials_for(
                    of_rule, context.value(parameter.user), context.value(parameter.password)),
                .key = key.empty() ? std::nullopt : std::optional(Secret(std::string(key))),
                .purpose = Purpose::profile,
                .why = why,
                .cause = order_.cause,
                .user_agent = user_agent.empty() ? context.dialect.user_agent(context.identity)
                                                 : context.behaviour.expand(user_agent, context),
                .scheme = basic ? AuthScheme::basic : AuthScheme::digest,
                .unasked = basic && !of_rule,
                .of_text = true};
    if (known != nullptr) {
        order.if_none_match = known->etag;
        order.if_modified_since = known->last_modified;
    }
    const auto refused = exchange_.start(std::move(order), context);
    return refused ? failed(*refused, context) : std::nullopt;
}

void ProfilesPass::on(const ServerFound& event, Context& /*context*/) { exchange_.found(event.ip); }

ProfilesPass::Outcome ProfilesPass::on(const Answered& event, Context& context) {
    auto verdict = exchange_.on(event, context);
    if (!verdict) {
        return std::nullopt;
    }
    return *verdict ? take(**verdict, context) : failed(verdict->error(), context);
}

ProfilesPass::Outcome ProfilesPass::on(const TransferFailed& event, Context& context) {
    return failed(exchange_.on(event), context);
}

ProfilesPass::Outcome ProfilesPass::take(const SharedText& body, Context& context) {
    bytes_ += body.size();
    if (bytes_ > context.settings.policy.most_profile_bytes) {
        return profile_failed(
            {ResyncCode::unreadable,
             fmt::format("the files are larger than {} bytes together; the server must send less",
                         context.settings.policy.most_profile_bytes),
             last_url_},
            context);
    }
    if (reread_) {
        File& file = files_[*std::exchange(reread_, std::nullopt)];
        file.body = body;
        file.visit.etag = usable(exchange_.etag());
        file.visit.last_modified = usable(exchange_.last_modified());
        return conclude(context);
    }
    if (current_->file == FlyingvoiceFile::own_boot ||
        current_->file == FlyingvoiceFile::common_boot) {
        return take_boot_file(body, context);
    }
    return keep(body, context);
}

ProfilesPass::Outcome ProfilesPass::keep(std::optional<SharedText> body, Context& context) {
    found_any_ = true;
    files_.push_back({{last_url_, usable(exchange_.etag()), usable(exchange_.last_modified())},
                      current_->url,
                      std::move(body),
                      profile_});
    return next_file(context);
}

// 8.1.4, 8.1.5: its includes take the place of all that would follow.
ProfilesPass::Outcome ProfilesPass::take_boot_file(std::string_view body, Context& context) {
    const auto includes = profile::read_boot_file(body);
    if (!includes) {
        return profile_failed(
            {ResyncCode::unreadable, at_place(last_url_, includes.error()), last_url_}, context);
    }
    found_any_ = true;
    const Url boot = current_->url;
    requests_.clear();
    for (const profile::BootInclude& include : *includes) {
        auto url = profile::locate_include(boot, include.file, flyingvoice_macros(context));
        if (!url) {
            return profile_failed(
                {ResyncCode::unreadable,
                 fmt::format("{}:{}: {}", last_url_, include.line, url.error().sentence()),
                 last_url_},
                context);
        }
        requests_.push_back({FlyingvoiceFile::included, *std::move(url)});
    }
    return next_file(context);
}

// 8.1.6, D20: what is not there is missed only where nothing else was found in its place.
ProfilesPass::Outcome ProfilesPass::failed(const Fault& fault, Context& context) {
    const bool may_be_absent = current_->file != FlyingvoiceFile::named &&
                               (current_->file != FlyingvoiceFile::own || found_any_);
    if (fault.kind == Fault::Kind::unmodified) {
        return keep(std::nullopt, context);
    }
    if (fault.kind == Fault::Kind::not_found && may_be_absent && !reread_) {
        context.log(LogEvent::file_absent, fmt::format("{} is not there", last_url_));
        return next_file(context);
    }
    return profile_failed({code_of(fault.kind), fault.error, last_url_}, context);
}

ProfilesPass::Outcome ProfilesPass::profile_failed(Reason reason, Context& context) {
    context.log(LogEvent::profile_failed,
                fmt::format("profile {}: {}: {}", profile_, reason.url, reason.text));
    if (!failure_) {
        failure_ = std::move(reason);
    }
    requests_.clear();
    return std::exchange(reread_, std::nullopt) ? conclude(context) : next_profile(context);
}

// 8.1.7, D20, D26: all profiles are read, or nothing counts.
ProfilesPass::Outcome ProfilesPass::conclude(Context& context) {
    if (failure_) {
        return fail();
    }
    if (nothing_changed(context)) {
        return finish(ResyncCode::unchanged);
    }
    // Files override each other, so one that has not changed counts beside one that has.
    const auto unread =
        std::find_if(files_.begin(), files_.end(), [](const File& file) { return !file.body; });
    if (unread == files_.end()) {
        return apply(context);
    }
    reread_ = static_cast<std::size_t>(unread - files_.begin());
    profile_ = unread->profile;
    current_ = {FlyingvoiceFile::named, unread->url};
    return fetch(context, Why::next, nullptr);
}

// D23: the same files as in the last attempt that succeeded, and each as it was then.
bool ProfilesPass::nothing_changed(Context& context) const {
    if (files_.empty()) {
        return false;
    }
    const auto& known = context.network.visits->files;
    return std::equal(files_.begin(),
                      files_.end(),
                      known.begin(),
                      known.end(),
                      [](const File& file, const Visits::Visit& visit) {
                          return !file.body && file.visit.url == visit.url;
                      });
}

ProfilesPass::Outcome ProfilesPass::apply(Context& context) {
    std::vector<std::string_view> documents;
    for (const File& file : files_) {
        documents.push_back(*file.body);
    }
    auto applied = profile::apply_flyingvoice_files(documents, context.memory.values);
    if (!applied) {
        const std::string& url = files_[applied.error().document].visit.url;
        failure_ = Reason{ResyncCode::unreadable, at_place(url, applied.error().error), url};
        context.log(LogEvent::profile_unreadable, failure_->text);
        return fail();
    }
    context.commit(*applied);
    result_.changed = profile::ids_of(applied->changes);
    result_.effect = applied->effect;
    result_.installed = !files_.empty();
    remember_files(context);
    context.log(files_.empty() ? LogEvent::provisioned_without_files : LogEvent::provisioned,
                fmt::format("provisioned by {}: {} files, {} settings changed",
                            source_,
                            files_.size(),
                            applied->changes.size()));
    return finish(applied->changes.empty() ? ResyncCode::unchanged : ResyncCode::changed);
}

// D23. One file that cannot be asked about would have all of them read each time anyway.
void ProfilesPass::remember_files(Context& context) {
    if (order_.one_rule) {
        return;
    }
    auto& known = context.network.visits.wake().files;
    known.clear();
    const bool askable = std::all_of(files_.begin(), files_.end(), [](const File& file) {
        return !file.visit.etag.empty() || !file.visit.last_modified.empty();
    });
    for (std::size_t i = 0; askable && i < files_.size(); ++i) {
        known.push_back(std::move(files_[i].visit));
    }
}

ProfilesPass::Outcome ProfilesPass::fail() {
    result_.error = failure_->text;
    last_url_ = failure_->url;
    return finish(failure_->code);
}

PassResult ProfilesPass::finish(ResyncCode code) {
    PassResult result = std::move(result_);
    result.code = code;
    result.succeeded = code == ResyncCode::changed || code == ResyncCode::unchanged;
    result.url = last_url_;
    return result;
}

}  // namespace onhook::phone
