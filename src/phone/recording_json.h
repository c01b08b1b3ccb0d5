#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "phone/actions.h"
#include "phone/events.h"
#include "phone/memory.h"
#include "phone/policy.h"
#include "profile/identity.h"

// What the lines of a recording hold. The readers throw nlohmann's exceptions where a key is
// missing or has another type, and fail with a sentence where a word or a number means nothing.

namespace onhook::phone {

using Json = nlohmann::ordered_json;

// A text that is not UTF-8 stands in hex, under the key with "_hex" behind it.
void put_text(Json& json, const std::string& key, std::string_view text);
[[nodiscard]] std::string text_at(const Json& json, const std::string& key);

// The names of an event: "answered".
[[nodiscard]] Json event_json(const Event& event);
[[nodiscard]] Result<Event, std::string> read_event_json(const Json& json);

// Everything of an action but secrets. Times count from `base`.
[[nodiscard]] Json action_json(const Action& action, TimePoint base);

[[nodiscard]] Json memory_json(const Memory& memory);
[[nodiscard]] Result<Memory, std::string> read_memory_json(const Json& json,
                                                           const profile::Catalogue& catalogue);

[[nodiscard]] Json identity_json(const profile::Identity& identity);
[[nodiscard]] Result<profile::Identity, std::string> read_identity_json(const Json& json);

[[nodiscard]] Json settings_json(const Settings& settings);
[[nodiscard]] Result<Settings, std::string> read_settings_json(const Json& json);

}  // namespace onhook::phone
