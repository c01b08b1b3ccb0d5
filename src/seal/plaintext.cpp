#include "seal/plaintext.h"

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"
#include "seal/gzip.h"

namespace onhook::seal {

namespace {

bool is_text_control(char c) noexcept { return c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < 0x20 && !is_text_control(c)) || c == '\x7F';
}

// RFC 1952 2.3: the method, and flags of which three are zero.
bool looks_like_gzip(std::string_view head) noexcept {
    return is_gzip(head) && head.size() > 3 && (static_cast<unsigned char>(head[3]) & 0xE0U) == 0;
}

bool looks_like_markup(std::string_view head) noexcept {
    std::string_view rest = head;
    if (rest.starts_with(utf8_byte_order_mark)) {
        rest.remove_prefix(utf8_byte_order_mark.size());
    }
    return trim(rest).starts_with('<') && std::none_of(head.begin(), head.end(), is_control);
}

bool is_printable_text(PlaintextHead plaintext) noexcept {
    std::string_view rest = plaintext.head;
    while (!rest.empty()) {
        const Utf8Character character = first_utf8_character(rest);
        if (!character.printable && !is_text_control(rest.front())) {
            // The head may end inside a character, which has at most four bytes.
            return !plaintext.whole && rest.size() < 4 &&
                   static_cast<unsigned char>(rest.front()) >= 0xC2 &&
                   std::all_of(rest.begin() + 1, rest.end(), [](char c) {
                       return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
                   });
        }
        rest.remove_prefix(character.length);
    }
    return true;
}

}  // namespace

bool looks_like(Plaintext expected, PlaintextHead plaintext) noexcept {
    if (looks_like_gzip(plaintext.head) || looks_like_markup(plaintext.head)) {
        return true;
    }
    return expected == Plaintext::text && is_printable_text(plaintext);
}

}  // namespace onhook::seal
