#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/asio.h"
#include "net/http_server.h"

namespace onhook::net {

// One connection of an HttpServer, whatever its stream. For src/net only.
class HttpSession {
  public:
    virtual ~HttpSession() = default;
    virtual void start() = 0;
    // Safe from any thread; from the loop's it acts at once.
    virtual void answer(HttpResponse response) = 0;
    // Ends when the request that has begun is answered; at once when there is none.
    virtual void end_soon() = 0;
    virtual void close() = 0;
};

// What sessions share. It outlives them.
class HttpSessionOwner {
  public:
    virtual ~HttpSessionOwner() = default;
    [[nodiscard]] virtual const HttpListen& settings() const = 0;
    virtual void handle(HttpRequest request, std::weak_ptr<HttpSession> session) = 0;
    // No when others wait for a place.
    [[nodiscard]] virtual bool may_keep_alive() const = 0;
    virtual void ended(HttpSession& session) = 0;
};

[[nodiscard]] std::shared_ptr<HttpSession> make_http_session(
    boost::asio::ip::tcp::socket socket,
    boost::asio::ssl::context* tls,  // null: plain; else it must outlive the session
    std::shared_ptr<HttpSessionOwner> owner);

}  // namespace onhook::net
