#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/prng.h"
#include "phone/actions.h"
#include "phone/events.h"

namespace onhook::swarm {

// A throw of the dice that reads like one.
[[nodiscard]] inline bool one_in(Prng& prng, std::uint64_t n) { return prng.up_to(n - 1) == 0; }

template <typename T, std::size_t N>
[[nodiscard]] const T& any_of(Prng& prng, const T (&choices)[N]) {
    return choices[prng.up_to(N - 1)];
}

// A text that must never be seen outside.
inline constexpr std::string_view secret = "hush-Hush-77";

// How a server answered, and when.
struct Reply {
    std::variant<phone::Answered, phone::TransferFailed> event;
    Duration after{};
    bool whole = false;  // a document as the server has it
};

// The servers of one phone: redirect, profiles, reports, firmware.
class World {
  public:
    explicit World(Prng& prng) : prng_(&prng) {}

    // The provider changed the profile.
    void publish() { ++version_; }

    [[nodiscard]] std::string version() const { return "version " + std::to_string(version_); }

    void end_of_faults() { faulty_ = false; }

    // This answer goes wrong, in the n-th of the ways.
    [[nodiscard]] Reply spoilt_answer(const phone::StartTransfer& transfer, unsigned way);

    // What the redirect service sends the phone to; empty: there is no such service.
    std::string redirect_target;
    bool restarts = false;  // a new profile changes what counts only after a restart

    [[nodiscard]] Reply answer(const phone::StartTransfer& transfer);

  private:
    [[nodiscard]] Reply good(const phone::StartTransfer& transfer) const;
    void spoil(Reply& reply, const phone::StartTransfer& transfer, std::uint64_t way);
    [[nodiscard]] std::string document(const phone::StartTransfer& transfer) const;

    Prng* prng_;
    unsigned version_ = 1;
    bool faulty_ = true;
};

}  // namespace onhook::swarm
