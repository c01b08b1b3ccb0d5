#include "net/http_session.h"

#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.h"

namespace onhook::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using ErrorCode = beast::error_code;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;
using Body = http::span_body<const char>;

constexpr std::size_t read_size = 4096;
constexpr std::size_t slowest_answer = std::size_t{16} << 10U;  // bytes a second
constexpr Duration linger_time = 2s;
constexpr std::size_t linger_bytes = std::size_t{1} << 20U;

// A line break in a value would be another header; it may have come in with a request.
std::string on_one_line(std::string value) {
    std::replace_if(
        value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    return value;
}

std::string http_date() {
    const std::time_t now = std::chrono::system_clock::to_time_t(Loop::wall_now());
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

std::string address_of(const asio::ip::tcp::socket& socket) {
    ErrorCode error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) {
        return {};
    }
    const asio::ip::address address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

// The status for a request that could not be read, or 0 when the connection is not worth one.
int status_for(const ErrorCode& error) {
    if (error == http::error::body_limit) {
        return 413;
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return 431;
    }
    const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
    const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
    return malformed && !gone ? 400 : 0;
}

template <typename Stream>
class Session final : public HttpSession, public std::enable_shared_from_this<Session<Stream>> {
  public:
    template <typename... Arguments>
    explicit Session(std::shared_ptr<HttpSessionOwner> owner, Arguments&&... stream)
        : owner_(std::move(owner)),
          stream_(std::forward<Arguments>(stream)...),
          buffer_(owner_->settings().header_limit + read_size),
          peer_address_(address_of(tcp().socket())) {}

    void start() override {
        tcp().expires_after(owner_->settings().header_timeout);
        if constexpr (std::is_same_v<Stream, Tls>) {
            stream_.async_handshake(asio::ssl::stream_base::server, then(&Session::on_handshake));
        } else {
            await_request(owner_->settings().header_timeout);
        }
    }

    void answer(HttpResponse response) override {
        asio::dispatch(stream_.get_executor(),
                       [self = this->shared_from_this(), response = std::move(response)]() mutable {
                           self->send(std::move(response));
                       });
    }

    void end_soon() override {
        last_ = true;
        if (idle_) {
            close();
        }
    }

    void close() override {
        if (!std::exchange(closed_, true)) {
            tcp().close();
            owner_->ended(*this);
        }
    }

  private:
    // A completion handler that keeps the session alive and goes on with `step`.
    template <typename... Arguments>
    auto then(void (Session::*step)(Arguments...)) {
        return beast::bind_front_handler(step, this->shared_from_this());
    }

    Plain& tcp() { return beast::get_lowest_layer(stream_); }

    void on_handshake(ErrorCode error) {
        if (error) {
            close();
            return;
        }
        await_request(owner_->settings().header_timeout);
    }

    // Requests may be pipelined: what is in the buffer already is the next one's beginning.
    void await_request(Duration patience) {
        const HttpListen& settings = owner_->settings();
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(settings.header_limit));
        parser_->body_limit(settings.body_limit);
        if (buffer_.size() > 0) {
            read_header();
            return;
        }
        idle_ = true;
        tcp().expires_after(patience);
        stream_.async_read_some(buffer_.prepare(read_size), then(&Session::on_first_bytes));
    }

    void on_first_bytes(ErrorCode error, std::size_t size) {
        idle_ = false;
        if (error) {
            close();
            return;
        }
        buffer_.commit(size);
        read_header();
    }

    void read_header() {
        tcp().expires_after(owner_->settings().header_timeout);
        http::async_read_header(stream_, buffer_, *parser_, then(&Session::on_header));
    }

    void on_header(ErrorCode error, std::size_t) {
        if (error) {
            refuse(error);
            return;
        }
        const auto& header = parser_->get();
        // RFC 9112 3.2: one Host, no more, no less.
        if (header.version() >= 11 && header.count(http::field::host) != 1) {
            refuse(make_error_code(http::error::bad_field));
            return;
        }
        tcp().expires_after(owner_->settings().body_timeout);
        if (beast::iequals(header[http::field::expect], "100-continue") && !parser_->is_done()) {
            asio::async_write(stream_,
                              asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                              then(&Session::read_body));
            return;
        }
        read_body({}, 0);
    }

    void read_body(ErrorCode error, std::size_t) {
        if (error) {
            close();
            return;
        }
        http::async_read(stream_, buffer_, *parser_, then(&Session::on_body));
    }

    void on_body(ErrorCode error, std::size_t) {
        if (error) {
            refuse(error);
            return;
        }
        auto message = parser_->release();
        tcp().expires_never();  // the handler takes the time it needs
        version_ = message.version();
        last_ = last_ || !message.keep_alive();
        HttpRequest request;
        request.method = std::string(message.method_string());
        request.target = std::string(message.target());
        for (const auto& field : message) {
            request.headers.push_back(
                {std::string(field.name_string()), std::string(field.value())});
        }
        request.body = std::move(message.body());
        request.peer_address = peer_address_;
        request.tls = std::is_same_v<Stream, Tls>;
        head_ = request.method == "HEAD";
        owner_->handle(std::move(request), this->shared_from_this());
    }

    void refuse(ErrorCode error) {
        const int status = status_for(error);
        if (status == 0) {
            close();
            return;
        }
        last_ = true;
        head_ = false;
        version_ = 11;
        send(HttpResponse{status, {{"Content-Type", "text/plain"}}, "refused\n"});
    }

    void send(HttpResponse response) {
        if (closed_) {
            return;
        }
        body_ = response.shared_body
                    ? std::move(response.shared_body)
                    : std::make_shared<const std::string>(std::move(response.body));
        last_ = last_ || !owner_->may_keep_alive();
        const bool bodiless = has_no_body(response.status);
        message_.emplace();
        message_->version(version_);
        message_->result(static_cast<unsigned>(response.status));
        message_->set(http::field::server, "Onhook");
        message_->set(http::field::date, http_date());
        for (Header& header : response.headers) {
            message_->insert(on_one_line(std::move(header.name)),
                             on_one_line(std::move(header.value)));
        }
        if (!bodiless) {
            message_->content_length(body_->size());
        }
        message_->keep_alive(!last_);
        if (!bodiless && !head_) {
            message_->body() = {body_->data(), body_->size()};
        }
        tcp().expires_after(owner_->settings().body_timeout +
                            std::chrono::seconds(body_->size() / slowest_answer));
        http::async_write(stream_, *message_, then(&Session::on_sent));
    }

    void on_sent(ErrorCode error, std::size_t) {
        if (error) {
            close();
            return;
        }
        message_.reset();
        body_.reset();
        if (last_) {
            say_goodbye();
        } else {
            await_request(owner_->settings().idle_timeout);
        }
    }

    // Closing a socket with unread bytes in it resets the connection, and the client may lose the
    // answer: so the sending half closes first, and what still arrives is thrown away for a while.
    void say_goodbye() {
        tcp().expires_after(linger_time);
        if constexpr (std::is_same_v<Stream, Tls>) {
            stream_.async_shutdown(then(&Session::linger_after));
        } else {
            linger_after({});
        }
    }

    void linger_after(ErrorCode) {
        ErrorCode ignored;
        tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        buffer_.clear();
        discard({}, 0);
    }

    void discard(ErrorCode error, std::size_t size) {
        discarded_ += size;
        if (error || discarded_ > linger_bytes) {
            close();
            return;
        }
        tcp().async_read_some(buffer_.prepare(read_size), then(&Session::discard));
    }

    std::shared_ptr<HttpSessionOwner> owner_;
    Stream stream_;
    beast::flat_buffer buffer_;
    std::string peer_address_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::optional<http::response<Body>> message_;
    std::shared_ptr<const std::string> body_;  // what message_ points into
    std::size_t discarded_ = 0;
    unsigned version_ = 11;
    bool idle_ = false;  // waits for the first byte of a request
    bool head_ = false;
    bool last_ = false;  // the connection ends with the answer
    bool closed_ = false;
};

}  // namespace

std::shared_ptr<HttpSession> make_http_session(asio::ip::tcp::socket socket,
                                               asio::ssl::context* tls,
                                               std::shared_ptr<HttpSessionOwner> owner) {
    if (tls != nullptr) {
        return std::make_shared<Session<Tls>>(std::move(owner), std::move(socket), *tls);
    }
    return std::make_shared<Session<Plain>>(std::move(owner), std::move(socket));
}

}  // namespace onhook::net
