// onhook expand: a text with a phone's macros in place.
#include <memory>
#include <string>
#include <utility>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/phone_file.h"
#include "profile/flyingvoice_macro.h"
#include "profile/macro.h"

namespace onhook::cli {

namespace {

struct ExpandOptions {
    std::string phone;
    std::string text;
    bool json = false;
};

std::string expansion_of(const DescribedPhone& phone, const std::string& text) {
    if (!speaks_flyingvoice(*phone.dialect)) {
        return profile::expand(text, phone.macros).text;
    }
    profile::FlyingvoiceExpansion expansion =
        profile::expand_flyingvoice(text, phone.flyingvoice_macros);
    for (const std::string& macro : expansion.unknown) {  // flyingvoice.md D7: it is logged
        (void)complain(macro + " is no macro and stays as written");
    }
    return std::move(expansion.text);
}

int expand(const ExpandOptions& options) {
    const auto phone = read_phone(options.phone);
    if (!phone) {
        return complain(phone.error());
    }
    const std::string text = expansion_of(**phone, options.text);
    if (options.json) {
        print_json({{"text", text}});
    } else {
        fmt::print("{}\n", text);
    }
    return 0;
}

}  // namespace

void add_expand(CLI::App& app, int& status) {
    auto options = std::make_shared<ExpandOptions>();
    CLI::App* command = app.add_subcommand(
        "expand",
        "Prints a text with the phone's macros in place, once and from left to right. Macros of "
        "secrets and unknown ones stay as they are written.");
    command->add_option("--phone", options->phone, "PHONE.json; - is standard input")->required();
    command->add_flag("--json", options->json, "Prints JSON: {\"text\":…}");
    command->add_option("text", options->text, "The text, e.g. 'http://h/$MA.cfg'")->required();
    command->callback([options, &status] { status = expand(*options); });
}

}  // namespace onhook::cli
