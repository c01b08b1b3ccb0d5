// What others ask of the lines: NOTIFY and the rest (cisco-mpp.md 12, protocols.md B).
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "agent/sip_lines.h"
#include "base/printable.h"

namespace onhook::agent {

namespace sip = wire::sip;

namespace {

constexpr Seconds busy_retry{5};

// Methods that exist and are none of ours (RFC 3261, 3262, 3265, 3311, 3428, 3515, 3903, 6086).
constexpr std::array<std::string_view, 9> other_methods = {
    "REGISTER", "SUBSCRIBE", "INFO", "MESSAGE", "REFER", "UPDATE", "PRACK", "PUBLISH", "ACK"};

sip::Header allowed_methods() { return {"Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY"}; }

sip::Answer unavailable() {
    return {.status = 503, .headers = {{"Retry-After", std::to_string(busy_retry.count())}}};
}

}  // namespace

void SipLines::delivered(const sip::server::Deliver& request) {
    const bool is_notify = request.request.request()->method.str() == "NOTIFY";
    if (is_notify && pnp_.is_concerned(request.request)) {
        pnp_.delivered(request);
    } else if (only_servers_ && !is_of_a_server(request.from.address)) {
        // 12: foreign hosts hear nothing at all.
        behind_.say(LogEvent::sip_dropped,
                    fmt::format("{} of {} dropped: Block_Nonproxy_SIP is Yes",
                                request.request.request()->method.str(),
                                request.from.address));
    } else if (is_notify) {
        notified(request);
    } else {
        transactions_.respond(request, answer_to(request.request));
    }
}

// Without an engine no call is taken.
sip::Answer SipLines::answer_to(const sip::Message& request) const {
    const std::string& method = request.request()->method.str();
    if (method == "BYE" || method == "CANCEL") {
        return {.status = 481};
    }
    if (method == "OPTIONS" || method == "INVITE") {
        if (line_of(request) == nullptr) {
            return {.status = 404};
        }
        return method == "INVITE"
                   ? sip::Answer{.status = 480}
                   : sip::Answer{
                         .headers = {allowed_methods(), sip::allow_events(dialect_.notify_events)}};
    }
    const bool known =
        std::find(other_methods.begin(), other_methods.end(), method) != other_methods.end();
    return {.status = known ? 405 : 501, .headers = {allowed_methods()}};
}

// By the user part of the Request-URI, as our Contact has it. Without one, the first line is meant.
const SipLines::Line* SipLines::line_of(const sip::Message& request) const {
    const std::string user = request.request()->uri.user();
    for (const auto& [number, line] : lines_) {
        const profile::SipAccount& account = line.next ? *line.next : line.account;
        if ((!line.leaving || line.next) && (user.empty() || account.user == user)) {
            return &line;
        }
    }
    return nullptr;
}

bool SipLines::is_of_a_server(const std::string& address) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const auto& one) {
        const auto& found = one.second.found;
        return std::any_of(found.begin(), found.end(), [&](const SipTarget& target) {
            return target.route.address == address;
        });
    });
}

void SipLines::notified(const sip::server::Deliver& request) {
    const Line* line = line_of(request.request);
    if (line == nullptr || behind_.phone() == nullptr) {
        transactions_.respond(request,
                              line == nullptr ? sip::Answer{.status = 404} : unavailable());
        return;
    }
    Pending pending{request, line->account.domain, sip::Verdict::missing};
    const phone::Sender sender = sender_of(*line, pending);
    const std::string event(request.request.header("Event").value_or(""));
    behind_.say(LogEvent::notify_arrived,
                fmt::format("NOTIFY {} of {} to line {}",
                            printable(event),
                            request.from.address,
                            line->account.line));
    const phone::RequestId id{++last_request_.value};
    const unsigned number = line->account.line;
    pending_.emplace(id, std::move(pending));
    behind_.step(phone::NotifyArrived{id, event, sender, number, request.request.body});
}

// B.4: the credentials of the account, else the place that it came from (flyingvoice.md D17). A
// line without a password has no credentials that anybody could show.
phone::Sender SipLines::sender_of(const Line& line, Pending& pending) {
    const profile::SipAccount& account = line.account;
    if (!account.password.empty()) {
        pending.verdict =
            guard_->check(pending.request.request,
                          {account.domain, {account.user, account.auth_user}, account.password},
                          net::Loop::now());
    }
    switch (pending.verdict) {
        case sip::Verdict::accepted:
            return phone::Sender::known;
        case sip::Verdict::wrong:
            return phone::Sender::wrong;
        case sip::Verdict::missing:
        case sip::Verdict::stale:
            break;
    }
    const sip::Route* server = line.registration ? line.registration->server() : nullptr;
    return server != nullptr && server->address == pending.request.from.address
               ? phone::Sender::registrar
               : phone::Sender::unknown;
}

void SipLines::perform(const phone::AnswerNotify& action) {
    const auto found = pending_.find(action.request);
    if (found == pending_.end()) {
        return;  // of a line that is gone
    }
    const Pending pending = std::move(found->second);
    pending_.erase(found);
    sip::Answer answer{.status = action.status};
    if (action.status == 401) {
        answer.headers.push_back(
            guard_->challenge(pending.realm, pending.verdict, net::Loop::now()));
    } else if (action.status == 489) {
        // B.3: within a dialog of which we know nothing it is the dialog that is wrong.
        answer = pending.request.request.to.tag().empty() ? sip::bad_event(dialect_.notify_events)
                                                          : sip::Answer{.status = 481};
    } else if (action.status == 503) {
        answer = unavailable();
    }
    transactions_.respond(pending.request, std::move(answer));
}

void SipLines::perform(const phone::AskPnp& /*action*/) {
    if (!transactions_.is_open() || waits_ || contact_.find(':') != std::string::npos) {
        behind_.say(LogEvent::pnp_not_asked,
                    "no PnP SUBSCRIBE is sent: the phone has no SIP socket for IPv4; "
                    "it goes on to DHCP");
        return;
    }
    pnp_.start({.form = pnp_form_,
                .mac = identity_.mac,
                .model = identity_.model.str(),
                .version = identity_.firmware.str(),
                .user_agent = user_agent_,
                .host = contact_,
                .port = transactions_.port(sip::Transport::udp)});
}

void SipLines::perform(const phone::StopPnp& /*action*/) { pnp_.stop(); }

}  // namespace onhook::agent
