#include "wire/sip/uri.h"

#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "wire/sip/escapes.h"
#include "wire/sip/osip.h"

namespace onhook::wire::sip {

bool is_escaped(const CharSet& set, std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (text.size() - i < 3 || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) {
                return false;
            }
            i += 2;
        } else if (!set(text[i])) {
            return false;
        }
    }
    return !text.empty();
}

std::string escape(const CharSet& set, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (set(text[i])) {
            out += text[i];
        } else {
            out += "%" + upper(to_hex(text.substr(i, 1)));
        }
    }
    return out;
}

namespace {

std::optional<UriScheme> scheme_of(std::string_view name) {
    if (equals_ignoring_case(name, "sip")) {
        return UriScheme::sip;
    }
    return equals_ignoring_case(name, "sips") ? std::optional(UriScheme::sips) : std::nullopt;
}

// RFC 3261 25.1: userinfo, without the "@"
bool is_userinfo(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view password = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    return is_escaped(is_user_char, text.substr(0, colon)) &&
           (password.empty() || is_escaped(is_password_char, password));
}

}  // namespace

SipUri::SipUri(UriScheme scheme,
               std::string_view user,
               Host host,
               std::optional<std::uint16_t> port)
    : scheme_(scheme), userinfo_(escape(is_user_char, user)), host_(std::move(host)), port_(port) {
    CHECK(port != 0);
}

// RFC 3261 25.1: SIP-URI, SIPS-URI
Result<SipUri, ParseError> SipUri::parse(std::string_view text) {
    auto read = osip::read_uri(std::string(text));
    const auto scheme = read ? scheme_of(read->scheme) : std::nullopt;
    if (!scheme) {
        return Failure{ParseError{0, "a SIP URI (sip:user@host)"}};
    }
    if (!read->userinfo.empty() && !is_userinfo(read->userinfo)) {
        return Failure{ParseError{0, "a SIP URI with a well-formed user part"}};
    }
    const auto port = parse_number<std::uint16_t>(read->port);
    if (!is_host(read->host) || (!read->port.empty() && port.value_or(0) == 0)) {
        return Failure{ParseError{0, "a SIP URI with a host, and a port from 1 to 65535"}};
    }
    auto params = Params::of_uri(std::move(read->params));
    if (!params || (!read->headers.empty() && !is_escaped(is_uri_headers_char, read->headers))) {
        return Failure{ParseError{0, "a SIP URI with well-formed parameters and headers"}};
    }
    SipUri uri(*scheme, "", Host(read->host), port);
    uri.userinfo_ = std::move(read->userinfo);
    uri.params_ = *std::move(params);
    uri.headers_ = std::move(read->headers);
    return uri;
}

std::string SipUri::user() const {
    return percent_decode(std::string_view(userinfo_).substr(0, userinfo_.find(':'))).value_or("");
}

std::string_view SipUri::address() const noexcept {
    const std::string_view host = host_;
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

void SipUri::set_param(const Token& name, const Token& value) {
    CHECK(is_escaped(is_uri_param_char, name));
    CHECK(is_escaped(is_uri_param_char, value));
    params_.set(name, value.str());
}

std::string SipUri::to_string() const {
    std::string out = scheme_ == UriScheme::sip ? "sip:" : "sips:";
    if (!userinfo_.empty()) {
        out += userinfo_ + "@";
    }
    out += host_;
    if (port_) {
        out += ":" + std::to_string(*port_);
    }
    out += params_.to_string();
    if (!headers_.empty()) {
        out += "?" + headers_;
    }
    return out;
}

}  // namespace onhook::wire::sip
