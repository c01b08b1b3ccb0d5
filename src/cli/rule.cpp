// onhook rule: what a phone makes of a rule.
#include "profile/rule.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/phone_file.h"
#include "profile/flyingvoice_firmware.h"
#include "profile/flyingvoice_rule.h"

namespace onhook::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view mask = "***";

struct RuleOptions {
    std::string phone;
    std::string kind = "profile";
    std::string rule;
    bool json = false;
    bool reveal = false;
};

// Prints what a rule comes to, in the form that the options ask for.
class RulePrinter {
  public:
    RulePrinter(const DescribedPhone& phone, const RuleOptions& options)
        : phone_(phone), options_(options) {}

    // The keys of one request: options, method, where to.
    [[nodiscard]] Json request(const profile::RuleRequest& request) const {
        Json json = {{"options", options(request.options)},
                     {"method", request.options.post ? "POST" : method()}};
        if (request.url) {
            add_url(json, *request.url);
        } else {
            json.update(Json{{"scheme", request.activation_code ? Json("gds") : Json()},
                             {"host", nullptr},
                             {"port", nullptr},
                             {"path", request.path}});
        }
        if (request.options.post) {
            json["body"] = profile::general_purpose_text(*request.options.post, phone_.macros);
        }
        return json;
    }

    static void add_url(Json& json, const Url& url) {
        json.update(Json{{"scheme", std::string(to_string(url.scheme()))},
                         {"host", url.host()},
                         {"port", url.port()},
                         {"path", url.target()}});
    }

    [[nodiscard]] Json assignments(const std::vector<profile::Assignment>& assignments) const {
        Json json = Json::object();
        for (const profile::Assignment& one : assignments) {
            json[one.name] = may_show(one.name) ? one.value : shown(one.value);
        }
        return json;
    }

    [[nodiscard]] Json options(const profile::RuleOptions& options) const {
        Json json = Json::object();
        if (options.key) {
            json["key"] = shown(options.key->reveal());
        }
        if (options.uid) {
            json["uid"] = options.uid_opens_secret ? shown(*options.uid) : *options.uid;
        }
        if (options.pwd) {
            json["pwd"] = shown(options.pwd->reveal());
        }
        if (options.post) {
            json["post"] = std::string(1, *options.post);
        }
        if (options.alias) {
            json["alias"] = std::string(1, *options.alias);
        }
        for (const auto& [name, given] : {std::pair{"srv", options.srv},
                                          std::pair{"delta", options.delta},
                                          std::pair{"status", options.status}}) {
            if (given) {
                json[name] = true;
            }
        }
        return json;
    }

  private:
    [[nodiscard]] std::string shown(const std::string& secret) const {
        return options_.reveal ? secret : std::string(mask);
    }

    // Reports go by the phone's own verb (8.3).
    [[nodiscard]] std::string method() const {
        return options_.kind == "report"
                   ? std::string(phone_.values.get(phone_.dialect->parameter.report_method))
                   : "GET";
    }

    // A name that is not known may be a password's, misspelled.
    [[nodiscard]] bool may_show(std::string_view name) const {
        const auto id = phone_.dialect->catalogue->find(name);
        return id && !(*phone_.dialect->catalogue)[*id].secret;
    }

    const DescribedPhone& phone_;
    const RuleOptions& options_;
};

// The keys that every answer has, with what they are when nothing is fetched.
Json answer(std::string_view outcome) {
    return {{"outcome", outcome},
            {"alternative", nullptr},
            {"assignments", Json::object()},
            {"options", Json::object()},
            {"method", nullptr},
            {"scheme", nullptr},
            {"host", nullptr},
            {"port", nullptr},
            {"path", nullptr},
            {"error", nullptr}};
}

// Errors count in the expanded rule, which is not the one that was typed in if it has macros.
std::string_view counted_in(const DescribedPhone& phone, const RuleOptions& options) {
    const bool same = profile::expand(options.rule, phone.macros).text == options.rule;
    return same ? "" : " of the expanded rule";
}

Json failed(const profile::RuleError& error, std::string_view where = "") {
    Json json = answer("error");
    json["error"] = fmt::format("character {}{}: {}", error.offset + 1, where, error.sentence());
    return json;
}

// `what` was considered: an alternative or a report.
void add_considered(Json& json,
                    const std::vector<profile::Considered>& why,
                    const std::string& what) {
    Json list = Json::array();
    for (const profile::Considered& one : why) {
        list.push_back(
            {{what, one.alternative + 1}, {"condition", one.condition}, {"holds", one.holds}});
    }
    json["considered"] = std::move(list);
}

