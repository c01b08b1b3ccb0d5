#pragma once

#include <cstddef>
#include <cstdint>

#include "base/prng.h"

namespace onhook::swarm {

// A throw of the dice that reads like one.
[[nodiscard]] inline bool one_in(Prng& prng, std::uint64_t n) { return prng.up_to(n - 1) == 0; }

template <typename T, std::size_t N>
[[nodiscard]] const T& any_of(Prng& prng, const T (&choices)[N]) {
    return choices[prng.up_to(N - 1)];
}

}  // namespace onhook::swarm
