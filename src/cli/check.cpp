// onhook check: what is wrong in files for phones, before a phone sees them.
#include "profile/check.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "seal/gzip.h"

namespace onhook::cli {

namespace {

constexpr std::size_t largest_checked_file = std::size_t{64} << 20U;

struct CheckOptions {
    std::vector<std::string> files;
    bool json = false;
};

// What is wrong in what a phone would parse: a compressed file is inflated first
// (cisco-mpp.md 1.9).
std::vector<profile::Diagnostic> check_content(const std::string& content) {
    if (!seal::is_gzip(content)) {
        return profile::check_file(content);
    }
    const auto inflated = seal::gunzip(content, largest_checked_file);
    if (inflated) {
        return profile::check_file(*inflated);
    }
    return {profile::corrupt_file(1, 1, inflated.error().detail)};
}

nlohmann::ordered_json to_json(const profile::Diagnostic& one, const std::string& file) {
    return {{"file", file},
            {"line", one.line},
            {"column", one.column},
            {"severity", profile::to_string(one.severity)},
            {"code", one.code},
            {"message", one.message},
            {"remedy", one.remedy}};
}

int check(const CheckOptions& options) {
    bool wrong = false;
    bool unread = false;
    auto all = nlohmann::ordered_json::array();
    for (const std::string& file : options.files) {
        const auto content = read_input(file, largest_checked_file);
        if (!content) {
            complain(content.error());
            unread = true;
            continue;
        }
        for (const profile::Diagnostic& one : check_content(*content)) {
            wrong = wrong || one.severity == profile::Severity::error;
            if (options.json) {
                all.push_back(to_json(one, file));
            } else {
                fmt::print("{}\n", printable(to_string(one, file)));
            }
        }
    }
    if (options.json) {
        print_json(all);  // a file's name may hold any byte
    }
    return unread ? 2 : wrong ? 1 : 0;
}

}  // namespace

void add_check(CLI::App& app, int& status) {
    auto options = std::make_shared<CheckOptions>();
    CLI::App* command = app.add_subcommand(
        "check",
        "Says what is wrong in profiles and files of rules: file:line:column: severity: what; "
        "remedy. The status is 1 when something is an error, 2 when a file cannot be read.");
    command
        ->add_option("file",
                     options->files,
                     "A profile, or a text with a rule a line: 'Parameter_Name: rule', or a bare "
                     "Profile_Rule; - is standard input. The content says which it is")
        ->required();
    command->add_flag("--json",
                      options->json,
                      "An array of objects with file, line, column, severity, code, message and "
                      "remedy");
    command->callback([options, &status] { status = check(*options); });
}

}  // namespace onhook::cli
