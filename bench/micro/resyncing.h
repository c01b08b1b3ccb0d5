#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "phone/phone.h"

// Phones in sync that resync now and then from servers that always have their profile.

namespace onhook::phone {

// What a provider's profile sets, besides a few hundred values that are the factory's.
inline constexpr std::string_view profile_text = R"(<flat-profile>
<Resync_Periodic>3600</Resync_Periodic>
<Resync_Random_Delay>0</Resync_Random_Delay>
<Profile_Rule>("$PRVST" ne "9")? https://prov.example.com/cisco/$MA.xml | https://prov.example.com/other.xml</Profile_Rule>
<Syslog_Server>192.0.2.9</Syslog_Server>
<GPP_A>fleet</GPP_A>
<Line_Enable_2_>No</Line_Enable_2_>
</flat-profile>)";

// Phones of one make in one network share what is the same.
inline const SharedText model = "8841";
inline const SharedText load = "sip88xx.11-3-1MPP-678";
inline const SharedText hardware = "1.0";
inline const Shared<DhcpAnswer> network = DhcpAnswer{"example.com", {}};

inline profile::Identity identity_of(std::size_t n) {
    return {*MacAddress::parse(fmt::format("000E08{:06X}", n)),
            false,
            model,
            fmt::format("88012BA{:05}", n % 100000),
            load,
            hardware};
}

// The servers hand out one text, as they do to a fleet of one profile.
inline const SharedText document{std::string(profile_text)};

// One phone that resyncs now and then from servers that always have its profile.
class Resyncing {
  public:
    Resyncing(std::size_t n, const Memory& memory)
        : phone_(profile::cisco_mpp(), identity_of(n), {}, memory, n) {
        (void)step(WallClockRead{WallTime(Seconds(1'767'225'600))});
        (void)step(Booted{BootReason::power_up});
        (void)step(NetworkUp{{.ip = "192.0.2.77", .dhcp = network}});
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
inline Memory steady_memory() {
    Memory memory(profile::factory_values(profile::cisco_mpp(), identity_of(0)));
    auto applied = profile::apply_flat_profile(profile_text, memory.values);
    CHECK(applied.has_value());
    memory.values.set_all(std::move(applied->settings));
    memory.customization = CustomizationState::acquired;
    memory.synced_once = true;
    return memory;
}

}  // namespace onhook::phone
