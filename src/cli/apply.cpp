// onhook apply: what a phone would change if it got these files.
#include "profile/apply.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/phone_file.h"
#include "profile/flyingvoice_apply.h"
#include "profile/mask.h"
#include "profile/rule.h"
#include "seal/content.h"
#include "seal/openssl_enc.h"

namespace onhook::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t largest_profile = std::size_t{16} << 20U;  // sealed or compressed

struct ApplyOptions {
    std::string phone;
    std::vector<std::string> files;
    std::string key;
    std::string ikm;
    std::string alias;
    std::string empty = "mpp";
    bool json = false;
    bool reveal = false;
};

// What the files come to, up to the first that a phone would refuse, and why it would.
struct Outcome {
    profile::Applied applied;
    std::vector<std::string> ignored_in;  // the file of each ignored element
    std::optional<std::string> error;
};

// flyingvoice.md 8.4, D25: X_PRV_FILE_KEY opens a file that begins with Salted__ and means nothing
// for any other; --key stands in for it.
std::optional<Secret<std::string>> flyingvoice_key(const DescribedPhone& phone,
                                                   std::string_view body,
                                                   const ApplyOptions& options) {
    if (!seal::is_openssl_enc(body)) {
        return std::nullopt;
    }
    const auto file_key = phone.values.catalogue().find("X_PRV_FILE_KEY");
    CHECK(file_key.has_value());
    return Secret(options.key.empty() ? std::string(phone.values.get(*file_key)) : options.key);
}

// What stands in a file once a phone has opened it (cisco-mpp.md 1.12).
Result<std::string, std::string> opened(const DescribedPhone& phone,
                                        const std::string& path,
                                        std::string body,
                                        const ApplyOptions& options) {
    seal::ContentKeys keys;
    if (!options.key.empty()) {
        keys.key = Secret(options.key);
    }
    if (!options.ikm.empty()) {
        keys.ikm = Secret(options.ikm);
    }
    const auto encoding =
        options.ikm.empty() ? seal::ContentEncoding::none : seal::ContentEncoding::aes128gcm;
    seal::ContentPolicy policy;
    if (speaks_flyingvoice(*phone.dialect)) {
        keys.key = flyingvoice_key(phone, body, options);
        if (keys.key && keys.key->empty()) {
            return Failure{fmt::format(
                "{}: the file is encrypted (Salted__), and X_PRV_FILE_KEY is empty; set it in the "
                "phone's parameters, or give --key",
                path)};
        }
        policy.expected = seal::Plaintext::text;
        policy.pbkdf2 = true;
    }
    auto content = seal::open_content(std::move(body), encoding, keys, policy);
    if (!content) {
        return Failure{fmt::format(
            "{}: {}: {}", path, seal::error_text(content.error().problem), content.error().detail)};
    }
    return std::move(content->document);
}

std::string at_place(const std::string& path, const profile::DocumentError& error) {
    return fmt::format("{}:{}:{}: {}", path, error.line, error.column, error.message);
}

profile::ApplyOptions apply_options(const DescribedPhone& phone, const ApplyOptions& options) {
    profile::ApplyOptions how;
    how.empty = options.empty == "spa"     ? profile::EmptyElements::spa
                : options.empty == "reset" ? profile::EmptyElements::reset
                                           : profile::EmptyElements::mpp;
    if (!options.alias.empty()) {
        how.alias_map = profile::general_purpose_text(options.alias.front(), phone.macros);
    }
    return how;
}

