// The events of a recording, both ways.
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "phone/recording_json.h"

namespace onhook::phone {

namespace {

// The names of Event's alternatives, in their order.
constexpr std::array<std::string_view, std::variant_size_v<Event>> event_names = {
    "booted",           "wall_clock_read",      "network_up",          "network_lost",
    "lines_changed",    "registration_changed", "server_found",        "answered",
    "transfer_failed",  "servers_looked_up",    "pnp_answered",        "deadline_reached",
    "resync_requested", "upgrade_requested",    "authority_requested", "notify_arrived",
    "values_submitted", "profile_submitted",    "reboot_requested",    "factory_reset_requested",
    "code_entered"};

constexpr std::array<std::string_view, 11> fault_names = {"dns",
                                                          "connect",
                                                          "tls",
                                                          "too_large",
                                                          "undecoded",
                                                          "corrupt",
                                                          "tftp_not_found",
                                                          "tftp",
                                                          "protocol",
                                                          "login",
                                                          "not_stored"};
constexpr std::array<std::string_view, 3> asker_names = {"web", "menu", "xml_object"};
constexpr std::array<std::string_view, 4> sender_names = {"unknown", "registrar", "known", "wrong"};
constexpr std::array<std::string_view, 2> editor_names = {"web", "screen"};

template <std::size_t N, typename Enum>
std::string name_in(const std::array<std::string_view, N>& names, Enum value) {
    return std::string(names.at(static_cast<std::size_t>(value)));
}

// Reads one event. The first thing that means nothing stays in `wrong`.
class EventReader {
  public:
    explicit EventReader(const Json& json) : json_(&json) {}

    std::string wrong;

    template <std::size_t N>
    std::size_t index_in(const std::array<std::string_view, N>& names, const std::string& key) {
        const auto word = json_->at(key).get<std::string>();
        for (std::size_t i = 0; i < N; ++i) {
            if (names.at(i) == word) {
                return i;
            }
        }
        complain(fmt::format("{} '{}' is none of {}", key, word, fmt::join(names, ", ")));
        return 0;
    }

    template <typename Enum, std::size_t N>
    Enum word(const std::array<std::string_view, N>& names, const std::string& key) {
        return static_cast<Enum>(index_in(names, key));
    }

    std::string text(const std::string& key) { return text_at(*json_, key); }

    bool flag(const std::string& key) { return json_->at(key).get<bool>(); }

    template <typename Number>
    Number number(const std::string& key) {
        return number_of<Number>(json_->at(key), key);
    }

    template <typename Number>
    Number number_of(const Json& json, const std::string& key) {
        const auto value = json.is_number_integer() ? json.get<std::int64_t>() : -1;
        if (value < 0 || std::cmp_greater(value, std::numeric_limits<Number>::max())) {
            complain(fmt::format(
                "{} is no whole number from 0 to {}", key, std::numeric_limits<Number>::max()));
            return 0;
        }
        return static_cast<Number>(value);
    }

    template <typename Tag>
    void id(Id<Tag>& id, const std::string& key) {
        id.value = number<std::uint32_t>(key);
    }

    template <typename Code>
    std::vector<std::pair<Code, std::string>> options(const std::string& key) {
        std::vector<std::pair<Code, std::string>> all;
        for (const Json& one : json_->at(key)) {
            all.emplace_back(number_of<Code>(one.at("code"), key), text_at(one, "text"));
        }
        return all;
    }

    const Json& at(const std::string& key) { return json_->at(key); }

    void complain(std::string sentence) {
        if (wrong.empty()) {
            wrong = std::move(sentence);
        }
    }

    void take(Booted& event) {
        const auto reason = parse_boot_reason(text("reason"));
        if (!reason) {
            complain("the reason of the boot is none that exists");
        }
        event.reason = reason.value_or(BootReason::power_up);
    }

    void take(WallClockRead& event) {
        event.wall = WallTime(Seconds(json_->at("wall").get<std::int64_t>()));
    }

    void take(NetworkUp& event) {
        event.lease = {text("ip"),
                       DhcpAnswer{text("domain"),
                                  options<std::uint8_t>("options"),
                                  options<std::uint16_t>("options6")}};
    }

    void take(NetworkLost& /*event*/) {}

    void take(LinesChanged& event) { event.busy = flag("busy"); }

