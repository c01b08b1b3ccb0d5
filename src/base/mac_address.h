#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook {

// A 48-bit hardware address: the name under which a provider knows a phone.
class MacAddress {
  public:
    // Twelve hex digits in any case, bare or with `:` or `-` between every two. Anything else is
    // an error at the offending offset. 000000000000 and ffffffffffff are refused: they name no
    // phone (protocols.md A.3).
    [[nodiscard]] static Result<MacAddress, ParseError> parse(std::string_view text);

    [[nodiscard]] std::string to_string() const;        // 000e08aabbcc, the macro $MA
    [[nodiscard]] std::string to_upper_string() const;  // 000E08AABBCC, $MAU
    [[nodiscard]] std::string to_colon_string() const;  // 00:0e:08:aa:bb:cc, $MAC

    [[nodiscard]] const std::array<std::uint8_t, 6>& octets() const noexcept { return octets_; }

    friend auto operator<=>(const MacAddress&, const MacAddress&) = default;

  private:
    explicit MacAddress(const std::array<std::uint8_t, 6>& octets) noexcept : octets_(octets) {}

    std::array<std::uint8_t, 6> octets_;
};

}  // namespace onhook