// One file after the other, as a phone takes those of Profile_Rule, B, C and D (6.2). What the
// earlier ones changed stays when a later one is refused (6.2, item 5).
Outcome apply_in_turn(DescribedPhone& phone,
                      const std::vector<std::string>& documents,
                      const ApplyOptions& options) {
    Outcome outcome;
    std::map<profile::ParameterId, profile::AccessChange> access;
    const profile::ApplyOptions how = apply_options(phone, options);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto applied = phone.dialect->apply(documents[i], phone.values, how);
        if (!applied) {
            outcome.error = at_place(options.files[i], applied.error());
            break;
        }
        phone.values.set_all(std::move(applied->settings));
        profile::add_changes(outcome.applied.changes, std::move(applied->changes));
        for (const profile::AccessChange& change : applied->access) {
            // As with values: what a later file puts back is no change.
            const auto [at, first] = access.try_emplace(change.id, change);
            at->second.to = change.to;
            if (at->second.from == at->second.to) {
                access.erase(at);
            }
        }
        for (profile::Ignored& one : applied->ignored) {
            outcome.applied.ignored.push_back(std::move(one));
            outcome.ignored_in.push_back(options.files[i]);
        }
    }
    for (const auto& [id, change] : access) {
        outcome.applied.access.push_back(change);
    }
    outcome.applied.effect = profile::effect_of(outcome.applied.changes, phone.values.catalogue());
    return outcome;
}

// All files of a profile at once, or none (flyingvoice.md 8.1.7).
Outcome apply_together(DescribedPhone& phone,
                       const std::vector<std::string>& documents,
                       const ApplyOptions& options) {
    Outcome outcome;
    const std::vector<std::string_view> views(documents.begin(), documents.end());
    auto applied = profile::apply_flyingvoice_files(views, phone.values);
    if (!applied) {
        outcome.error = at_place(options.files[applied.error().document], applied.error().error);
        return outcome;
    }
    outcome.applied = *std::move(applied);
    return outcome;
}

// `unopened`: why the file behind the documents does not open.
Outcome apply_all(DescribedPhone& phone,
                  const std::vector<std::string>& documents,
                  const std::optional<std::string>& unopened,
                  const ApplyOptions& options) {
    if (speaks_flyingvoice(*phone.dialect)) {
        return unopened ? Outcome{{}, {}, unopened} : apply_together(phone, documents, options);
    }
    Outcome outcome = apply_in_turn(phone, documents, options);
    if (!outcome.error) {
        outcome.error = unopened;
    }
    return outcome;
}

// A value for people: whole, or masked where it is a secret or a rule that spells one out.
std::string shown(const profile::Catalogue& catalogue,
                  profile::ParameterId id,
                  const std::string& value) {
    return catalogue[id].secret && !value.empty() ? "***" : profile::masked_rule(value, &catalogue);
}

Json to_json(const DescribedPhone& phone, const Outcome& outcome, bool reveal) {
    const profile::Catalogue& catalogue = phone.values.catalogue();
    Json changes = Json::array();
    for (const profile::Change& change : outcome.applied.changes) {
        const profile::Parameter& parameter = catalogue[change.id];
        changes.push_back(
            {{"name", parameter.name},
             {"from", reveal ? change.from : shown(catalogue, change.id, change.from)},
             {"to", reveal ? change.to : shown(catalogue, change.id, change.to)},
             {"effect", to_string(parameter.effect)}});
    }
    Json ignored = Json::array();
    for (const profile::Ignored& one : outcome.applied.ignored) {
        ignored.push_back({{"name", one.name}, {"why", one.why}});
    }
    Json access = Json::object();
    for (const profile::AccessChange& change : outcome.applied.access) {
        access[catalogue[change.id].name] = to_string(change.to);
    }
    return {{"changes", std::move(changes)},
            {"ignored", std::move(ignored)},
            {"access", std::move(access)},
            {"effect", to_string(outcome.applied.effect)},
            {"error", outcome.error ? Json(*outcome.error) : Json()}};
}

// Where an ignored element stands; of a Flyingvoice file only the line is known.
std::string place_of_ignored(const Outcome& outcome, std::size_t i) {
    const profile::Ignored& one = outcome.applied.ignored[i];
    return i < outcome.ignored_in.size()
               ? fmt::format("{}:{}:{}", outcome.ignored_in[i], one.line, one.column)
               : fmt::format("line {}", one.line);
}

