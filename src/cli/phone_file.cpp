#include "cli/phone_file.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/input.h"
#include "profile/mask.h"

namespace onhook::cli {

Result<DescribedPhonePtr, std::string> read_phone(const std::string& path) {
    const auto text = read_input(path, fleet::largest_phone_file);
    if (!text) {
        return Failure{text.error()};
    }
    auto phone = fleet::parse_phone(*text);
    if (!phone) {
        return Failure{fmt::format("phone '{}': {}", path, phone.error())};
    }
    return phone;
}

std::string print_phone(const profile::Dialect& dialect,
                        const agent::PhoneState& state,
                        Secrets secrets) {
    const profile::Identity& identity = state.identity;
    const profile::Values& values = state.memory.values;
    using Json = nlohmann::ordered_json;
    Json parameters = Json::object();
    for (const profile::Values::Entry& entry : values.entries()) {
        const profile::Parameter& parameter = values.catalogue()[entry.id];
        if (!entry.value) {
            continue;
        }
        if (secrets == Secrets::revealed) {
            parameters[parameter.name] = *entry.value;
        } else if (!parameter.secret) {
            parameters[parameter.name] = profile::masked_rule(*entry.value, &values.catalogue());
        }
    }
    Json json = {{"dialect", dialect.name},
                 {"model", identity.model},
                 {"mac", identity.mac.to_upper_string()},
                 {"serial", identity.serial},
                 {"firmware", identity.firmware},
                 {"hardware", identity.hardware},
                 {"client_certificate", identity.client_certificate},
                 {"parameters", std::move(parameters)}};
    if (speaks_flyingvoice(dialect)) {
        if (!state.memory.resyncs.empty()) {
            json["state"] = {{"PRVST", static_cast<int>(state.memory.resyncs.front().code)}};
        }
    } else if (state.memory.customization == phone::CustomizationState::acquired) {
        json["state"] = {{"ISCUST", 1}};
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace onhook::cli
