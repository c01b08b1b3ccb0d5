#include "net/stream_client.h"

#include <array>
#include <utility>

#include "net/asio.h"

namespace onhook::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr Duration longest_stream_connect = 5s;
constexpr std::size_t most_waiting_bytes = std::size_t{1} << 20U;

}  // namespace

// Held by what is pending, too.
struct StreamClient::State : std::enable_shared_from_this<StreamClient::State> {
    State(Loop& loop, StreamEvents the_events)
        : events(std::move(the_events)), socket(loop.context()), deadline(loop) {}

    void connect(const std::string& address, std::uint16_t port);
    void read();
    void write();
    void close(std::string why);
    void forget();

    StreamEvents events;
    tcp::socket socket;
    Timer deadline;
    std::array<char, 4096> buffer{};
    std::string writing;
    std::string waiting;
    bool open = true;
};

void StreamClient::State::connect(const std::string& address, std::uint16_t port) {
    boost::system::error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
    deadline.arm(Loop::now() + longest_stream_connect, [this] { close("it does not answer"); });
    socket.async_connect(endpoint, [self = shared_from_this()](const auto& failure) {
        if (!self->open) {
            return;
        }
        if (failure) {
            self->close(failure.message());
            return;
        }
        self->deadline.cancel();
        self->read();
        self->events.connected();
    });
}

void StreamClient::State::read() {
    socket.async_read_some(
        asio::buffer(buffer), [self = shared_from_this()](const auto& error, std::size_t size) {
            if (!self->open) {
                return;
            }
            if (error) {
                self->close(error == asio::error::eof ? "it closed the connection"
                                                      : error.message());
                return;
            }
            self->events.received({self->buffer.data(), size});
            if (self->open) {
                self->read();
            }
        });
}

void StreamClient::State::write() {
    if (!writing.empty() || waiting.empty()) {
        return;
    }
    writing = std::exchange(waiting, {});
    asio::async_write(
        socket, asio::buffer(writing), [self = shared_from_this()](const auto& error, std::size_t) {
            self->writing.clear();
            if (!error && self->open) {  // the pending read tells of an error
                self->write();
            }
        });
}

void StreamClient::State::close(std::string why) {
    if (std::exchange(open, false)) {
        deadline.cancel();
        boost::system::error_code ignored;
        socket.close(ignored);
        const auto tell = std::move(events.closed);
        tell(std::move(why));
    }
}

void StreamClient::State::forget() {
    open = false;
    deadline.cancel();
    boost::system::error_code ignored;
    socket.close(ignored);
}

StreamClient::StreamClient(Loop& loop,
                           const std::string& address,
                           std::uint16_t port,
                           StreamEvents events)
    : state_(std::make_shared<State>(loop, std::move(events))) {
    state_->connect(address, port);
}

StreamClient::~StreamClient() { state_->forget(); }

void StreamClient::send(std::string_view bytes) {
    if (state_->waiting.size() + bytes.size() > most_waiting_bytes) {
        asio::post(state_->socket.get_executor(),
                   [state = state_] { state->close("it does not read"); });
        return;
    }
    state_->waiting += bytes;
    state_->write();
}

std::uint16_t free_tcp_port(const std::string& address) {
    boost::system::error_code error;
    const auto host = asio::ip::make_address(address, error);
    asio::io_context context;
    tcp::acceptor acceptor(context);
    if (!error) {
        acceptor.open(tcp::endpoint(host, 0).protocol(), error);
    }
    if (!error) {
        acceptor.bind(tcp::endpoint(host, 0), error);
    }
    const auto bound = error ? tcp::endpoint() : acceptor.local_endpoint(error);
    return error ? std::uint16_t{0} : bound.port();
}

}  // namespace onhook::net
