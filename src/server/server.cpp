#include "server/server.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "net/certificate.h"
#include "net/durable_file.h"
#include "net/host.h"
#include "net/http_server.h"
#include "net/own_directory.h"
#include "net/random.h"
#include "net/syslog.h"
#include "net/tftp_server.h"
#include "server/admin_api.h"
#include "server/http_front.h"
#include "server/syslog_intake.h"
#include "server/tftp_front.h"
#include "store/sqlite/sqlite_store.h"

namespace onhook::server {

namespace {

constexpr std::size_t admin_file_limit = 64 * 1024;
constexpr std::size_t report_body_limit = 2 * 1024 * 1024;
constexpr std::size_t import_body_limit = 64 * 1024 * 1024;
constexpr std::size_t admin_connection_limit = 32;  // each may hold an import

std::string admin_file(const std::string& directory) { return directory + "/admin.json"; }

Failure<Error> with_remedy(Error error, std::string_view remedy) {
    error.detail += fmt::format("; {}", remedy);
    return Failure{std::move(error)};
}

// The token survives restarts, so that scripts may keep it.
Result<Secret<std::string>> admin_token(const std::string& directory) {
    if (const auto access = read_admin_access(directory)) {
        return access->token;
    }
    return net::random_token();
}

Status<> write_admin_access(const ServerSettings& settings,
                            const ServerPorts& ports,
                            const Secret<std::string>& token) {
    const nlohmann::ordered_json json = {
        {"url", net::local_url(settings.admin.address, ports.admin)},
        {"token", token.reveal()},
        {"ports",
         {{"http", ports.http},
          {"https", ports.https},
          {"tftp", ports.tftp},
          {"syslog", ports.syslog},
          {"admin", ports.admin}}}};
    return net::replace_file(admin_file(settings.data_directory), json.dump(2) + "\n");
}

}  // namespace

// Destroyed from the bottom up: the listeners first, the store last.
struct Server::Parts {
    Parts(net::Loop& event_loop, ServerSettings wanted, net::OwnDirectory own)
        : loop(event_loop), settings(std::move(wanted)), directory(std::move(own)) {}

    net::Loop& loop;
    ServerSettings settings;
    net::OwnDirectory directory;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<StoreQueue> queue;
    std::unique_ptr<ContactBook> contacts;
    std::unique_ptr<PhoneDesk> desk;
    std::unique_ptr<SyslogIntake> intake;
    std::unique_ptr<AdminApi> api;
    std::unique_ptr<net::HttpServer> http;
    std::unique_ptr<net::HttpServer> https;
    std::unique_ptr<net::TftpServer> tftp;
    std::unique_ptr<net::SyslogReceiver> syslog;
    std::unique_ptr<net::HttpServer> admin;

