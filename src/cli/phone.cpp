// onhook phone: one phone on the network, and a look at its state.
#include <memory>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/agent.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/phone_file.h"
#include "cli/recording_file.h"
#include "net/durable_file.h"
#include "net/host.h"
#include "net/process.h"
#include "phone/status.h"
#include "profile/mask.h"
#include "profile/rule.h"

namespace onhook::cli {

namespace {

struct PhoneOptions {
    std::string dialect = "cisco-mpp";
    std::string model;
    std::string mac;
    std::string serial;
    std::string firmware;
    std::string hardware = "1.0";
    std::string state;
    std::string redirect;
    std::vector<std::string> dhcp_options;
    std::string dhcp;
    std::string interface;
    std::vector<std::string> lease_files;
    std::vector<std::string> values;
    std::string ca_file;
    net::CertificateFiles certificate;
    std::string report_digest = "sha256";
    bool allow_plain_with_key = false;
    std::string ip;
    std::string domain;
    std::string name_server;
    std::string web = "127.0.0.1:0";
    std::string record;
    std::uint64_t seed = 0;
    bool seed_given = false;
    bool one_process = false;
    bool json = false;
    bool print_phone = false;
    bool reveal = false;
};

// NAME=VALUE
Result<std::pair<std::string, std::string>, std::string> read_assignment(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        return wrong(fmt::format("'{}' is not like Name=value", text));
    }
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

// ADDRESS:PORT, or "off".
Status<std::string> read_web(const std::string& text, agent::AgentSettings& settings) {
    if (text == "off") {
        settings.web_address.reset();
        return Done{};
    }
    const auto address = read_address(text);
    if (!address) {
        return wrong(fmt::format("--web '{}' is not ADDRESS:PORT or off", text));
    }
    settings.web_address = address->host;
    settings.web_port = address->port;
    return Done{};
}

// inform, files, or both in the order in which they are asked; off.
Status<std::string> read_sources(const PhoneOptions& options, agent::AgentSettings& settings) {
    const std::string text =
        options.dhcp.empty() ? (options.interface.empty() ? "off" : "inform,files") : options.dhcp;
    auto& sources = settings.dhcp.sources;
    for (const std::string_view word : split(text, ',')) {
        if (word == "inform") {
            sources.push_back(agent::LeaseSource::inform);
        } else if (word == "files") {
            sources.push_back(agent::LeaseSource::files);
        } else if (text != "off") {
            return wrong(fmt::format(
                "--dhcp '{}' is not off, inform, files, or inform,files in either order", text));
        }
    }
    if (!sources.empty() && options.interface.empty()) {
        return wrong("--dhcp needs --interface, the network interface to ask on, e.g. eth0");
    }
    for (const std::string& file : options.lease_files) {
        auto read = agent::LeaseFile::parse(file);
        if (!read) {
            return wrong(
                fmt::format("--lease-file '{}' is not like dhclient=FILE, networkd=FILE "
                            "or dhcpcd=FILE",
                            file));
        }
        settings.dhcp.files.push_back(*std::move(read));
    }
    settings.dhcp.interface = options.interface;
    return Done{};
}

// What the network gives: by hand, and by DHCP where that is asked.
Status<std::string> read_lease(const PhoneOptions& options, agent::AgentSettings& settings) {
    if (auto sources = read_sources(options, settings); !sources) {
        return sources;
    }
    settings.lease.ip =
        options.ip.empty() && settings.dhcp.sources.empty() ? "127.0.0.1" : options.ip;
    if (!options.domain.empty()) {
        settings.lease.dhcp.own().domain = options.domain;
    }
    for (const std::string& option : options.dhcp_options) {
        const auto pair = read_assignment(option);
        const auto code = pair ? parse_number<std::uint8_t>(pair->first) : std::nullopt;
        if (!code) {
            return wrong(fmt::format("--dhcp-option '{}' is not like 66=tftp://192.0.2.1", option));
        }
        settings.lease.dhcp.own().options.emplace_back(*code, pair->second);
    }
    return Done{};
}

// The redirect service's rule: a base URL is completed with the dialect's path.
Result<std::string, std::string> redirect_rule(const PhoneOptions& options,
                                               const profile::Dialect& dialect) {
    if (options.redirect.empty()) {
        return std::string();
    }
    if (dialect.redirect_path.empty()) {
        return wrong(fmt::format(
            "phones of dialect {} ask no redirect service; leave --redirect out", dialect.name));
    }
    const auto url = Url::parse(options.redirect);
    if (!url || url->scheme() == Scheme::tftp) {
        return wrong(fmt::format("--redirect '{}' is not a URL like https://rc.example.com",
                                 options.redirect));
    }
    if (url->target() != "/") {
        return options.redirect;
    }
    std::string base = url->to_string();
    base.pop_back();  // the path starts with a slash
    return base.append(dialect.redirect_path);
}

Result<agent::AgentSettings, std::string> settings_of(const PhoneOptions& options) {
    const profile::Dialect* dialect = profile::find_dialect(options.dialect);
    CHECK(dialect != nullptr);  // the option takes no other
    agent::AgentSettings settings{
        .dialect = dialect,
        .identity = {*MacAddress::parse("000e08000001"), false, {}, {}, {}, {}}};
    const auto mac = MacAddress::parse(options.mac);
    if (!mac) {
        return wrong(fmt::format("--mac '{}': expected {}", options.mac, mac.error().expected));
    }
    settings.identity = {
        *mac,
        false,
        options.model.empty() ? std::string(dialect->usual_model) : options.model,
        options.serial.empty() ? usual_serial(*mac) : options.serial,
        options.firmware.empty() ? std::string(dialect->usual_firmware) : options.firmware,
        options.hardware};
    settings.state_directory =
        options.state.empty() ? default_phone_directory(mac->to_string()) : options.state;
    auto redirect = redirect_rule(options, *settings.dialect);
    if (!redirect) {
        return wrong(std::move(redirect).error());
    }
    settings.redirect_rule = *std::move(redirect);
    if (auto lease = read_lease(options, settings); !lease) {
        return Failure{std::move(lease).error()};
    }
    if (!options.name_server.empty()) {
        settings.name_server = net::NameServer::parse(options.name_server);
        if (!settings.name_server) {
            return wrong(
                fmt::format("--dns '{}' is not an IP address like 192.0.2.53, or 127.0.0.1:5300",
                            options.name_server));
        }
    }
    for (const std::string& value : options.values) {
        auto pair = read_assignment(value);
        if (!pair) {
            return wrong("--set " + pair.error());
        }
        settings.factory_values.push_back(*std::move(pair));
    }
    settings.ca_file = options.ca_file;
    settings.certificate = options.certificate;
    settings.content.report_derivation =
        options.report_digest == "md5" ? seal::Derivation::md5 : seal::Derivation::sha256;
    settings.content.allow_plain_with_key = options.allow_plain_with_key;
    if (options.seed_given) {
        settings.seed = options.seed;
    }
    if (auto web = read_web(options.web, settings); !web) {
        return wrong(std::move(web).error());
    }
    return settings;
}

// The words that it was started with again; the new load finds everything else in the state.
int restart_this_program() {
    const auto failed = net::start_program_again();
    return complain(
        fmt::format("cannot start again after the upgrade: {}; start it by hand", failed.detail));
}

int run(const PhoneOptions& options) {
    net::give_freed_memory_back();
    auto settings = settings_of(options);
    if (!settings) {
        return complain(settings.error());
    }
    const bool json = options.json;
    settings->log = [json](const agent::LogLine& line) {
        print_log(line.at, to_string(line.severity), line.text, json);
    };
    RecordingFile recording;
    if (!options.record.empty()) {
        if (const auto opened = recording.open(options.record); !opened) {
            return complain(opened.error());
        }
        settings->record = recording.sink();
    }
    const std::string web_address = settings->web_address.value_or("");
    const std::string url_file = settings->state_directory + "/web.url";
    net::Loop loop;
    loop.on_stop_signal([&loop] { loop.stop(); });
    bool restarts = false;
    if (!options.one_process && options.record.empty()) {
        settings->restart_process = [&loop, &restarts] {
            restarts = true;
            loop.stop();
        };
    }
    auto started = agent::Agent::start(loop, *std::move(settings));
    if (!started) {
        return complain(started.error().detail);
    }
    if (const auto port = (*started)->web_port(); port != 0) {
        // The port may be any free one: whoever looks for the page finds it beside the state.
        const std::string url = net::local_url(web_address, port) + "/";
        print_log(net::Loop::wall_now(), "info", "web utility on " + url, json);
        if (const auto written = net::replace_file(url_file, url + "\n"); !written) {
            return complain(written.error().detail);
        }
    }
    loop.run();
    started->reset();  // closes what the next process opens: the lock, the port
    return restarts ? restart_this_program() : 0;
}

nlohmann::ordered_json to_json(const agent::PhoneState& state) {
    nlohmann::ordered_json resyncs = nlohmann::ordered_json::array();
    for (const phone::ResyncRecord& record : state.memory.resyncs) {
        resyncs.push_back(
            {{"at",
              record.at ? nlohmann::ordered_json((*record.at).time_since_epoch().count())
                        : nlohmann::ordered_json(nullptr)},
             {"succeeded", record.succeeded},
             {"url", record.url.view()},
             {"error", record.error.view()},
             {"code", static_cast<int>(record.code)}});
    }
    const auto& values = state.memory.values;
    const profile::Dialect& dialect = profile::dialect_of(values.catalogue());
    return {
        {"dialect", dialect.name},
        {"mac", state.identity.mac.to_string()},
        {"model", state.identity.model},
        {"firmware", state.identity.firmware},
        {"customization", to_string(state.memory.customization)},
        {"profile_rule",
         profile::masked_rule(values.get(dialect.parameter.profile_rules[0]), &values.catalogue())},
        {"parameters_set", values.entries().size()},
        {"resyncs", std::move(resyncs)}};
}

// The saved state of the phone that the options mean; without one, the exit status is in `status`.
std::optional<agent::PhoneState> saved_state(const std::string& directory, int& status) {
    auto state = agent::StateFile::peek(directory);
    if (!state) {
        status = complain(state.error().detail);
        return std::nullopt;
    }
    if (!*state) {
        fmt::print(stderr, "onhook: no phone has saved its state in '{}' yet\n", directory);
        status = 1;
        return std::nullopt;
    }
    agent::PhoneState saved = **std::move(state);
    if (!saved.memory.firmware->running.empty()) {
        saved.identity.firmware = saved.memory.firmware->running;  // what it says of itself
    }
    return saved;
}

int print_phone_file(const PhoneOptions& options) {
    const auto mac = MacAddress::parse(options.mac);
    if (options.state.empty() && !mac) {
        return complain("--print-phone needs --state DIRECTORY or the --mac of a phone that ran");
    }
    int status = 0;
    const auto state = saved_state(
        options.state.empty() ? default_phone_directory(mac->to_string()) : options.state, status);
    if (!state) {
        return status;
    }
    fmt::print("{}",
               print_phone(profile::dialect_of(state->memory.values.catalogue()),
                           *state,
                           options.reveal ? Secrets::revealed : Secrets::left_out));
    return 0;
}

int show_status(const PhoneOptions& options) {
    if (options.state.empty()) {
        return complain(
            "status needs --state DIRECTORY, the directory that the phone was started with");
    }
    int status = 0;
    const auto state = saved_state(options.state, status);
    if (!state) {
        return status;
    }
    if (options.json) {
        print_json(to_json(*state));
        return 0;
    }
    const auto& memory = state->memory;
    const profile::Dialect& dialect = profile::dialect_of(memory.values.catalogue());
    std::vector<std::vector<std::string>> rows = {
        {"Product", dialect.product_name(state->identity.model)},
        {"MAC address", state->identity.mac.to_string()},
        {"Firmware", state->identity.firmware.str()},
        {"Customization", std::string(to_string(memory.customization))},
        {"Profile rule",
         profile::masked_rule(memory.values.get(dialect.parameter.profile_rules[0]),
                              &memory.values.catalogue())},
        {"Parameters set", std::to_string(memory.values.entries().size())}};
    for (const phone::ResyncRecord& record : memory.resyncs) {
        rows.push_back({"Resync", phone::page_line(record)});
    }
    print_table(rows);
    return 0;
}

}  // namespace

void add_phone(CLI::App& app, int& status) {
    auto options = std::make_shared<PhoneOptions>();
    CLI::App* command = app.add_subcommand(
        "phone", "Runs one phone: it finds its provider, fetches its profile and stays in sync");
    command->add_option("--mac", options->mac, "MAC address, the name the provider knows it by");
    command
        ->add_option("--dialect",
                     options->dialect,
                     "Whose phone it is: cisco-mpp, flyingvoice, or flyingvoice-doc, which has the "
                     "defaults that the maker's page prints")
        ->check(CLI::IsMember({"cisco-mpp", "flyingvoice", "flyingvoice-doc"}))
        ->capture_default_str();
    command->add_option(
        "--model", options->model, "Model (default: 8841; FIP13G of a Flyingvoice phone)");
    command->add_option(
        "--serial", options->serial, "Serial number (default: made from the MAC address)");
    command->add_option(
        "--firmware", options->firmware, "Load it runs (default: sip88xx.11-3-1MPP-678, 0.6.24)");
    command->add_option("--hardware", options->hardware, "Hardware version")->capture_default_str();
    command->add_option(
        "--state",
        options->state,
        "Directory that keeps its values (default: ~/.local/state/onhook/phone-MAC)");
    command->add_option(
        "--redirect",
        options->redirect,
        "Redirect service for phones that nobody configured, e.g. https://rc.example.com");
    command->add_option("--interface",
                        options->interface,
                        "Network interface on which it asks DHCP for options, e.g. eth0; its "
                        "address is the phone's");
    command->add_option("--dhcp",
                        options->dhcp,
                        "Who is asked for DHCP options, until one answers: inform (a DHCPINFORM; "
                        "the lease stays the system's), files (the lease files of "
                        "systemd-networkd, dhcpcd and dhclient), or off (default: inform,files "
                        "with --interface, else off)");
    command->add_option("--lease-file",
                        options->lease_files,
                        "A lease file to read instead of the usual ones, KIND=FILE, e.g. "
                        "dhclient=/var/lib/dhcp/dhclient.leases");
    command->add_option("--dhcp-option",
                        options->dhcp_options,
                        "A DHCP option the network gives, CODE=TEXT, e.g. 66=tftp://192.0.2.1; it "
                        "wins over what DHCP says");
    command->add_option("--domain",
                        options->domain,
                        "The domain that DHCP gives, e.g. example.com: a phone that nobody "
                        "configured and that finds no other server asks DNS for those of "
                        "_ciscoprov-https._tls.DOMAIN, then of _ciscoprov-http._tcp.DOMAIN");
    command->add_option("--dns",
                        options->name_server,
                        "ADDRESS[:PORT] of the name server that it asks for SRV records (default: "
                        "the system's); addresses of hosts always come from the system's resolver");
    command->add_option(
        "--set", options->values, "A parameter set before the first power-up, Name=value");
    command->add_option(
        "--ca", options->ca_file, "PEM file with the roots it trusts (default: the system's)");
    add_certificate_options(*command,
                            options->certificate,
                            "PEM file with the certificate that it shows to HTTPS servers that ask "
                            "for one; `onhook ca issue device` makes such (default: none)");
    command
        ->add_option("--report-digest",
                     options->report_digest,
                     "How reports with a --key are sealed: sha256, or md5 as older loads do")
        ->check(CLI::IsMember({"sha256", "md5"}))
        ->capture_default_str();
    command->add_flag("--allow-plain-with-key",
                      options->allow_plain_with_key,
                      "Takes a profile in clear although its rule has a --key, with a warning");
    command->add_option("--ip",
                        options->ip,
                        "Its address, the macro $IP (default: that of --interface, or 127.0.0.1)");
    command
        ->add_option(
            "--web", options->web, "ADDRESS:PORT of its web utility, port 0 for any, or off")
        ->capture_default_str();
    CLI::Option* seed =
        command->add_option("--seed", options->seed, "Decides its random delays (default: random)");
    command->add_option("--record",
                        options->record,
                        "Writes what the phone is given into this file, without its secrets, for "
                        "onhook replay");
    command->add_flag("--one-process",
                      options->one_process,
                      "After an upgrade the phone starts again in this process instead of in a new "
                      "one; so it does with --record");
    command->add_flag("--json", options->json, "Prints JSON, an object a line");
    command->add_flag("--print-phone",
                      options->print_phone,
                      "Prints the phone of --state as PHONE.json for `onhook rule`, `apply` and "
                      "`expand`, without its secrets, and ends");
    command->add_flag("--reveal", options->reveal, "With --print-phone: the secrets too");
    CLI::App* look =
        command->add_subcommand("status", "Prints what a phone's state directory says");
    look->add_option("--state", options->state, "The phone's state directory")->required();
    look->add_flag("--json", options->json, "Prints JSON");
    look->callback([options, &status] { status = show_status(*options); });
    command->callback([options, seed, look, &status] {
        if (look->parsed()) {
            return;
        }
        if (options->print_phone) {
            status = print_phone_file(*options);
            return;
        }
        options->seed_given = seed->count() > 0;
        if (options->mac.empty()) {
            status = complain("a phone needs --mac, twelve hex digits, e.g. --mac 000e08aabbcc");
            return;
        }
        status = run(*options);
    });
}

}  // namespace onhook::cli
