#pragma once

// Inside src/wire/sip only: which characters stand in a URI as they are (RFC 3261 25.1).
#include <cstddef>
#include <string>
#include <string_view>

#include "base/char_set.h"
#include "base/text.h"

namespace onhook::wire::sip {

constexpr bool is_unreserved(char c) noexcept {
    constexpr std::string_view marks = "-_.!~*'()";
    return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
}

template <std::size_t size>
constexpr CharSet unreserved_and(const char (&marks)[size]) noexcept {
    return CharSet([&](char c) {
        return is_unreserved(c) ||
               std::string_view(marks, size - 1).find(c) != std::string_view::npos;
    });
}

inline constexpr CharSet is_user_char = unreserved_and("&=+$,;?/");
inline constexpr CharSet is_password_char = unreserved_and("&=+$,");
inline constexpr CharSet is_uri_param_char = unreserved_and("[]/:&+$");
inline constexpr CharSet is_uri_headers_char = unreserved_and("[]/?:+$&=");

// Not empty, and only such characters and whole %XX escapes.
[[nodiscard]] bool is_escaped(const CharSet& set, std::string_view text) noexcept;
// Every other character as %XX.
[[nodiscard]] std::string escape(const CharSet& set, std::string_view text);

}  // namespace onhook::wire::sip
