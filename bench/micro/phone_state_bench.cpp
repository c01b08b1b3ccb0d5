// What one phone costs: bytes of state beyond what it shares with phones of the same profile. A
// program of its own, for it counts what is asked of the heap.
#include <vector>

#include <benchmark/benchmark.h>

#include "heap.h"
#include "resyncing.h"

namespace onhook::phone {

namespace {

void phone_state(benchmark::State& state) {
    constexpr std::size_t phones = 10'000;
    const Memory memory = steady_memory();
    double bytes = 0;
    double blocks = 0;
    for (auto _ : state) {
        std::vector<Resyncing> fleet;
        const HeapUse before = heap_in_use();
        fleet.reserve(phones);
        for (std::size_t n = 0; n < phones; ++n) {
            fleet.emplace_back(n, memory);
            for (int resyncs = 0; resyncs < 3; ++resyncs) {
                fleet.back().run();
            }
        }
        // The harness's own fields are none of a phone's.
        const double harness = sizeof(Resyncing) - sizeof(Phone);
        const HeapUse after = heap_in_use();
        bytes = static_cast<double>(after.bytes - before.bytes) / phones - harness;
        blocks = static_cast<double>(after.blocks - before.blocks) / phones;
    }
    state.counters["bytes_per_phone"] = bytes;
    state.counters["blocks_per_phone"] = blocks;
    state.counters["sizeof_phone"] = sizeof(Phone);
}

BENCHMARK(phone_state)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace onhook::phone
