#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onhook::wire::dhcp {

struct Ipv4 {
    std::uint32_t bits = 0;  // 10.0.0.1 is 0x0A000001; 0 is none

    // Four numbers from 0 to 255 with a dot between every two.
    [[nodiscard]] static std::optional<Ipv4> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const Ipv4&, const Ipv4&) = default;
};

}  // namespace onhook::wire::dhcp