Json decide_fetch(const DescribedPhone& phone, const RuleOptions& options) {
    const auto kind =
        options.kind == "upgrade" ? profile::RuleKind::upgrade : profile::RuleKind::profile;
    std::vector<profile::Considered> why;
    const auto decision = profile::decide_rule(kind, options.rule, phone.macros, &why);
    if (!decision) {
        return failed(decision.error(), counted_in(phone, options));
    }
    Json json = answer(*decision && (*decision)->request ? "fetch" : "skip");
    if (*decision) {
        const RulePrinter printer(phone, options);
        json["alternative"] = (*decision)->alternative + 1;
        json["assignments"] = printer.assignments((*decision)->assignments);
        if ((*decision)->request) {
            json.update(printer.request(*(*decision)->request));
        }
    }
    add_considered(json, why, "alternative");
    return json;
}

Json decide_report(const DescribedPhone& phone, const RuleOptions& options) {
    std::vector<profile::Considered> why;
    const auto decision = profile::decide_report_rule(options.rule, phone.macros, &why);
    if (!decision) {
        Json json = failed(decision.error(), counted_in(phone, options));
        json["requests"] = Json::array();
        return json;
    }
    const RulePrinter printer(phone, options);
    Json requests = Json::array();
    for (const profile::RuleRequest& one : decision->requests) {
        Json request = printer.request(one);
        request["content"] = one.options.status ? "status" : one.options.delta ? "delta" : "full";
        if (one.url && one.url->scheme() == Scheme::tftp) {
            request["method"] = "PUT";  // 8.3: TFTP writes
        }
        requests.push_back(std::move(request));
    }
    Json json = {{"outcome", requests.empty() ? "skip" : "fetch"},
                 {"alternative", nullptr},
                 {"assignments", printer.assignments(decision->assignments)},
                 {"requests", std::move(requests)},
                 {"error", nullptr}};
    if (!decision->requests.empty()) {
        json["alternative"] = decision->alternative + 1;
    }
    if (decision->too_many) {
        json["warning"] = "a phone sends the first two reports only";
    }
    add_considered(json, why, decision->in_turn ? "report" : "alternative");
    return json;
}

Json decide_trigger(const DescribedPhone& phone, const RuleOptions& options) {
    const auto holds = profile::decide_trigger(options.rule, phone.macros);
    return holds ? answer(*holds ? "true" : "false")
                 : failed(holds.error(), counted_in(phone, options));
}

// What the rule's own user and password are; those of the parameters are no part of it.
Json options_of(const std::optional<profile::Credentials>& credentials,
                const RulePrinter& printer) {
    profile::RuleOptions options;
    if (credentials) {
        options.uid = credentials->user;
        options.pwd = credentials->password;
    }
    return printer.options(options);
}

void warn_of_macros(Json& json, const std::vector<std::string>& unknown) {
    if (!unknown.empty()) {
        json["warning"] = fmt::format("{} {} no macro and stays as written",
                                      fmt::join(unknown, ", "),
                                      unknown.size() == 1 ? "is" : "are");
    }
}

// flyingvoice.md 10: the rule is the image's URL, and its name may already decide (D29).
Json decide_flyingvoice_image(const DescribedPhone& phone, const RuleOptions& options) {
    const auto image = profile::locate_flyingvoice(options.rule, phone.flyingvoice_macros);
    if (!image) {
        return failed(image.error());
    }
    if (!*image) {
        return answer("skip");
    }
    const profile::UpgradeDecision decision =
        profile::decide_upgrade((*image)->url, phone.identity);
    if (decision == profile::UpgradeDecision::other_model) {
        Json json = answer("error");
        json["error"] = fmt::format(
            "the image's name says that it is for another model than {}; name an image for {}",
            phone.identity.model,
            phone.identity.model);
        return json;
    }
    const bool fetches = decision != profile::UpgradeDecision::same_version;
    Json json = answer(fetches ? "fetch" : "skip");
    json["alternative"] = 1;
    if (fetches) {
        json["options"] = options_of((*image)->credentials, RulePrinter(phone, options));
        json["method"] = "GET";
        RulePrinter::add_url(json, (*image)->url);
        warn_of_macros(json, (*image)->unknown_macros);
    } else {
        json["warning"] = fmt::format("the phone runs {} already", phone.identity.firmware);
    }
    return json;
}

// flyingvoice.md 8.1: a rule is one URL, and may mean several files.
Json decide_flyingvoice(const DescribedPhone& phone, const RuleOptions& options) {
    const profile::Catalogue& catalogue = *phone.dialect->catalogue;
    const auto file = catalogue.find("DBID_PRV_CONFIGFILE");
    const auto plan = profile::plan_flyingvoice(
        options.rule, file ? phone.values.get(*file) : "", phone.flyingvoice_macros);
    if (!plan) {
        return failed(plan.error());
    }
    Json json = answer(*plan ? "fetch" : "skip");
    if (*plan) {
        json["alternative"] = 1;
        json["options"] = options_of((*plan)->credentials, RulePrinter(phone, options));
        json["method"] = "GET";
        RulePrinter::add_url(json, (*plan)->requests.front().url);
        Json requests = Json::array();
        for (const profile::FlyingvoiceRequest& one : (*plan)->requests) {
            Json request = {{"method", "GET"}};
            RulePrinter::add_url(request, one.url);
            requests.push_back(std::move(request));
        }
        json["requests"] = std::move(requests);
        warn_of_macros(json, (*plan)->unknown_macros);
    }
    return json;
}

