#include "provision/setting.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "profile/nearest_name.h"
#include "profile/values.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

constexpr std::size_t max_name_length = 128;

constexpr unsigned char byte_of(char c) noexcept { return static_cast<unsigned char>(c); }

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= max_name_length &&
           std::all_of(text.begin(), text.end(), is_name_char);
}

// RFC 3629 4: UTF8-char, one of more than one byte. Takes it, or nothing when it is malformed,
// overlong, a surrogate or beyond U+10FFFF; U+FFFE and U+FFFF are no characters of XML either.
bool take_wide_character(Cursor& in) {
    const unsigned char lead = byte_of(in.peek());
    const std::size_t tail = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4) {
        return false;
    }
    char32_t point = lead & (0x3FU >> tail);
    for (std::size_t i = 1; i <= tail; ++i) {
        const unsigned char byte = byte_of(in.peek(i));
        if ((byte & 0xC0U) != 0x80U) {
            return false;
        }
        point = (point << 6U) | (byte & 0x3FU);
    }
    const bool overlong = (tail == 2 && point < 0x800) || (tail == 3 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point > 0x10FFFF || point == 0xFFFE || point == 0xFFFF) {
        return false;
    }
    in.advance(tail + 1);
    return true;
}

// Whether a profile can carry the text as it is: one line of UTF-8 without control characters.
bool fits_a_profile(std::string_view text) {
    Cursor in(text);
    while (!in.at_end()) {
        const unsigned char byte = byte_of(in.peek());
        if (byte >= 0x80) {
            if (!take_wide_character(in)) {
                return false;
            }
            continue;
        }
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
            return false;
        }
        in.advance();
    }
    return true;
}

Failure<Error> unknown_parameter(const profile::Catalogue& catalogue,
                                 const Scope& place,
                                 std::string_view name) {
    if (!is_name(name)) {
        return fail(Fault::unknown_parameter,
                    fmt::format("{}: a parameter name is 1 to {} letters, digits, '_', '-' and "
                                "'.', such as Profile_Rule",
                                place.to_string(),
                                max_name_length));
    }
    const auto near = profile::nearest_name(catalogue, name);
    return fail(
        Fault::unknown_parameter,
        near
            ? fmt::format(
                  "{}: no parameter is called {}; did you mean {}?", place.to_string(), name, *near)
            : fmt::format("{}: no parameter is called {}; use the XML name that the "
                          "phone's profile uses",
                          place.to_string(),
                          name));
}

}  // namespace

Result<Setting> check_setting(const profile::Catalogue& catalogue,
                              const Scope& place,
                              Setting wanted) {
    const auto id = catalogue.find(wanted.name);
    if (!id) {
        return unknown_parameter(catalogue, place, wanted.name);
    }
    const profile::Parameter& parameter = catalogue[*id];
    wanted.name = parameter.name;
    const auto refused = [&place](std::string_view why) {
        return fail(Fault::bad_value, fmt::format("{}: {}", place.to_string(), why));
    };
    if (!wanted.value) {
        return wanted.access ? Result<Setting>(std::move(wanted))
                             : refused(fmt::format("nothing is decided about {}; give a value or "
                                                   "an access (na, ro, rw)",
                                                   parameter.name));
    }
    const std::string_view text = trim(*wanted.value);
    if (text.size() > max_value_bytes) {
        return refused(
            fmt::format("{} must be at most 64 KiB, or phones refuse the profile", parameter.name));
    }
    if (!fits_a_profile(text)) {
        return refused(
            fmt::format("{} must be one line of UTF-8 without control characters", parameter.name));
    }
    auto value = profile::check_value(parameter, text == "\"\"" ? std::string_view() : text);
    if (!value) {
        return refused(value.error());
    }
    wanted.value = *std::move(value);
    return wanted;
}

}  // namespace onhook::provision
