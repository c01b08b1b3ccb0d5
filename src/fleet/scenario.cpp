#include "fleet/scenario.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "fleet/scenario_parts.h"
#include "phone/policy_names.h"

namespace onhook::fleet {

namespace {

constexpr std::string_view usual_ip = "192.168.1.100";
constexpr std::string_view usual_redirect_rule =
    "https://rc.test/software/edos/callhome/rc?id=$MAU:$SN:$PN";
constexpr std::string_view usual_start = "2026-01-01T00:00:00Z";
constexpr std::string_view plain_with_key = "allow_plain_with_key";
constexpr std::size_t most_names = 1000;

constexpr std::array<std::string_view, 14> document_keys = {"phone",
                                                            "seed",
                                                            "start",
                                                            "timezone",
                                                            "until",
                                                            "rc",
                                                            "boot_seconds",
                                                            "customization",
                                                            "inactive_load",
                                                            "policy",
                                                            "dns",
                                                            "srv",
                                                            "world",
                                                            "events"};
constexpr std::array<std::string_view, 2> srv_keys = {"name", "targets"};
constexpr std::array<std::string_view, 4> target_keys = {"host", "port", "priority", "weight"};
constexpr std::array<std::string_view, 6> customizations = {
    "Open", "Pending", "Custom-Pending", "Acquired", "Aborted", "Unavailable"};

// The object at "phone", or the one in the file that the text there names.
DescribedPhonePtr read_phone_of(const JsonObject& object, const ScenarioFiles& files) {
    const Json* json = object.find("phone");
    if (json == nullptr) {
        object.wrong("phone",
                     "is missing; describe the phone, e.g. "
                     "{\"dialect\":\"cisco-mpp\",\"model\":\"8841\",\"mac\":\"000E08012345\"}");
        return nullptr;
    }
    if (json->is_string()) {
        const auto text = files.read(json->get<std::string>());
        if (!text) {
            object.wrong("phone", text.error());
            return nullptr;
        }
        auto phone = parse_phone(*text);
        if (!phone) {
            object.wrong("phone", fmt::format("'{}': {}", json->get<std::string>(), phone.error()));
            return nullptr;
        }
        return *std::move(phone);
    }
    auto phone = read_phone_object(*json);
    if (!phone) {
        const PlacedError& error = phone.error();
        object.complaint().about(json->is_object() ? place_in("phone", error.place) : "phone",
                                 error.what);
        return nullptr;
    }
    return *std::move(phone);
}

std::optional<profile::TimeZone> zone_of(const std::string& text, const ScenarioFiles& files) {
    if (text == "UTC") {
        return profile::TimeZone{};
    }
    if (const auto offset = profile::parse_gmt_offset(text)) {
        return profile::TimeZone{*offset, {}};
    }
    if (auto zone = profile::parse_posix_zone(text)) {
        return *std::move(zone);
    }
    const auto file = files.read_zone(text);
    if (!file) {
        return std::nullopt;
    }
    auto zone = profile::read_zone_file(*file);
    return zone ? std::optional(*std::move(zone)) : std::nullopt;
}

void take_times(const JsonObject& object, const ScenarioFiles& files, Scenario& scenario) {
    scenario.start = read_instant(object.text("start", usual_start));
    if (!scenario.start) {
        object.wrong("start", "must be a time in UTC such as 2026-01-01T00:00:00Z");
    }
    const std::string zone = object.text("timezone", "UTC");
    if (const auto read = zone_of(zone, files)) {
        scenario.settings.zone = *read;
    } else {
        object.wrong("timezone",
                     fmt::format("'{}' is no zone; write UTC, GMT+01:00, a name such as "
                                 "Europe/Berlin or a POSIX rule such as CET-1CEST,M3.5.0,M10.5.0/3",
                                 zone));
    }
    if (!object.has("until")) {
        object.wrong("until", "is missing; write how many seconds are simulated");
    }
    scenario.until = object.seconds("until", {0, longest_scenario});
    scenario.boot_time = object.seconds("boot_seconds", {0, longest_scenario});
}

void take_policy(const JsonObject& object, Scenario& scenario) {
    const Json* json = object.find("policy");
    if (json == nullptr) {
        return;
    }
    std::vector<std::string_view> known{plain_with_key};
    for (const phone::PolicyName& one : phone::policy_names()) {
        known.push_back(one.name);
    }
    const JsonObject policy(*json, "policy", known, object.complaint());
    scenario.allow_plain_with_key = policy.flag(plain_with_key);
    for (const phone::PolicyName& one : phone::policy_names()) {
        const Json* value = policy.find(one.name);
        if (value != nullptr &&
            !one.set(scenario.settings.policy,
                     value->is_string() ? value->get<std::string>() : value->dump())) {
            policy.wrong(one.name, fmt::format("must be {}", one.allowed));
        }
    }
}

// Names and their addresses; a name that is not here has one that every name has.
void take_addresses(const JsonObject& object, Scenario& scenario) {
    const Json* json = object.find("dns");
    if (json == nullptr) {
        return;
    }
    if (!json->is_object() || json->size() > most_names) {
        object.wrong("dns", "must be an object of names and addresses");
        return;
    }
    for (const auto& [name, address] : json->items()) {
        if (!address.is_string()) {
            object.complaint().about(place_in("dns", name), "must be an address in quotes");
            return;
        }
        scenario.addresses[lower(name)] = address.get<std::string>();
    }
}

phone::SrvTarget read_target(const Json& json, std::string place, Complaint& complaint) {
    constexpr Bounds word{0, 65535};
    const JsonObject object(json, std::move(place), target_keys, complaint);
    return {object.required_text("host"),
            static_cast<std::uint16_t>(object.number("port", word)),
            static_cast<std::uint16_t>(object.number("priority", word)),
            static_cast<std::uint16_t>(object.number("weight", word))};
}

void take_srv(const JsonObject& object, Scenario& scenario) {
    const auto records = object.list("srv", most_names);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const JsonObject record(records[i], place_in("srv", i), srv_keys, object.complaint());
        auto& targets = scenario.srv[lower(record.required_text("name"))];
        const auto list = record.list("targets", most_names);
        for (std::size_t j = 0; j < list.size(); ++j) {
            targets.push_back(
                read_target(list[j], place_in(record.place_of("targets"), j), object.complaint()));
        }
    }
}

void take_world(const JsonObject& object, const ScenarioFiles& files, Scenario& scenario) {
    const auto rules = object.list("world", most_world_rules);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        scenario.world.push_back(
            read_world_rule(rules[i], place_in("world", i), files, object.complaint()));
    }
}

