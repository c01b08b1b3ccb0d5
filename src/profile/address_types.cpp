// Addresses, user names, telephone numbers and the patterns that match them (cisco-mpp.md 1.6).
#include "base/text.h"
#include "profile/value_types.h"

namespace onhook::profile {

namespace {

constexpr bool is_one_of(char c, std::string_view set) noexcept {
    return set.find(c) != std::string_view::npos;
}

constexpr bool is_visible(char c) noexcept { return c > 0x20 && c < 0x7F; }

constexpr bool is_hex(char c) noexcept { return hex_digit(c) >= 0; }

// Underscores are in the names of services (_sips._tcp); a host that is no name is an address.
constexpr bool is_host_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || is_one_of(c, "-_.");
}

// `%2a`: one character by its code.
bool take_escape(Cursor& in) noexcept {
    if (in.peek() != '%' || !is_hex(in.peek(1)) || !is_hex(in.peek(2))) {
        return false;
    }
    in.advance(3);
    return true;
}

// RFC 3261 25.1: user, unreserved and user-unreserved characters or escapes, and what `others`
// adds. At least one.
bool take_user(Cursor& in, std::string_view others) noexcept {
    const std::size_t start = in.offset();
    const auto fits = [others](char c) {
        return is_letter(c) || is_digit(c) || is_one_of(c, "-_.!~*'()&=+$,;?/") ||
               is_one_of(c, others);
    };
    do {
        in.take_while(fits);
    } while (take_escape(in));
    return in.offset() != start;
}

// RFC 4291 2.2: groups of one to four hex digits, `::` for some of them, IPv4 at the end.
bool is_ipv6(std::string_view text) noexcept {
    Cursor in(text);
    std::size_t groups = 0;
    bool shortened = in.accept("::");
    while (!in.at_end()) {
        const std::string_view rest = in.rest();
        if (is_ipv4(rest)) {
            groups += 2;
            break;
        }
        const std::size_t digits = in.take_while(is_hex).size();
        if (digits == 0 || digits > 4) {
            return false;
        }
        ++groups;
        if (in.at_end()) {
            break;
        }
        if (in.accept("::")) {
            if (shortened) {
                return false;
            }
            shortened = true;
        } else if (!in.accept(":") || in.at_end()) {
            return false;
        }
    }
    return shortened ? groups < 8 : groups == 8;
}

// RFC 1123 2.1: labels of at most 63 characters between points; a point at the end is allowed.
// Numbers with points between them are an address or nothing.
bool is_host(std::string_view text) noexcept {
    Cursor in(text);
    bool numeric = true;
    std::size_t labels = 0;
    do {
        const std::string_view label =
            in.take_while([](char c) { return is_host_char(c) && c != '.'; });
        if (label.empty() ? labels == 0 || !in.at_end() : label.size() > 63) {
            return false;
        }
        numeric = numeric && label.find_first_not_of("0123456789") == std::string_view::npos;
        ++labels;
    } while (in.accept("."));
    return in.at_end() && (!numeric || labels == 1 || is_ipv4(text));
}

// `host` or `host:port`; an IPv6 address with a port stands in brackets.
bool is_host_port(std::string_view text) noexcept {
    if (is_ipv6(text)) {
        return true;
    }
    Cursor in(text);
    if (in.accept("[")) {
        if (!is_ipv6(in.take_while([](char c) { return c != ']'; })) || !in.accept("]")) {
            return false;
        }
    } else if (!is_host(in.take_while(is_host_char))) {
        return false;
    }
    if (in.accept(":")) {
        return parse_number<std::uint16_t>(in.take_while(is_digit)) && in.at_end();
    }
    return in.at_end();
}

// 1.6, PhTmplt: `?` and `*` are wildcards, `%xx` is one character by its code.
bool take_phone_pattern(Cursor& in) noexcept {
    const std::size_t start = in.offset();
    do {
        in.take_while([](char c) { return is_visible(c) && !is_one_of(c, ",%\"<>"); });
    } while (take_escape(in));
    return in.offset() != start;
}

// 1.6, RscTmplt: three places of a digit or `?`, or fewer and `*` for the rest.
bool take_response_pattern(Cursor& in) noexcept {
    const std::size_t places = in.take_while([](char c) { return is_digit(c) || c == '?'; }).size();
    return places <= 3 && in.accept("*") == (places < 3);
}

// White space around a pattern is ignored.
bool is_list(std::string_view text, bool (*take)(Cursor&) noexcept) noexcept {
    Cursor in(text);
    do {
        in.skip_spaces();
        if (!take(in)) {
            return false;
        }
        in.skip_spaces();
    } while (in.accept(","));
    return in.at_end();
}

}  // namespace

// 1.6: IP, four numbers from 0 to 255.
bool is_ipv4(std::string_view text) noexcept {
    Cursor in(text);
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && !in.accept(".")) {
            return false;
        }
        const std::string_view digits = in.take_while(is_digit);
        if (digits.size() > 3 || !parse_number<std::uint8_t>(digits)) {
            return false;
        }
    }
    return in.at_end();
}

// 1.6: FQDN, host or IP, optional port.
bool is_fqdn(std::string_view text) noexcept { return is_host_port(text); }

// 1.6: UserID, as in a URL; some providers write the domain with it.
bool is_user_id(std::string_view text) noexcept {
    Cursor in(text);
    return take_user(in, "") && (in.accept("@") ? is_host_port(in.rest()) : in.at_end());
}

// 1.6: Phone, a number string or generic URL: `14081234567`, `*69`, `1234@10.10.10.100:5068`.
// People write numbers with blanks and #.
bool is_phone(std::string_view text) noexcept {
    Cursor in(text);
    for (const std::string_view scheme : {"sip:", "sips:", "tel:"}) {
        if (in.accept(scheme)) {
            break;
        }
    }
    if (!take_user(in, "# ")) {
        return false;
    }
    if (!in.accept("@")) {
        return in.at_end();
    }
    const std::string_view host =
        in.take_while([](char c) { return is_visible(c) && !is_one_of(c, ";?"); });
    return is_host_port(host) && (in.at_end() || take_user(in, "#@:")) && in.at_end();
}

// 1.6: ActCode, keys of the telephone.
bool is_action_code(std::string_view text) noexcept {
    Cursor in(text);
    in.take_while([](char c) { return is_digit(c) || is_one_of(c, "*#ABCDabcd"); });
    return in.at_end();
}

bool is_phone_template(std::string_view text) noexcept { return is_list(text, take_phone_pattern); }

bool is_response_template(std::string_view text) noexcept {
    return is_list(text, take_response_pattern);
}

}  // namespace onhook::profile
