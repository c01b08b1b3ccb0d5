#include "phone/exchange.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "phone/behaviour.h"

namespace onhook::phone {

namespace {

Fault other(std::string error) { return {Fault::Kind::other, std::move(error)}; }

// The words of $ERR (6.7) for what was tried.
std::string_view attempt(const Order& order) {
    if (order.url.scheme() == Scheme::tftp) {
        return order.method == Method::get ? "tftp_get" : "tftp_put";
    }
    if (order.url.scheme() == Scheme::ftp) {
        return "ftp_get";
    }
    return order.method == Method::get   ? "http_get"
           : order.method == Method::put ? "http_put"
                                         : "http_post";
}

std::string_view without_root(std::string_view name) {
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

// A domain holds itself and what is below it; an address is only itself.
bool is_within(std::string_view host, std::string_view domain) {
    if (equals_ignoring_case(host, domain)) {
        return true;
    }
    const bool address = host.find_first_not_of("0123456789.") == std::string_view::npos ||
                         host.find(':') != std::string_view::npos;
    return !address && host.size() > domain.size() &&
           host[host.size() - domain.size() - 1] == '.' &&
           equals_ignoring_case(host.substr(host.size() - domain.size()), domain);
}

bool redirects(int status, const Order& order, const Context& context) {
    const bool other = status == 303 || status == 307 || status == 308;
    return status == 301 || status == 302 ||
           (other && order.method == Method::get && context.behaviour.follows_every_redirect);
}

// Goes behind a parameter's value; a comma inside quotes does not end it.
void skip_value(Cursor& in) {
    bool quoted = false;
    while (!in.at_end() && (quoted || in.peek() != ',')) {
        const bool escape = quoted && in.peek() == '\\';
        quoted ^= in.peek() == '"';
        in.advance(escape ? std::min<std::size_t>(2, in.rest().size()) : 1);
    }
}

// Whether a list of challenges has one of this scheme (RFC 9110 11.2): a name that no `=` follows.
bool offers(std::string_view challenges, std::string_view scheme) {
    Cursor in(challenges);
    while (!in.at_end()) {
        in.take_while([](char c) { return is_space(c) || c == ','; });
        const std::string_view name =
            in.take_while([](char c) { return !is_space(c) && c != ',' && c != '='; });
        in.skip_spaces();
        if (in.peek() == '=') {
            skip_value(in);
        } else if (equals_ignoring_case(name, scheme)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<Fault> Exchange::start(Order order, Context& context) {
    running_ = std::make_unique<Running>(Running{.order = std::move(order)});
    if (auto fault = restricted(context)) {
        return fault;
    }
    send(context, running_->order.why, unasked());
    return std::nullopt;
}

// 4.3: servers outside the listed domains are not asked; an empty list restricts nothing.
std::optional<Fault> Exchange::restricted(Context& context) const {
    const std::string_view list = context.value(context.dialect.parameter.restricted_domains);
    if (list.empty()) {
        return std::nullopt;
    }
    const std::string_view host = without_root(running_->order.url.host());
    bool listed = false;
    for (const std::string_view item : split(list, ',')) {
        const std::string_view domain = without_root(trim(item));
        listed |= !domain.empty();
        if (!domain.empty() && is_within(host, domain)) {
            return std::nullopt;
        }
    }
    return listed ? std::optional(other("restricted domain")) : std::nullopt;
}

// flyingvoice.md D24: Basic, where it is configured, waits for no challenge. FTP has none.
std::optional<Authorization> Exchange::unasked() const {
    const bool logs_in = running_->order.url.scheme() == Scheme::ftp;
    if (!running_->order.credentials || running_->order.url.scheme() == Scheme::tftp ||
        !(running_->order.unasked || logs_in)) {
        return std::nullopt;
    }
    return Authorization{*running_->order.credentials, {}, false, running_->order.scheme};
}

void Exchange::send(Context& context, Why why, std::optional<Authorization> authorization) {
    running_->transfer = context.next_transfer();
    running_->server_ip.clear();
    running_->etag.clear();
    running_->last_modified.clear();
    ContentKeys keys{running_->order.key, {}, running_->order.of_text};
    // 1.11: a mechanism of HTTP.
    const std::string_view ikm = context.value(context.dialect.parameter.ikm);
    if (!ikm.empty() && running_->order.url.scheme() != Scheme::tftp) {
        keys.ikm = Secret(std::string(ikm));
    }
    context.actions.emplace_back(
        StartTransfer{.transfer = running_->transfer,
                      .method = running_->order.method,
                      .url = running_->order.url,
                      .user_agent = running_->order.user_agent.empty() ? context.user_agent()
                                                                       : running_->order.user_agent,
                      .body = running_->order.body,
                      .content_type = running_->order.content_type,
                      .authorization = std::move(authorization),
                      .keys = std::move(keys),
                      .upload = running_->order.upload,
                      .purpose = running_->order.purpose,
                      .why = why,
                      .cause = running_->order.cause,
                      .store_as = running_->order.store_as,
                      .store_count = running_->order.store_count,
                      .store_bytes = running_->order.store_bytes,
                      .certificate_name = running_->order.certificate_name,
                      .if_none_match = running_->order.if_none_match,
                      .if_modified_since = running_->order.if_modified_since});
}

std::optional<Result<SharedText, Fault>> Exchange::on(const Answered& event, Context& context) {
    running_->transfer = {};
    const bool in_2xx = event.status >= 200 && event.status < 300;
    if (event.status == 200 || (running_->order.upload && in_2xx)) {
        running_->etag = event.etag;
        running_->last_modified = event.last_modified;
        return event.body;
    }
    if (redirects(event.status, running_->order, context)) {
        if (auto fault = follow(event.location, context)) {
            return Failure{*std::move(fault)};
        }
        return std::nullopt;
    }
    if (event.status == 401 || event.status == 407) {
        if (!answers(event, context)) {
            return Failure{Fault{Fault::Kind::authentication, "auth failed"}};
        }
        ++running_->challenges;
        send(context,
             Why::challenge,
             Authorization{*running_->order.credentials,
                           event.challenge,
                           event.status == 407,
                           running_->order.scheme});
        return std::nullopt;
    }
    if (event.status == 304 &&
        !(running_->order.if_none_match.empty() && running_->order.if_modified_since.empty())) {
        return Failure{Fault{Fault::Kind::unmodified, "not modified"}};
    }
    return Failure{failed_with(event.status)};
}

// 4.3: twice at most. Where a scheme is configured, once a URL, and no other scheme (flyingvoice.md
// D24): the setting protects the password, and who has refused it unasked gets it no second time.
bool Exchange::answers(const Answered& event, Context& context) const {
    if (!running_->order.credentials) {
        return false;
    }
    if (running_->order.scheme == AuthScheme::strongest) {
        return running_->challenges < context.settings.policy.most_challenges;
    }
    return running_->challenges == 0 && !running_->order.unasked &&
           offers(event.challenge,
                  running_->order.scheme == AuthScheme::basic ? "Basic" : "Digest");
}

// 4.3: at once, at most five times, the method stays, credentials only to the same origin, never
// from https to http (protocols.md F.4).
std::optional<Fault> Exchange::follow(const std::string& location, Context& context) {
    if (running_->redirects == context.settings.policy.most_redirects) {
        return failed_because(fmt::format("more than {} redirects", running_->redirects));
    }
    auto target = running_->order.url.resolve(location);
    // An empty reference would mean the same URL once more.
    if (location.empty() || !target || target->scheme() == Scheme::tftp) {
        return failed_because("redirect without a usable Location");
    }
    if (running_->order.url.scheme() == Scheme::https && target->scheme() == Scheme::http) {
        return failed_because("redirect from https to http refused");
    }
    if (!target->same_origin(running_->order.url)) {
        running_->order.credentials.reset();
        running_->order.certificate_name = {};
    }
    running_->order.url = *std::move(target);
    if (running_->order.scheme != AuthScheme::strongest) {
        running_->challenges = 0;
    }
    ++running_->redirects;
    if (auto fault = restricted(context)) {
        return fault;
    }
    send(context, Why::redirect, unasked());
    return std::nullopt;
}

Fault Exchange::failed_with(int status) const {
    if (status == 404) {
        return {Fault::Kind::not_found, "file not found"};
    }
    if (status == 204) {  // 4.3: no body is no profile
        return {Fault::Kind::corrupt, "corrupt file: the answer has no body"};
    }
    return failed_because(std::to_string(status));
}

Fault Exchange::failed_because(std::string_view why) const {
    return other(fmt::format("{} failed: {}", attempt(running_->order), why));
}

Fault Exchange::on(const TransferFailed& event) {
    running_->transfer = {};
    switch (event.fault) {
        case TransferFault::dns:
            return other("dns failed: " + event.reason);
        case TransferFault::connect:
            return other("connect failed: " + event.reason);
        case TransferFault::tls:
            return {Fault::Kind::tls, "tls failed: " + event.reason};
        case TransferFault::corrupt:
        case TransferFault::too_large:
            return {Fault::Kind::corrupt, "corrupt file: " + event.reason};
        case TransferFault::undecoded:
            return {Fault::Kind::corrupt, "decryption failed: " + event.reason};
        case TransferFault::tftp_not_found:
            return {Fault::Kind::not_found, "file not found"};
        case TransferFault::login:
            return {Fault::Kind::authentication, "auth failed"};
        case TransferFault::not_stored:
            return other("not stored: " + event.reason);
        case TransferFault::tftp:
        case TransferFault::protocol:
            return failed_because(event.reason);
    }
    return other(event.reason);
}

}  // namespace onhook::phone
