#include "wire/sip/pnp_search.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/prng.h"
#include "base/text.h"

namespace onhook::wire::sip {

namespace {

// A.2: T1 doubling, from the first SUBSCRIBE on.
constexpr std::array<Duration, 4> sendings = {0ms, 500ms, 1500ms, 3500ms};
// A.6: behind the last SUBSCRIBE.
constexpr Duration patience = 5s;
constexpr std::string_view event_name = "ua-profile";
constexpr std::string_view url_type = "application/url";
// A URL longer than this is nobody's folder.
constexpr std::size_t url_limit = 2048;

constexpr std::array<std::pair<std::string_view, PnpForm>, 3> form_names = {
    {{"flyingvoice", PnpForm::flyingvoice},
     {"snom", PnpForm::snom},
     {"yealink", PnpForm::yealink}}};

// The value of a header up to its parameters.
std::string_view name_in(std::optional<std::string_view> value) {
    const std::string_view text = value.value_or("");
    return trim(text.substr(0, text.find(';')));
}

// A.2: the user part of the pseudo-URI; SipUri escapes the colon as %3A, and the traces have %3a.
SipUri pseudo_uri(const PnpPhone& phone) {
    const std::string text = fmt::format(
        "sip:MAC{}{}@{}",
        phone.form == PnpForm::yealink ? "" : "%3a",
        phone.form == PnpForm::snom ? upper(phone.mac.to_string()) : phone.mac.to_string(),
        pnp_group);
    const auto uri = SipUri::parse(text);
    CHECK(uri.has_value());
    return *uri;
}

// A.2, D9: vendor, model and version as such a phone writes them.
std::string event_header(const PnpPhone& phone) {
    const auto event = [&](std::string_view vendor, std::string_view model) {
        return fmt::format("{};profile-type=\"device\";vendor={};model={};version={}",
                           event_name,
                           quote(vendor),
                           quote(model),
                           quote(phone.version));
    };
    switch (phone.form) {
        case PnpForm::flyingvoice:
            return event("Flyingvoice", phone.model);
        case PnpForm::snom:
            return event("snom", phone.model);
        case PnpForm::yealink:
            break;
    }
    return event("Yealink", phone.model);
}

SipUri contact_of(const PnpPhone& phone, const SipUri& own) {
    // Snom's has no user, Yealink's the pseudo-URI's.
    return {UriScheme::sip,
            phone.form == PnpForm::yealink ? own.user() : std::string(),
            phone.host,
            phone.port};
}

Message make_subscribe(const PnpPhone& phone, std::uint64_t seed) {
    Prng prng(seed);
    const auto word = [&] { return fmt::format("{:016x}", prng.next()); };
    const SipUri own = pseudo_uri(phone);
    Via via{"UDP", phone.host, phone.port, {}};
    via.params.set("branch", std::string(magic_cookie) + word());
    via.params.set("rport");
    NameAddr from{{}, own, {}};
    from.params.set("tag", word());
    Message message{.start = Request{"SUBSCRIBE", own},
                    .vias = {via},
                    .max_forwards = 70,
                    .from = from,
                    .to = {{}, own, {}},
                    .call_id = word(),
                    .cseq = {1, "SUBSCRIBE"}};
    message.headers.emplace_back("Contact",
                                 fmt::format("<{}>", contact_of(phone, own).to_string()));
    message.headers.emplace_back("Event", event_header(phone));
    message.headers.emplace_back("Accept", url_type);
    message.headers.emplace_back("Expires", "0");
    if (!phone.user_agent.empty()) {
        message.headers.emplace_back("User-Agent", phone.user_agent);
    }
    return message;
}

// An absolute URL of a transfer; some servers write user:password@ into it (A.5).
bool is_url(std::string_view text) {
    const std::size_t slashes = text.find("://");
    if (text.size() > url_limit || slashes == std::string_view::npos) {
        return false;
    }
    const std::size_t host = slashes + 3;
    const std::string_view authority = text.substr(host, text.find('/', host) - host);
    const std::size_t at = authority.rfind('@');
    const std::size_t behind = at == std::string_view::npos ? host : host + at + 1;
    return Url::parse(std::string(text.substr(0, host)).append(text.substr(behind)),
                      Schemes::with_ftp)
        .has_value();
}

}  // namespace

std::optional<PnpForm> parse_pnp_form(std::string_view name) noexcept {
    for (const auto& [known, form] : form_names) {
        if (known == name) {
            return form;
        }
    }
    return std::nullopt;
}

bool is_pnp_notify(const Message& notify) {
    return notify.request() != nullptr && notify.request()->method.str() == "NOTIFY" &&
           equals_ignoring_case(name_in(notify.header("Event")), event_name);
}

PnpSearch::PnpSearch(const PnpPhone& phone, std::uint64_t seed)
    : subscribe_(make_subscribe(phone, seed)) {}

pnp::Actions PnpSearch::step(const pnp::Event& event, TimePoint now) {
    Actions actions = std::visit([&](const auto& one) { return on(one, now); }, event);
    CHECK(deadline_.has_value() == (state_ != State::created && state_ != State::ended));
    return actions;
}

pnp::Actions PnpSearch::on(const pnp::Started&, TimePoint now) {
    CHECK(state_ == State::created);
    started_ = now;
    state_ = State::asking;
    return send(now);
}

pnp::Actions PnpSearch::send(TimePoint now) {
    ++sent_;
    if (sent_ < sendings.size()) {
        deadline_ = started_ + sendings.at(sent_);
    } else {
        state_ = State::listening;
        deadline_ = now + patience;
    }
    return {pnp::Send{print(subscribe_)}};
}

// A.6, in the order in which a message says what it is.
pnp::Actions PnpSearch::on(const pnp::NotifyArrived& event, TimePoint) {
    const auto respond = [](Answer answer) { return Actions{pnp::Respond{std::move(answer)}}; };
    const Message& notify = event.notify;
    if (state_ == State::created || state_ == State::ended ||
        notify.call_id != subscribe_.call_id) {
        return respond({.status = 481});
    }
    if (!is_pnp_notify(notify)) {
        constexpr std::array events = {event_name};
        return respond(bad_event(events));
    }
    const std::string_view url = trim(notify.body);
    if (!equals_ignoring_case(name_in(notify.header("Content-Type")), url_type) || !is_url(url)) {
        return respond({.status = 415, .headers = {{"Accept", url_type}}});
    }
    Actions actions = respond({.status = 200});
    if (state_ != State::stopped) {
        actions.emplace_back(pnp::Found{std::string(url)});
    }
    return actions;
}

pnp::Actions PnpSearch::on(const pnp::DeadlineReached&, TimePoint now) {
    if (!deadline_ || now < *deadline_) {
        return {};  // early, or there is none
    }
    if (state_ == State::asking) {
        return send(now);
    }
    state_ = State::ended;
    deadline_.reset();
    return {pnp::Ended{}};
}

// A server that answers late, or again, is told that its answer came.
pnp::Actions PnpSearch::on(const pnp::StopRequested&, TimePoint now) {
    if (state_ == State::asking || state_ == State::listening) {
        state_ = State::stopped;
        deadline_ = now + patience;
    }
    return {};
}

}  // namespace onhook::wire::sip
