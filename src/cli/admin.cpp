// onhook admin: the administrator's commands, spoken to a running server through its API.
#include <memory>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/admin_client.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "net/durable_file.h"

namespace onhook::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t import_limit = std::size_t{64} << 20U;  // what the server takes

struct AdminOptions {
    std::string data = default_data_directory();
    bool json = false;
    std::string mac;
    std::string model;
    std::string group;
    std::string name;
    std::string comment;
    std::string device;
    std::string file;
    std::vector<std::string> assignments;
    std::string access;
};

std::string text_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string time_of(const Json& seconds) {
    return seconds.is_number()
               ? fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(seconds.get<std::int64_t>()))
               : std::string("never");
}

// A word of the user as a segment of a URL's path or as a query's value (RFC 3986 2.3); the server
// then says what is wrong with it.
std::string escaped(std::string_view word) {
    std::string out;
    for (const char c : word) {
        if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == ':') {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

// The place in the tree that --group and --device name.
std::string scope_of(const AdminOptions& options) {
    if (!options.device.empty()) {
        return "device/" + options.device;
    }
    return options.group.empty() ? "provider" : "group/" + options.group;
}

// The same as a part of a URL.
std::string scope_path(const AdminOptions& options) {
    if (!options.device.empty()) {
        return "device/" + escaped(options.device);
    }
    return options.group.empty() ? "provider" : "group/" + escaped(options.group);
}

// What the server said: its answer on success, its sentence otherwise.
int finish(const AdminOptions& options, const AdminAnswer& answer, const std::string& done) {
    if (!answer.ok()) {
        return complain_no(answer.error());
    }
    if (options.json) {
        fmt::print("{}\n", answer.json.dump(2));
    } else if (!done.empty()) {
        fmt::print("{}\n", done);
    }
    return 0;
}

// Runs one conversation with the server that --data names.
template <typename Talk>
int with_server(const AdminOptions& options, Talk talk) {
    auto client = AdminClient::connect(options.data);
    if (!client) {
        return complain(client.error());
    }
    try {
        return talk(*client);
    } catch (const Json::exception&) {  // our words are not UTF-8, or the answer has another shape
        return complain_no(
            "the words are not UTF-8, or what answers is not this version's server; compare "
            "'onhook --version' with the server's");
    }
}

int device_add(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        const Json body = {{"mac", options.mac},
                           {"model", options.model},
                           {"group", options.group},
                           {"name", options.name},
                           {"comment", options.comment}};
        return finish(options, client.call("POST", "devices", body.dump()), "added " + options.mac);
    });
}

int device_remove(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        return finish(options,
                      client.call("DELETE", "devices/" + escaped(options.mac), ""),
                      "removed " + options.mac);
    });
}

int device_list(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        Json all = Json::array();
        std::string after;
        for (;;) {  // a page at a time, until one is empty
            const AdminAnswer page = client.call("GET", "devices" + after, "");
            if (!page.ok()) {
                return complain_no(page.error());
            }
            const Json& devices = page.json.at("devices");
            if (devices.empty()) {
                break;
            }
            all.insert(all.end(), devices.begin(), devices.end());
            after = "?after=" + text_of(devices.back(), "mac");
        }
        if (options.json) {
            fmt::print("{}\n", Json{{"devices", all}}.dump(2));
            return 0;
        }
        std::vector<std::vector<std::string>> rows = {
            {"MAC", "MODEL", "GROUP", "NAME", "LAST HEARD OF", "WHAT"}};
        for (const Json& device : all) {
            const Json& contact = device.at("contact");
            rows.push_back({text_of(device, "mac"),
                            text_of(device, "model"),
                            text_of(device, "group"),
                            text_of(device, "name"),
                            contact.is_null() ? "never" : time_of(contact.at("at")),
                            contact.is_null() ? ""
                                              : fmt::format("{} -> {}",
                                                            text_of(contact, "what"),
                                                            contact.at("status").get<int>())});
        }
        print_table(rows);
        return 0;
    });
}

