#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "swarm/checks.h"

// Random lives of one phone: parameters, servers, people and accidents from a seed, with what must
// always hold checked at every step and what must come to pass checked at the end. Odd seeds live
// with a Cisco phone, even ones with a Flyingvoice phone.
namespace onhook::swarm {

// What a life consisted of.
struct Lived {
    std::uint64_t steps = 0;  // events that the phone was told
    std::uint64_t boots = 0;
    std::uint64_t transfers = 0;
    std::uint64_t actions = 0;  // that the phone ordered
    std::uint64_t syncs = 0;    // passes that succeeded
    std::uint64_t power_cuts = 0;
    Seconds lasted{0};

    Lived& operator+=(const Lived& other);
};

// Lives `days` days of faults and accidents, then the time in which a phone must be in sync again
// once they ended. The same seed is the same life. Throws Violation.
[[nodiscard]] Lived live(std::uint64_t seed, int days);

// The same life, written down by the phone's recorder; each line is checked for secrets. Throws
// Violation.
[[nodiscard]] std::string record_life(std::uint64_t seed, int days);

// One thing that goes wrong in a life where all else is well.
struct Mishap {
    std::optional<std::size_t> transfer = {};  // the n-th fails
    unsigned failure = 0;                      // which way, below failures
    std::optional<std::size_t> power = {};     // it is cut before the n-th action
    bool servers_die = false;                  // no phone comes through that

    static constexpr unsigned failures = 6;
};

// A first day as the setup of this seed has it, up to the phone's being in sync, with one mishap.
// Throws Violation.
[[nodiscard]] Lived live_first_day(std::uint64_t seed, const Mishap& mishap);

}  // namespace onhook::swarm
