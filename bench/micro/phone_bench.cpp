// Events a second through a whole phone, and phone-days a second through the swarm.
#include <vector>

#include <benchmark/benchmark.h>

#include "resyncing.h"
#include "swarm/life.h"

namespace onhook::phone {

namespace {

void phone_events(benchmark::State& state) {
    constexpr std::size_t phones = 1000;
    const Memory memory = steady_memory();
    std::vector<Resyncing> fleet;
    fleet.reserve(phones);
    for (std::size_t n = 0; n < phones; ++n) {
        fleet.emplace_back(n, memory);
    }
    std::size_t events = 0;
    std::size_t next = 0;
    for (auto _ : state) {
        events += fleet[next].run();
        next = next + 1 == phones ? 0 : next + 1;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}

// Phone-days a second through the swarm, its checks on: of both makers, or of one, whose seeds are
// every other. Always the same lives, so that two runs compare.
void swarm_days(benchmark::State& state, std::uint64_t first, std::uint64_t stride) {
    constexpr int days = 30;
    onhook::swarm::Lived all;
    std::uint64_t seed = first;
    for (auto _ : state) {
        all += onhook::swarm::live(seed, days);
        seed += stride;
    }
    const double lived = static_cast<double>(all.lasted.count()) / 86'400;
    state.counters["phone_days"] = benchmark::Counter(lived, benchmark::Counter::kIsRate);
    state.counters["events"] =
        benchmark::Counter(static_cast<double>(all.steps), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(swarm_days, both, 1, 1)->Iterations(100)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(swarm_days, cisco, 1, 2)->Iterations(50)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(swarm_days, flyingvoice, 2, 2)->Iterations(50)->Unit(benchmark::kMillisecond);
BENCHMARK(phone_events);

}  // namespace

}  // namespace onhook::phone
