// onhook ca: the certificates of a lab, or of a small provider.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/mac_address.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "net/certificate.h"
#include "net/durable_file.h"
#include "net/loop.h"
#include "profile/dialect.h"

namespace onhook::cli {

namespace {

using std::chrono::days;

constexpr days authority_lifetime{7300};
constexpr days device_lifetime{7300};  // a phone's is made in the factory, and is never renewed
constexpr days server_lifetime{825};
constexpr days head_start{1};  // for clocks that are late
constexpr std::size_t certificate_file_limit = std::size_t{1} << 20U;

struct CaOptions {
    std::string directory;
    std::string name = "Onhook lab";
    std::string out;
    std::string from;
    std::string until;
    bool rsa = false;
    std::string dialect = "cisco-mpp";
    std::string mac;
    std::string model;
    std::string serial;
    std::vector<std::string> names;
    std::string whose;
    std::string file;
};

// DIRECTORY/server-ca.crt and .key, DIRECTORY/device-ca.crt and .key.
net::CertificateFiles files_of(const std::string& base) { return {base + ".crt", base + ".key"}; }

net::CertificateFiles authority_files(const CaOptions& options, std::string_view whose) {
    return files_of(fmt::format("{}/{}-ca", options.directory, whose));
}

// YYYY-MM-DD: the first moment of that day, UTC.
std::optional<WallTime> read_day(std::string_view text) {
    const auto parts = split(text, '-');
    if (text.size() != 10 || parts.size() != 3) {
        return std::nullopt;
    }
    const auto year = parse_number<unsigned>(parts[0]);
    const auto month = parse_number<unsigned>(parts[1]);
    const auto day = parse_number<unsigned>(parts[2]);
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month),
                                           std::chrono::day(*day)};
    return date.ok() ? std::optional<WallTime>(std::chrono::sys_days(date)) : std::nullopt;
}

// What every order has: its key, and from when until when, for `lifetime` unless told otherwise,
// and then no longer than its issuer.
Result<net::CertificateOrder, std::string> order_for(const CaOptions& options,
                                                     days lifetime,
                                                     std::optional<WallTime> end_of_issuer) {
    const WallTime now = net::Loop::wall_now();
    net::CertificateOrder order{
        .subject = {},
        .from = now - head_start,
        .until = now + lifetime,
        .key = options.rsa ? net::KeyKind::rsa_2048 : net::KeyKind::ec_p256};
    order.until = std::min(order.until, end_of_issuer.value_or(order.until));
    for (const auto& [option, text, moment] :
         {std::tuple("--from", &options.from, &order.from),
          std::tuple("--until", &options.until, &order.until)}) {
        const auto day = read_day(*text);
        if (!text->empty() && !day) {
            return wrong(fmt::format("{} '{}' is no date like 2027-01-31", option, *text));
        }
        *moment = day.value_or(*moment);
    }
    return order;
}

int done(const net::CertificateFiles& files) {
    fmt::print("certificate {}\nkey         {}\n", files.certificate_file, files.key_file);
    return 0;
}

int init(const CaOptions& options) {
    constexpr std::array<std::string_view, 2> kinds = {"device", "server"};
    for (const std::string_view whose : kinds) {
        const auto files = authority_files(options, whose);
        for (const std::string& file : {files.certificate_file, files.key_file}) {
            if (std::filesystem::exists(file)) {
                return complain(fmt::format(
                    "'{}' exists: there is a CA in this directory; choose another --dir", file));
            }
        }
    }
    auto order = order_for(options, authority_lifetime, std::nullopt);
    if (!order) {
        return complain(order.error());
    }
    if (const auto made = net::make_private_directory(options.directory); !made) {
        return complain(made.error().detail);
    }
    order->use = net::CertificateUse::authority;
    for (const std::string_view whose : kinds) {
        order->subject = {{"CN", fmt::format("{} {} CA", options.name, whose)}};
        const auto files = authority_files(options, whose);
        if (const auto made = net::make_root(files, *order); !made) {
            return complain(made.error().detail);
        }
        (void)done(files);
    }
    return 0;
}

