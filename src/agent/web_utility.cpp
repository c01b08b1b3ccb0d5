#include "agent/web_utility.h"

#include <utility>

#include <fmt/format.h>

#include "agent/status_page.h"
#include "base/html.h"
#include "phone/status.h"
#include "profile/status.h"

namespace onhook::agent {

namespace {

constexpr std::size_t web_body_limit = std::size_t{64} << 10U;

// A direct action: what its argument and who sends it become.
struct Action {
    std::string_view path;
    phone::Event (*event)(phone::RequestId request, std::string argument, std::string client_ip);
};

// 10.1.
constexpr Action direct_actions[] = {
    {"/admin/resync",
     [](phone::RequestId request, std::string argument, std::string client_ip) -> phone::Event {
         return phone::ResyncRequested{request, std::move(argument), std::move(client_ip)};
     }},
    {"/admin/upgrade",
     [](phone::RequestId request, std::string argument, std::string client_ip) -> phone::Event {
         return phone::UpgradeRequested{request, std::move(argument), std::move(client_ip)};
     }},
    {"/admin/updateca",
     [](phone::RequestId request, std::string argument, std::string client_ip) -> phone::Event {
         return phone::AuthorityRequested{request, std::move(argument), std::move(client_ip)};
     }},
    {"/admin/reboot",
     [](phone::RequestId request, std::string /*argument*/, std::string /*client_ip*/)
         -> phone::Event { return phone::RebootRequested{request}; }},
};

net::HttpResponse page(int status, std::string_view text) {
    return {
        .status = status,
        .headers = {{"Content-Type", "text/html; charset=utf-8"},
                    {"Cache-Control", "no-store"},
                    {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"}},
        .body = fmt::format("<!DOCTYPE html>\n<title>Phone</title><p>{}</p>\n", html_escape(text))};
}

}  // namespace

WebUtility::WebUtility(net::Loop& loop,
                       const profile::Dialect& dialect,
                       const profile::Identity& identity,
                       Behind behind)
    : loop_(loop),
      dialect_(dialect),
      identity_(identity),
      behind_(std::move(behind)),
      login_(dialect.product_name(identity.model)) {}

Status<> WebUtility::open(const std::string& address, std::uint16_t port) {
    auto server = net::HttpServer::listen(
        loop_,
        {.address = address,
         .port = last_port_ != 0 ? last_port_ : port,
         .name = "the phone's web utility",
         .remedy = "choose another with --web",
         .body_limit = web_body_limit},
        [this](const net::HttpRequest& request, const net::HttpRespond& respond) {
            serve(request, respond);
        });
    if (!server) {
        return Failure{std::move(server).error()};
    }
    server_ = *std::move(server);
    last_port_ = server_->port();
    return Done{};
}

void WebUtility::answer(const phone::AnswerRequest& answer) {
    const auto waiting = requests_.find(answer.request);
    if (waiting != requests_.end()) {
        waiting->second(page(answer.accepted ? 200 : 403, answer.text));
        requests_.erase(waiting);
    }
}

void WebUtility::serve(const net::HttpRequest& request, const net::HttpRespond& respond) {
    const phone::Phone* const phone = behind_.phone();
    if (phone == nullptr) {
        respond(page(503, "The phone is starting."));
    } else if (request.method != "GET" && request.method != "HEAD") {
        net::HttpResponse response = page(405, "Only GET is understood here.");
        response.headers.push_back({"Allow", "GET, HEAD"});
        respond(std::move(response));
    } else if (request.target == "/") {
        net::HttpResponse response = page(200, "");
        response.body = status_page(dialect_, identity_, phone->memory(), phone->registrations());
        respond(std::move(response));
    } else if (request.target == "/status.xml" || request.target.starts_with("/admin/status.xml")) {
        status(request, respond);
    } else {
        act(request, respond);
    }
}

// 10.1: for the administrator, whose name is fixed; an empty password asks nobody.
std::optional<net::HttpResponse> WebUtility::demand_login(const net::HttpRequest& request,
                                                          const DirectAction& action) {
    const Secret<std::string> password{
        std::string(behind_.phone()->memory().values.get(dialect_.parameter.admin_password))};
    if (password.empty() || (action.user == AdminLogin::user && action.password == password)) {
        return std::nullopt;
    }
    const auto header = request.header("Authorization");
    const auto verdict =
        login_.check(header.value_or(""), request.method, request.target, password);
    if (verdict == AdminLogin::Verdict::granted) {
        return std::nullopt;
    }
    const bool stale = verdict == AdminLogin::Verdict::stale;
    if (!stale && (header || !action.user.empty())) {
        behind_.say(
            LogEvent::direct_action_refused,
            fmt::format("direct action from {} refused: wrong credentials", request.peer_address));
    }
    net::HttpResponse response = page(
        401, "Log in as admin, or add &xuser=admin&xpassword=… with the administrator's password.");
    response.headers.push_back({"WWW-Authenticate", login_.challenge(stale)});
    return response;
}

// 10.1: who may see the status page may see the document; below /admin, the administrator only.
void WebUtility::status(const net::HttpRequest& request, const net::HttpRespond& respond) {
    if (request.target != "/status.xml") {
        const auto action = read_direct_action(request.target, "/admin/status.xml");
        if (!action) {
            respond(page(404, "There is no such page."));
            return;
        }
        if (auto refusal = demand_login(request, *action)) {
            respond(*std::move(refusal));
            return;
        }
    }
    net::HttpResponse response = page(200, "");
    response.headers.front().value = "application/xml";
    response.body = profile::write_status(phone::status_document(
        dialect_, identity_, behind_.phone()->memory(), behind_.phone()->registrations()));
    respond(std::move(response));
}

void WebUtility::act(const net::HttpRequest& request, const net::HttpRespond& respond) {
    for (const Action& known : direct_actions) {
        const auto action = read_direct_action(request.target, known.path);
        if (!action) {
            continue;
        }
        if (auto refusal = demand_login(request, *action)) {
            respond(*std::move(refusal));
            return;
        }
        const phone::RequestId id{++last_request_.value};
        requests_.emplace(id, respond);
        behind_.step(known.event(id, action->argument, request.peer_address));
        return;
    }
    respond(page(404, "There is no such page."));
}

}  // namespace onhook::agent
