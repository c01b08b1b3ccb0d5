#include "server/admin_api.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "provision/device_table.h"
#include "provision/fault.h"
#include "provision/imported_profile.h"
#include "server/admin_json.h"

namespace onhook::server {

// One request: what stands behind /api/v1/, what stands behind "?", and how to answer.
struct AdminApi::Call {
    const net::HttpRequest& request;
    const net::HttpRespond& respond;
    std::string path;
    std::string query;
};

namespace {

constexpr std::string_view root = "/api/v1/";

void answer(const net::HttpRespond& respond, int status, const Json& json) {
    respond({.status = status,
             .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
             .body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"});
}

void refuse(const net::HttpRespond& respond, int status, std::string_view sentence) {
    answer(respond, status, {{"error", sentence}});
}

// HTTP's word for an error of provision or the store.
int status_of(const std::error_code& code) {
    if (code == store::Fault::not_found) {
        return 404;
    }
    if (code == store::Fault::already_exists || code == store::Fault::in_use) {
        return 409;
    }
    if (code == store::Fault::too_large) {
        return 413;
    }
    const bool of_the_store = code.category() == make_error_code(store::Fault::failed).category();
    return of_the_store ? 503 : 400;
}

Failure<Error> bad_request(std::string sentence) {
    return Failure{Error{std::make_error_code(std::errc::invalid_argument), std::move(sentence)}};
}

Failure<Error> bad_field(std::string_view field, const std::string& text, const ParseError& error) {
    return bad_request(fmt::format("{} '{}': expected {}", field, text, error.expected));
}

// A member of an object that must be a text; `otherwise` when it is missing or null.
Result<std::string> text_member(const Json& json, const char* name, std::string otherwise = {}) {
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) {
        return otherwise;
    }
    if (!found->is_string()) {
        return bad_request(fmt::format("'{}' must be a text", name));
    }
    return found->get<std::string>();
}

// The body as an object that has no members but `known`.
Result<Json> read_object(const std::string& body, std::initializer_list<std::string_view> known) {
    Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) {
        return bad_request("the body must be a JSON object");
    }
    for (const auto& [name, value] : json.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return bad_request(
                fmt::format("unknown member '{}'; known are {}", name, fmt::join(known, ", ")));
        }
    }
    return json;
}

Result<provision::Device> read_device(const std::string& body) {
    const auto json = read_object(body, {"mac", "model", "group", "name", "comment"});
    if (!json) {
        return Failure{json.error()};
    }
    std::vector<std::string> texts;
    for (const char* member : {"mac", "model", "group", "name", "comment"}) {
        auto text = text_member(*json, member);
        if (!text) {
            return Failure{std::move(text).error()};
        }
        texts.push_back(*std::move(text));
    }
    const auto mac = MacAddress::parse(texts[0]);
    if (!mac) {
        return bad_field("mac", texts[0], mac.error());
    }
    provision::Device device{*mac, texts[1], {}, texts[3], texts[4]};
    if (!texts[2].empty()) {
        const auto group = provision::GroupName::parse(texts[2]);
        if (!group) {
            return bad_field("group", texts[2], group.error());
        }
        device.group = *group;
    }
    if (const auto checked = provision::check_device(device); !checked) {
        return Failure{checked.error()};
    }
    return device;
}

// The value of `name` in a query, decoded; empty when it is not there.
std::string query_value(std::string_view query, std::string_view name) {
    for (const std::string_view pair : split(query, '&')) {
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with("=")) {
            return percent_decode(pair.substr(name.size() + 1)).value_or("");
        }
    }
    return {};
}

Result<Json> describe(store::Store& store, const profile::Catalogue& catalogue, MacAddress mac) {
    const auto inputs = store.profile_inputs(mac);
    if (!inputs) {
        return Failure{inputs.error()};
    }
    if (!*inputs) {
        return store::fail(store::Fault::not_found,
                           fmt::format("there is no device {}", mac.to_string()));
    }
    const auto contact = store.contact(mac);
    const auto report = store.latest_report(mac);
    if (!contact || !report) {
        return Failure{contact ? report.error() : contact.error()};
    }
    Json json = to_json((*inputs)->device, *contact);
    json["settings"] = to_json(provision::merge(catalogue, (*inputs)->root_to_leaf));
    json["report"] = nullptr;
    if (*report) {
        json["report"] = {{"received_at", (*report)->received_at.time_since_epoch().count()},
                          {"parameters", (*report)->parameter_count}};
    }
    return json;
}