int device_show(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        const AdminAnswer answer = client.call("GET", "devices/" + escaped(options.mac), "");
        if (!answer.ok() || options.json) {
            return finish(options, answer, "");
        }
        const Json& device = answer.json;
        const Json& contact = device.at("contact");
        const Json& report = device.at("report");
        print_table({{"MAC", text_of(device, "mac")},
                     {"Model", text_of(device, "model")},
                     {"Group", text_of(device, "group")},
                     {"Name", text_of(device, "name")},
                     {"Comment", text_of(device, "comment")},
                     {"Last heard of",
                      contact.is_null() ? "never"
                                        : fmt::format("{}  {} -> {}",
                                                      time_of(contact.at("at")),
                                                      text_of(contact, "what"),
                                                      contact.at("status").get<int>())},
                     {"Last report",
                      report.is_null() ? "none"
                                       : fmt::format("{}  {} parameters",
                                                     time_of(report.at("received_at")),
                                                     report.at("parameters").get<int>())}});
        std::vector<std::vector<std::string>> rows = {{"PARAMETER", "FROM", "ACCESS", "VALUE"}};
        for (const Json& setting : device.at("settings")) {
            rows.push_back({text_of(setting, "name"),
                            text_of(setting, "from"),
                            text_of(setting, "access"),
                            text_of(setting, "value")});
        }
        fmt::print("\n");
        print_table(rows);
        return 0;
    });
}

int group_add(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        const Json body = {{"name", options.name}, {"comment", options.comment}};
        return finish(
            options, client.call("POST", "groups", body.dump()), "added group " + options.name);
    });
}

int group_list(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        const AdminAnswer answer = client.call("GET", "groups", "");
        if (!answer.ok() || options.json) {
            return finish(options, answer, "");
        }
        std::vector<std::vector<std::string>> rows = {{"GROUP", "COMMENT"}};
        for (const Json& group : answer.json.at("groups")) {
            rows.push_back({text_of(group, "name"), text_of(group, "comment")});
        }
        print_table(rows);
        return 0;
    });
}

int set(const AdminOptions& options) {
    for (const std::string& assignment : options.assignments) {
        const std::size_t equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0) {
            return complain(fmt::format("'{}' is not like Name=value", assignment));
        }
    }
    return with_server(options, [&](AdminClient& client) {
        for (const std::string& assignment : options.assignments) {
            const std::size_t equals = assignment.find('=');
            const std::string name = assignment.substr(0, equals);
            Json body = {{"value", assignment.substr(equals + 1)}};
            if (!options.access.empty()) {
                body["access"] = options.access;
            }
            const int status = finish(
                options,
                client.call("PUT",
                            fmt::format("settings/{}/{}", scope_path(options), escaped(name)),
                            body.dump()),
                fmt::format("{}: {} is set", scope_of(options), name));
            if (status != 0) {
                return status;
            }
        }
        return 0;
    });
}

int unset(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        return finish(
            options,
            client.call("DELETE",
                        fmt::format("settings/{}/{}", scope_path(options), escaped(options.name)),
                        ""),
            fmt::format("{}: {} is no longer set", scope_of(options), options.name));
    });
}

int import(const AdminOptions& options) {
    const bool profile = options.file.ends_with(".xml");
    if (!profile && !(options.group.empty() && options.device.empty())) {
        return complain(
            "--group and --device say where a profile (.xml) goes; a .csv names the group of each "
            "device in its column 'group'");
    }
    const auto text = net::read_file(options.file, import_limit);
    if (!text) {
        return complain(text.error().detail);
    }
    return with_server(options, [&](AdminClient& client) {
        const AdminAnswer answer = client.call(
            "POST",
            profile ? "import/profile/" + scope_path(options) : std::string("import/devices"),
            *text);
        if (!answer.ok() || options.json) {
            return finish(options, answer, "");
        }
        if (profile) {
            for (const Json& one : answer.json.at("left_out")) {
                fmt::print("{}:{}: left out: {}\n",
                           options.file,
                           one.at("line").get<int>(),
                           text_of(one, "why"));
            }
        }
        fmt::print("imported {} {}\n",
                   answer.json.at("imported").get<int>(),
                   profile ? "settings" : "devices");
        return 0;
    });
}

