#include "server/admin_api.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "provision/device_table.h"
#include "provision/fault.h"
#include "provision/imported_profile.h"
#include "server/admin_body.h"
#include "server/admin_json.h"

namespace onhook::server {

// One request: what stands behind /api/v1/, what stands behind "?", and how to answer.
struct AdminApi::Call {
    const net::HttpRequest& request;
    const net::HttpRespond& respond;
    std::string_view method;  // HEAD is GET: the listener leaves the body out
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

// 405, with the methods that there are: "GET, POST".
void refuse_method(const net::HttpRespond& respond, std::string_view allow) {
    respond({.status = 405,
             .headers = {{"Content-Type", "application/json"}, {"Allow", std::string(allow)}},
             .body = Json{{"error", fmt::format("here are only {}", allow)}}.dump() + "\n"});
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
    const auto report = store.latest_report(mac, store::ReportKind::configuration);
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

Result<Json> report(store::Store& store, MacAddress mac, store::ReportKind kind) {
    return store.latest_report(mac, kind).and_then(
        [&](const std::optional<store::ReportRecord>& record) -> Result<Json> {
            if (!record) {
                return store::fail(
                    store::Fault::not_found,
                    mac.to_string() + " has sent no " +
                        (kind == store::ReportKind::status ? "status report" : "report") + " yet");
            }
            return Json{{"received_at", record->received_at.time_since_epoch().count()},
                        {"parameters", record->parameter_count},
                        {"body", record->body}};
        });
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
    if (!equals_ignoring_case(given.substr(0, bearer.size()), bearer) ||
        Secret(std::string(given.substr(bearer.size()))) != token_) {
        log_(LogEvent::admin_refused,
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
                    request.method == "HEAD" ? "GET" : std::string_view(request.method),
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
    if (call.method == "POST") {
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
    if (call.method != "GET") {
        refuse_method(call.respond, "GET, POST");
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
        refuse(call.respond, 400, bad_field("mac", text, mac.error()).error.detail);
    } else if (call.method == "GET" && part.empty()) {
        answer_from_store(
            call, 200, [mac = *mac, &catalogue = *dialect_.catalogue](store::Store& store) {
                return describe(store, catalogue, mac);
            });
    } else if (call.method == "GET" && (part == "report" || part == "status")) {
        const auto kind =
            part == "report" ? store::ReportKind::configuration : store::ReportKind::status;
        answer_from_store(call, 200, [mac = *mac, kind](store::Store& store) {
            return report(store, mac, kind);
        });
    } else if (call.method == "DELETE" && part.empty()) {
        answer_from_store(call, 200, [mac = *mac](store::Store& store) {
            return store.remove_device(mac).transform([&](Done) {
                return Json{{"removed", mac.to_string()}};
            });
        });
    } else if (part.empty()) {
        refuse_method(call.respond, "GET, DELETE");
    } else if (part == "report" || part == "status") {
        refuse_method(call.respond, "GET");
    } else {
        refuse(call.respond,
               404,
               fmt::format("a device has a report and a status, but no '{}'", part));
    }
}

void AdminApi::groups(const Call& call) {
    if (call.method == "GET") {
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
    if (call.method != "POST") {
        refuse_method(call.respond, "GET, POST");
        return;
    }
    const auto group = read_group(call.request.body);
    if (!group) {
        refuse(call.respond, 400, group.error().detail);
        return;
    }
    answer_from_store(call, 201, [group = *group](store::Store& store) {
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
    if (call.method == "DELETE") {
        answer_from_store(call, 200, [scope = *scope, name](store::Store& store) {
            return store.unset_setting(scope, name).transform([&](Done) {
                return Json{{"unset", name}, {"at", scope.to_string()}};
            });
        });
        return;
    }
    if (call.method != "PUT") {
        refuse_method(call.respond, "PUT, DELETE");
        return;
    }
    const auto setting =
        read_setting(call.request.body, name).and_then([&](provision::Setting wanted) {
            return provision::check_setting(*dialect_.catalogue, *scope, std::move(wanted));
        });
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
    if (call.method != "POST") {
        refuse_method(call.respond, "POST");
        return;
    }
    // Reading a long table takes a while: not on the loop, which serves phones.
    answer_from_store(call,
                      200,
                      [&catalogue = *dialect_.catalogue,
                       csv = call.request.body](store::Store& store) -> Result<Json> {
                          const auto table = provision::read_device_table(catalogue, csv);
                          if (!table) {
                              return Failure{table.error()};
                          }
                          return add_table(store, *table).transform([&](Done) {
                              return Json{{"imported", table->rows.size()}};
                          });
                      });
}

// Everything of the profile or nothing; what the phone would ignore is reported, not refused.
void AdminApi::import_profile(const Call& call, std::string_view place) {
    const auto scope = provision::Scope::parse(place);
    if (call.method != "POST") {
        refuse_method(call.respond, "POST");
        return;
    }
    if (!scope) {
        refuse(call.respond,
               400,
               "a profile goes to import/profile/provider, import/profile/group/NAME or "
               "import/profile/device/MAC");
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
    if (call.method != "GET") {
        refuse_method(call.respond, "GET");
        return;
    }
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
