#pragma once

#include <cstdint>

namespace onhook {

// The house's only source of chance inside the core: SplitMix64, seeded by the shell, so that a
// seed replays a run exactly. Not for keys; those come from OpenSSL in the shells.
class Prng {
  public:
    explicit Prng(std::uint64_t seed) noexcept : state_(seed) {}

    [[nodiscard]] std::uint64_t next() noexcept;
    // Uniform over 0..limit, both included.
    [[nodiscard]] std::uint64_t up_to(std::uint64_t limit) noexcept;

  private:
    std::uint64_t state_;
};

}  // namespace onhook
