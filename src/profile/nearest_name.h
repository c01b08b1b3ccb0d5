#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "profile/catalogue.h"

namespace onhook::profile {

// How many characters must be added, left out or changed to make `b` of `a`, in any case. Where
// that is `limit` or more, any number from `limit` on.
[[nodiscard]] std::size_t edit_distance(std::string_view a,
                                        std::string_view b,
                                        std::size_t limit = static_cast<std::size_t>(-1));

// The parameter that somebody who wrote `name` most likely meant; nothing when no name is near.
// Of equally near ones the first of the catalogue. The view lives as long as the catalogue.
[[nodiscard]] std::optional<std::string_view> nearest_name(const Catalogue& catalogue,
                                                           std::string_view name);

}  // namespace onhook::profile
