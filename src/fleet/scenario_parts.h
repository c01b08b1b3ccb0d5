#pragma once

#include <string>

#include "fleet/json_object.h"
#include "fleet/scenario.h"

// The parts of a scenario document. What is wrong with one goes to `complaint`; what is returned
// then means nothing.

namespace onhook::fleet {

// Scenarios and the files that they name have at most so many bytes.
inline constexpr std::size_t most_world_rules = 1000;
inline constexpr std::size_t most_events = 10'000;
// Ten years.
inline constexpr double longest_scenario = 315'576'000;

// 2026-01-01T00:00:00Z
[[nodiscard]] std::optional<WallTime> read_instant(std::string_view text);

[[nodiscard]] WorldRule read_world_rule(const Json& json,
                                        std::string place,
                                        const ScenarioFiles& files,
                                        Complaint& complaint);

// `usual` is the lease of a phone that no event gives another one.
[[nodiscard]] ScheduledEvent read_event(const Json& json,
                                        std::string place,
                                        const phone::Lease& usual,
                                        Complaint& complaint);

[[nodiscard]] std::span<const ObjectKeys> event_keys() noexcept;
[[nodiscard]] Keys world_rule_keys() noexcept;

}  // namespace onhook::fleet