// A certificate of the CA `whose`; `stem` names its files unless --out does.
int issue(const CaOptions& options,
          std::string_view whose,
          const std::string& stem,
          net::CertificateOrder wanted) {
    const auto authority = authority_files(options, whose);
    const auto end = net::end_of(authority.certificate_file);
    if (!end) {
        return complain(fmt::format(
            "{}; `onhook ca init --dir {}` makes a CA", end.error().detail, options.directory));
    }
    const bool server = wanted.use == net::CertificateUse::server;
    auto order = order_for(options, server ? server_lifetime : device_lifetime, *end);
    if (!order) {
        return complain(order.error());
    }
    order->use = wanted.use;
    order->subject = std::move(wanted.subject);
    order->names = std::move(wanted.names);
    const auto files =
        files_of(options.out.empty() ? fmt::format("{}/{}", options.directory, stem) : options.out);
    const auto made = net::issue(authority, files, *order);
    return made ? done(files) : complain(made.error().detail);
}

// cisco-mpp.md 11.1: OU=CP-8841-3PCC, L=<serial>, S=<mac>; protocols.md F.5: CN=<mac>.
int issue_device(const CaOptions& options) {
    const profile::Dialect* dialect = profile::find_dialect(options.dialect);
    CHECK(dialect != nullptr);  // the option takes no other
    const auto mac = MacAddress::parse(options.mac);
    if (!mac) {
        return complain(fmt::format("--mac '{}': expected {}", options.mac, mac.error().expected));
    }
    const std::string model =
        options.model.empty() ? std::string(dialect->usual_model) : options.model;
    const std::string serial = options.serial.empty() ? usual_serial(*mac) : options.serial;
    net::CertificateOrder order{.use = net::CertificateUse::client, .subject = {}};
    if (dialect == &profile::cisco_mpp()) {
        order.subject = {
            {"OU", dialect->product_name(model)}, {"L", serial}, {"ST", mac->to_string()}};
    } else {
        order.subject = {{"CN", mac->to_string()}};
    }
    return issue(options, "device", "device-" + mac->to_string(), std::move(order));
}

// What could be no name or address of a server, and might be a path.
bool is_server_name(std::string_view name) {
    return !name.empty() && name.size() <= 253 &&
           name.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
               "-._*:") == std::string_view::npos;
}

int issue_server(const CaOptions& options) {
    for (const std::string& name : options.names) {
        if (!is_server_name(name)) {
            return complain(fmt::format(
                "'{}' is no name of a host and no IP address, such as prov.example.com", name));
        }
    }
    // RFC 5280: a common name has at most 64 characters; the alternative names have no such limit.
    const std::string& first = options.names.front();
    net::CertificateOrder order{.use = net::CertificateUse::server,
                                .subject = {{"CN", first.size() <= 64 ? first : "Onhook"}},
                                .names = options.names};
    std::string stem = "server-" + first;
    std::replace(stem.begin(), stem.end(), '*', '_');
    return issue(options, "server", stem, std::move(order));
}

int print_root(const CaOptions& options) {
    const auto text = net::read_file(authority_files(options, options.whose).certificate_file,
                                     certificate_file_limit);
    if (!text) {
        return complain(fmt::format(
            "{}; `onhook ca init --dir {}` makes a CA", text.error().detail, options.directory));
    }
    fmt::print("{}", *text);
    return 0;
}

int show(const CaOptions& options) {
    const auto text = net::read_file(options.file, certificate_file_limit);
    if (!text) {
        return complain(text.error().detail);
    }
    const auto all = net::describe_certificates(*text);
    if (!all) {
        return complain(fmt::format("'{}': {}", options.file, all.error().detail));
    }
    for (const net::CertificateFacts& one : *all) {
        print_table(
            {{"Subject", one.subject},
             {"Issuer", one.issuer},
             {"Valid", fmt::format("{} to {} UTC", one.from, one.until)},
             {"Names", one.names.empty() ? "none" : fmt::format("{}", fmt::join(one.names, ", "))},
             {"For", one.use},
             {"Key", one.key},
             {"SHA-256", one.sha256}});
        if (&one != &all->back()) {
            fmt::print("\n");
        }
    }
    return 0;
}

