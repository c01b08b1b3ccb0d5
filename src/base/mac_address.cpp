#include "base/mac_address.h"

#include <algorithm>
#include <cstddef>

#include "base/cursor.h"

namespace onhook {

Result<MacAddress, ParseError> MacAddress::parse(std::string_view text) {
    Cursor in(text);
    std::array<std::uint8_t, 6> octets{};
    char separator = '\0';
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i == 1 && (in.peek() == ':' || in.peek() == '-')) {
            separator = in.peek();
        }
        if (i > 0 && separator != '\0' && !in.accept(std::string_view(&separator, 1))) {
            return in.wanted("the same separator between every two hex digits");
        }
        for (int digit = 0; digit < 2; ++digit) {
            const int value = hex_digit(in.peek());
            if (in.at_end() || value < 0) {
                return in.wanted("a hex digit (a MAC address has twelve)");
            }
            octets[i] = static_cast<std::uint8_t>(octets[i] * 16 + value);
            in.advance();
        }
    }
    if (!in.at_end()) {
        return in.wanted("the end of the MAC address after twelve hex digits");
    }
    const auto all = [&octets](std::uint8_t byte) {
        return std::all_of(octets.begin(), octets.end(), [byte](auto o) { return o == byte; });
    };
    if (all(0x00) || all(0xFF)) {
        return Failure{ParseError{0, "a MAC address of one device, not all zeros or all ones"}};
    }
    return MacAddress(octets);
}

namespace {

// Two digits an octet, `between` after each but the last where it is not '\0'. Every log line of a
// phone has one of these.
std::string written(const std::array<std::uint8_t, 6>& octets, char between, const char* digits) {
    std::string out(between == '\0' ? 12 : 17, between);
    std::size_t at = 0;
    for (const std::uint8_t octet : octets) {
        out[at] = digits[octet >> 4U];
        out[at + 1] = digits[octet & 15U];
        at += between == '\0' ? 2 : 3;
    }
    return out;
}

constexpr const char* lower_digits = "0123456789abcdef";

}  // namespace

std::string MacAddress::to_string() const { return written(octets_, '\0', lower_digits); }

std::string MacAddress::to_upper_string() const {
    return written(octets_, '\0', "0123456789ABCDEF");
}

std::string MacAddress::to_colon_string() const { return written(octets_, ':', lower_digits); }

}  // namespace onhook
