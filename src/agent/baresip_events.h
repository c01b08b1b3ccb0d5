#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace onhook::agent {

// What baresip tells on its control connection and we listen to.
struct EngineRegistered {
    std::string account;  // baresip_name()

    friend bool operator==(const EngineRegistered&, const EngineRegistered&) = default;
};

struct EngineNotRegistered {
    std::string account;
    std::string why;

    friend bool operator==(const EngineNotRegistered&, const EngineNotRegistered&) = default;
};

// A call rings, is dialled or is up: it holds a line.
struct EngineCall {
    std::string id;

    friend bool operator==(const EngineCall&, const EngineCall&) = default;
};

struct EngineCallEnded {
    std::string id;

    friend bool operator==(const EngineCallEnded&, const EngineCallEnded&) = default;
};

using EngineEvent =
    std::variant<EngineRegistered, EngineNotRegistered, EngineCall, EngineCallEnded>;

// One payload of the control connection. Nothing for what is no event, or none of these.
[[nodiscard]] std::optional<EngineEvent> read_baresip_event(std::string_view json);

}  // namespace onhook::agent
