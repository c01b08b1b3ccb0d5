#include "net/http_server.h"

#include <system_error>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "net/asio.h"
#include "net/http_session.h"
#include "net/tls_context.h"

namespace onhook::net {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using asio::ip::tcp;

namespace {

constexpr Duration accept_retry_delay = 200ms;

// Answers 500 when nobody did.
class Ticket {
  public:
    explicit Ticket(std::weak_ptr<HttpSession> session) : session_(std::move(session)) {}

    ~Ticket() {
        if (!used_) {
            give({500, {{"Content-Type", "text/plain"}}, "no answer\n"});
        }
    }

    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    void use(HttpResponse response) {
        CHECK(!std::exchange(used_, true));
        give(std::move(response));
    }

  private:
    void give(HttpResponse response) {
        if (const auto session = session_.lock()) {
            session->answer(std::move(response));
        }
    }

    std::weak_ptr<HttpSession> session_;
    bool used_ = false;
};

}  // namespace

struct HttpServer::State final : HttpSessionOwner, std::enable_shared_from_this<State> {
    State(Loop& loop, HttpListen the_settings, Handler the_handler)
        : listen_settings(std::move(the_settings)),
          handler(std::move(the_handler)),
          acceptor(loop.context()),
          retry(loop) {}

    [[nodiscard]] Status<> open();
    void accept();
    void accepted(const ErrorCode& error, tcp::socket socket);
    void stop();
    void close();

    [[nodiscard]] const HttpListen& settings() const override { return listen_settings; }

    void handle(HttpRequest request, std::weak_ptr<HttpSession> session) override;
    void ended(HttpSession& session) override;

    [[nodiscard]] bool may_keep_alive() const override { return !is_full() && acceptor.is_open(); }

    [[nodiscard]] bool is_full() const {
        return sessions.size() >= listen_settings.connection_limit;
    }

    HttpListen listen_settings;
    Handler handler;
    std::unique_ptr<asio::ssl::context> tls;
    tcp::acceptor acceptor;
    Timer retry;
    bool accepting = false;  // an accept is pending
    bool closed = false;
    std::unordered_map<HttpSession*, std::shared_ptr<HttpSession>> sessions;
};

Status<> HttpServer::State::open() {
    ErrorCode error;
    const auto address = asio::ip::make_address(listen_settings.address, error);
    const tcp::endpoint endpoint(address, listen_settings.port);
    if (!error) {
        acceptor.open(endpoint.protocol(), error);
    }
    if (!error) {
        acceptor.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error && address.is_v6()) {
        acceptor.set_option(asio::ip::v6_only(!address.is_unspecified()), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        const std::string& text = listen_settings.address;
        const bool brackets = text.find(':') != std::string::npos;
        return Failure{Error{error,
                             fmt::format("cannot listen on {}:{} ({}): {}; {}",
                                         brackets ? fmt::format("[{}]", text) : text,
                                         listen_settings.port,
                                         listen_settings.name,
                                         error.message(),
                                         listen_settings.remedy)}};
    }
    return Done{};
}

void HttpServer::State::accept() {
    if (accepting || is_full() || !acceptor.is_open()) {
        return;
    }
    accepting = true;
    acceptor.async_accept([self = shared_from_this()](const ErrorCode& error, tcp::socket socket) {
        self->accepting = false;
        self->accepted(error, std::move(socket));
    });
}

void HttpServer::State::accepted(const ErrorCode& error, tcp::socket socket) {
    if (!acceptor.is_open()) {
        return;
    }
    if (error) {
        // Most likely the process is out of descriptors: sessions that end will give some back.
        retry.arm(Loop::now() + accept_retry_delay, [this] { accept(); });
        return;
    }
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto session = make_http_session(std::move(socket), tls.get(), shared_from_this());
    sessions.emplace(session.get(), session);
    session->start();
    accept();
}

void HttpServer::State::handle(HttpRequest request, std::weak_ptr<HttpSession> session) {
    if (closed) {
        return;  // the request was complete in the moment in which the server went
    }
    const auto ticket = std::make_shared<Ticket>(std::move(session));
    const auto alive = shared_from_this();  // the handler may destroy the server
    handler(std::move(request),
            [ticket](HttpResponse response) { ticket->use(std::move(response)); });
}

void HttpServer::State::ended(HttpSession& session) {
    sessions.erase(&session);
    accept();
}

void HttpServer::State::stop() {
    ErrorCode ignored;
    acceptor.close(ignored);
    retry.cancel();
    const auto open = sessions;  // a session that closes takes itself out
    for (const auto& [key, session] : open) {
        session->end_soon();
    }
}

void HttpServer::State::close() {
    closed = true;
    stop();
    const auto open = sessions;
    for (const auto& [key, session] : open) {
        session->close();
    }
}

HttpServer::HttpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() { state_->close(); }

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Loop& loop,
                                                       HttpListen settings,
                                                       Handler handler) {
    auto state = std::make_shared<State>(loop, std::move(settings), std::move(handler));
    if (state->listen_settings.tls) {
        auto context = make_server_context(*state->listen_settings.tls);
        if (!context) {
            return Failure{std::move(context).error()};
        }
        state->tls = *std::move(context);
    }
    if (auto opened = state->open(); !opened) {
        return Failure{std::move(opened).error()};
    }
    state->accept();
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

void HttpServer::stop() { state_->stop(); }

std::uint16_t HttpServer::port() const {
    ErrorCode ignored;
    return state_->acceptor.local_endpoint(ignored).port();
}

std::size_t HttpServer::open_connections() const { return state_->sessions.size(); }

}  // namespace onhook::net
