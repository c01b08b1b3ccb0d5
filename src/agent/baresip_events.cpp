#include "agent/baresip_events.h"

#include <nlohmann/json.hpp>

namespace onhook::agent {

namespace {

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::optional<EngineEvent> read_baresip_event(std::string_view json) {
    const auto object = nlohmann::json::parse(json, nullptr, false);
    if (!object.is_object() || object.find("event") == object.end()) {
        return std::nullopt;
    }
    const std::string type = text_of(object, "type");
    std::string account = text_of(object, "accountaor");
    if (type == "REGISTER_OK") {
        return EngineRegistered{std::move(account)};
    }
    if (type == "REGISTER_FAIL" || type == "UNREGISTERING") {
        return EngineNotRegistered{std::move(account), text_of(object, "param")};
    }
    std::string id = text_of(object, "id");
    if (text_of(object, "class") != "call" || id.empty()) {
        return std::nullopt;
    }
    return type == "CALL_CLOSED" ? EngineEvent(EngineCallEnded{std::move(id)})
                                 : EngineEvent(EngineCall{std::move(id)});
}

}  // namespace onhook::agent
