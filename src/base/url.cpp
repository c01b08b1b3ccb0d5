#include "base/url.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/char_set.h"
#include "base/cursor.h"

namespace onhook {

namespace {

constexpr CharSet is_host_char([](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
});

constexpr bool is_ipv6_char(char c) noexcept { return hex_digit(c) >= 0 || c == ':' || c == '.'; }

constexpr CharSet is_target_char([](char c) { return c > 0x20 && c < 0x7F && c != '#'; });

Result<Scheme, ParseError> take_scheme(Cursor& in, Schemes schemes) {
    const std::size_t start = in.offset();
    const std::string_view name = in.take_while(is_letter);
    if (in.accept("://")) {
        for (const Scheme scheme : {Scheme::tftp, Scheme::http, Scheme::https}) {
            if (equals_ignoring_case(name, to_string(scheme))) {
                return scheme;
            }
        }
        if (schemes == Schemes::with_ftp && equals_ignoring_case(name, to_string(Scheme::ftp))) {
            return Scheme::ftp;
        }
    }
    return Failure{ParseError{start,
                              schemes == Schemes::with_ftp
                                  ? "a scheme (tftp://, ftp://, http:// or https://)"
                                  : "a scheme (tftp://, http:// or https://)"}};
}

Result<std::string, ParseError> take_host(Cursor& in) {
    if (in.accept("[")) {
        const std::string_view host = in.take_while(is_ipv6_char);
        if (host.find(':') == host.npos || !in.accept("]")) {
            return in.wanted("an IPv6 address in brackets");
        }
        return lower(host);
    }
    const std::string_view host = in.take_while(is_host_char);
    if (host.empty()) {
        return in.wanted("a host name or address");
    }
    return lower(host);
}

Result<std::uint16_t, ParseError> take_port(Cursor& in) {
    const std::size_t start = in.offset();
    const auto port = parse_number<std::uint16_t>(in.take_while(is_digit));
    if (!port || *port == 0) {
        return Failure{ParseError{start, "a port from 1 to 65535"}};
    }
    return *port;
}

}  // namespace

std::string_view to_string(Scheme scheme) noexcept {
    switch (scheme) {
        case Scheme::tftp:
            return "tftp";
        case Scheme::http:
            return "http";
        case Scheme::https:
            return "https";
        case Scheme::ftp:
            return "ftp";
    }
    return "";
}

std::uint16_t default_port(Scheme scheme) noexcept {
    switch (scheme) {
        case Scheme::tftp:
            return 69;
        case Scheme::http:
            return 80;
        case Scheme::https:
            return 443;
        case Scheme::ftp:
            return 21;
    }
    return 0;
}

Result<Url, ParseError> Url::parse(std::string_view text, Schemes schemes) {
    Cursor in(text);
    Url url;
    const auto scheme = take_scheme(in, schemes);
    if (!scheme) {
        return Failure{scheme.error()};
    }
    url.scheme_ = *scheme;
    auto host = take_host(in);
    if (!host) {
        return Failure{host.error()};
    }
    url.host_ = *std::move(host);
    url.port_ = default_port(url.scheme_);
    if (in.accept(":")) {
        const auto port = take_port(in);
        if (!port) {
            return Failure{port.error()};
        }
        url.port_ = *port;
    }
    if (!in.at_end() && in.peek() != '/' && in.peek() != '?') {
        return in.wanted("a path that starts with / after the host");
    }
    const bool has_path = in.peek() == '/';
    const std::string_view target = in.take_while(is_target_char);
    url.target_ = has_path ? SharedText(target) : SharedText(fmt::format("/{}", target));
    if (!in.at_end()) {
        return in.wanted("no white space, control character or # in a URL");
    }
    return url;
}

std::string Url::to_string() const {
    constexpr std::size_t around = std::string_view("https://[]:65535").size();
    const bool literal = host().find(':') != std::string::npos;
    std::string text;
    text.reserve(around + host_.size() + target_.size());
    text += onhook::to_string(scheme_);
    text += literal ? "://[" : "://";
    text += host_;
    text += literal ? "]" : "";
    if (port_ != default_port(scheme_)) {
        text += ':' + std::to_string(port_);
    }
    text += target_;
    return text;
}

Result<Url, ParseError> Url::resolve(std::string_view reference) const {
    const Schemes schemes = scheme_ == Scheme::ftp ? Schemes::with_ftp : Schemes::without_ftp;
    // RFC 3986 4.2: no relative reference has a colon in its first segment.
    if (reference.find(':') < reference.find_first_of("/?#")) {
        return parse(reference, schemes);
    }
    if (reference.starts_with("//")) {
        return parse(fmt::format("{}:{}", onhook::to_string(scheme_), reference), schemes);
    }
    const std::string path(target().substr(0, target().find('?')));
    std::string target;
    if (reference.starts_with("/")) {
        target = reference;
    } else if (reference.empty() || reference.starts_with("?")) {
        target = path + std::string(reference);
    } else {
        target = path.substr(0, path.rfind('/') + 1) + std::string(reference);
    }
    Url base = *this;
    base.target_ = target;
    return parse(base.to_string(), schemes);
}

bool Url::same_origin(const Url& other) const noexcept {
    return scheme_ == other.scheme_ && host_ == other.host_ && port_ == other.port_;
}

}  // namespace onhook