Result<Json> list_devices(store::Store& store, const std::optional<MacAddress>& after) {
    const auto devices = store.devices({.group = {}, .contains = {}, .after = after});
    const auto contacts = store.contacts({.after = after});
    if (!devices || !contacts) {
        return Failure{devices ? contacts.error() : devices.error()};
    }
    Json list = Json::array();
    for (const provision::Device& device : *devices) {
        // Both lists are in order of MAC; a contact beyond this page is asked for by itself.
        const auto found = std::lower_bound(
            contacts->begin(),
            contacts->end(),
            device.mac,
            [](const auto& contact, const auto& mac) { return contact.mac < mac; });
        std::optional<store::Contact> contact;
        if (found != contacts->end()) {
            contact = found->mac == device.mac ? std::optional(*found) : std::nullopt;
        } else if (contacts->size() == store::max_page) {
            const auto one = store.contact(device.mac);
            if (!one) {
                return Failure{one.error()};
            }
            contact = *one;
        }
        list.push_back(to_json(device, contact));
    }
    return Json{{"devices", std::move(list)}};
}

// Adds the groups that a table names and the store lacks, then everything in it, as one change.
Status<> add_table(store::Store& store, const provision::DeviceTable& table) {
    const auto known = store.groups();
    if (!known) {
        return Failure{known.error()};
    }
    std::vector<store::Change> changes;
    for (const provision::GroupName& name : table.groups) {
        const bool there = std::any_of(
            known->begin(), known->end(), [&](const auto& group) { return group.name == name; });
        if (!there) {
            changes.emplace_back(store::AddGroup{{name, {}}});
        }
    }
    for (const provision::DeviceTable::Row& row : table.rows) {
        changes.emplace_back(store::AddDevice{row.device, store::IfKnown::replace});
        for (const provision::Setting& setting : row.settings) {
            changes.emplace_back(store::PutSetting{provision::Scope(row.device.mac), setting});
        }
    }
    return store.apply(changes);
}

}  // namespace

AdminApi::AdminApi(const profile::Dialect& dialect,
                   StoreQueue& store,
                   Secret<std::string> token,
                   Log log)
    : dialect_(dialect), store_(store), token_(std::move(token)), log_(std::move(log)) {
    CHECK(!token_.empty());
}

// `ask` returns Result<Json>; its error becomes the answer.
template <typename Ask>
void AdminApi::answer_from_store(const Call& call, int status, Ask ask) {
    const bool queued =
        store_.run(std::move(ask), [respond = call.respond, status](const Result<Json>& json) {
            if (json) {
                answer(respond, status, *json);
            } else {
                refuse(respond, status_of(json.error().code), json.error().detail);
            }
        });
    if (!queued) {
        refuse(call.respond, 503, "the store is behind; try again in a moment");
    }
}

void AdminApi::serve(const net::HttpRequest& request, const net::HttpRespond& respond) {
    constexpr std::string_view bearer = "Bearer ";
    const std::string_view given = request.header("Authorization").value_or("");
    if (!given.starts_with(bearer) || Secret(std::string(given.substr(bearer.size()))) != token_) {
        log_(Level::warning,
             fmt::format("admin request from {} refused: wrong token", request.peer_address));
        respond({.status = 401,
                 .headers = {{"WWW-Authenticate", "Bearer realm=\"onhook\""},
                             {"Content-Type", "application/json"}},
                 .body = "{\"error\":\"the request needs Authorization: Bearer TOKEN, the token "
                         "that stands in admin.json in the data directory\"}\n"});
        return;
    }
    const std::string_view target = request.target;
    const std::size_t question = target.find('?');
    const auto path = percent_decode(target.substr(0, question));
    if (!path || !path->starts_with(root)) {
        refuse(respond, 404, "there is nothing here; the API is under /api/v1/");
        return;
    }
    const Call call{request,
                    respond,
                    path->substr(root.size()),
                    question == std::string_view::npos ? std::string()
                                                       : std::string(target.substr(question + 1))};
    const std::string_view rest = call.path;
    if (rest == "devices") {
        devices(call);
    } else if (rest.starts_with("devices/")) {
        const std::string_view one = rest.substr(8);
        const std::size_t slash = one.find('/');
        device(call, one.substr(0, slash), slash == one.npos ? "" : one.substr(slash + 1));
    } else if (rest == "groups") {
        groups(call);
    } else if (rest.starts_with("settings/")) {
        settings(call, rest.substr(9));
    } else if (rest == "import/devices") {
        import_devices(call);
    } else if (rest.starts_with("import/profile/")) {
        import_profile(call, rest.substr(15));
    } else if (rest == "messages") {
        messages(call);
    } else {
        refuse(respond, 404, fmt::format("there is no '{}' in the API", rest));
    }
}

