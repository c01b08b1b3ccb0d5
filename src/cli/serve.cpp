// onhook serve: the provisioning server.
#include <memory>
#include <string>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "net/service_manager.h"
#include "server/server.h"

namespace onhook::cli {

namespace {

struct ServeOptions {
    std::string data = default_data_directory();
    std::string http = "0.0.0.0:8080";
    std::string https = "0.0.0.0:8443";
    std::string tftp = "0.0.0.0:6969";
    std::string syslog = "0.0.0.0:5140";
    std::string admin = "127.0.0.1:8411";
    net::CertificateFiles certificate;
    bool json = false;
};

Result<std::optional<server::ListenAt>, std::string> listen_at(std::string_view option,
                                                               const std::string& text) {
    if (text == "off") {
        return std::optional<server::ListenAt>();
    }
    const auto address = read_address(text);
    if (!address) {
        return Failure{fmt::format("{} '{}' is not ADDRESS:PORT or off", option, text)};
    }
    return std::optional(server::ListenAt{address->host, address->port});
}

Result<server::ServerSettings, std::string> settings_of(const ServeOptions& options) {
    server::ServerSettings settings;
    settings.dialect = &profile::cisco_mpp();
    settings.data_directory = options.data;
    settings.certificate = options.certificate;

    struct Listener {
        std::string_view option;
        const std::string& text;
        std::optional<server::ListenAt>* at;
    };

    std::optional<server::ListenAt> admin;
    for (const Listener& listener : {Listener{"--http", options.http, &settings.http},
                                     Listener{"--https", options.https, &settings.https},
                                     Listener{"--tftp", options.tftp, &settings.tftp},
                                     Listener{"--syslog", options.syslog, &settings.syslog},
                                     Listener{"--admin", options.admin, &admin}}) {
        auto at = listen_at(listener.option, listener.text);
        if (!at) {
            return Failure{std::move(at).error()};
        }
        *listener.at = *std::move(at);
    }
    if (!admin) {
        return Failure{std::string("--admin cannot be off; without it nobody could add a phone")};
    }
    settings.admin = *admin;
    return settings;
}

int run(const ServeOptions& options) {
    auto settings = settings_of(options);
    if (!settings) {
        return complain(settings.error());
    }
    const bool json = options.json;
    const auto log = [json](server::LogEvent event, const std::string& text) {
        print_log(net::Loop::wall_now(), server::info(event), text, json);
    };
    settings->log = log;
    net::Loop loop;
    const net::ServiceManager manager(loop);
    loop.on_stop_signal([&loop] { loop.stop(); });
    const auto started = server::Server::start(loop, *std::move(settings));
    if (!started) {
        return complain(started.error().detail);
    }
    const server::ServerPorts ports = (*started)->ports();
    const std::string ready =
        fmt::format("data in {}; ready: http {}, https {}, tftp {}, syslog {}, admin {}",
                    options.data,
                    ports.http,
                    ports.https,
                    ports.tftp,
                    ports.syslog,
                    ports.admin);
    log(server::LogEvent::server_ready, ready);
    loop.on_hangup_signal([&log] {
        log(server::LogEvent::nothing_to_reload,
            "SIGHUP: nothing is read again while the server runs; restart it for a new "
            "certificate");
    });
    manager.ready(ready);
    loop.run();
    return 0;
}

}  // namespace

void add_serve(CLI::App& app, int& status) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command = app.add_subcommand(
        "serve",
        "Runs the provisioning server: redirect, profiles, reports and logs of your phones");
    command->add_option("--data", options->data, "Directory of the database and the certificate")
        ->capture_default_str();
    command->add_option("--http", options->http, "ADDRESS:PORT for phones, or off")
        ->capture_default_str();
    command->add_option("--https", options->https, "ADDRESS:PORT for phones, or off")
        ->capture_default_str();
    add_certificate_options(*command,
                            options->certificate,
                            "PEM file with the certificate of HTTPS, intermediates behind it "
                            "(default: one in --data, self-signed)");
    command->add_option("--tftp", options->tftp, "ADDRESS:PORT for phones, or off")
        ->capture_default_str();
    command
        ->add_option(
            "--syslog", options->syslog, "ADDRESS:PORT that takes the phones' syslog, or off")
        ->capture_default_str();
    command
        ->add_option("--admin",
                     options->admin,
                     "ADDRESS:PORT of the administrators' API, plain HTTP: keep it on loopback")
        ->capture_default_str();
    command->add_flag("--json", options->json, "Logs JSON, an object a line");
    command->callback([options, &status] { status = run(*options); });
}

}  // namespace onhook::cli
