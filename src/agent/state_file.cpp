#include "agent/state_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "net/certificate.h"

namespace onhook::agent {

namespace {

using Json = nlohmann::ordered_json;

// Since 2: who customized the phone, its partitions and upgrades, and what waits to be reported.
// Since 3: its custom CA.
constexpr std::int64_t format = 3;
constexpr std::int64_t oldest_format = 1;
constexpr std::int64_t latest_time = 253'402'300'799;  // the last second of the year 9999
constexpr std::size_t file_limit = 16 * 1024 * 1024;

// A clock that shows a time that cannot be is as good as none.
Json time_of(const std::optional<WallTime>& at) {
    const auto seconds = at ? at->time_since_epoch().count() : -1;
    return seconds >= 0 && seconds <= latest_time ? Json(seconds) : Json(nullptr);
}

Failure<Error> damaged(std::string why) {
    return Failure{Error{std::make_error_code(std::errc::invalid_argument), std::move(why)}};
}

// JSON's numbers are any; only a whole one that fits is taken, nothing is rounded or cut.
Result<std::int64_t> whole_number(const Json& json, const char* name, std::int64_t most) {
    const Json& number = json.at(name);
    const bool fits = number.is_number_unsigned() &&
                      number.get<std::uint64_t>() <= static_cast<std::uint64_t>(most);
    if (!fits) {
        return damaged(fmt::format("{} is no whole number from 0 to {}", name, most));
    }
    return number.get<std::int64_t>();
}

Result<std::optional<WallTime>> read_time(const Json& json) {
    if (json.at("at").is_null()) {
        return std::optional<WallTime>();
    }
    return whole_number(json, "at", latest_time).transform([](std::int64_t seconds) {
        return std::optional(WallTime(Seconds(seconds)));
    });
}

Json values_of(const profile::Values& values) {
    Json all = Json::object();
    for (const profile::Values::Entry& entry : values.entries()) {
        Json one = Json::object();
        if (entry.value) {
            one["value"] = *entry.value;
        }
        if (entry.access) {
            one["access"] = profile::to_string(*entry.access);
        }
        all[values.catalogue()[entry.id].name] = std::move(one);
    }
    return all;
}

Status<> read_values(const Json& all, profile::Values& values) {
    if (!all.is_object()) {
        return damaged("the values are no object");
    }
    for (const auto& [name, one] : all.items()) {
        if (!one.is_object()) {
            return damaged(fmt::format("the value of {} is no object", name));
        }
        const auto id = values.catalogue().find(name);
        if (!id) {
            continue;
        }
        if (one.contains("value")) {
            values.set(*id, one.at("value").get<std::string>());
        }
        if (one.contains("access")) {
            const auto access = profile::parse_access(one.at("access").get<std::string>());
            if (!access) {
                return damaged(fmt::format("the access of {} is none that exists", name));
            }
            values.set_access(*id, *access);
        }
    }
    return Done{};
}

Status<> read_reboots(const Json& all, phone::Memory& memory) {
    if (!all.is_array() || all.size() > phone::Memory::most_reboots) {
        return damaged("the reboot history is none that a phone writes");
    }
    for (const Json& one : all) {
        const auto at = read_time(one);
        const auto reason = phone::parse_boot_reason(one.at("reason").get<std::string>());
        if (!at || !reason) {
            return damaged("a time or reason in the reboot history is none that a phone writes");
        }
        memory.reboots.push_back({*at, *reason});
    }
    return Done{};
}

Status<> read_resyncs(const Json& all, phone::Memory& memory) {
    if (!all.is_array() || all.size() > phone::Memory::most_resyncs) {
        return damaged("the provisioning status is none that a phone writes");
    }
    for (const Json& one : all) {
        const auto at = read_time(one);
        // A state from before the codes has none.
        const auto code = one.contains("code")
                              ? whole_number(one, "code", static_cast<int>(phone::last_resync_code))
                              : Result<std::int64_t>(0);
        if (!at || !code) {
            return Failure{at ? code.error() : at.error()};
        }
        memory.resyncs.push_back({*at,
                                  one.at("url").get<std::string>(),
                                  one.at("error").get<std::string>(),
                                  one.at("succeeded").get<bool>(),
                                  static_cast<phone::ResyncCode>(*code)});
    }
    return Done{};
}

Status<> read_upgrades(const Json& all, phone::Firmware& firmware) {
    if (!all.is_array() || all.size() > phone::Memory::most_upgrades) {
        return damaged("the firmware upgrade status is none that a phone writes");
    }
    for (const Json& one : all) {
        const auto at = read_time(one);
        if (!at) {
            return Failure{at.error()};
        }
        firmware.upgrades.push_back({*at,
                                     one.at("succeeded").get<bool>(),
                                     one.at("url").get<std::string>(),
                                     one.at("error").get<std::string>()});
    }
    return Done{};
}

Status<> read_firmware(const Json& json, phone::Firmware& firmware) {
    firmware.running = json.at("running").get<std::string>();
    firmware.inactive = json.at("inactive").get<std::string>();
    firmware.tried = json.at("tried").get<std::string>();
    firmware.etag = json.at("etag").get<std::string>();
    firmware.sha256 = json.at("sha256").get<std::string>();
    const auto failures = whole_number(json, "failures", 255);
    if (!failures) {
        return Failure{failures.error()};
    }
    firmware.failures = static_cast<std::uint8_t>(*failures);
    return read_upgrades(json.at("upgrades"), firmware);
}

// By id, as the phone keeps them; a name that the catalogue no longer has is dropped.
Status<> read_unreported(const Json& all, phone::Memory& memory) {
    if (!all.is_array()) {
        return damaged("the unreported changes are no array");
    }
    std::vector<profile::ParameterId> ids;
    for (const Json& name : all) {
        if (const auto id = memory.values.catalogue().find(name.get<std::string>())) {
            ids.push_back(*id);
        }
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (!ids.empty()) {
        memory.unreported = std::move(ids);
    }
    return Done{};
}

// What format 1 did not have.
Status<> read_since_2(const Json& json, phone::Memory& memory) {
    memory.customization_name = json.at("customization_name").get<std::string>();
    memory.waits_for_code = json.at("waits_for_code").get<bool>();
    phone::Firmware firmware;
    if (auto read = read_firmware(json.at("firmware"), firmware); !read) {
        return read;
    }
    memory.firmware = std::move(firmware);
    return read_unreported(json.at("unreported"), memory);
}

// What formats 1 and 2 did not have.
Status<> read_since_3(const Json& json, phone::Memory& memory) {
    const Json& kept = json.at("authorities");
    const auto at = read_time(kept);
    if (!at) {
        return Failure{at.error()};
    }
    phone::Authorities authorities{.certificates = kept.at("certificates").get<std::string>(),
                                   .name = kept.at("name").get<std::string>(),
                                   .at = *at,
                                   .tried = kept.at("tried").get<bool>(),
                                   .error = kept.at("error").get<std::string>()};
    // Who writes into the file could as well name another --ca, but not by mistake.
    if (!authorities.certificates.empty() && !net::read_authorities(authorities.certificates)) {
        return damaged("the custom CA holds no certificates of CAs");
    }
    if (authorities.tried) {
        memory.authorities = std::move(authorities);
    }
    return Done{};
}

Json firmware_of(const phone::Firmware& firmware) {
    Json upgrades = Json::array();
    for (const phone::UpgradeRecord& upgrade : firmware.upgrades) {
        upgrades.push_back({{"at", time_of(upgrade.at)},
                            {"succeeded", upgrade.succeeded},
                            {"url", upgrade.url},
                            {"error", upgrade.error}});
    }
    return {{"running", firmware.running},
            {"inactive", firmware.inactive},
            {"tried", firmware.tried},
            {"failures", firmware.failures},
            {"etag", firmware.etag},
            {"sha256", firmware.sha256},
            {"upgrades", std::move(upgrades)}};
}

Json authorities_of(const phone::Authorities& authorities) {
    return {{"certificates", authorities.certificates.str()},
            {"name", authorities.name},
            {"at", time_of(authorities.at)},
            {"tried", authorities.tried},
            {"error", authorities.error}};
}

Json unreported_of(const phone::Memory& memory) {
    Json names = Json::array();
    for (const profile::ParameterId id : *memory.unreported) {
        names.push_back(memory.values.catalogue()[id].name);
    }
    return names;
}

Json identity_of(const profile::Identity& identity) {
    return {{"mac", identity.mac.to_string()},
            {"model", identity.model.str()},
            {"serial", identity.serial.str()},
            {"firmware", identity.firmware.str()},
            {"hardware", identity.hardware.str()},
            {"client_certificate", identity.client_certificate}};
}

Result<PhoneState> state_of(const Json& json) {
    const auto written = whole_number(json, "format", format);
    if (!written || *written < oldest_format) {
        return damaged(fmt::format(
            "format {} is none of {} to {}", json.at("format").dump(), oldest_format, format));
    }
    const auto* dialect = profile::find_dialect(json.at("dialect").get<std::string>());
    const Json& who = json.at("identity");
    const auto mac = MacAddress::parse(who.at("mac").get<std::string>());
    const auto customization =
        phone::parse_customization(json.at("customization").get<std::string>());
    if (dialect == nullptr || !mac || !customization) {
        return damaged("dialect, mac or customization is none that exists");
    }
    PhoneState state{{*mac,
                      who.at("client_certificate").get<bool>(),
                      who.at("model").get<std::string>(),
                      who.at("serial").get<std::string>(),
                      who.at("firmware").get<std::string>(),
                      who.at("hardware").get<std::string>()},
                     phone::Memory(profile::Values(*dialect->catalogue))};
    phone::Memory& memory = state.memory;
    memory.customization = *customization;
    memory.synced_once = json.at("synced_once").get<bool>();
    memory.resync_due = json.at("resync_due").get<bool>();
    const auto follow_ups = whole_number(json, "follow_ups", 255);
    if (!follow_ups) {
        return Failure{follow_ups.error()};
    }
    memory.follow_ups = static_cast<std::uint8_t>(*follow_ups);
    for (const auto& read : {read_values(json.at("values"), memory.values),
                             read_reboots(json.at("reboots"), memory),
                             read_resyncs(json.at("resyncs"), memory)}) {
        if (!read) {
            return Failure{read.error()};
        }
    }
    if (const auto next = json.find("next_boot"); next != json.end()) {
        const auto reason = phone::parse_boot_reason(next->get<std::string>());
        if (!reason) {
            return damaged("the reason of the next boot is none that there is");
        }
        state.next_boot = *reason;
    }
    if (*written >= 3) {
        if (const auto read = read_since_3(json, state.memory); !read) {
            return Failure{read.error()};
        }
    }
    if (*written >= 2) {
        if (const auto read = read_since_2(json, memory); !read) {
            return Failure{read.error()};
        }
    }
    return state;
}

Result<std::optional<PhoneState>> load_from(const std::string& path) {
    const auto text = net::read_file(path, file_limit);
    if (!text) {
        if (text.error().code == std::errc::no_such_file_or_directory) {
            return std::optional<PhoneState>();
        }
        return Failure{text.error()};
    }
    auto state = read_state(*text);
    if (!state) {
        return Failure{Error{state.error().code,
                             fmt::format("the phone's state '{}' is damaged: {}; move it away and "
                                         "the phone starts from its factory state",
                                         path,
                                         state.error().detail)}};
    }
    return std::optional(*std::move(state));
}

std::string file_in(const std::string& directory) { return directory + "/phone.json"; }

}  // namespace

std::string write_state(const profile::Dialect& dialect, const PhoneState& state) {
    const phone::Memory& memory = state.memory;
    Json reboots = Json::array();
    for (const phone::RebootRecord& reboot : memory.reboots) {
        reboots.push_back({{"at", time_of(reboot.at)}, {"reason", to_string(reboot.reason)}});
    }
    Json resyncs = Json::array();
    for (const phone::ResyncRecord& resync : memory.resyncs) {
        resyncs.push_back({{"at", time_of(resync.at)},
                           {"succeeded", resync.succeeded},
                           {"url", resync.url.str()},
                           {"error", resync.error.str()},
                           {"code", static_cast<int>(resync.code)}});
    }
    Json json = {{"format", format},
                 {"dialect", dialect.name},
                 {"identity", identity_of(state.identity)},
                 {"customization", to_string(memory.customization)},
                 {"customization_name", memory.customization_name.str()},
                 {"waits_for_code", memory.waits_for_code},
                 {"synced_once", memory.synced_once},
                 {"resync_due", memory.resync_due},
                 {"follow_ups", memory.follow_ups},
                 {"reboots", std::move(reboots)},
                 {"resyncs", std::move(resyncs)},
                 {"firmware", firmware_of(*memory.firmware)},
                 {"authorities", authorities_of(*memory.authorities)},
                 {"unreported", unreported_of(memory)},
                 {"values", values_of(memory.values)}};
    if (state.next_boot != phone::BootReason::power_up) {
        json["next_boot"] = to_string(state.next_boot);
    }
    // Bytes that are not UTF-8 cannot be in a value; a replacement is better than no state.
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<PhoneState> read_state(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return damaged("it is not JSON");
    }
    try {
        return state_of(json);
    } catch (const Json::exception& error) {  // a key is missing or of another type
        return damaged(error.what());
    }
}

StateFile::StateFile(net::OwnDirectory directory)
    : directory_(std::move(directory)), path_(file_in(directory_.path())) {}

Result<StateFile> StateFile::open(const std::string& directory) {
    auto own = net::OwnDirectory::open(directory);
    if (!own) {
        return Failure{std::move(own).error()};
    }
    return StateFile(*std::move(own));
}

Result<std::optional<PhoneState>> StateFile::peek(const std::string& directory) {
    return load_from(file_in(directory));
}

Result<std::optional<PhoneState>> StateFile::load() const { return load_from(path_); }

Status<> StateFile::save(const profile::Dialect& dialect, const PhoneState& state) const {
    return net::replace_file(path_, write_state(dialect, state));
}

}  // namespace onhook::agent
