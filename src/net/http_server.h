#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "net/header.h"
#include "net/loop.h"

namespace onhook::net {

struct HttpRequest {
    std::string method;  // as sent: GET, HEAD, PUT, also words that nobody knows
    std::string target;  // path and query as sent, percent escapes and all
    Headers headers;
    std::string body;
    std::string peer_address;  // without the port; an IPv4 peer is in IPv4's form
    bool tls = false;

    // The value of that header, whatever its case. The request must outlive the answer.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept {
        return find_header(headers, name);
    }
};

// Content-Length, Connection, Date and Server are added. HEAD is answered like GET: the body is
// counted and not sent.
struct HttpResponse {
    int status = 200;
    Headers headers = {};
    std::string body = {};
    // When set, sent instead of `body`: one copy in memory for many answers.
    std::shared_ptr<const std::string> shared_body = nullptr;
};

// Called once, from within the handler or later, from any thread. When the last copy goes without
// having been called, the answer is 500. After the session or the server is gone it does nothing.
using HttpRespond = std::function<void(HttpResponse)>;

struct TlsServer {
    std::string certificate_file;  // PEM, the server's own certificate first
    std::string key_file;          // PEM, not encrypted
};

struct HttpListen {
    std::string address = "127.0.0.1";            // an IP address; "::" takes IPv4 as well
    std::uint16_t port = 0;                       // 0 takes a free one, see port()
    std::string name = "HTTP";                    // for messages
    std::string remedy = {};                      // for messages: "choose another with --http-port"
    std::optional<TlsServer> tls = std::nullopt;  // TLS 1.2 and up
    std::size_t body_limit = std::size_t{1} << 20U;
    std::size_t header_limit = std::size_t{16} << 10U;
    Duration header_timeout = 10s;        // for the handshake, and for the header of a request
    Duration body_timeout = 30s;          // for the body, and for an answer beyond 16 KiB a second
    Duration idle_timeout = 30s;          // between two requests of a connection
    std::size_t connection_limit = 2000;  // more of them wait in the system's queue
};

// HTTP/1.1 and 1.0 over TCP or TLS, with Beast. One request of a connection is with the handler at
// a time. Malformed requests (400), too large ones (413, 431) and slow clients (closed) never get
// to the handler; unknown methods do.
class HttpServer {
  public:
    // Called from the loop. It may destroy the server.
    using Handler = std::function<void(HttpRequest, HttpRespond)>;

    // Errors say where and why, and end with the remedy.
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> listen(Loop& loop,
                                                                    HttpListen settings,
                                                                    Handler handler);
    // Closes every connection.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Stops listening and closes idle connections; the requests that have begun are still served.
    void stop();
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t open_connections() const;

  private:
    struct State;
    explicit HttpServer(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
