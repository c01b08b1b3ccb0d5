#include "profile/flyingvoice_macro.h"

#include <fmt/format.h>

#include "base/cursor.h"

namespace onhook::profile {

namespace {

constexpr bool is_lower_char(char c) noexcept { return is_lower(c) || is_digit(c); }

// Of $(NAME).
constexpr bool is_parenthesized_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '_';
}

// RFC 3986 2.3, and the colon of a MAC address.
constexpr bool is_kept(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == ':';
}

std::string encoded(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (is_kept(c)) {
            out += c;
        } else {
            out += '%' + upper(to_hex(std::string_view(&c, 1)));
        }
    }
    return out;
}

// The name of the macro that stands behind a `$`, or nothing where none stands. $mac is the other
// makers' word for $(MA).
std::string_view take_name(Cursor& in) {
    if (in.accept("(")) {
        const std::string_view name = in.take_while(is_parenthesized_char);
        return in.accept(")") ? name : std::string_view();
    }
    if (is_upper(in.peek())) {
        return in.take_while(is_bare_char);
    }
    const std::string_view name =
        is_lower(in.peek()) ? in.take_while(is_lower_char) : std::string_view();
    return name == "mac" ? std::string_view("MA") : name;
}

}  // namespace

bool FlyingvoiceMacros::append(std::string_view name, std::string& out) const {
    if (name == "MA") {
        out += identity_->mac.to_string();
    } else if (name == "MAU") {
        out += identity_->mac.to_upper_string();
    } else if (name == "MAC") {
        out += identity_->mac.to_colon_string();
    } else if (name == "PN") {
        out += identity_->model;
    } else if (name == "SN") {
        out += identity_->serial;
    } else if (name == "SWVER") {
        out += identity_->firmware;
    } else if (name == "HWVER") {
        out += identity_->hardware;
    } else if (name == "IP") {
        out += ip;
    } else if (name == "PRVST") {
        out += std::to_string(last_result);
    } else {
        return false;
    }
    return true;
}

FlyingvoiceExpansion expand_flyingvoice(std::string_view text,
                                        const MacroSource& macros,
                                        MacroEncoding encoding) {
    FlyingvoiceExpansion result;
    std::string value;
    Cursor in(text);
    while (!in.at_end()) {
        result.text += in.take_while([](char c) { return c != '$'; });
        if (!in.accept("$")) {
            continue;
        }
        if (in.accept("$")) {
            result.text += '$';
            continue;
        }
        Cursor ahead = in;
        const std::string_view name = take_name(ahead);
        if (name.empty()) {
            result.text += '$';
            continue;
        }
        const std::string_view written =
            text.substr(in.offset() - 1, ahead.offset() - in.offset() + 1);
        in = ahead;
        value.clear();
        if (macros.append(name, value)) {
            ++result.expanded;
            result.text += encoding == MacroEncoding::percent ? encoded(value) : value;
        } else {
            result.unknown.emplace_back(written);
            result.text += written;
        }
    }
    return result;
}

}  // namespace onhook::profile