int messages(const AdminOptions& options) {
    return with_server(options, [&](AdminClient& client) {
        const std::string query = options.mac.empty() ? "" : "?mac=" + escaped(options.mac);
        const AdminAnswer answer = client.call("GET", "messages" + query, "");
        if (!answer.ok() || options.json) {
            return finish(options, answer, "");
        }
        std::vector<std::vector<std::string>> rows = {{"RECEIVED", "PEER", "TEXT"}};
        for (const Json& message : answer.json.at("messages")) {
            rows.push_back({time_of(message.at("received_at")),
                            text_of(message, "peer"),
                            text_of(message, "text")});
        }
        print_table(rows);
        return 0;
    });
}

using Subcommand = int (*)(const AdminOptions&);

// A subcommand with the options that all of them share.
CLI::App* add(CLI::App& parent,
              const char* name,
              const char* text,
              const std::shared_ptr<AdminOptions>& options,
              Subcommand command,
              int& status) {
    CLI::App* sub = parent.add_subcommand(name, text);
    sub->add_option("--data", options->data, "The server's data directory")->capture_default_str();
    sub->add_flag("--json", options->json, "Prints JSON");
    sub->callback([options, command, &status] { status = command(*options); });
    return sub;
}

void add_place(CLI::App* command, AdminOptions& options) {
    auto* group =
        command->add_option("--group", options.group, "At this group (default: the provider)");
    command->add_option("--device", options.device, "At the device with this MAC")->excludes(group);
}

}  // namespace

void add_admin(CLI::App& app, int& status) {
    auto options = std::make_shared<AdminOptions>();
    CLI::App* admin =
        app.add_subcommand("admin", "Phones, groups and settings of a running server");
    admin->require_subcommand(1);

    CLI::App* device = admin->add_subcommand("device", "The phones that the server knows");
    device->require_subcommand(1);
    CLI::App* one = add(*device, "add", "Adds a phone", options, device_add, status);
    one->add_option("mac", options->mac, "Its MAC address")->required();
    one->add_option("--model", options->model, "Model number, e.g. 8841");
    one->add_option("--group", options->group, "Group it belongs to");
    one->add_option("--name", options->name, "Name for people");
    one->add_option("--comment", options->comment, "Comment for people");
    add(*device,
        "list",
        "Lists the phones and when they were last heard of",
        options,
        device_list,
        status);
    add(*device,
        "show",
        "Shows one phone, where each of its settings comes from, and its last report",
        options,
        device_show,
        status)
        ->add_option("mac", options->mac, "Its MAC address")
        ->required();
    add(*device,
        "remove",
        "Removes a phone with its settings and reports",
        options,
        device_remove,
        status)
        ->add_option("mac", options->mac, "Its MAC address")
        ->required();

    CLI::App* group = admin->add_subcommand("group", "Groups of phones that share settings");
    group->require_subcommand(1);
    CLI::App* new_group = add(*group, "add", "Adds a group", options, group_add, status);
    new_group->add_option("name", options->name, "Its name")->required();
    new_group->add_option("--comment", options->comment, "Comment for people");
    add(*group, "list", "Lists the groups", options, group_list, status);

    CLI::App* setting = add(
        *admin, "set", "Sets parameters for all phones, a group or a phone", options, set, status);
    setting->add_option("assignments", options->assignments, "Name=value …")->required();
    setting->add_option(
        "--access", options->access, "What the phone's user may do with it: na, ro or rw");
    add_place(setting, *options);
    CLI::App* unsetting = add(*admin, "unset", "Takes a setting back", options, unset, status);
    unsetting->add_option("name", options->name, "Name of the parameter")->required();
    add_place(unsetting, *options);

    CLI::App* importing = add(*admin,
                              "import",
                              "Imports devices from a .csv, or settings from a profile in .xml",
                              options,
                              import,
                              status);
    importing->add_option("file", options->file, "The file; a name in .xml is a profile")
        ->required();
    add_place(importing, *options);
    add(*admin,
        "messages",
        "Shows the phones' syslog messages, the latest first",
        options,
        messages,
        status)
        ->add_option("--device", options->mac, "Only of the device with this MAC");
}

}  // namespace onhook::cli
