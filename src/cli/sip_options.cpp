#include "cli/sip_options.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/options.h"
#include "net/durable_file.h"
#include "net/loop.h"

namespace onhook::cli {

namespace {

// ADDRESS:PORT or ADDRESS alone; an IPv6 address has brackets where a port follows.
Address read_listen(const std::string& text, bool& has_port) {
    if (auto address = read_address(text)) {
        has_port = true;
        return *std::move(address);
    }
    has_port = false;
    const bool brackets = text.starts_with('[') && text.ends_with(']');
    return {brackets ? text.substr(1, text.size() - 2) : text, 0};
}

}  // namespace

void add_sip_options(CLI::App& command, SipOptions& options) {
    command.add_option(
        "--sip",
        options.listen,
        "ADDRESS[:PORT] where its lines speak SIP over UDP and TCP, or off (default: "
        "the address of --ip, or all while the network is to give one; SIP_Port of the first line "
        "if it has one, else any "
        "port)");
    CLI::Option* certificate =
        command.add_option("--sip-tls-cert",
                           options.certificate,
                           "PEM file with the certificate that it shows over SIP with TLS; without "
                           "it, it does not listen for TLS");
    command.add_option("--sip-tls-key", options.key, "PEM file with the key of that certificate")
        ->needs(certificate);
    command
        .add_option("--pnp-form",
                    options.pnp_form,
                    "Whose multicast SUBSCRIBE a phone with PnP sends: flyingvoice, snom, yealink")
        ->check(CLI::IsMember({"flyingvoice", "snom", "yealink"}))
        ->capture_default_str();
}

Status<std::string> read_sip(const SipOptions& options,
                             const std::string& ip,
                             agent::AgentSettings& settings) {
    if (options.listen == "off") {
        return Done{};
    }
    // Without an address of its own yet, it listens on all that it may get.
    agent::SipSettings sip{.address = ip.empty() ? "0.0.0.0" : ip, .ca_file = settings.ca_file};
    if (!options.listen.empty()) {
        bool has_port = false;
        const Address address = read_listen(options.listen, has_port);
        sip.address = address.host;
        sip.port = has_port ? std::optional(address.port) : std::nullopt;
        settings.sip_required = true;
    }
    if (sip.address == "0.0.0.0" || sip.address == "::") {
        sip.contact = ip;  // where others reach it
    }
    if (!options.certificate.empty()) {
        if (options.key.empty()) {
            return wrong("--sip-tls-cert needs --sip-tls-key, the file with its key");
        }
        sip.tls = net::TlsServer{options.certificate, options.key};
    }
    if (const auto form = wire::sip::parse_pnp_form(options.pnp_form)) {
        sip.pnp_form = *form;
    }
    settings.sip = std::move(sip);
    return Done{};
}

Status<> tell_sip_addresses(const agent::Agent& agent,
                            const std::string& state_directory,
                            bool json) {
    std::string lines;
    for (const std::string& address : agent.sip_addresses()) {
        print_log(net::Loop::wall_now(),
                  agent::info(agent::LogEvent::sip_open),
                  "SIP on " + address,
                  json);
        lines += address + "\n";
    }
    return lines.empty() ? Status<>(Done{})
                         : net::replace_file(state_directory + "/sip.uri", lines);
}

}  // namespace onhook::cli
