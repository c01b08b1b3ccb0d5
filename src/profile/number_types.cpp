// Numbers with decimals and times of day (cisco-mpp.md 1.6).
#include "profile/value_types.h"

namespace onhook::profile {

namespace {

// No phone counts further: ten digits hold 2^32.
constexpr std::size_t most_digits = 10;

void skip_sign(Cursor& in) noexcept {
    if (in.peek() == '-' || in.peek() == '+') {
        in.advance();
    }
}

}  // namespace

std::optional<Decimal> take_decimal(Cursor& in) noexcept {
    Decimal decimal;
    decimal.whole = in.take_while(is_digit);
    if (in.accept(".")) {
        decimal.fraction = in.take_while(is_digit);
    }
    const bool has_digit = !decimal.whole.empty() || !decimal.fraction.empty();
    return has_digit && decimal.whole.size() <= most_digits ? std::optional(decimal) : std::nullopt;
}

// 1.6: Float<n>, up to n decimals.
bool is_float(std::string_view text, std::size_t decimals) noexcept {
    Cursor in(text);
    skip_sign(in);
    const auto decimal = take_decimal(in);
    return decimal && decimal->fraction.size() <= decimals && in.at_end();
}

// 1.6: Time<n>, seconds.
bool is_time(std::string_view text) noexcept {
    Cursor in(text);
    return take_decimal(in) && in.at_end();
}

// 1.6: PwrLevel, dBm with one decimal.
bool is_power_level(std::string_view text) noexcept { return is_float(text, 1); }

// 5.1: Resync_At, HHmm from 0000 to 2400.
bool is_clock(std::string_view text) noexcept {
    const auto number = parse_number<unsigned>(text);
    return text.size() == 4 && number && *number % 100 < 60 && *number <= 2400;
}

}  // namespace onhook::profile
