#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/cursor.h"

// Numbers on the wire, big-endian: what both versions of DHCP are made of.

namespace onhook::wire::dhcp {

// Nothing, and nothing taken, when fewer bytes are left.
template <typename Number>
[[nodiscard]] std::optional<Number> take_number(Cursor& in) {
    if (in.rest().size() < sizeof(Number)) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        number = number << 8U | static_cast<unsigned char>(in.peek(i));
    }
    in.advance(sizeof(Number));
    return static_cast<Number>(number);
}

template <typename Number>
void put_number(std::string& out, Number number) {
    for (std::size_t i = sizeof(Number); i-- > 0;) {
        out += static_cast<char>(static_cast<std::uint32_t>(number) >> (8 * i) & 0xFFU);
    }
}

// Nothing, and nothing taken, when fewer bytes are left.
[[nodiscard]] inline std::optional<std::string_view> take_bytes(Cursor& in, std::size_t count) {
    if (in.rest().size() < count) {
        return std::nullopt;
    }
    const std::string_view bytes = in.rest().substr(0, count);
    in.advance(count);
    return bytes;
}

}  // namespace onhook::wire::dhcp