void AdminApi::devices(const Call& call) {
    if (call.request.method == "POST") {
        const auto device = read_device(call.request.body);
        if (!device) {
            refuse(call.respond, 400, device.error().detail);
            return;
        }
        answer_from_store(call, 201, [device = *device](store::Store& store) {
            return store.add_device(device).transform([&](Done) { return to_json(device, {}); });
        });
        return;
    }
    if (call.request.method != "GET") {
        refuse(call.respond, 405, "devices knows GET and POST");
        return;
    }
    std::optional<MacAddress> after;
    if (const std::string text = query_value(call.query, "after"); !text.empty()) {
        const auto mac = MacAddress::parse(text);
        if (!mac) {
            refuse(call.respond, 400, bad_field("after", text, mac.error()).error.detail);
            return;
        }
        after = *mac;
    }
    answer_from_store(
        call, 200, [after](store::Store& store) { return list_devices(store, after); });
}

void AdminApi::device(const Call& call, std::string_view text, std::string_view part) {
    const auto mac = MacAddress::parse(text);
    if (!mac) {
        refuse(call.respond, 400, bad_field("MAC", std::string(text), mac.error()).error.detail);
    } else if (call.request.method == "GET" && part.empty()) {
        answer_from_store(
            call, 200, [mac = *mac, &catalogue = *dialect_.catalogue](store::Store& store) {
                return describe(store, catalogue, mac);
            });
    } else if (call.request.method == "GET" && part == "report") {
        answer_from_store(call, 200, [mac = *mac](store::Store& store) {
            return store.latest_report(mac).and_then(
                [&](std::optional<store::ReportRecord> report) -> Result<Json> {
                    if (!report) {
                        return store::fail(store::Fault::not_found,
                                           mac.to_string() + " has sent no report yet");
                    }
                    return Json{{"received_at", report->received_at.time_since_epoch().count()},
                                {"parameters", report->parameter_count},
                                {"body", report->body}};
                });
        });
    } else if (call.request.method == "DELETE" && part.empty()) {
        answer_from_store(call, 200, [mac = *mac](store::Store& store) {
            return store.remove_device(mac).transform([&](Done) {
                return Json{{"removed", mac.to_string()}};
            });
        });
    } else {
        refuse(call.respond, 405, "a device knows GET and DELETE, and GET report");
    }
}

void AdminApi::groups(const Call& call) {
    if (call.request.method == "GET") {
        answer_from_store(call, 200, [](store::Store& store) {
            return store.groups().transform([](const std::vector<provision::Group>& all) {
                Json list = Json::array();
                for (const provision::Group& group : all) {
                    list.push_back({{"name", group.name.to_string()}, {"comment", group.comment}});
                }
                return Json{{"groups", std::move(list)}};
            });
        });
        return;
    }
    if (call.request.method != "POST") {
        refuse(call.respond, 405, "groups knows GET and POST");
        return;
    }
    const auto json = read_object(call.request.body, {"name", "comment"});
    const auto name =
        json ? text_member(*json, "name") : Result<std::string>(Failure{json.error()});
    const auto comment = name ? text_member(*json, "comment") : name;
    if (!comment) {
        refuse(call.respond, 400, comment.error().detail);
        return;
    }
    const auto parsed = provision::GroupName::parse(*name);
    if (!parsed) {
        refuse(call.respond, 400, bad_field("name", *name, parsed.error()).error.detail);
        return;
    }
    answer_from_store(
        call, 201, [group = provision::Group{*parsed, *comment}](store::Store& store) {
            return store.add_group(group).transform([&](Done) {
                return Json{{"name", group.name.to_string()}};
            });
        });
}

