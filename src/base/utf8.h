#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace onhook {

// What editors put before a UTF-8 text.
inline constexpr std::string_view utf8_byte_order_mark = "\xEF\xBB\xBF";

// The character at the start of a text. A byte that does not begin one (RFC 3629 4) counts as a
// character of one byte that is not printable; nor is a control character (C0, DEL, C1), U+FFFE or
// U+FFFF.
struct Utf8Character {
    std::size_t length = 1;
    bool printable = false;
};

// Whether the byte goes on with a character that began before it (RFC 3629 3).
[[nodiscard]] constexpr bool is_utf8_continuation(std::uint8_t byte) noexcept {
    return (byte & 0xC0U) == 0x80U;
}

// `text` must not be empty.
[[nodiscard]] Utf8Character first_utf8_character(std::string_view text) noexcept;

// Where the first byte stands that is no UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing
// above U+10FFFF); nothing when the whole text is UTF-8.
[[nodiscard]] std::optional<std::size_t> first_bad_utf8(std::string_view text) noexcept;

// Whether XML of these bytes would be UTF-16 by its first two bytes (XML 1.0, F.1), whatever a
// reader was told.
[[nodiscard]] bool starts_like_utf16(std::string_view text) noexcept;

}  // namespace onhook
