#include "server/http_front.h"

#include <utility>

#include <fmt/format.h>

namespace onhook::server {

namespace {

// The scheme, host and port that the phone used, so that a redirect leads back the same way. Only
// the asker itself is fooled by a wrong Host header.
std::optional<Url> base_of(const net::HttpRequest& request) {
    const auto host = request.header("Host");
    if (!host) {
        return std::nullopt;
    }
    const auto url = Url::parse(fmt::format("{}://{}/", request.tls ? "https" : "http", *host));
    return url && url->target() == "/" ? std::optional(*url) : std::nullopt;
}

}  // namespace

net::HttpServer::Handler http_front(PhoneDesk& desk) {
    return [&desk](net::HttpRequest request, net::HttpRespond respond) {
        PhoneAsk ask{.method = request.method,
                     .target = request.target,
                     .user_agent = std::string(request.header("User-Agent").value_or("")),
                     .content_type = std::string(request.header("Content-Type").value_or("")),
                     .body = std::move(request.body),
                     .peer = request.peer_address,
                     .transport = request.tls ? "https" : "http",
                     .base = base_of(request)};
        desk.ask(std::move(ask), [respond = std::move(respond)](PhoneAnswer answer) {
            net::HttpResponse response{.status = answer.status, .body = std::move(answer.body)};
            if (!answer.content_type.empty()) {
                response.headers.push_back({"Content-Type", answer.content_type});
            }
            response.headers.push_back({"Cache-Control", "no-store"});
            if (!answer.allow.empty()) {
                response.headers.push_back({"Allow", answer.allow});
            }
            if (answer.retry_later) {
                response.headers.push_back({"Retry-After", "10"});
            }
            respond(std::move(response));
        });
    };
}

}  // namespace onhook::server
