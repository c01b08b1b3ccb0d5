#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "net/certificate.h"
#include "net/loop.h"
#include "profile/dialect.h"
#include "server/log.h"

namespace onhook::server {

// One listener; port 0 takes a free one.
struct ListenAt {
    std::string address = "0.0.0.0";
    std::uint16_t port = 0;
};

// Nothing: that listener is off.
struct ServerSettings {
    const profile::Dialect* dialect = nullptr;
    std::string data_directory;  // made if it is missing; belongs to one server at a time
    std::optional<ListenAt> http;
    std::optional<ListenAt> https;
    std::optional<ListenAt> tftp;
    std::optional<ListenAt> syslog;
    // What HTTPS shows; empty: the one in the data directory.
    net::CertificateFiles certificate = {};
    ListenAt admin{"127.0.0.1", 0};  // plain HTTP; anything but loopback earns a warning
    Log log;                         // may be empty
};

// What was bound; 0 is off.
struct ServerPorts {
    std::uint16_t http = 0;
    std::uint16_t https = 0;
    std::uint16_t tftp = 0;
    std::uint16_t syslog = 0;
    std::uint16_t admin = 0;
};

// The provider's end: everything a phone asks, and the administrators' API beside it.
//
// In the data directory: onhook.db, tls/server.crt and server.key (made on the first start),
// admin.json (where the API listens and its token, for `onhook admin`).
class Server {
  public:
    // Errors are sentences for who started it: a port in use, a directory that cannot be written
    // or is in use, a database that is damaged. Nothing is half-created then.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(net::Loop& loop,
                                                               ServerSettings settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] ServerPorts ports() const;

  private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

// Where `onhook admin` finds a server: the contents of admin.json.
struct AdminAccess {
    std::string url;  // "http://127.0.0.1:8411", also when the API listens on every address
    Secret<std::string> token;
};

[[nodiscard]] Result<AdminAccess> read_admin_access(const std::string& data_directory);

}  // namespace onhook::server
