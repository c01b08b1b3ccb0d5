#pragma once

#include <span>
#include <string>
#include <string_view>

#include "phone/policy.h"

namespace onhook::phone {

// A switch of Policy by its name, as scenarios and recordings spell it: the name of the field.
struct PolicyName {
    std::string_view name;
    std::string_view allowed;  // for people: "mpp, spa, reset", "a whole number from 0 to 255"
    // The value as text, and back: false for a text that is not allowed, and nothing changes.
    std::string (*get)(const Policy& policy);
    bool (*set)(Policy& policy, std::string_view text);
};

// All of them, in the order of the fields. Lives for ever.
[[nodiscard]] std::span<const PolicyName> policy_names() noexcept;

}  // namespace onhook::phone
