#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/cursor.h"

// The grammars of the value types (cisco-mpp.md 1.6), a function a type. Each says whether the
// whole text is a value of its type; lengths and ranges are check_value()'s. A text is never empty
// here.
namespace onhook::profile {

// Digits with a point somewhere: `12`, `0.2`, `.2`.
struct Decimal {
    std::string_view whole;
    std::string_view fraction;  // behind the point
};

// Takes a decimal without sign, or nothing and leaves the cursor wherever that showed.
[[nodiscard]] std::optional<Decimal> take_decimal(Cursor& in) noexcept;

[[nodiscard]] bool is_float(std::string_view text, std::size_t decimals) noexcept;
// Any number of decimals: those beyond the type's are cut off, not refused.
[[nodiscard]] bool is_time(std::string_view text) noexcept;
[[nodiscard]] bool is_power_level(std::string_view text) noexcept;
[[nodiscard]] bool is_clock(std::string_view text) noexcept;

[[nodiscard]] bool is_ipv4(std::string_view text) noexcept;
[[nodiscard]] bool is_fqdn(std::string_view text) noexcept;
[[nodiscard]] bool is_user_id(std::string_view text) noexcept;
[[nodiscard]] bool is_phone(std::string_view text) noexcept;
[[nodiscard]] bool is_action_code(std::string_view text) noexcept;
[[nodiscard]] bool is_phone_template(std::string_view text) noexcept;
[[nodiscard]] bool is_response_template(std::string_view text) noexcept;

[[nodiscard]] bool is_cadence_script(std::string_view text) noexcept;
[[nodiscard]] bool is_frequency_script(std::string_view text) noexcept;
[[nodiscard]] bool is_tone_script(std::string_view text) noexcept;

}  // namespace onhook::profile
