#include "base/utf8.h"

#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"

namespace onhook {

namespace {

// RFC 3629 4: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_second_byte(std::uint8_t first, std::uint8_t second) noexcept {
    switch (first) {
        case 0xE0:
            return second >= 0xA0 && second <= 0xBF;
        case 0xED:
            return second >= 0x80 && second <= 0x9F;
        case 0xF0:
            return second >= 0x90 && second <= 0xBF;
        case 0xF4:
            return second >= 0x80 && second <= 0x8F;
        default:
            return is_utf8_continuation(second);
    }
}

}  // namespace

Utf8Character first_utf8_character(std::string_view text) noexcept {
    CHECK(!text.empty());
    const std::uint8_t first = byte_at(text, 0);
    if (first < 0x80) {
        return Utf8Character{1, first >= 0x20 && first != 0x7F};
    }
    const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xF0 && first <= 0xF4 ? 4
                                                                : 0;
    if (length == 0 || text.size() < length || !is_second_byte(first, byte_at(text, 1))) {
        return Utf8Character{};
    }
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_utf8_continuation(byte_at(text, i))) {
            return Utf8Character{};
        }
    }
    const bool is_c1 = first == 0xC2 && byte_at(text, 1) < 0xA0;
    // U+FFFE and U+FFFF: no characters, and no XML document may hold them.
    const bool is_none = first == 0xEF && byte_at(text, 1) == 0xBF && byte_at(text, 2) >= 0xBE;
    return Utf8Character{length, !is_c1 && !is_none};
}

std::optional<std::size_t> first_bad_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = first_utf8_character(text.substr(at)).length;
        if (length == 1 && static_cast<unsigned char>(text[at]) >= 0x80) {
            return at;
        }
        at += length;
    }
    return std::nullopt;
}

bool starts_like_utf16(std::string_view text) noexcept {
    return text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE") ||
           text.substr(0, 2).find('\0') != std::string_view::npos;
}

}  // namespace onhook
