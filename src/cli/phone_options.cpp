#include "cli/phone_options.h"

#include <utility>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/options.h"
#include "cli/output.h"

namespace onhook::cli {

namespace {

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

profile::Identity identity_of(const PhoneOptions& options,
                              const MacAddress& mac,
                              const profile::Dialect& dialect) {
    return {mac,
            false,
            options.model.empty() ? std::string(dialect.usual_model) : options.model,
            options.serial.empty() ? usual_serial(mac) : options.serial,
            options.firmware.empty() ? std::string(dialect.usual_firmware) : options.firmware,
            options.hardware};
}

// The options that cannot be wrong.
void take_plain(const PhoneOptions& options, agent::AgentSettings& settings) {
    settings.ca_file = options.ca_file;
    settings.certificate = options.certificate;
    settings.content.report_derivation =
        options.report_digest == "md5" ? seal::Derivation::md5 : seal::Derivation::sha256;
    settings.content.allow_plain_with_key = options.allow_plain_with_key;
    settings.apply = {options.on_apply, options.on_apply_secrets, Seconds(options.on_apply_limit)};
    if (options.syslog_tcp) {
        settings.syslog_transport = agent::SyslogTransport::tcp;
    }
    settings.seed = options.seed;
}

void take_engine(const PhoneOptions& options, agent::AgentSettings& settings) {
    settings.engine = agent::BaresipSettings{
        .program = options.engine_program,
        .sip_address = options.ip.empty() ? "127.0.0.1" : options.ip,
        .ca_file = options.ca_file,
        .answering = options.engine_answer == "auto" ? agent::Answering::automatic
                                                     : agent::Answering::manual};
    if (settings.sip) {
        settings.sip->registers = options.register_too;
    }
}

void add_own_options(CLI::App& command, PhoneOptions& options) {
    command.add_option("--mac", options.mac, "MAC address, the name the provider knows it by");
    command
        .add_option("--dialect",
                    options.dialect,
                    "Whose phone it is: cisco-mpp, flyingvoice, or flyingvoice-doc, which has the "
                    "defaults that the maker's page prints")
        ->check(CLI::IsMember({"cisco-mpp", "flyingvoice", "flyingvoice-doc"}))
        ->capture_default_str();
    command.add_option(
        "--model", options.model, "Model (default: 8841; FIP13G of a Flyingvoice phone)");
    command.add_option(
        "--serial", options.serial, "Serial number (default: made from the MAC address)");
    command.add_option(
        "--firmware", options.firmware, "Load it runs (default: sip88xx.11-3-1MPP-678, 0.6.24)");
    command.add_option("--hardware", options.hardware, "Hardware version")->capture_default_str();
    command.add_option(
        "--state",
        options.state,
        "Directory that keeps its values (default: ~/.local/state/onhook/phone-MAC)");
    command.add_option(
        "--set", options.values, "A parameter set before the first power-up, Name=value");
    command.add_option("--seed", options.seed, "Decides its random delays (default: random)");
    command.add_option("--record",
                       options.record,
                       "Writes what the phone is given into this file, without its secrets, for "
                       "onhook replay");
    command.add_flag("--one-process",
                     options.one_process,
                     "After an upgrade the phone starts again in this process instead of in a new "
                     "one; so it does with --record");
    command.add_flag("--json", options.json, "Prints JSON, an object a line");
    command.add_flag("--print-phone",
                     options.print_phone,
                     "Prints the phone of --state as PHONE.json for `onhook rule`, `apply` and "
                     "`expand`, without its secrets, and ends");
    command.add_flag("--reveal", options.reveal, "With --print-phone: the secrets too");
}

void add_network_options(CLI::App& command, PhoneOptions& options) {
    command.add_option(
        "--redirect",
        options.redirect,
        "Redirect service for phones that nobody configured, e.g. https://rc.example.com");
    command.add_option("--interface",
                       options.interface,
                       "Network interface on which it asks DHCP for options, e.g. eth0; its "
                       "address is the phone's");
    command.add_option("--dhcp",
                       options.dhcp,
                       "Who is asked for DHCP options, until one answers: inform (a DHCPINFORM; "
                       "the lease stays the system's), files (the lease files of "
                       "systemd-networkd, dhcpcd and dhclient), or off (default: inform,files "
                       "with --interface, else off)");
    command.add_option("--lease-file",
                       options.lease_files,
                       "A lease file to read instead of the usual ones, KIND=FILE, e.g. "
                       "dhclient=/var/lib/dhcp/dhclient.leases");
    command.add_option("--dhcp-option",
                       options.dhcp_options,
                       "A DHCP option the network gives, CODE=TEXT, e.g. 66=tftp://192.0.2.1; it "
                       "wins over what DHCP says");
    command.add_option("--domain",
                       options.domain,
                       "The domain that DHCP gives, e.g. example.com: a phone that nobody "
                       "configured and that finds no other server asks DNS for those of "
                       "_ciscoprov-https._tls.DOMAIN, then of _ciscoprov-http._tcp.DOMAIN");
    command.add_option("--dns",
                       options.name_server,
                       "ADDRESS[:PORT] of the name server that it asks for SRV records (default: "
                       "the system's); addresses of hosts always come from the system's resolver");
    command.add_option("--ip",
                       options.ip,
                       "Its address, the macro $IP (default: that of --interface, or 127.0.0.1)");
    command
        .add_option("--web", options.web, "ADDRESS:PORT of its web utility, port 0 for any, or off")
        ->capture_default_str();
    add_sip_options(command, options.sip);
    command.add_flag("--syslog-tcp",
                     options.syslog_tcp,
                     "Sends its messages to Syslog_Server over TCP (RFC 6587) instead of UDP");
}

void add_engine_options(CLI::App& command, PhoneOptions& options) {
    command
        .add_option("--engine",
                    options.engine,
                    "A real telephone for its extensions, which registers them and tells it of "
                    "calls: baresip")
        ->check(CLI::IsMember({"baresip"}));
    command.add_option("--engine-program", options.engine_program, "The telephone's program")
        ->capture_default_str();
    command
        .add_option("--engine-answer",
                    options.engine_answer,
                    "What the telephone does with calls: manual lets them ring, auto takes them")
        ->check(CLI::IsMember({"manual", "auto"}))
        ->capture_default_str();
    command.add_flag("--register-too",
                     options.register_too,
                     "With --engine: the phone registers its own address, too, so that NOTIFYs "
                     "reach it; for registrars that keep several contacts of an extension");
}

void add_trust_options(CLI::App& command, PhoneOptions& options) {
    command.add_option(
        "--ca", options.ca_file, "PEM file with the roots it trusts (default: the system's)");
    add_certificate_options(command,
                            options.certificate,
                            "PEM file with the certificate that it shows to HTTPS servers that ask "
                            "for one; `onhook ca issue device` makes such (default: none)");
    command
        .add_option("--report-digest",
                    options.report_digest,
                    "How reports with a --key are sealed: sha256, or md5 as older loads do")
        ->check(CLI::IsMember({"sha256", "md5"}))
        ->capture_default_str();
    command.add_flag("--allow-plain-with-key",
                     options.allow_plain_with_key,
                     "Takes a profile in clear although its rule has a --key, with a warning");
}

void add_apply_options(CLI::App& command, PhoneOptions& options) {
    command.add_option("--on-apply",
                       options.on_apply,
                       "A program that gets the phone's changes as JSON on standard input, again "
                       "until it ends with status 0");
    command.add_flag(
        "--on-apply-secrets", options.on_apply_secrets, "It gets the values of secrets, too");
    command.add_option("--on-apply-limit", options.on_apply_limit, "Seconds that it may take")
        ->check(CLI::Range(1U, 3600U))
        ->capture_default_str();
}

}  // namespace

void add_phone_options(CLI::App& command, PhoneOptions& options) {
    add_own_options(command, options);
    add_network_options(command, options);
    add_engine_options(command, options);
    add_trust_options(command, options);
    add_apply_options(command, options);
}

Result<agent::AgentSettings, std::string> phone_settings(const PhoneOptions& options) {
    const profile::Dialect* dialect = profile::find_dialect(options.dialect);
    CHECK(dialect != nullptr);  // the option takes no other
    agent::AgentSettings settings{
        .dialect = dialect,
        .identity = {*MacAddress::parse("000e08000001"), false, {}, {}, {}, {}}};
    const auto mac = MacAddress::parse(options.mac);
    if (!mac) {
        return wrong(fmt::format("--mac '{}': expected {}", options.mac, mac.error().expected));
    }
    settings.identity = identity_of(options, *mac, *dialect);
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
    take_plain(options, settings);
    if (auto web = read_web(options.web, settings); !web) {
        return wrong(std::move(web).error());
    }
    if (auto sip = read_sip(options.sip, settings.lease.ip.str(), settings); !sip) {
        return wrong(std::move(sip).error());
    }
    if (!options.engine.empty()) {
        take_engine(options, settings);
    }
    return settings;
}

}  // namespace onhook::cli