    void take(RegistrationChanged& event) {
        event.line = number<unsigned>("line");
        event.registered = flag("registered");
    }

    void take(ServerFound& event) {
        id(event.transfer, "transfer");
        event.ip = text("ip");
    }

    void take(Answered& event) {
        id(event.transfer, "transfer");
        event.status = number<int>("status");
        event.body = text("body");
        event.location = text("location");
        event.challenge = text("challenge");
        event.etag = text("etag");
        event.last_modified = text("last_modified");
        if (json_->contains("authority") || json_->contains("authority_hex")) {
            event.authority = text("authority");
        }
        if (json_->contains("stored")) {
            const Json& stored = json_->at("stored");
            event.stored = StoredFile{number_of<std::uint64_t>(stored.at("size"), "size"),
                                      text_at(stored, "sha256")};
        }
    }

    void take(TransferFailed& event) {
        id(event.transfer, "transfer");
        event.fault = word<TransferFault>(fault_names, "fault");
        event.reason = text("reason");
    }

    void take(ServersLookedUp& event) {
        id(event.lookup, "lookup");
        for (const Json& one : at("targets")) {
            event.targets.push_back({text_at(one, "host"),
                                     number_of<std::uint16_t>(one.at("port"), "port"),
                                     number_of<std::uint16_t>(one.at("priority"), "priority"),
                                     number_of<std::uint16_t>(one.at("weight"), "weight")});
        }
    }

    void take(PnpAnswered& event) { event.url = text("url"); }

    void take(DeadlineReached& /*event*/) {}

    void take(ResyncRequested& event) {
        event.rule = text("rule");
        event.client_ip = text("client_ip");
        event.asker = word<Asker>(asker_names, "asker");
        if (json_->contains("account")) {
            const Json& account = json_->at("account");
            event.account = profile::Credentials{text_at(account, "user"),
                                                 Secret(text_at(account, "password"))};
        }
    }

    void take(UpgradeRequested& event) {
        event.rule = text("rule");
        event.client_ip = text("client_ip");
    }

    void take(AuthorityRequested& event) {
        event.rule = text("rule");
        event.client_ip = text("client_ip");
    }

    void take(NotifyArrived& event) {
        event.event = text("header");
        event.sender = word<Sender>(sender_names, "sender");
        event.line = number<unsigned>("line");
        event.body = text("body");
    }

    void take(ValuesSubmitted& event) {
        event.editor = word<Editor>(editor_names, "editor");
        for (const Json& one : at("settings")) {
            event.settings.push_back({text_at(one, "name"), text_at(one, "value")});
        }
    }

    void take(ProfileSubmitted& event) { event.document = text("document"); }

    void take(RebootRequested& /*event*/) {}

    void take(FactoryResetRequested& /*event*/) {}

    void take(CodeEntered& event) { event.code = text("code"); }