void add_directory(CLI::App& command, CaOptions& options) {
    command.add_option("--dir", options.directory, "Directory of the CA, its keys among it")
        ->required();
}

void add_order_options(CLI::App& command, CaOptions& options, std::string_view lifetime) {
    add_directory(command, options);
    command.add_flag("--rsa", options.rsa, "RSA 2048 for old phones (default: EC P-256)");
    command.add_option(
        "--from", options.from, "YYYY-MM-DD, the day it begins, UTC (default: yesterday)");
    command.add_option("--until",
                       options.until,
                       fmt::format("YYYY-MM-DD, the day it ends, UTC (default: {})", lifetime));
}

void add_issue(CLI::App& ca, const std::shared_ptr<CaOptions>& options, int& status) {
    CLI::App* issue = ca.add_subcommand("issue", "Makes a certificate and its key");
    issue->require_subcommand(1);
    constexpr const char* about_out =
        "FILE.crt and FILE.key are made; neither may exist (default: beside the CA)";
    CLI::App* device = issue->add_subcommand("device", "For a phone, to show who it is");
    device->add_option("--mac", options->mac, "The phone's MAC address")->required();
    device->add_option("--dialect", options->dialect, "Whose phone it is: cisco-mpp or flyingvoice")
        ->check(CLI::IsMember({"cisco-mpp", "flyingvoice"}))
        ->capture_default_str();
    device->add_option("--model", options->model, "Its model (default: 8841)");
    device->add_option(
        "--serial", options->serial, "Its serial number (default: that of `onhook phone`)");
    add_order_options(*device, *options, "after 20 years");
    device->add_option("--out", options->out, about_out);
    device->callback([options, &status] { status = issue_device(*options); });
    CLI::App* server = issue->add_subcommand("server", "For a server that phones ask");
    server
        ->add_option("names",
                     options->names,
                     "Its names and IP addresses: prov.example.com, *.example.com, 192.0.2.1")
        ->required();
    add_order_options(*server, *options, "after 825 days");
    server->add_option("--out", options->out, about_out);
    server->callback([options, &status] { status = issue_server(*options); });
}

}  // namespace

void add_ca(CLI::App& app, int& status) {
    auto options = std::make_shared<CaOptions>();
    CLI::App* ca = app.add_subcommand(
        "ca", "Makes the certificates of a lab: phones know servers by them, and servers phones");
    ca->require_subcommand(1);
    CLI::App* make = ca->add_subcommand(
        "init", "Makes two CAs: one for the certificates of phones, one for those of servers");
    make->add_option("--name", options->name, "What their names begin with")
        ->check([](const std::string& text) {
            return !text.empty() && text.size() <= 50 ? std::string()
                                                      : "a name has 1 to 50 characters";
        })
        ->capture_default_str();
    add_order_options(*make, *options, "after 20 years");
    make->callback([options, &status] { status = init(*options); });
    add_issue(*ca, options, status);
    CLI::App* root = ca->add_subcommand(
        "root",
        "Prints the root of a CA: servers need that of devices, phones that of servers (--ca, "
        "Custom_CA_Rule)");
    add_directory(*root, *options);
    root->add_option("whose", options->whose, "device or server")
        ->required()
        ->check(CLI::IsMember({"device", "server"}));
    root->callback([options, &status] { status = print_root(*options); });
    CLI::App* look = ca->add_subcommand("show", "Prints what the certificates of a PEM file say");
    look->add_option("file", options->file, "PEM file")->required();
    look->callback([options, &status] { status = show(*options); });
}

}  // namespace onhook::cli
