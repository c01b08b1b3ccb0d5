// What a phone remembers, who it is and how it is set, in a recording.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "phone/policy_names.h"
#include "phone/recording_json.h"

namespace onhook::phone {

namespace {

// RFC 8536 3.3.1 has a week; offsets are far less.
constexpr Seconds most_zone_time{168 * 3600};
constexpr std::array<std::string_view, 4> day_kinds = {
    "date", "weekday_from", "weekday_until", "day_of_year"};

Json moment_json(const std::optional<WallTime>& at) {
    return at ? Json(at->time_since_epoch().count()) : Json(nullptr);
}

std::optional<WallTime> moment_at(const Json& json) {
    const Json& at = json.at("at");
    return at.is_null() ? std::nullopt : std::optional(WallTime(Seconds(at.get<std::int64_t>())));
}

// A record of a resync or of an upgrade.
template <typename Record>
Json attempt_json(const Record& record) {
    Json one = {{"at", moment_json(record.at)}, {"succeeded", record.succeeded}};
    put_text(one, "url", record.url);
    put_text(one, "error", record.error);
    return one;
}

template <typename Record>
Record attempt_of(const Json& json) {
    Record record;
    record.at = moment_at(json);
    record.succeeded = json.at("succeeded").get<bool>();
    record.url = text_at(json, "url");
    record.error = text_at(json, "error");
    return record;
}

Json firmware_json(const Firmware& firmware) {
    Json json = Json::object();
    put_text(json, "running", firmware.running);
    put_text(json, "inactive", firmware.inactive);
    put_text(json, "tried", firmware.tried);
    json["failures"] = firmware.failures;
    put_text(json, "etag", firmware.etag);
    put_text(json, "sha256", firmware.sha256);
    Json& upgrades = json["upgrades"] = Json::array();
    for (const UpgradeRecord& upgrade : firmware.upgrades) {
        upgrades.push_back(attempt_json(upgrade));
    }
    return json;
}

// A small count; what it cannot be is 0.
std::uint8_t count_at(const Json& json, const char* key) {
    const auto count = json.at(key).get<std::int64_t>();
    return count < 0 || count > std::numeric_limits<std::uint8_t>::max()
               ? std::uint8_t{0}
               : static_cast<std::uint8_t>(count);
}

Firmware firmware_of(const Json& json) {
    Firmware firmware{.running = text_at(json, "running"),
                      .inactive = text_at(json, "inactive"),
                      .tried = text_at(json, "tried"),
                      .failures = count_at(json, "failures"),
                      .etag = text_at(json, "etag"),
                      .sha256 = text_at(json, "sha256"),
                      .upgrades = {}};
    for (const Json& one : json.at("upgrades")) {
        firmware.upgrades.push_back(attempt_of<UpgradeRecord>(one));
    }
    return firmware;
}

Json authorities_json(const Authorities& authorities) {
    Json json = {{"at", moment_json(authorities.at)}, {"tried", authorities.tried}};
    put_text(json, "certificates", authorities.certificates);
    put_text(json, "name", authorities.name);
    put_text(json, "error", authorities.error);
    return json;
}

Authorities authorities_of(const Json& json) {
    return {.certificates = text_at(json, "certificates"),
            .name = text_at(json, "name"),
            .at = moment_at(json),
            .tried = json.at("tried").get<bool>(),
            .error = text_at(json, "error")};
}

Json resyncs_json(const std::vector<ResyncRecord>& resyncs) {
    Json all = Json::array();
    for (const ResyncRecord& resync : resyncs) {
        all.push_back(attempt_json(resync));
        all.back()["code"] = static_cast<int>(resync.code);
    }
    return all;
}

std::vector<ResyncRecord> resyncs_of(const Json& json) {
    std::vector<ResyncRecord> resyncs;
    for (const Json& one : json) {
        resyncs.push_back(attempt_of<ResyncRecord>(one));
        resyncs.back().code = static_cast<ResyncCode>(
            std::min(count_at(one, "code"), static_cast<std::uint8_t>(last_resync_code)));
    }
    return resyncs;
}

Json names_json(const std::vector<profile::ParameterId>& ids, const profile::Catalogue& names) {
    Json all = Json::array();
    for (const profile::ParameterId id : ids) {
        all.push_back(names[id].name);
    }
    return all;
}

std::vector<profile::ParameterId> ids_of(const Json& json, const profile::Catalogue& names) {
    std::vector<profile::ParameterId> ids;
    for (const Json& name : json) {
        if (const auto id = names.find(name.get<std::string>())) {
            ids.push_back(*id);
        }
    }
    return ids;
}

Json change_json(const profile::ClockChange& change) {
    return {{"kind", day_kinds.at(static_cast<std::size_t>(change.day.kind))},
            {"month", static_cast<unsigned>(change.day.month)},
            {"day", change.day.day},
            {"weekday", change.day.weekday.c_encoding()},
            {"time", change.time.count()}};
}

Json zone_json(const profile::TimeZone& zone) {
    Json json = {{"offset", zone.offset.count()}};
    if (zone.daylight) {
        json["start"] = change_json(zone.daylight->start);
        json["end"] = change_json(zone.daylight->end);
        json["saving"] = zone.daylight->saving.count();
    }
    return json;
}

std::optional<profile::ClockChange> change_of(const Json& json) {
    const auto kind = json.at("kind").get<std::string>();
    const auto* found = std::find(day_kinds.begin(), day_kinds.end(), kind);
    const auto day = json.at("day").get<int>();
    const std::chrono::month month(json.at("month").get<unsigned>());
    const std::chrono::weekday weekday(json.at("weekday").get<unsigned>());
    const Seconds time(json.at("time").get<std::int64_t>());
    const bool usual = day >= 0 && day <= 366 && month.ok() && weekday.ok() &&
                       time <= most_zone_time && time >= -most_zone_time;
    if (found == day_kinds.end() || !usual) {
        return std::nullopt;
    }
    return profile::ClockChange{
        {static_cast<profile::YearlyDay::Kind>(found - day_kinds.begin()), month, day, weekday},
        time};
}

// Nothing for what no clock shows: the machine counts with it.
std::optional<profile::TimeZone> zone_of(const Json& json) {
    profile::TimeZone zone{Seconds(json.at("offset").get<std::int64_t>()), {}};
    if (zone.offset > most_zone_time || zone.offset < -most_zone_time) {
        return std::nullopt;
    }
    if (!json.contains("saving")) {
        return zone;
    }
    const auto start = change_of(json.at("start"));
    const auto end = change_of(json.at("end"));
    const Seconds saving(json.at("saving").get<std::int64_t>());
    if (!start || !end || saving > most_zone_time || saving < -most_zone_time) {
        return std::nullopt;
    }
    zone.daylight = profile::DaylightSaving{*start, *end, saving};
    return zone;
}

Json all_values_json(const profile::Values& values) {
    Json all = Json::object();
    for (const profile::Values::Entry& entry : values.entries()) {
        Json one = Json::object();
        if (entry.value) {
            put_text(one, "value", *entry.value);
        }
        if (entry.access) {
            one["access"] = profile::to_string(*entry.access);
        }
        all[values.catalogue()[entry.id].name] = std::move(one);
    }
    return all;
}

Status<std::string> read_all_values(const Json& all, profile::Values& values) {
    for (const auto& [name, one] : all.items()) {
        const auto id = values.catalogue().find(name);
        if (!id) {
            return Failure{
                fmt::format("there is no parameter {}; replay it with the version of "
                            "onhook that recorded it",
                            name)};
        }
        if (one.contains("value") || one.contains("value_hex")) {
            values.set(*id, text_at(one, "value"));
        }
        if (one.contains("access")) {
            const auto access = profile::parse_access(one.at("access").get<std::string>());
            if (!access) {
                return Failure{fmt::format("the access of {} is none that exists", name)};
            }
            values.set_access(*id, *access);
        }
    }
    return Done{};
}

}  // namespace

Json memory_json(const Memory& memory) {
    Json reboots = Json::array();
    for (const RebootRecord& reboot : memory.reboots) {
        reboots.push_back({{"at", moment_json(reboot.at)}, {"reason", to_string(reboot.reason)}});
    }
    Json json = {{"customization", to_string(memory.customization)},
                 {"synced_once", memory.synced_once},
                 {"resync_due", memory.resync_due},
                 {"follow_ups", memory.follow_ups}};
    put_text(json, "customization_name", memory.customization_name);
    json["waits_for_code"] = memory.waits_for_code;
    json["firmware"] = firmware_json(*memory.firmware);
    if (memory.authorities->tried) {
        json["authorities"] = authorities_json(*memory.authorities);
    }
    json["unreported"] = names_json(*memory.unreported, memory.values.catalogue());
    json["reboots"] = std::move(reboots);
    json["resyncs"] = resyncs_json(memory.resyncs);
    json["values"] = all_values_json(memory.values);
    return json;
}

Result<Memory, std::string> read_memory_json(const Json& json,
                                             const profile::Catalogue& catalogue) {
    Memory memory{profile::Values(catalogue)};
    const auto customization = parse_customization(json.at("customization").get<std::string>());
    if (!customization) {
        return Failure{std::string("the state of customization is none that exists")};
    }
    memory.customization = *customization;
    memory.synced_once = json.at("synced_once").get<bool>();
    memory.resync_due = json.at("resync_due").get<bool>();
    memory.follow_ups = count_at(json, "follow_ups");
    memory.customization_name = text_at(json, "customization_name");
    memory.waits_for_code = json.at("waits_for_code").get<bool>();
    memory.firmware = firmware_of(json.at("firmware"));
    if (json.contains("authorities")) {
        memory.authorities = authorities_of(json.at("authorities"));
    }
    memory.unreported = ids_of(json.at("unreported"), catalogue);
    for (const Json& one : json.at("reboots")) {
        const auto reason = parse_boot_reason(one.at("reason").get<std::string>());
        if (!reason) {
            return Failure{std::string("a reason in the reboot history is none that exists")};
        }
        memory.reboots.push_back({moment_at(one), *reason});
    }
    memory.resyncs = resyncs_of(json.at("resyncs"));
    if (memory.reboots.size() > Memory::most_reboots ||
        memory.resyncs.size() > Memory::most_resyncs ||
        memory.firmware->upgrades.size() > Memory::most_upgrades) {
        return Failure{std::string("a history is longer than a phone remembers")};
    }
    if (const auto read = read_all_values(json.at("values"), memory.values); !read) {
        return Failure{read.error()};
    }
    return memory;
}

Json identity_json(const profile::Identity& identity) {
    Json json = {{"mac", identity.mac.to_string()}};
    put_text(json, "model", identity.model);
    put_text(json, "serial", identity.serial);
    put_text(json, "firmware", identity.firmware);
    put_text(json, "hardware", identity.hardware);
    json["client_certificate"] = identity.client_certificate;
    return json;
}

Result<profile::Identity, std::string> read_identity_json(const Json& json) {
    const auto mac = MacAddress::parse(json.at("mac").get<std::string>());
    if (!mac) {
        return Failure{fmt::format("mac: expected {}", mac.error().expected)};
    }
    return profile::Identity{*mac,
                             json.at("client_certificate").get<bool>(),
                             text_at(json, "model"),
                             text_at(json, "serial"),
                             text_at(json, "firmware"),
                             text_at(json, "hardware")};
}

Json settings_json(const Settings& settings) {
    Json policies = Json::object();
    for (const PolicyName& policy : policy_names()) {
        policies[std::string(policy.name)] = policy.get(settings.policy);
    }
    Json json = Json::object();
    put_text(json, "redirect_rule", settings.redirect_rule);
    put_text(json, "customization_name", settings.customization_name);
    json["zone"] = zone_json(settings.zone);
    json["policies"] = std::move(policies);
    return json;
}

Result<Settings, std::string> read_settings_json(const Json& json) {
    Settings settings{.redirect_rule = text_at(json, "redirect_rule"),
                      .policy = {},
                      .zone = {},
                      .customization_name = text_at(json, "customization_name")};
    const auto zone = zone_of(json.at("zone"));
    if (!zone) {
        return Failure{std::string("the zone is none that a clock has")};
    }
    settings.zone = *zone;
    for (const PolicyName& policy : policy_names()) {
        const auto found = json.at("policies").find(policy.name);
        // A policy that came later has its default.
        if (found != json.at("policies").end() &&
            !policy.set(settings.policy, found->get<std::string>())) {
            return Failure{fmt::format("policy {} must be {}", policy.name, policy.allowed)};
        }
    }
    return settings;
}

}  // namespace onhook::phone
