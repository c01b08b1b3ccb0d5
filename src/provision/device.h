#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/mac_address.h"
#include "base/result.h"
#include "provision/group.h"

namespace onhook::provision {

// A phone as its provider knows it.
struct Device {
    static constexpr std::size_t max_model_length = 32;
    static constexpr std::size_t max_name_length = 100;
    static constexpr std::size_t max_comment_length = 1000;

    MacAddress mac;
    std::string model = {};               // "8841"; empty while nobody has said
    std::optional<GroupName> group = {};  // nothing: directly below the provider
    std::string name = {};                // for people, "Reception"; may be empty
    std::string comment = {};             // may be empty

    friend bool operator==(const Device&, const Device&) = default;
};

// Refuses a model that is not letters, digits and `-`, and texts that are too long or carry
// control characters. Whoever takes a device from outside calls it once.
[[nodiscard]] Status<> check_device(const Device& device);

}  // namespace onhook::provision
