#include "fleet/phone_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "fleet/json_object.h"
#include "profile/nearest_name.h"

namespace onhook::fleet {

namespace {

using Read = Status<PlacedError>;

Failure<PlacedError> wrong_at(std::string place, std::string what) {
    return Failure{PlacedError{std::move(place), std::move(what)}};
}

template <typename Text>
Read take_text(const Json& json, const std::string& place, Text& taken) {
    if (!json.is_string()) {
        return wrong_at(place, "must be a text in quotes");
    }
    auto text = json.get<std::string>();
    const bool one_line = std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
    taken = std::move(text);
    return one_line ? Read(Done{}) : wrong_at(place, "must be one line without control characters");
}

Read take_bool(const Json& json, const std::string& place, bool& value) {
    if (!json.is_boolean()) {
        return wrong_at(place, "must be true or false");
    }
    value = json.get<bool>();
    return Done{};
}

struct Range {
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
};

Result<std::int64_t, PlacedError> take_number(const Json& json,
                                              const std::string& place,
                                              Range range) {
    const bool whole = json.is_number_integer();
    // A number beyond 64 bits with a sign is beyond every range here.
    const bool fits = whole && (!json.is_number_unsigned() ||
                                json.get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
    const std::int64_t number = fits ? json.get<std::int64_t>() : 0;
    if (!fits || number < range.minimum || number > range.maximum) {
        return wrong_at(
            place,
            fmt::format("must be a whole number from {} to {}", range.minimum, range.maximum));
    }
    return number;
}

Read take_seconds(const Json& json, const std::string& place, Seconds& seconds) {
    const auto number = take_number(json, place, {0, INT32_MAX});
    if (!number) {
        return Failure{number.error()};
    }
    seconds = Seconds(*number);
    return Done{};
}

// The state's keys are the names of the macros that show it (cisco-mpp.md 2.3).
Read take_cisco_state(const std::string& name, const Json& json, profile::MacroContext& macros) {
    const std::string place = "state." + name;
    if (name == "PRVTMR") {
        return take_seconds(json, place, macros.since_resync);
    }
    if (name == "UPGTMR") {
        return take_seconds(json, place, macros.since_upgrade);
    }
    if (name == "REGTMR1" || name == "REGTMR2") {
        return take_seconds(json, place, macros.since_registered[name == "REGTMR1" ? 0 : 1]);
    }
    if (name == "UPGERR") {
        return take_text(json, place, macros.upgrade_error);
    }
    if (name == "EXTIP") {
        return take_text(json, place, macros.external_ip);
    }
    if (name == "EMS") {
        return take_text(json, place, macros.mobility.status);
    }
    if (name == "MUID") {
        return take_text(json, place, macros.mobility.user);
    }
    if (name == "MPWD") {
        std::string password;
        Read taken = take_text(json, place, password);
        macros.mobility.password = Secret(std::move(password));
        return taken;
    }
    if (name == "PRVST" || name == "UPGST" || name == "ISCUST") {
        const Range range = name == "PRVST"   ? Range{-1, 2}
                            : name == "UPGST" ? Range{1, 2}
                                              : Range{0, 1};
        const auto number = take_number(json, place, range);
        if (!number) {
            return Failure{number.error()};
        }
        if (name == "PRVST") {
            macros.cause = static_cast<profile::ResyncCause>(*number);
        } else if (name == "UPGST") {
            macros.upgrade_attempt = static_cast<profile::UpgradeAttempt>(*number);
        } else {
            macros.customized = *number == 1;
        }
        return Done{};
    }
    return wrong_at(
        place,
        "is not known; known are PRVST, PRVTMR, UPGST, UPGTMR, UPGERR, REGTMR1, REGTMR2, "
        "EXTIP, ISCUST, EMS, MUID, MPWD");
}

Read take_flyingvoice_state(const std::string& name,
                            const Json& json,
                            profile::FlyingvoiceMacros& macros) {
    const std::string place = "state." + name;
    if (name != "PRVST") {
        return wrong_at(place, "is not known; known is PRVST, the result of the last attempt");
    }
    const auto number = take_number(json, place, {0, 9});  // flyingvoice.md 11.2
    if (!number) {
        return Failure{number.error()};
    }
    macros.last_result = static_cast<int>(*number);
    return Done{};
}

Read take_state(const Json& json, DescribedPhone& phone) {
    if (!json.is_object()) {
        return wrong_at("state", "must be an object such as {\"PRVTMR\":10}");
    }
    for (const auto& [name, value] : json.items()) {
        const Read taken = speaks_flyingvoice(*phone.dialect)
                               ? take_flyingvoice_state(name, value, phone.flyingvoice_macros)
                               : take_cisco_state(name, value, phone.macros);
        if (!taken) {
            return taken;
        }
    }
    return Done{};
}

// A parameter's value as a profile would write it. Numbers and truth values may stand there as
// JSON has them.
std::optional<std::string> parameter_text(const Json& json) {
    if (json.is_string()) {
        return json.get<std::string>();
    }
    if (json.is_boolean()) {
        return json.get<bool>() ? "1" : "0";
    }
    return json.is_number_integer() ? std::optional(json.dump()) : std::nullopt;
}

std::string unknown_parameter(const profile::Catalogue& catalogue, std::string_view name) {
    const auto near = profile::nearest_name(catalogue, name);
    return near ? fmt::format("is no parameter of this dialect; did you mean {}?", *near)
                : "is no parameter of this dialect";
}

Read take_parameters(const Json& json, DescribedPhone& phone) {
    if (!json.is_object()) {
        return wrong_at("parameters", "must be an object such as {\"GPP_A\":\"text\"}");
    }
    const profile::Catalogue& catalogue = *phone.dialect->catalogue;
    std::vector<profile::Values::Entry> settings;
    for (const auto& [name, value] : json.items()) {
        const std::string place = "parameters." + name;
        const auto id = catalogue.find(name);
        if (!id) {
            return wrong_at(place, unknown_parameter(catalogue, name));
        }
        const auto text = parameter_text(value);
        if (!text) {
            return wrong_at(place, "must be a text, a whole number, true or false");
        }
        auto checked = profile::check_value(catalogue[*id], *text);
        if (!checked) {
            return wrong_at(place, "does not fit: " + checked.error());
        }
        settings.push_back({*id, *std::move(checked), {}});
    }
    phone.values.set_all(std::move(settings));
    return Done{};
}

Read take_key(const std::string& key, const Json& value, DescribedPhone& phone) {
    profile::Identity& identity = phone.identity;
    if (key == "dialect" || key == "mac") {
        return Done{};  // made the phone
    }
    if (key == "model") {
        return take_text(value, key, identity.model);
    }
    if (key == "serial") {
        return take_text(value, key, identity.serial);
    }
    if (key == "firmware") {
        return take_text(value, key, identity.firmware);
    }
    if (key == "hardware") {
        return take_text(value, key, identity.hardware);
    }
    if (key == "ip") {
        const Read taken = take_text(value, key, phone.macros.ip);
        phone.flyingvoice_macros.ip = phone.macros.ip;
        return taken;
    }
    if (key == "client_certificate") {
        return take_bool(value, key, identity.client_certificate);
    }
    if (key == "parameters") {
        return take_parameters(value, phone);
    }
    if (key == "state") {
        return take_state(value, phone);
    }
    return wrong_at(key,
                    "is not known; known are dialect, model, mac, serial, firmware, hardware, ip, "
                    "client_certificate, parameters, state");
}

Result<std::string, PlacedError> required_text(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) {
        return wrong_at(key, "is missing");
    }
    std::string text;
    if (const Read taken = take_text(*found, key, text); !taken) {
        return Failure{taken.error()};
    }
    return text;
}

}  // namespace

bool speaks_flyingvoice(const profile::Dialect& dialect) {
    return &dialect == &profile::flyingvoice() || &dialect == &profile::flyingvoice_doc();
}

DescribedPhone::DescribedPhone(const profile::Dialect& the_dialect, profile::Identity the_identity)
    : dialect(&the_dialect),
      identity(std::move(the_identity)),
      values(*the_dialect.catalogue),
      macros(the_dialect, identity, values),
      flyingvoice_macros(identity) {}

Result<DescribedPhonePtr, PlacedError> read_phone_object(const nlohmann::ordered_json& json) {
    if (!json.is_object()) {
        return wrong_at("the file", "must be one JSON object: {\"dialect\":…,\"mac\":…}");
    }
    const auto dialect_name = required_text(json, "dialect");
    if (!dialect_name) {
        return Failure{dialect_name.error()};
    }
    const profile::Dialect* dialect = profile::find_dialect(*dialect_name);
    if (dialect == nullptr) {
        return wrong_at("dialect", "must be cisco-mpp, flyingvoice or flyingvoice-doc");
    }
    const auto mac_text = required_text(json, "mac");
    if (!mac_text) {
        return Failure{mac_text.error()};
    }
    const auto mac = MacAddress::parse(*mac_text);
    if (!mac) {
        return wrong_at("mac", fmt::format("expected {}", mac.error().expected));
    }
    auto phone =
        std::make_unique<DescribedPhone>(*dialect, profile::Identity{*mac, false, {}, {}, {}, {}});
    // The serial number is a factory value of some parameters, so it is known before they are read.
    for (const bool parameters : {false, true}) {
        for (const auto& [key, value] : json.items()) {
            if ((key == "parameters") != parameters) {
                continue;
            }
            if (const Read taken = take_key(key, value, *phone); !taken) {
                return Failure{taken.error()};
            }
        }
        if (!parameters) {
            phone->values = profile::factory_values(*dialect, phone->identity);
        }
    }
    return phone;
}

Result<DescribedPhonePtr, std::string> parse_phone(std::string_view text) {
    const auto json = parse_json(text);
    if (!json) {
        return Failure{json.error()};
    }
    auto phone = read_phone_object(*json);
    if (!phone) {
        return Failure{fmt::format("{} {}", phone.error().place, phone.error().what)};
    }
    return *std::move(phone);
}

}  // namespace onhook::fleet