// settings/SCOPE/NAME, where SCOPE itself may hold a slash.
void AdminApi::settings(const Call& call, std::string_view place) {
    const std::size_t slash = place.rfind('/');
    const auto scope = provision::Scope::parse(place.substr(0, slash));
    if (slash == std::string_view::npos || !scope) {
        refuse(call.respond,
               400,
               "settings are at provider/NAME, group/GROUP/NAME or device/MAC/NAME");
        return;
    }
    const std::string name(place.substr(slash + 1));
    if (call.request.method == "DELETE") {
        answer_from_store(call, 200, [scope = *scope, name](store::Store& store) {
            return store.unset_setting(scope, name).transform([&](Done) {
                return Json{{"unset", name}, {"at", scope.to_string()}};
            });
        });
        return;
    }
    if (call.request.method != "PUT") {
        refuse(call.respond, 405, "a setting knows PUT and DELETE");
        return;
    }
    const auto json = read_object(call.request.body, {"value", "access"});
    const auto value =
        json ? text_member(*json, "value") : Result<std::string>(Failure{json.error()});
    const auto access = value ? text_member(*json, "access") : value;
    if (!access) {
        refuse(call.respond, 400, access.error().detail);
        return;
    }
    provision::Setting wanted{name, {}, profile::parse_access(*access)};
    if (!access->empty() && !wanted.access) {
        refuse(call.respond, 400, fmt::format("access '{}' must be na, ro or rw", *access));
        return;
    }
    if (json->contains("value")) {
        wanted.value = *value;
    }
    const auto setting = provision::check_setting(*dialect_.catalogue, *scope, std::move(wanted));
    if (!setting) {
        refuse(call.respond, 400, setting.error().detail);
        return;
    }
    answer_from_store(call, 200, [scope = *scope, setting = *setting](store::Store& store) {
        return store.put_setting(scope, setting).transform([&](Done) {
            return Json{{"set", setting.name}, {"at", scope.to_string()}};
        });
    });
}

void AdminApi::import_devices(const Call& call) {
    if (call.request.method != "POST") {
        refuse(call.respond, 405, "import knows POST");
        return;
    }
    auto table = provision::read_device_table(*dialect_.catalogue, call.request.body);
    if (!table) {
        refuse(call.respond, 400, table.error().detail);
        return;
    }
    answer_from_store(call, 200, [table = *std::move(table)](store::Store& store) {
        return add_table(store, table).transform([&](Done) {
            return Json{{"imported", table.rows.size()}};
        });
    });
}

// Everything of the profile or nothing; what the phone would ignore is reported, not refused.
void AdminApi::import_profile(const Call& call, std::string_view place) {
    const auto scope = provision::Scope::parse(place);
    if (call.request.method != "POST" || !scope) {
        refuse(call.respond,
               400,
               "POST a profile to import/profile/ provider, group/NAME or device/MAC");
        return;
    }
    auto imported = provision::import_profile(*dialect_.catalogue, *scope, call.request.body);
    if (!imported) {
        refuse(call.respond, 400, imported.error().detail);
        return;
    }
    std::vector<store::Change> changes;
    for (provision::Setting& setting : imported->settings) {
        changes.emplace_back(store::PutSetting{*scope, std::move(setting)});
    }
    Json left_out = Json::array();
    for (const provision::LeftOut& one : imported->left_out) {
        left_out.push_back({{"line", one.line}, {"why", one.why}});
    }
    answer_from_store(call, 200, [changes = std::move(changes), left_out](store::Store& store) {
        return store.apply(changes).transform([&](Done) {
            return Json{{"imported", changes.size()}, {"left_out", left_out}};
        });
    });
}

void AdminApi::messages(const Call& call) {
    store::MessageQuery query;
    if (const std::string text = query_value(call.query, "mac"); !text.empty()) {
        const auto mac = MacAddress::parse(text);
        if (!mac) {
            refuse(call.respond, 400, bad_field("mac", text, mac.error()).error.detail);
            return;
        }
        query.mac = *mac;
    }
    answer_from_store(call, 200, [query](store::Store& store) {
        return store.messages(query).transform([](const std::vector<store::SyslogMessage>& all) {
            Json list = Json::array();
            for (const store::SyslogMessage& message : all) {
                list.push_back(to_json(message));
            }
            return Json{{"messages", std::move(list)}};
        });
    });
}

}  // namespace onhook::server
