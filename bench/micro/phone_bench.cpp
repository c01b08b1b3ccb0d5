// What one phone costs: bytes of state beyond what it shares with phones of the same profile, and
// events a second through the whole machine.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include "phone/phone.h"
#include "swarm/life.h"

namespace onhook::phone {

namespace {

// What a provider's profile sets, besides a few hundred values that are the factory's.
constexpr std::string_view profile_text = R"(<flat-profile>
<Resync_Periodic>3600</Resync_Periodic>
<Resync_Random_Delay>0</Resync_Random_Delay>
<Profile_Rule>("$PRVST" ne "9")? https://prov.example.com/cisco/$PSN.xml | https://prov.example.com/other.xml</Profile_Rule>
<Syslog_Server>192.0.2.9</Syslog_Server>
<GPP_A>fleet</GPP_A>
<Line_Enable_2_>No</Line_Enable_2_>
</flat-profile>)";

profile::Identity identity_of(std::size_t n) {
    return {*MacAddress::parse(fmt::format("000E08{:06X}", n)),
            "8841",
            fmt::format("88012BA{:05}", n % 100000),
            "sip88xx.11-3-1MPP-678",
            "1.0",
            false};
}

// The servers hand out one text, as they do to a fleet of one profile.
const SharedText document{std::string(profile_text)};

// One phone that resyncs now and then from servers that always have its profile.
class Resyncing {
  public:
    Resyncing(std::size_t n, const Memory& memory)
        : phone_(profile::cisco_mpp(), identity_of(n), {}, memory, n) {
        (void)step(WallClockRead{WallTime(Seconds(1'767'225'600))});
        (void)step(Booted{BootReason::user});
        (void)step(NetworkUp{{.ip = "192.0.2.77", .domain = "example.com", .options = {}}});
        run();
    }

    // One resync: its deadline, the name's address, the answer. Counts the events.
    std::size_t run() {
        if (const auto deadline = phone_.next_deadline()) {
            now_ = std::max(now_, *deadline);
            (void)step(DeadlineReached{});
        }
        std::size_t events = 1;
        while (transfer_) {
            const TransferId id = std::exchange(transfer_, TransferId{});
            (void)step(ServerFound{id, "192.0.2.10"});
            (void)step(Answered{id, 200, document, {}, {}});
            events += 2;
        }
        return events;
    }

    [[nodiscard]] const Memory& memory() const { return phone_.memory(); }

  private:
    Actions step(const Event& event) {
        Actions actions = phone_.step(event, now_);
        for (const Action& action : actions) {
            if (const auto* transfer = std::get_if<StartTransfer>(&action)) {
                transfer_ = transfer->transfer;
            }
            CHECK(!std::holds_alternative<Restart>(action));
        }
        return actions;
    }

    Phone phone_;
    TransferId transfer_;
    TimePoint now_{};
};

// A phone as it is after its first resync and the restart that followed.
Memory steady_memory() {
    Memory memory(profile::factory_values(profile::cisco_mpp(), identity_of(0)));
    auto applied = profile::apply_flat_profile(profile_text, memory.values);
    CHECK(applied.has_value());
    memory.values.set_all(std::move(applied->settings));
    memory.customization = CustomizationState::acquired;
    memory.synced_once = true;
    return memory;
}

// Everything that was asked of the heap and not given back.
std::size_t heap_in_use() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void phone_state(benchmark::State& state) {
    constexpr std::size_t phones = 10'000;
    const Memory memory = steady_memory();
    double bytes = 0;
    for (auto _ : state) {
        std::vector<Resyncing> fleet;
        const std::size_t before = heap_in_use();
        fleet.reserve(phones);
        for (std::size_t n = 0; n < phones; ++n) {
            fleet.emplace_back(n, memory);
            for (int resyncs = 0; resyncs < 3; ++resyncs) {
                fleet.back().run();
            }
        }
        bytes = static_cast<double>(heap_in_use() - before) / phones;
    }
    state.counters["bytes_per_phone"] = bytes;
    state.counters["sizeof_phone"] = sizeof(Phone);
}

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
BENCHMARK(phone_state)->Unit(benchmark::kMillisecond);
BENCHMARK(phone_events);

}  // namespace

}  // namespace onhook::phone
