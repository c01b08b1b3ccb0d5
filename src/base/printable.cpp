#include "base/printable.h"

#include <cstddef>

#include "base/bytes.h"
#include "base/utf8.h"

namespace onhook {

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
    for (int i = 0; i < 3 && end > 0 && is_utf8_continuation(byte_at(text, end)); ++i) {
        --end;
    }
    return text.substr(0, is_utf8_continuation(byte_at(text, end)) ? limit : end);
}

}  // namespace onhook
