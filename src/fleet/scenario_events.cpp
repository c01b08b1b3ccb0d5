// What happens to the phone of a scenario: its key `events`.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "fleet/scenario_parts.h"

namespace onhook::fleet {

namespace {

constexpr Bounds seconds_of_scenario{0, longest_scenario};
// Who asks the phone's web page, unless the scenario says.
constexpr std::string_view usual_client = "192.0.2.10";

constexpr std::array<std::string_view, 2> bare_keys = {"at", "event"};
constexpr std::array<std::string_view, 3> boot_keys = {"at", "event", "reason"};
constexpr std::array<std::string_view, 6> notify_keys = {
    "at", "event", "sip_event", "auth", "line", "body"};
constexpr std::array<std::string_view, 5> submit_keys = {
    "at", "event", "values", "profile", "editor"};
constexpr std::array<std::string_view, 6> lease_keys = {
    "at", "event", "ip", "domain", "options", "options6"};
constexpr std::array<std::string_view, 3> pnp_keys = {"at", "event", "url"};
constexpr std::array<std::string_view, 4> url_keys = {"at", "event", "url", "client_ip"};
constexpr std::array<std::string_view, 6> menu_keys = {
    "at", "event", "url", "client_ip", "user", "password"};
constexpr std::array<std::string_view, 5> clock_keys = {"at", "event", "to", "step", "unknown"};
constexpr std::array<std::string_view, 3> code_keys = {"at", "event", "code"};

constexpr std::array<std::string_view, 8> boot_reasons = {
    "power_up", "provisioning", "redirect", "user", "upgrade", "sip", "ip_changed", "watchdog"};
constexpr std::array<std::string_view, 4> senders = {"none", "registrar", "right", "wrong"};
constexpr std::array<std::string_view, 2> editors = {"web", "screen"};

// Names and texts: {"66": "tftp://192.0.2.1"}.
std::vector<std::pair<std::string, std::string>> texts_of(const JsonObject& object,
                                                          std::string_view key) {
    std::vector<std::pair<std::string, std::string>> texts;
    const Json* json = object.find(key);
    if (json == nullptr) {
        return texts;
    }
    if (!json->is_object()) {
        object.wrong(key, "must be an object of names and texts");
        return texts;
    }
    for (const auto& [name, value] : json->items()) {
        const bool plain = value.is_number_integer() || value.is_boolean();
        if (!value.is_string() && !plain) {
            object.complaint().about(place_in(object.place_of(key), name),
                                     "must be a text, a whole number, true or false");
            return texts;
        }
        // A truth value as a profile would write it.
        texts.emplace_back(name,
                           value.is_string()    ? value.get<std::string>()
                           : value.is_boolean() ? (value.get<bool>() ? "1" : "0")
                                                : value.dump());
    }
    return texts;
}

template <typename Code>
std::vector<std::pair<Code, std::string>> options_of(const JsonObject& object,
                                                     std::string_view key) {
    std::vector<std::pair<Code, std::string>> options;
    for (auto& [name, value] : texts_of(object, key)) {
        const auto code = parse_number<Code>(name);
        if (!code) {
            object.complaint().about(place_in(object.place_of(key), name),
                                     "is no number of an option");
            break;
        }
        options.emplace_back(*code, std::move(value));
    }
    return options;
}

Happening read_boot(const JsonObject& object, const phone::Lease& /*usual*/) {
    return PowerUp{static_cast<phone::BootReason>(object.choice("reason", boot_reasons))};
}

Happening read_call_start(const JsonObject& /*object*/, const phone::Lease& /*usual*/) {
    return CallStarted{};
}

Happening read_call_end(const JsonObject& /*object*/, const phone::Lease& /*usual*/) {
    return CallEnded{};
}

Happening read_network_up(const JsonObject& /*object*/, const phone::Lease& /*usual*/) {
    return LinkUp{};
}

Happening read_network_down(const JsonObject& /*object*/, const phone::Lease& /*usual*/) {
    return LinkDown{};
}

Happening read_lease(const JsonObject& object, const phone::Lease& usual) {
    return LeaseGiven{{object.text("ip", usual.ip),
                       phone::DhcpAnswer{object.text("domain", usual.dhcp->domain),
                                         options_of<std::uint8_t>(object, "options"),
                                         options_of<std::uint16_t>(object, "options6")}}};
}

Happening read_pnp_answer(const JsonObject& object, const phone::Lease& /*usual*/) {
    return PnpOffered{object.required_text("url")};
}

Happening read_notify(const JsonObject& object, const phone::Lease& /*usual*/) {
    constexpr std::array<phone::Sender, 4> meanings = {phone::Sender::unknown,
                                                       phone::Sender::registrar,
                                                       phone::Sender::known,
                                                       phone::Sender::wrong};
    constexpr std::size_t right = 2;
    return Told{
        phone::NotifyArrived{.request = {},
                             .event = object.text("sip_event", "check-sync"),
                             .sender = meanings.at(object.choice("auth", senders, right)),
                             .line = static_cast<unsigned>(object.number("line", {1, 16}, 1)),
                             .body = object.text("body")}};
}

Happening read_submit(const JsonObject& object, const phone::Lease& /*usual*/) {
    if (object.has("profile")) {
        if (object.has("values")) {
            object.wrong("profile", "stands beside values; leave one of them out");
        }
        return Told{phone::ProfileSubmitted{{}, object.text("profile")}};
    }
    phone::ValuesSubmitted submitted{
        .request = {},
        .settings = {},
        .editor = static_cast<phone::Editor>(object.choice("editor", editors))};
    for (auto& [name, value] : texts_of(object, "values")) {
        submitted.settings.push_back({std::move(name), std::move(value)});
    }
    if (submitted.settings.empty()) {
        object.wrong("values", "is missing; write what is submitted, e.g. {\"GPP_A\":\"1\"}");
    }
    return Told{std::move(submitted)};
}

Happening read_reboot(const JsonObject& /*object*/, const phone::Lease& /*usual*/) {
    return Told{phone::RebootRequested{}};
}

Happening read_factory_reset(const JsonObject& /*object*/, const phone::Lease& /*usual*/) {
    return Told{phone::FactoryResetRequested{}};
}

phone::ResyncRequested resync_of(const JsonObject& object, phone::Asker asker) {
    return {.request = {},
            .rule = object.text("url"),
            .client_ip = object.text("client_ip", usual_client),
            .asker = asker};
}

Happening read_resync_url(const JsonObject& object, const phone::Lease& /*usual*/) {
    return Told{resync_of(object, phone::Asker::web)};
}

Happening read_menu_resync(const JsonObject& object, const phone::Lease& /*usual*/) {
    phone::ResyncRequested request = resync_of(object, phone::Asker::menu);
    if (object.has("user")) {
        request.account =
            profile::Credentials{object.text("user"), Secret(object.text("password"))};
    }
    return Told{std::move(request)};
}

Happening read_upgrade_url(const JsonObject& object, const phone::Lease& /*usual*/) {
    return Told{phone::UpgradeRequested{.request = {},
                                        .rule = object.text("url"),
                                        .client_ip = object.text("client_ip", usual_client)}};
}

Happening read_updateca_url(const JsonObject& object, const phone::Lease& /*usual*/) {
    return Told{phone::AuthorityRequested{.request = {},
                                          .rule = object.text("url"),
                                          .client_ip = object.text("client_ip", usual_client)}};
}

Happening read_clock(const JsonObject& object, const phone::Lease& /*usual*/) {
    ClockChanged change;
    const bool unknown = object.flag("unknown");
    if (int{object.has("to")} + int{object.has("step")} + int{unknown} != 1) {
        object.wrong("to", "needs one of to, step and unknown beside it or in its place");
        return change;
    }
    if (object.has("step")) {
        constexpr double most = longest_scenario;
        change.step = std::chrono::floor<Seconds>(object.seconds("step", {-most, most}));
    } else if (object.has("to")) {
        change.to = read_instant(object.text("to"));
        if (!change.to) {
            object.wrong("to", "must be a time in UTC such as 2026-01-01T00:00:00Z");
        }
    }
    return change;
}

Happening read_code(const JsonObject& object, const phone::Lease& /*usual*/) {
    return Told{phone::CodeEntered{{}, object.required_text("code")}};
}

struct EventKind {
    std::string_view name;
    Keys keys;
    Happening (*read)(const JsonObject& object, const phone::Lease& usual);
};

// In the order of the reference page.
constexpr std::array<EventKind, 17> kinds = {{
    {"boot", boot_keys, read_boot},
    {"call_start", bare_keys, read_call_start},
    {"call_end", bare_keys, read_call_end},
    {"notify", notify_keys, read_notify},
    {"submit", submit_keys, read_submit},
    {"reboot", bare_keys, read_reboot},
    {"factory_reset", bare_keys, read_factory_reset},
    {"network_up", bare_keys, read_network_up},
    {"network_down", bare_keys, read_network_down},
    {"lease", lease_keys, read_lease},
    {"pnp_answer", pnp_keys, read_pnp_answer},
    {"resync_url", url_keys, read_resync_url},
    {"menu_resync", menu_keys, read_menu_resync},
    {"upgrade_url", url_keys, read_upgrade_url},
    {"updateca_url", url_keys, read_updateca_url},
    {"clock", clock_keys, read_clock},
    {"code", code_keys, read_code},
}};

constexpr std::array<std::string_view, kinds.size()> kind_names = [] {
    std::array<std::string_view, kinds.size()> names{};
    std::transform(
        kinds.begin(), kinds.end(), names.begin(), [](const EventKind& one) { return one.name; });
    return names;
}();

constexpr std::array<ObjectKeys, kinds.size()> keys_by_kind = [] {
    std::array<ObjectKeys, kinds.size()> all{};
    std::transform(kinds.begin(), kinds.end(), all.begin(), [](const EventKind& one) {
        return ObjectKeys{one.name, one.keys};
    });
    return all;
}();

// The kind that the object names. What is no event at all is the first one.
const EventKind& kind_of(const Json& json, const std::string& place, Complaint& complaint) {
    const auto name = json.is_object() ? json.find("event") : json.end();
    if (name == json.end() || !name->is_string()) {
        complaint.about(place_in(place, "event"),
                        json.is_object() ? "is missing; write what happens, e.g. \"boot\""
                                         : "is missing; an event is an object: { … }");
        return kinds.front();
    }
    const auto word = name->get<std::string>();
    const auto found = std::find(kind_names.begin(), kind_names.end(), word);
    if (found == kind_names.end()) {
        complaint.about(place_in(place, "event"),
                        fmt::format("'{}' is none of {}", word, fmt::join(kind_names, ", ")));
        return kinds.front();
    }
    return kinds.at(static_cast<std::size_t>(found - kind_names.begin()));
}

}  // namespace

std::span<const ObjectKeys> event_keys() noexcept { return keys_by_kind; }

ScheduledEvent read_event(const Json& json,
                          std::string place,
                          const phone::Lease& usual,
                          Complaint& complaint) {
    const EventKind& kind = kind_of(json, place, complaint);
    const JsonObject object(json, std::move(place), kind.keys, complaint);
    if (!object.has("at")) {
        object.wrong("at", "is missing; write when it happens, in seconds");
    }
    return {object.seconds("at", seconds_of_scenario), kind.name, kind.read(object, usual)};
}

}  // namespace onhook::fleet
