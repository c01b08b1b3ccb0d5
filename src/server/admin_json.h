#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "provision/effective_settings.h"
#include "store/records.h"

// The administration API's documents. Times are seconds since 1970, UTC. Secrets are "***".

namespace onhook::server {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json to_json(const provision::Device& device,
                           const std::optional<store::Contact>& contact);
[[nodiscard]] Json to_json(const provision::EffectiveSettings& effective);
[[nodiscard]] Json to_json(const store::SyslogMessage& message);

}  // namespace onhook::server
