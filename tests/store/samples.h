#pragma once

#include <string_view>

#include <fmt/format.h>

#include "store/records.h"

namespace onhook::store {

// Number 1 is 000e08000001.
inline MacAddress mac(unsigned number) {
    return *MacAddress::parse(fmt::format("000e08{:06x}", number));
}

inline provision::GroupName group_name(std::string_view text) {
    return *provision::GroupName::parse(text);
}

inline provision::Device device(unsigned number) { return {.mac = mac(number), .model = "8841"}; }

inline provision::Device device_in(unsigned number, std::string_view group) {
    provision::Device made = device(number);
    made.group = group_name(group);
    return made;
}

inline provision::Setting setting(std::string_view name, std::string_view value) {
    return {.name = std::string(name), .value = std::string(value)};
}

inline WallTime at(std::int64_t second) { return WallTime(Seconds(second)); }

}  // namespace onhook::store
