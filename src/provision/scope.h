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
// Above the tree stands the server, which has a word of its own (server_layer.h); its scope is
// seen as where a value came from, and nothing is ever set there.
class Scope {
  public:
    // The provider.
    Scope() = default;

    explicit Scope(GroupName group) : place_(std::move(group)) {}

    explicit Scope(MacAddress device) : place_(device) {}

    [[nodiscard]] static Scope server() {
        Scope scope;
        scope.place_ = Server{};
        return scope;
    }

    // `provider`, `group/NAME` or `device/MAC`; the MAC in any of its forms.
    [[nodiscard]] static Result<Scope, ParseError> parse(std::string_view text);

    // parse(to_string()) gives the same scope; one scope has one spelling. The server's is
    // `server`, which parse() refuses.
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
    struct Server {
        friend auto operator<=>(const Server&, const Server&) = default;
    };

    std::variant<std::monostate, GroupName, MacAddress, Server> place_;
};

}  // namespace onhook::provision
