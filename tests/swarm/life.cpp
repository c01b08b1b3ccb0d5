#include "swarm/life.h"

#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "swarm/one_life.h"

namespace onhook::swarm {

namespace {

// A life; where it violates something, the same life once more with a journal of its end.
template <typename Make>
Lived judged(const Make& make, const std::string& name) {
    try {
        return make()->run();
    } catch (const Violation& violation) {
        const auto again = make();
        again->keep_journal();
        try {
            (void)again->run();
        } catch (const Violation& same) {
            throw Violation(fmt::format("{}\nafter\n{}\nsee it again with {}",
                                        same.what(),
                                        fmt::join(again->journal().lines(), "\n"),
                                        name));
        }
        throw Violation(fmt::format("{}, and not again: {}", violation.what(), name));
    }
}

std::string name_of(std::uint64_t seed, int days) {
    return fmt::format("ONHOOK_SWARM_SEED={} ONHOOK_SWARM_DAYS={}", seed, days);
}

std::string name_of(std::uint64_t seed, const Mishap& mishap) {
    const std::string day = fmt::format("the first day of seed {}", seed);
    if (mishap.servers_die) {
        return day + ", all servers dead";
    }
    return mishap.power ? fmt::format("{}, the power cut before action {}", day, *mishap.power)
                        : fmt::format("{}, transfer {} failing in way {}",
                                      day,
                                      mishap.transfer.value_or(0),
                                      mishap.failure);
}

}  // namespace

Lived& Lived::operator+=(const Lived& other) {
    steps += other.steps;
    boots += other.boots;
    transfers += other.transfers;
    actions += other.actions;
    syncs += other.syncs;
    power_cuts += other.power_cuts;
    lasted += other.lasted;
    return *this;
}

Lived live(std::uint64_t seed, int days) {
    return judged([&] { return std::make_unique<Life>(seed, days); }, name_of(seed, days));
}

std::string record_life(std::uint64_t seed, int days) {
    std::string recording;
    const auto life = [&] {
        recording.clear();
        auto one = std::make_unique<Life>(seed, days);
        one->record([&](std::string_view line) {
            Checks::recorded(line);
            recording.append(line).append("\n");
        });
        return one;
    };
    (void)judged(life, name_of(seed, days));
    return recording;
}

Lived live_first_day(std::uint64_t seed, const Mishap& mishap) {
    const auto life = [&] {
        auto one = std::make_unique<Life>(seed, 0);
        one->only(mishap);
        return one;
    };
    return judged(life, name_of(seed, mishap));
}

}  // namespace onhook::swarm