  private:
    const Json* json_;
};

template <typename Code>
Json options_json(const std::vector<std::pair<Code, std::string>>& options) {
    Json all = Json::array();
    for (const auto& [code, text] : options) {
        Json one = {{"code", code}};
        put_text(one, "text", text);
        all.push_back(std::move(one));
    }
    return all;
}

void put(Json& json, const Booted& event) { json["reason"] = to_string(event.reason); }

void put(Json& json, const WallClockRead& event) {
    json["wall"] = event.wall.time_since_epoch().count();
}

void put(Json& json, const NetworkUp& event) {
    put_text(json, "ip", event.lease.ip);
    put_text(json, "domain", event.lease.dhcp->domain);
    json["options"] = options_json(event.lease.dhcp->options);
    json["options6"] = options_json(event.lease.dhcp->options6);
}

void put(Json& /*json*/, const NetworkLost& /*event*/) {}

void put(Json& json, const LinesChanged& event) { json["busy"] = event.busy; }

void put(Json& json, const RegistrationChanged& event) {
    json["line"] = event.line;
    json["registered"] = event.registered;
}

void put(Json& json, const ServerFound& event) {
    json["transfer"] = event.transfer.value;
    put_text(json, "ip", event.ip);
}

void put(Json& json, const Answered& event) {
    json["transfer"] = event.transfer.value;
    json["status"] = event.status;
    put_text(json, "body", event.body);
    put_text(json, "location", event.location);
    put_text(json, "challenge", event.challenge);
    put_text(json, "etag", event.etag);
    put_text(json, "last_modified", event.last_modified);
    if (!event.authority.empty()) {  // only answers with certificates have one
        put_text(json, "authority", event.authority);
    }
    if (event.stored) {
        json["stored"] = {{"size", event.stored->size}, {"sha256", event.stored->sha256}};
    }
}

void put(Json& json, const TransferFailed& event) {
    json["transfer"] = event.transfer.value;
    json["fault"] = name_in(fault_names, event.fault);
    put_text(json, "reason", event.reason);
}

void put(Json& json, const ServersLookedUp& event) {
    json["lookup"] = event.lookup.value;
    Json& targets = json["targets"] = Json::array();
    for (const SrvTarget& target : event.targets) {
        Json one = Json::object();
        put_text(one, "host", target.host);
        one["port"] = target.port;
        one["priority"] = target.priority;
        one["weight"] = target.weight;
        targets.push_back(std::move(one));
    }
}

void put(Json& json, const PnpAnswered& event) { put_text(json, "url", event.url); }

void put(Json& /*json*/, const DeadlineReached& /*event*/) {}

void put(Json& json, const ResyncRequested& event) {
    put_text(json, "rule", event.rule);
    put_text(json, "client_ip", event.client_ip);
    json["asker"] = name_in(asker_names, event.asker);
    if (event.account) {
        Json& account = json["account"] = Json::object();
        put_text(account, "user", event.account->user);
        put_text(account, "password", event.account->password.reveal());
    }
}

void put(Json& json, const UpgradeRequested& event) {
    put_text(json, "rule", event.rule);
    put_text(json, "client_ip", event.client_ip);
}

void put(Json& json, const AuthorityRequested& event) {
    put_text(json, "rule", event.rule);
    put_text(json, "client_ip", event.client_ip);
}

void put(Json& json, const NotifyArrived& event) {
    put_text(json, "header", event.event);
    json["sender"] = name_in(sender_names, event.sender);
    json["line"] = event.line;
    put_text(json, "body", event.body);
}

void put(Json& json, const ValuesSubmitted& event) {
    json["editor"] = name_in(editor_names, event.editor);
    Json& settings = json["settings"] = Json::array();
    for (const profile::Assignment& one : event.settings) {
        Json setting = Json::object();
        put_text(setting, "name", one.name);
        put_text(setting, "value", one.value);
        settings.push_back(std::move(setting));
    }
}

void put(Json& json, const ProfileSubmitted& event) { put_text(json, "document", event.document); }

void put(Json& /*json*/, const RebootRequested& /*event*/) {}

void put(Json& /*json*/, const FactoryResetRequested& /*event*/) {}

void put(Json& json, const CodeEntered& event) { put_text(json, "code", event.code); }

// The alternative with this number, empty.
template <std::size_t... Index>
Event empty_event(std::size_t wanted, std::index_sequence<Index...> /*all*/) {
    Event event;
    static_cast<void>(((Index == wanted ? (event.emplace<Index>(), true) : false) || ...));
    return event;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

}  // namespace

void put_text(Json& json, const std::string& key, std::string_view text) {
    if (first_bad_utf8(text)) {
        json[key + "_hex"] = to_hex(text);
    } else {
        json[key] = text;
    }
}

std::string text_at(const Json& json, const std::string& key) {
    const auto hex = json.find(key + "_hex");
    return hex == json.end() ? json.at(key).get<std::string>()
                             : from_hex(hex->get<std::string>()).value_or("");
}

Json event_json(const Event& event) {
    Json json = {{"event", event_names.at(event.index())}};
    std::visit(
        [&json](const auto& happened) {
            if constexpr (requires { happened.request; }) {
                json["request"] = happened.request.value;
            }
            put(json, happened);
        },
        event);
    return json;
}

Result<Event, std::string> read_event_json(const Json& json) {
    EventReader reader(json);
    const std::size_t index = reader.index_in(event_names, "event");
    Event event = empty_event(index, std::make_index_sequence<event_names.size()>());
    if (!reader.wrong.empty()) {
        return Failure{reader.wrong};
    }
    std::visit(
        [&reader](auto& happened) {
            if constexpr (requires { happened.request; }) {
                reader.id(happened.request, "request");
            }
            reader.take(happened);
        },
        event);
    if (!reader.wrong.empty()) {
        return Failure{reader.wrong};
    }
    return event;
}

}  // namespace onhook::phone
