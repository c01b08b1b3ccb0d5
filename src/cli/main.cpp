#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "net/process.h"

namespace {

// The command that the words led to before they went wrong.
const CLI::App& reached(const CLI::App& app) {
    const auto below = app.get_subcommands();
    return below.empty() ? app : reached(*below.front());
}

// "onhook admin device"
std::string path_of(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : path_of(*parent) + " " + command.get_name();
}

// One sentence. CLI11 says only that a command is missing when one does not exist.
std::string sentence_of(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App& command = reached(app);
    const auto choices = command.get_subcommands([](const CLI::App*) { return true; });
    std::string what = error.what();
    if (error.get_name() == "RequiredError" && !choices.empty()) {
        std::vector<std::string> names;
        for (const CLI::App* choice : choices) {
            names.push_back(choice->get_name());
        }
        what = fmt::format("'{}' needs one of these words behind it: {}",
                           path_of(command),
                           fmt::join(names, ", "));
    }
    return fmt::format("{}; see '{} --help'", what, path_of(command));
}

}  // namespace

int main(int argc, char** argv) {
    // Values of phones are secrets; they must not be in a core file.
    onhook::net::forbid_core_dumps();
    CLI::App app{"Zero-touch provisioning for IP phones: the phone, the provider and the fleet."};
    app.name("onhook");
    app.set_version_flag("--version", "onhook " ONHOOK_VERSION);
    app.require_subcommand(1);
    app.fallthrough(false);
    int status = 0;
    onhook::cli::add_phone(app, status);
    onhook::cli::add_serve(app, status);
    onhook::cli::add_admin(app, status);
    onhook::cli::add_seal(app, status);
    onhook::cli::add_open(app, status);
    onhook::cli::add_check(app, status);
    onhook::cli::add_expand(app, status);
    onhook::cli::add_rule(app, status);
    onhook::cli::add_apply(app, status);
    onhook::cli::add_simulate(app, status);
    onhook::cli::add_ca(app, status);
    onhook::cli::add_replay(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);  // --help and --version
        }
        return onhook::cli::complain(sentence_of(app, error));
    }
    return status;
}
