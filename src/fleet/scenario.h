#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "fleet/phone_file.h"
#include "fleet/world.h"
#include "phone/events.h"
#include "phone/memory.h"
#include "phone/policy.h"
#include "profile/dialect.h"
#include "profile/identity.h"
#include "profile/local_time.h"

namespace onhook::fleet {

// The power comes, after it was off or for a moment away; nothing that was not saved survives.
struct PowerUp {
    phone::BootReason reason = phone::BootReason::power_up;
};

struct CallStarted {};

struct CallEnded {};

struct LinkUp {};

struct LinkDown {};

// The network gives an address, and what else DHCP says.
struct LeaseGiven {
    phone::Lease lease;
};

// A PnP server answers the phone's question with this URL.
struct PnpOffered {
    std::string url;
};

// The phone's clock is set, moved, or no longer known from the next boot on.
struct ClockChanged {
    std::optional<WallTime> to;
    std::optional<Seconds> step;
};

// Something that a shell tells the phone as it is; the simulation fills in the request's id.
struct Told {
    phone::Event event;
};

using Happening = std::variant<PowerUp,
                               CallStarted,
                               CallEnded,
                               LinkUp,
                               LinkDown,
                               LeaseGiven,
                               PnpOffered,
                               ClockChanged,
                               Told>;

struct ScheduledEvent {
    Duration at{0};
    std::string_view name;  // as scenarios spell it: "call_start"; a constant
    Happening what;
};

// One phone's life as somebody wrote it down: who it is, what servers say to it, what happens to
// it (docs/reference/scenario.md).
struct Scenario {
    explicit Scenario(phone::Memory the_memory) : memory(std::move(the_memory)) {}

    const profile::Dialect* dialect = nullptr;
    profile::Identity identity{*MacAddress::parse("000e08000001"), false, {}, {}, {}, {}};
    phone::Settings settings;  // its zone is that of a phone whom no parameter tells
    phone::Memory memory;      // before the first power-up
    std::uint64_t seed = 1;
    std::optional<WallTime> start;  // the clock at second 0; nothing: the phone does not know it
    Duration until{0};
    Duration boot_time{0};  // from a reboot to the first event of the next life
    phone::Lease lease;     // unless an event gives another
    bool allow_plain_with_key = false;
    std::map<std::string, std::string, std::less<>> addresses;  // of names, beside what is usual
    std::map<std::string, std::vector<phone::SrvTarget>, std::less<>> srv;
    std::vector<WorldRule> world;
    std::vector<ScheduledEvent> events;  // by time; of one moment in the document's order
};

// How a scenario reaches what it names. Errors are sentences.
struct ScenarioFiles {
    // The content of a file; the name is as in the scenario.
    std::function<Result<std::string, std::string>(const std::string& name)> read;
    // The system's time zone file of an IANA name such as Europe/Berlin.
    std::function<Result<std::string, std::string>(const std::string& name)> read_zone;
};

// Reads the text of a scenario. The error is a sentence that starts with the place in the JSON:
// "world[2].status: 700 is not from 100 to 599; write a whole number between them".
[[nodiscard]] Result<Scenario, std::string> read_scenario(std::string_view text,
                                                          const ScenarioFiles& files);

// The keys of each kind of object in a scenario, named as in the schema: "" is the document,
// "world" a rule of it, "lease" an event of that name.
struct ObjectKeys {
    std::string_view object;
    std::span<const std::string_view> keys;
};

[[nodiscard]] std::span<const ObjectKeys> scenario_keys() noexcept;

}  // namespace onhook::fleet
