#include "base/prng.h"

#include <limits>

namespace onhook {

std::uint64_t Prng::next() noexcept {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

std::uint64_t Prng::up_to(std::uint64_t limit) noexcept {
    constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();
    if (limit == top) {
        return next();
    }
    // Draws from the incomplete last block are thrown away: every value is equally likely.
    const std::uint64_t count = limit + 1;
    const std::uint64_t usable = top - top % count;
    std::uint64_t draw = next();
    while (draw >= usable) {
        draw = next();
    }
    return draw % count;
}

}  // namespace onhook
