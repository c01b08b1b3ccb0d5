#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/admin_login.h"
#include "agent/direct_action.h"
#include "agent/log_event.h"
#include "base/result.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "phone/phone.h"
#include "profile/dialect.h"

namespace onhook::agent {

// The phone's web utility on one port: its status page, its status document and what an
// administrator may tell it to do (cisco-mpp.md 10.1). It decides nothing about the phone: a
// request becomes an event, and what the phone says to it becomes the answer.
class WebUtility {
  public:
    // The phone behind the pages. `phone` gives null while it starts. All are called from the loop.
    struct Behind {
        std::function<const phone::Phone*()> phone;
        std::function<void(const phone::Event&)> step;
        std::function<void(LogEvent, std::string)> say;
    };

    // `dialect` and `identity` must outlive it.
    WebUtility(net::Loop& loop,
               const profile::Dialect& dialect,
               const profile::Identity& identity,
               Behind behind);

    // Port 0 takes a free one, and the same one after close() and open(). The error is a sentence.
    [[nodiscard]] Status<> open(const std::string& address, std::uint16_t port);

    void close() { server_.reset(); }

    [[nodiscard]] bool is_open() const noexcept { return server_ != nullptr; }

    // 0 while it is closed.
    [[nodiscard]] std::uint16_t port() const { return server_ ? server_->port() : 0; }

    // What the phone says to one of the requests.
    void answer(const phone::AnswerRequest& answer);

  private:
    void serve(const net::HttpRequest& request, const net::HttpRespond& respond);
    void act(const net::HttpRequest& request, const net::HttpRespond& respond);
    void status(const net::HttpRequest& request, const net::HttpRespond& respond);
    // Nothing when the request may go on.
    [[nodiscard]] std::optional<net::HttpResponse> demand_login(const net::HttpRequest& request,
                                                                const DirectAction& action);

    net::Loop& loop_;
    const profile::Dialect& dialect_;
    const profile::Identity& identity_;
    Behind behind_;
    AdminLogin login_;
    std::uint16_t last_port_ = 0;
    std::unique_ptr<net::HttpServer> server_;
    phone::RequestId last_request_;
    std::map<phone::RequestId, net::HttpRespond> requests_;
};

}  // namespace onhook::agent
