#pragma once

// The vectors of the specification are written in hex.
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"

namespace onhook::support {

[[nodiscard]] inline std::string from_hex(std::string_view digits) {
    CHECK(digits.size() % 2 == 0);
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        bytes += static_cast<char>(hex_digit(digits[i]) * 16 + hex_digit(digits[i + 1]));
    }
    return bytes;
}

}  // namespace onhook::support
