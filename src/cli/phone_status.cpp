#include "cli/phone_status.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/state_file.h"
#include "cli/output.h"
#include "cli/phone_file.h"
#include "phone/status.h"
#include "profile/mask.h"

namespace onhook::cli {

namespace {

nlohmann::ordered_json to_json(const agent::PhoneState& state) {
    nlohmann::ordered_json resyncs = nlohmann::ordered_json::array();
    for (const phone::ResyncRecord& record : state.memory.resyncs) {
        resyncs.push_back(
            {{"at",
              record.at ? nlohmann::ordered_json((*record.at).time_since_epoch().count())
                        : nlohmann::ordered_json(nullptr)},
             {"succeeded", record.succeeded},
             {"url", record.url.view()},
             {"error", record.error.view()},
             {"code", static_cast<int>(record.code)}});
    }
    const auto& values = state.memory.values;
    const profile::Dialect& dialect = profile::dialect_of(values.catalogue());
    return {
        {"dialect", dialect.name},
        {"mac", state.identity.mac.to_string()},
        {"model", state.identity.model},
        {"firmware", state.identity.firmware},
        {"customization", to_string(state.memory.customization)},
        {"profile_rule",
         profile::masked_rule(values.get(dialect.parameter.profile_rules[0]), &values.catalogue())},
        {"parameters_set", values.entries().size()},
        {"resyncs", std::move(resyncs)}};
}

// The saved state of the phone that the options mean; without one, the exit status is in `status`.
std::optional<agent::PhoneState> saved_state(const std::string& directory, int& status) {
    auto state = agent::StateFile::peek(directory);
    if (!state) {
        status = complain(state.error().detail);
        return std::nullopt;
    }
    if (!*state) {
        fmt::print(stderr, "onhook: no phone has saved its state in '{}' yet\n", directory);
        status = 1;
        return std::nullopt;
    }
    agent::PhoneState saved = **std::move(state);
    if (!saved.memory.firmware->running.empty()) {
        saved.identity.firmware = saved.memory.firmware->running;  // what it says of itself
    }
    return saved;
}

}  // namespace

int show_phone_status(const std::string& directory, bool json) {
    int status = 0;
    const auto state = saved_state(directory, status);
    if (!state) {
        return status;
    }
    if (json) {
        print_json(to_json(*state));
        return 0;
    }
    const auto& memory = state->memory;
    const profile::Dialect& dialect = profile::dialect_of(memory.values.catalogue());
    std::vector<std::vector<std::string>> rows = {
        {"Product", dialect.product_name(state->identity.model)},
        {"MAC address", state->identity.mac.to_string()},
        {"Firmware", state->identity.firmware.str()},
        {"Customization", std::string(to_string(memory.customization))},
        {"Profile rule",
         profile::masked_rule(memory.values.get(dialect.parameter.profile_rules[0]),
                              &memory.values.catalogue())},
        {"Parameters set", std::to_string(memory.values.entries().size())}};
    for (const phone::ResyncRecord& record : memory.resyncs) {
        rows.push_back({"Resync", phone::page_line(record)});
    }
    print_table(rows);
    return 0;
}

int print_saved_phone(const std::string& directory, bool reveal) {
    int status = 0;
    const auto state = saved_state(directory, status);
    if (!state) {
        return status;
    }
    fmt::print("{}",
               print_phone(profile::dialect_of(state->memory.values.catalogue()),
                           *state,
                           reveal ? Secrets::revealed : Secrets::left_out));
    return 0;
}

}  // namespace onhook::cli
