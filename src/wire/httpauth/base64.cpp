#include "wire/httpauth/base64.h"

#include <cstddef>
#include <cstdint>

namespace onhook::wire::httpauth {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= group.size() ? alphabet[bits >> (18 - 6 * i) & 0x3FU] : '=';
        }
    }
    return out;
}

Result<std::string, ParseError> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return Failure{ParseError{text.size(), "groups of four Base64 characters"}};
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    const std::size_t digits = text.size() - padding;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    unsigned pending = 0;
    for (std::size_t at = 0; at < digits; ++at) {
        const std::size_t value = alphabet.find(text[at]);
        if (value == std::string_view::npos) {
            return Failure{ParseError{at, "a Base64 character"}};
        }
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        pending += 6;
        if (pending >= 8) {
            pending -= 8;
            out += static_cast<char>(bits >> pending & 0xFFU);
            bits &= (1U << pending) - 1;
        }
    }
    if (bits != 0) {
        return Failure{ParseError{digits - 1, "zeros in the unused bits of Base64"}};
    }
    return out;
}

}  // namespace onhook::wire::httpauth
