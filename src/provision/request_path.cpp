#include "provision/request_path.h"

#include <algorithm>
#include <vector>

#include "base/cursor.h"

namespace onhook::provision {

namespace {

// $MA is twelve hex digits of any case, $PN is CP-<model>-3PCC and $PSN is <model>-3PCC; every
// other character stands for itself.
struct Pattern {
    RequestKind kind;
    std::string_view text;
};

constexpr Pattern patterns[] = {
    {RequestKind::profile, "/$MA.xml"},
    {RequestKind::profile, "/$MA.cfg"},
    {RequestKind::profile, "/Cisco/$MA.cfg"},
    {RequestKind::profile, "/Cisco/$PN/$MA.cfg"},
    {RequestKind::profile, "/$PSN.xml"},
    // A DHCP value with a path is itself the first URL a phone tries, before the tails above
    // (cisco-mpp.md 13.3); ours is http://HOST/p.
    {RequestKind::profile, "/p"},
    {RequestKind::profile, "/p/"},
    {RequestKind::profile, "/p/$MA.xml"},
    {RequestKind::profile, "/p/$MA.cfg"},
    {RequestKind::profile, "/p/Cisco/$MA.cfg"},
    {RequestKind::profile, "/p/Cisco/$PN/$MA.cfg"},
    {RequestKind::profile, "/p/$PSN.xml"},
    {RequestKind::redirect, "/software/edos/callhome/rc"},
    {RequestKind::report, "/report/$MA.xml"},
    {RequestKind::report, "/p/report/$MA.xml"},
};

constexpr std::size_t max_model_length = 32;
constexpr std::size_t max_serial_length = 32;

constexpr bool is_alphanumeric(char c) noexcept { return is_letter(c) || is_digit(c); }

constexpr bool is_path_char(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '/';
}

constexpr bool is_query_char(char c) noexcept { return c > 0x20 && c < 0x7F && c != '#'; }

std::optional<MacAddress> take_mac(Cursor& in) {
    const std::string_view digits = in.rest().substr(0, 12);
    const auto mac = MacAddress::parse(digits);
    if (!mac || digits.size() != 12) {
        return std::nullopt;
    }
    in.advance(digits.size());
    return *mac;
}

std::optional<std::string> take_model(Cursor& in) {
    const std::string_view model = in.take_while(is_alphanumeric);
    if (model.empty() || model.size() > max_model_length || !in.accept("-3PCC")) {
        return std::nullopt;
    }
    return std::string(model);
}

// The request that `path` is under one pattern; nothing when it is none.
std::optional<PhoneRequest> match(const Pattern& pattern, std::string_view path) {
    PhoneRequest request;
    request.kind = pattern.kind;
    Cursor want(pattern.text);
    Cursor in(path);
    while (!want.at_end()) {
        if (want.accept("$MA")) {
            request.path_mac = take_mac(in);
            if (!request.path_mac) {
                return std::nullopt;
            }
            continue;
        }
        const bool product = want.accept("$PN");
        if (product || want.accept("$PSN")) {
            auto model = product && !in.accept("CP-") ? std::nullopt : take_model(in);
            if (!model) {
                return std::nullopt;
            }
            request.model = *std::move(model);
            continue;
        }
        if (in.at_end() || in.peek() != want.peek()) {
            return std::nullopt;
        }
        in.advance();
        want.advance();
    }
    return in.at_end() ? std::optional(std::move(request)) : std::nullopt;
}

Status<ParseError> check_path(std::string_view path) {
    Cursor in(path);
    if (in.peek() != '/') {
        return in.wanted("a path that starts with /");
    }
    while (!in.at_end()) {
        in.advance();  // over the "/"
        const std::size_t start = in.offset();
        const std::string_view segment =
            in.take_while([](char c) { return is_path_char(c) && c != '/'; });
        if (!in.at_end() && in.peek() != '/') {
            return in.wanted("only letters, digits, '-', '_', '.' and '/' in a path");
        }
        const bool empty = segment.empty() && !in.at_end();
        if (empty || segment == "." || segment == "..") {
            return Failure{ParseError{start, "no empty, . or .. path segment"}};
        }
    }
    return Done{};
}

// cisco-mpp.md 7.1: id=$MAU:$SN:$PN
Status<ParseError> read_id(std::string_view id, std::size_t offset, PhoneRequest& request) {
    const auto wanted = Failure{ParseError{offset, "id=MAC:SERIAL:PRODUCT"}};
    const auto parts = split(id, ':');
    if (parts.size() != 3) {
        return wanted;
    }
    Cursor mac_text(parts[0]);
    request.query_mac = take_mac(mac_text);
    const bool serial = parts[1].size() <= max_serial_length &&
                        std::all_of(parts[1].begin(), parts[1].end(), is_alphanumeric);
    Cursor product(parts[2]);
    const bool prefixed = product.accept("CP-");
    const auto model = prefixed ? take_model(product) : std::nullopt;
    if (!request.query_mac || !mac_text.at_end() || !serial || !model || !product.at_end()) {
        return wanted;
    }
    request.serial = parts[1];
    request.model = *model;
    return Done{};
}

// The value of the query parameter that says who asks; nothing when it is not there.
Result<std::optional<std::string>, ParseError> find_claim(std::string_view query,
                                                          std::string_view key,
                                                          std::size_t offset) {
    std::optional<std::string> found;
    for (const std::string_view part : split(query, '&')) {
        Cursor in(part);
        if (!in.accept(key) || !in.accept("=")) {
            continue;
        }
        auto value = percent_decode(in.rest());
        if (found || !value) {
            return Failure{ParseError{offset, "one well-formed claim of an identity in the query"}};
        }
        found = std::move(value);
    }
    return found;
}

Status<ParseError> read_query(std::string_view query, std::size_t offset, PhoneRequest& request) {
    const auto odd = std::find_if_not(query.begin(), query.end(), is_query_char);
    if (odd != query.end()) {
        return Failure{ParseError{offset + static_cast<std::size_t>(odd - query.begin()),
                                  "no white space, control character or # in a query"}};
    }
    const bool redirect = request.kind == RequestKind::redirect;
    const auto claim = find_claim(query, redirect ? "id" : "mac", offset);
    if (!claim) {
        return Failure{claim.error()};
    }
    if (!claim->has_value()) {
        return Done{};
    }
    if (redirect) {
        return read_id(**claim, offset, request);
    }
    const auto mac = MacAddress::parse(**claim);
    if (!mac) {
        return Failure{ParseError{offset, "a MAC address after mac="}};
    }
    request.query_mac = *mac;
    return Done{};
}

}  // namespace

Result<PhoneRequest, ParseError> read_request_target(std::string_view target) {
    if (target.size() > max_request_target) {
        return Failure{ParseError{max_request_target, "a request target of at most 1024 bytes"}};
    }
    const std::string_view path = target.substr(0, target.find('?'));
    const auto clean = check_path(path);
    if (!clean) {
        return Failure{clean.error()};
    }
    PhoneRequest request;
    for (const Pattern& pattern : patterns) {
        if (auto matched = match(pattern, path)) {
            request = *std::move(matched);
            break;
        }
    }
    if (path.size() < target.size()) {
        const auto read = read_query(target.substr(path.size() + 1), path.size() + 1, request);
        if (!read) {
            return Failure{read.error()};
        }
    }
    return request;
}

}  // namespace onhook::provision
