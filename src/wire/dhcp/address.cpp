#include "wire/dhcp/address.h"

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::wire::dhcp {

std::optional<Ipv4> Ipv4::parse(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 4) {
        return std::nullopt;
    }
    Ipv4 address;
    for (const std::string_view part : parts) {
        const auto octet = parse_number<std::uint8_t>(part);
        if (!octet) {
            return std::nullopt;
        }
        address.bits = address.bits << 8U | *octet;
    }
    return address;
}

std::string Ipv4::to_string() const {
    return fmt::format(
        "{}.{}.{}.{}", bits >> 24U, bits >> 16U & 0xFFU, bits >> 8U & 0xFFU, bits & 0xFFU);
}

}  // namespace onhook::wire::dhcp
