#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/mac_address.h"
#include "base/result.h"
#include "provision/group.h"

namespace onhook::provision {

// A place in the provider's tree where settings hang: the provider itself, one group, one device.
class Scope {
  public:
    // The provider.
    Scope() = default;

    explicit Scope(GroupName group) : place_(std::move(group)) {}

    explicit Scope(MacAddress device) : place_(device) {}

    // `provider`, `group/NAME` or `device/MAC`; the MAC in any of its forms.
    [[nodiscard]] static Result<Scope, ParseError> parse(std::string_view text);

    // parse(to_string()) gives the same scope; one scope has one spelling.
    [[nodiscard]] std::string to_string() const;

    [[nodiscard]] bool is_provider() const noexcept { return place_.index() == 0; }

    // Null unless this is a group's scope.
    [[nodiscard]] const GroupName* group() const noexcept {
        return std::get_if<GroupName>(&place_);
    }

    // Null unless this is a device's scope.
    [[nodiscard]] const MacAddress* device() const noexcept {
        return std::get_if<MacAddress>(&place_);
    }

    friend auto operator<=>(const Scope&, const Scope&) = default;

  private:
    std::variant<std::monostate, GroupName, MacAddress> place_;
};

}  // namespace onhook::provision
