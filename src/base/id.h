#pragma once

#include <compare>
#include <cstdint>

namespace onhook {

// A number that names one thing of one kind: `using TransferId = Id<struct TransferTag>;`.
// 0 names nothing.
template <typename Tag>
struct Id {
    std::uint32_t value = 0;

    [[nodiscard]] explicit operator bool() const noexcept { return value != 0; }

    friend auto operator<=>(const Id&, const Id&) = default;
};

}  // namespace onhook