    Status<> open_store();
    Status<> listen_http();
    Status<> listen_https();
    Status<> listen_tftp();
    Status<> listen_syslog();
    Status<> listen_admin();
    Result<net::CertificateFiles> certificate();
    [[nodiscard]] ServerPorts ports() const;
};

Status<> Server::Parts::open_store() {
    for (const char* file : {"onhook.db", "onhook.db-wal", "onhook.db-shm"}) {
        directory.will_make(file);
    }
    auto opened = store::open_sqlite(settings.data_directory + "/onhook.db");
    if (!opened) {
        return Failure{std::move(opened).error()};
    }
    store = *std::move(opened);
    queue = std::make_unique<StoreQueue>(loop, *store);
    contacts = std::make_unique<ContactBook>(loop, *queue, settings.log);
    desk = std::make_unique<PhoneDesk>(*settings.dialect, *queue, *contacts, settings.log);
    intake = std::make_unique<SyslogIntake>(loop, *queue, settings.log);
    return Done{};
}

Status<> Server::Parts::listen_http() {
    if (!settings.http) {
        return Done{};
    }
    return net::HttpServer::listen(loop,
                                   {.address = settings.http->address,
                                    .port = settings.http->port,
                                    .name = "HTTP",
                                    .remedy = "choose another with --http",
                                    .body_limit = report_body_limit},
                                   http_front(*desk))
        .transform([this](auto listening) {
            http = std::move(listening);
            return Done{};
        });
}

// The one that was given, or else a development certificate of our own, made when there is none.
Result<net::CertificateFiles> Server::Parts::certificate() {
    if (!settings.certificate.certificate_file.empty()) {
        return net::check_pair(settings.certificate).transform([this](Done /*fits*/) {
            return settings.certificate;
        });
    }
    const std::string folder = settings.data_directory + "/tls";
    net::CertificateFiles files{folder + "/server.crt", folder + "/server.key"};
    const auto there = net::read_file(files.certificate_file, 1 << 20U);
    if (there) {
        return files;
    }
    if (there.error().code != std::errc::no_such_file_or_directory) {
        return Failure{there.error()};
    }
    for (const char* file : {"tls", "tls/server.key", "tls/server.crt"}) {
        directory.will_make(file);
    }
    if (auto made = net::make_private_directory(folder); !made) {
        return Failure{std::move(made).error()};
    }
    auto made = net::make_self_signed(files,
                                      {.names = {net::host_name(), "localhost", "127.0.0.1", "::1"},
                                       .now = net::Loop::wall_now()});
    if (!made) {
        return Failure{std::move(made).error()};
    }
    settings.log(LogEvent::certificate_made,
                 fmt::format("made a self-signed development certificate, {}; phones trust it only "
                             "when they are told to",
                             files.certificate_file));
    return files;
}

Status<> Server::Parts::listen_https() {
    if (!settings.https) {
        return Done{};
    }
    const auto files = certificate();
    if (!files) {
        return Failure{files.error()};
    }
    return net::HttpServer::listen(loop,
                                   {.address = settings.https->address,
                                    .port = settings.https->port,
                                    .name = "HTTPS",
                                    .remedy = "choose another with --https",
                                    .tls = net::TlsServer{files->certificate_file, files->key_file},
                                    .body_limit = report_body_limit},
                                   http_front(*desk))
        .transform([this](auto listening) {
            https = std::move(listening);
            return Done{};
        });
}

Status<> Server::Parts::listen_tftp() {
    if (!settings.tftp) {
        return Done{};
    }
    net::TftpListen listen;
    listen.address = settings.tftp->address;
    listen.port = settings.tftp->port;
    auto listening = net::TftpServer::listen(
        loop, listen, tftp_front(*desk), [this](const net::TftpReport& report) {
            if (report.outcome != wire::tftp::Outcome::completed) {
                settings.log(LogEvent::tftp_failed, tftp_line(report));
            }
        });
    if (!listening) {
        return with_remedy(listening.error(), "choose another with --tftp");
    }
    tftp = *std::move(listening);
    return Done{};
}

Status<> Server::Parts::listen_syslog() {
    if (!settings.syslog) {
        return Done{};
    }
    net::SyslogListen listen;
    listen.address = settings.syslog->address;
    listen.port = settings.syslog->port;
    auto listening = net::SyslogReceiver::listen(
        loop, listen, [this](std::string peer, const std::string& datagram) {
            intake->take(std::move(peer), datagram);
        });
    if (!listening) {
        return with_remedy(listening.error(), "choose another with --syslog");
    }
    syslog = *std::move(listening);
    return Done{};
}

Status<> Server::Parts::listen_admin() {
    const auto token = admin_token(settings.data_directory);
    if (!token) {
        return Failure{token.error()};
    }
    api = std::make_unique<AdminApi>(*settings.dialect, *queue, *token, settings.log);
    auto listening = net::HttpServer::listen(
        loop,
        {.address = settings.admin.address,
         .port = settings.admin.port,
         .name = "administration",
         .remedy = "choose another with --admin",
         .body_limit = import_body_limit,
         .connection_limit = admin_connection_limit},
        [this](const net::HttpRequest& request, const net::HttpRespond& respond) {
            api->serve(request, respond);
        });
    if (!listening) {
        return Failure{std::move(listening).error()};
    }
    admin = *std::move(listening);
    if (!net::is_loopback(settings.admin.address)) {
        settings.log(LogEvent::admin_exposed,
                     fmt::format("administration listens on {} and is plain HTTP: whoever listens "
                                 "in learns its token; keep --admin on 127.0.0.1 or put a TLS "
                                 "proxy in front",
                                 settings.admin.address));
    }
    return write_admin_access(settings, ports(), *token);
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(net::Loop& loop, ServerSettings settings) {
    CHECK(settings.dialect != nullptr);
    if (auto runs = profile::can_serve(*settings.dialect); !runs) {
        return Failure{
            Error{std::make_error_code(std::errc::invalid_argument), std::move(runs).error()}};
    }
    if (!settings.log) {
        settings.log = [](LogEvent, const std::string&) {};
    }
    auto directory = net::OwnDirectory::open(settings.data_directory);
    if (!directory) {
        return Failure{std::move(directory).error()};
    }
    auto parts = std::make_unique<Parts>(loop, std::move(settings), *std::move(directory));
    for (const auto step : {&Parts::open_store,
                            &Parts::listen_http,
                            &Parts::listen_https,
                            &Parts::listen_tftp,
                            &Parts::listen_syslog,
                            &Parts::listen_admin}) {
        if (auto done = ((*parts).*step)(); !done) {
            return Failure{std::move(done).error()};
        }
    }
    parts->directory.keep();
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

ServerPorts Server::ports() const { return parts_->ports(); }

ServerPorts Server::Parts::ports() const {
    const auto port_of = [](const auto& listener) {
        return listener ? listener->port() : std::uint16_t{0};
    };
    return {port_of(http), port_of(https), port_of(tftp), port_of(syslog), port_of(admin)};
}

Result<AdminAccess> read_admin_access(const std::string& data_directory) {
    const std::string path = admin_file(data_directory);
    const auto text = net::read_file(path, admin_file_limit);
    if (!text) {
        return Failure{text.error()};
    }
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    const auto member = [&](const char* name) {
        return json.is_object() && json.contains(name) && json[name].is_string()
                   ? json[name].get<std::string>()
                   : std::string();
    };
    AdminAccess access{member("url"), Secret(member("token"))};
    if (access.url.empty() || access.token.empty()) {
        return Failure{
            Error{std::make_error_code(std::errc::invalid_argument),
                  fmt::format("'{}' is damaged; remove it and start the server again", path)}};
    }
    return access;
}

}  // namespace onhook::server