std::string request_text(const Json& request) {
    if (request.at("scheme").is_null()) {
        return fmt::format("{} {} on the server that discovery names",
                           request.at("method").get<std::string>(),
                           request.at("path").get<std::string>());
    }
    if (request.at("host").is_null()) {
        return "an activation code from the user (gds)";
    }
    const auto host = request.at("host").get<std::string>();
    const bool ipv6 = host.find(':') != std::string::npos;
    return fmt::format("{} {}://{}{}{}:{}{}",
                       request.at("method").get<std::string>(),
                       request.at("scheme").get<std::string>(),
                       ipv6 ? "[" : "",
                       host,
                       ipv6 ? "]" : "",
                       request.at("port").get<int>(),
                       request.at("path").get<std::string>());
}

void print_options(const Json& request, std::vector<std::vector<std::string>>& rows) {
    // Named, because items() looks into it for as long as the loop runs.
    const Json options = request.value("options", Json::object());
    for (const auto& [name, value] : options.items()) {
        rows.push_back(
            {"option",
             "--" + name + (value.is_string() ? " " + value.get<std::string>() : std::string())});
    }
}

void print_request(const Json& request, std::vector<std::vector<std::string>>& rows) {
    print_options(request, rows);
    rows.push_back({"request", request_text(request)});
    if (request.contains("body")) {
        rows.push_back({"body", request["body"].get<std::string>()});
    }
}

void print_for_people(const Json& json) {
    std::vector<std::vector<std::string>> rows;
    const Json considered = json.value("considered", Json::array());
    for (const Json& one : considered) {
        const auto condition = one.at("condition").get<std::string>();
        const std::string what = one.contains("report") ? "report" : "alternative";
        rows.push_back({fmt::format("{} {}", what, one.at(what).get<int>()),
                        condition.empty()             ? "has no condition: taken"
                        : one.at("holds").get<bool>() ? condition + " holds: taken"
                                                      : condition + " does not hold"});
    }
    const Json assignments = json.value("assignments", Json::object());
    for (const auto& [name, value] : assignments.items()) {
        rows.push_back({"assignment", name + " = " + value.get<std::string>()});
    }
    if (json.contains("requests")) {
        if (json.contains("options")) {  // those of all requests
            print_options(json, rows);
        }
        for (const Json& request : json["requests"]) {
            print_request(request, rows);
        }
    } else if (!json.at("method").is_null()) {
        print_request(json, rows);
    }
    rows.push_back({"outcome", json.at("outcome").get<std::string>()});
    for (const char* key : {"warning", "error"}) {
        if (json.contains(key) && json[key].is_string()) {
            rows.push_back({key, json[key].get<std::string>()});
        }
    }
    print_table(rows);
}

Json decide(const DescribedPhone& phone, const RuleOptions& options) {
    if (speaks_flyingvoice(*phone.dialect)) {
        return options.kind == "upgrade" ? decide_flyingvoice_image(phone, options)
                                         : decide_flyingvoice(phone, options);
    }
    if (options.kind == "report") {
        return decide_report(phone, options);
    }
    return options.kind == "trigger" ? decide_trigger(phone, options)
                                     : decide_fetch(phone, options);
}

int rule(const RuleOptions& options) {
    const auto phone = read_phone(options.phone);
    if (!phone) {
        return complain(phone.error());
    }
    if (speaks_flyingvoice(*(*phone)->dialect) && options.kind != "profile" &&
        options.kind != "upgrade") {
        return complain("Flyingvoice phones have no report rules and no triggers");
    }
    const Json json = decide(**phone, options);
    if (options.json) {
        print_json(json);
    } else {
        print_for_people(json);
    }
    const auto outcome = json.at("outcome").get<std::string>();
    return outcome == "error" || outcome == "false" ? 1 : 0;
}

}  // namespace

void add_rule(CLI::App& app, int& status) {
    auto options = std::make_shared<RuleOptions>();
    CLI::App* command = app.add_subcommand(
        "rule",
        "Prints what a phone makes of a rule: the alternative it takes and why, what it assigns "
        "and what it asks for. The status is 1 for a rule with an error and a trigger that is "
        "false.");
    command->add_option("--phone", options->phone, "PHONE.json; - is standard input")->required();
    command->add_option("--kind", options->kind, "profile, upgrade, report or trigger")
        ->check(CLI::IsMember({"profile", "upgrade", "report", "trigger"}))
        ->capture_default_str();
    command->add_flag("--reveal", options->reveal, "Prints keys and passwords instead of ***");
    command->add_flag("--json", options->json, "Prints JSON");
    command->add_option("rule", options->rule, "The rule, as the parameter has it")->required();
    command->callback([options, &status] { status = rule(*options); });
}

}  // namespace onhook::cli
