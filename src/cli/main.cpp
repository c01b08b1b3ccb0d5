#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands.h"
#include "cli/output.h"
#include "net/process.h"

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
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;  // --help and --version are errors of status 0
    }
    return status;
}
