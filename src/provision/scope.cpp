#include "provision/scope.h"

#include <cstddef>

#include "base/cursor.h"

namespace onhook::provision {

Result<Scope, ParseError> Scope::parse(std::string_view text) {
    if (text == "provider") {
        return Scope();
    }
    Cursor in(text);
    const bool group = in.accept("group/");
    if (!group && !in.accept("device/")) {
        return in.wanted("provider, group/NAME or device/MAC");
    }
    const auto shifted = [&in](const ParseError& error) {
        return Failure{ParseError{in.offset() + error.offset, error.expected}};
    };
    if (group) {
        auto name = GroupName::parse(in.rest());
        return name ? Result<Scope, ParseError>(Scope(*std::move(name))) : shifted(name.error());
    }
    const auto mac = MacAddress::parse(in.rest());
    return mac ? Result<Scope, ParseError>(Scope(*mac)) : shifted(mac.error());
}

std::string Scope::to_string() const {
    if (const GroupName* name = group()) {
        return "group/" + name->to_string();
    }
    if (const MacAddress* mac = device()) {
        return "device/" + mac->to_string();
    }
    return is_provider() ? "provider" : "server";
}

}  // namespace onhook::provision