void print_changes(const Outcome& outcome, const Json& json) {
    std::vector<std::vector<std::string>> rows;
    for (const Json& change : json.at("changes")) {
        if (rows.empty()) {
            rows.push_back({"parameter", "from", "to", "effect"});
        }
        rows.push_back({change.at("name").get<std::string>(),
                        change.at("from").get<std::string>(),
                        change.at("to").get<std::string>(),
                        change.at("effect").get<std::string>()});
    }
    print_table(rows);
    for (const auto& [name, access] : json.at("access").items()) {
        print_table({{"access", name, access.get<std::string>()}});
    }
    for (std::size_t i = 0; i < outcome.applied.ignored.size(); ++i) {
        const profile::Ignored& one = outcome.applied.ignored[i];
        print_table({{"ignored", place_of_ignored(outcome, i), one.name, one.why}});
    }
    fmt::print("{} changed, {} ignored; effect: {}\n",
               json.at("changes").size(),
               json.at("ignored").size(),
               json.at("effect").get<std::string>());
}

void print_for_people(const Outcome& outcome, const Json& json) {
    const bool nothing =
        json.at("changes").empty() && json.at("ignored").empty() && json.at("access").empty();
    if (!outcome.error || !nothing) {
        print_changes(outcome, json);
    }
    if (outcome.error) {
        fmt::print("{}\n", printable(*outcome.error));
    }
}

int apply(const ApplyOptions& options) {
    const auto phone = read_phone(options.phone);
    if (!phone) {
        return complain(phone.error());
    }
    std::vector<std::string> documents;
    std::optional<std::string> unopened;  // why the file behind the documents does not open
    for (const std::string& path : options.files) {
        auto body = read_input(path, largest_profile);
        if (!body) {
            return complain(body.error());
        }
        auto document = opened(**phone, path, *std::move(body), options);
        if (!document) {
            unopened = document.error();
            break;
        }
        documents.push_back(*std::move(document));
    }
    const Outcome outcome = apply_all(**phone, documents, unopened, options);
    const Json json = to_json(**phone, outcome, options.reveal);
    if (options.json) {
        print_json(json);
    } else {
        print_for_people(outcome, json);
    }
    return outcome.error ? 1 : 0;
}

}  // namespace

void add_apply(CLI::App& app, int& status) {
    auto options = std::make_shared<ApplyOptions>();
    CLI::App* command = app.add_subcommand(
        "apply",
        "Prints what a phone would change if it got these files, one after the other. Nothing is "
        "changed. The status is 1 when the phone would refuse a file: then it is what changes up "
        "to there.");
    command->add_option("--phone", options->phone, "PHONE.json; - is standard input")->required();
    command->add_option(
        "--key",
        options->key,
        "The phrase of the rule's --key: opens sealed files; for Flyingvoice phones in place of "
        "X_PRV_FILE_KEY");
    command->add_option(
        "--ikm", options->ikm, "The phone's IKM_HTTP_Encrypt_Content: opens files of RFC 8188");
    command
        ->add_option("--alias", options->alias, "The rule's --alias: a to p, the map in GPP_A to P")
        ->check(CLI::IsMember(
            {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"}));
    command
        ->add_option("--empty",
                     options->empty,
                     "What an empty element means: mpp, spa (<X/> changes nothing) or reset (the "
                     "default comes back)")
        ->check(CLI::IsMember({"mpp", "spa", "reset"}))
        ->capture_default_str();
    command->add_flag("--reveal", options->reveal, "Prints secrets instead of ***");
    command->add_flag("--json", options->json, "Prints JSON");
    command
        ->add_option("files",
                     options->files,
                     "Profiles, plain, compressed or sealed; - is "
                     "standard input")
        ->required();
    command->callback([options, &status] { status = apply(*options); });
}

}  // namespace onhook::cli
