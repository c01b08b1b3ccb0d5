#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profile/values.h"

namespace onhook::profile {

// How a file shows secrets (flyingvoice.md 9.3).
enum class SecretText : std::uint8_t { masked, revealed };

// Whether `value` is a secret as a masked file shows it, which says nothing about the secret.
[[nodiscard]] bool is_masked(const Parameter& parameter, std::string_view value);

// Everything that was set, keys in the catalogue's order (9.3). Read back with secrets revealed it
// gives the same values. Values must be as check_value() makes them.
[[nodiscard]] std::string write_flyingvoice_n(const Values& values,
                                              SecretText secrets = SecretText::masked);

// The same with the keys of dialect Y where there are any, behind the header (9.2, 2.1).
[[nodiscard]] std::string write_flyingvoice_y(const Values& values,
                                              SecretText secrets = SecretText::masked);

}  // namespace onhook::profile