void take_events(const JsonObject& object, Scenario& scenario) {
    const auto events = object.list("events", most_events);
    for (std::size_t i = 0; i < events.size(); ++i) {
        scenario.events.push_back(
            read_event(events[i], place_in("events", i), scenario.lease, object.complaint()));
    }
    std::stable_sort(scenario.events.begin(),
                     scenario.events.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
}

Scenario scenario_of(const DescribedPhone& phone) {
    Scenario scenario{phone::Memory(phone.values)};
    scenario.dialect = phone.dialect;
    scenario.identity = phone.identity;
    scenario.lease.ip = phone.macros.ip.empty() ? usual_ip : phone.macros.ip;
    if (phone.macros.customized) {
        scenario.memory.customization = phone::CustomizationState::acquired;
    }
    return scenario;
}

// How far the phone has come before its first power-up.
void take_memory(const JsonObject& object, Scenario& scenario) {
    if (object.has("customization")) {
        scenario.memory.customization =
            static_cast<phone::CustomizationState>(object.choice("customization", customizations));
    }
    if (auto inactive = object.text("inactive_load"); !inactive.empty()) {
        scenario.memory.firmware.own().inactive = std::move(inactive);
    }
}

Result<Scenario, PlacedError> read_document(const Json& json, const ScenarioFiles& files) {
    Complaint complaint;
    const JsonObject object(json, "", document_keys, complaint);
    const DescribedPhonePtr phone = read_phone_of(object, files);
    if (complaint.made()) {
        return Failure{*complaint.first()};
    }
    Scenario scenario = scenario_of(*phone);
    take_memory(object, scenario);
    scenario.seed = static_cast<std::uint64_t>(object.number("seed", {0, 9007199254740991}, 1));
    scenario.settings.redirect_rule =
        object.text("rc", scenario.dialect->redirect_path.empty() ? "" : usual_redirect_rule);
    take_times(object, files, scenario);
    take_policy(object, scenario);
    take_addresses(object, scenario);
    take_srv(object, scenario);
    take_world(object, files, scenario);
    take_events(object, scenario);
    if (complaint.made()) {
        return Failure{*complaint.first()};
    }
    return scenario;
}

}  // namespace

std::optional<WallTime> read_instant(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != form.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) {
            return std::nullopt;
        }
    }
    const auto part = [text](std::size_t at, std::size_t size) {
        return *parse_number<int>(text.substr(at, size));
    };
    const std::chrono::year_month_day day(std::chrono::year(part(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(part(8, 2))));
    const int hour = part(11, 2);
    const int minute = part(14, 2);
    const int second = part(17, 2);
    if (!day.ok() || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return WallTime(std::chrono::sys_days(day)) + std::chrono::hours(hour) +
           std::chrono::minutes(minute) + Seconds(second);
}

std::span<const ObjectKeys> scenario_keys() noexcept {
    static const std::vector<ObjectKeys> all = [] {
        std::vector<ObjectKeys> keys = {{"", document_keys},
                                        {"world", world_rule_keys()},
                                        {"srv", srv_keys},
                                        {"srv_target", target_keys}};
        keys.insert(keys.end(), event_keys().begin(), event_keys().end());
        return keys;
    }();
    return all;
}

Result<Scenario, std::string> read_scenario(std::string_view text, const ScenarioFiles& files) {
    const auto json = parse_json(text);
    if (!json) {
        return Failure{json.error()};
    }
    auto scenario = read_document(*json, files);
    if (!scenario) {
        return Failure{fmt::format("{}: {}", scenario.error().place, scenario.error().what)};
    }
    return *std::move(scenario);
}

}  // namespace onhook::fleet
