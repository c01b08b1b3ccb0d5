#include "base/printable.h"

#include <cstddef>
#include <cstdint>

#include "base/utf8.h"

namespace onhook {

namespace {

constexpr std::uint8_t byte_at(std::string_view text, std::size_t at) noexcept {
    return static_cast<std::uint8_t>(text[at]);
}

constexpr bool is_continuation(std::uint8_t byte) noexcept { return (byte & 0xC0U) == 0x80U; }

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Utf8Character character = first_utf8_character(text);
        if (character.printable) {
            out += text.substr(0, character.length);
        } else {
            out += '?';
        }
        text.remove_prefix(character.length);
    }
    return out;
}

std::string_view shortened(std::string_view text, std::size_t limit) noexcept {
    if (text.size() <= limit) {
        return text;
    }
    // A character has at most three bytes after its first.
    std::size_t end = limit;
    for (int i = 0; i < 3 && end > 0 && is_continuation(byte_at(text, end)); ++i) {
        --end;
    }
    return text.substr(0, is_continuation(byte_at(text, end)) ? limit : end);
}

}  // namespace onhook
