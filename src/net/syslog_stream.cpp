#include "net/syslog_stream.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/time.h"
#include "net/asio.h"
#include "wire/syslog/server_address.h"

namespace onhook::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t stream_queue_limit = 64;
constexpr Duration stream_step_limit = 15s;  // of a look-up with its connect, and of one message
constexpr Duration first_stream_pause = 1s;
constexpr Duration longest_stream_pause = 1min;

}  // namespace

// Shared with what is pending. `turn` counts the connections: what an earlier one still says is
// stale.
struct SyslogStream::State : std::enable_shared_from_this<SyslogStream::State> {
    enum class Phase : std::uint8_t { idle, connecting, connected, pausing };

    State(Loop& its_loop, std::string its_name, OnFailure its_on_failure)
        : name(std::move(its_name)),
          on_failure(std::move(its_on_failure)),
          loop(its_loop),
          resolver(its_loop.context()),
          socket(its_loop.context()),
          timer(its_loop) {}

    void send(const std::string& message);
    void connect();
    void connected();
    void write();
    void watch();
    void fail(const std::string& why);
    void close();

    std::string name;  // as the administrator wrote it
    std::optional<wire::syslog::ServerAddress> address;
    OnFailure on_failure;
    Loop& loop;
    tcp::resolver resolver;
    tcp::socket socket;
    Timer timer;
    Phase phase = Phase::idle;
    std::uint64_t turn = 0;
    Duration pause = first_stream_pause;
    bool failing = false;
    bool writing = false;
    std::deque<std::string> queue;
    std::string frame;  // what is being written; it stays the first of the queue
    std::array<char, 256> ignored{};
};

void SyslogStream::State::send(const std::string& message) {
    queue.push_back(message);
    if (queue.size() > stream_queue_limit) {
        queue.pop_front();
    }
    if (phase == Phase::idle) {
        connect();
    } else if (phase == Phase::connected) {
        write();
    }
}

void SyslogStream::State::connect() {
    phase = Phase::connecting;
    ++turn;
    if (!address) {
        fail("expected host, host:port or [IPv6]:port");
        return;
    }
    timer.arm(Loop::now() + stream_step_limit, [this] { fail("it did not answer in time"); });
    resolver.async_resolve(
        address->host,
        std::to_string(address->port),
        [self = shared_from_this(), mine = turn](const auto& error, const auto& results) {
            if (mine != self->turn) {
                return;
            }
            if (error) {
                self->fail(error.message());
                return;
            }
            asio::async_connect(
                self->socket, results, [self, mine](const auto& failure, const tcp::endpoint&) {
                    if (mine == self->turn) {
                        failure ? self->fail(failure.message()) : self->connected();
                    }
                });
        });
}

void SyslogStream::State::connected() {
    phase = Phase::connected;
    timer.cancel();
    watch();
    write();
}

// A server has nothing to say; that it closes is heard here before a message is lost.
void SyslogStream::State::watch() {
    socket.async_read_some(asio::buffer(ignored),
                           [self = shared_from_this(), mine = turn](const auto& error, auto) {
                               if (mine == self->turn) {
                                   error ? self->fail(error.message()) : self->watch();
                               }
                           });
}

void SyslogStream::State::write() {
    if (writing || queue.empty()) {
        return;
    }
    writing = true;
    frame = fmt::format("{} {}", queue.front().size(), queue.front());
    queue.pop_front();
    timer.arm(Loop::now() + stream_step_limit, [this] { fail("it does not read"); });
    asio::async_write(socket,
                      asio::buffer(frame),
                      [self = shared_from_this(), mine = turn](const auto& error, auto) {
                          if (mine != self->turn) {
                              return;
                          }
                          if (error) {
                              self->fail(error.message());
                              return;
                          }
                          self->writing = false;
                          self->failing = false;
                          self->pause = first_stream_pause;
                          self->timer.cancel();
                          self->write();
                      });
}

void SyslogStream::State::fail(const std::string& why) {
    ++turn;
    boost::system::error_code nothing;
    resolver.cancel();
    socket.close(nothing);
    if (std::exchange(writing, false)) {
        // Nobody knows whether all of it arrived: twice is better than not at all.
        queue.push_front(frame.substr(frame.find(' ') + 1));
        if (queue.size() > stream_queue_limit) {
            queue.pop_front();
        }
    }
    phase = Phase::pausing;
    timer.arm(Loop::now() + pause, [this] {
        phase = Phase::idle;
        if (!queue.empty()) {
            connect();
        }
    });
    pause = std::min(pause * 2, longest_stream_pause);
    if (!std::exchange(failing, true)) {
        loop.post([self = shared_from_this(),
                   mine = turn,
                   sentence = fmt::format("cannot send to syslog server '{}': {}", name, why)] {
            if (mine == self->turn) {
                self->on_failure(sentence);
            }
        });
    }
}

void SyslogStream::State::close() {
    ++turn;
    timer.cancel();
    resolver.cancel();
    boost::system::error_code nothing;
    socket.close(nothing);
}

SyslogStream::SyslogStream(Loop& loop, const std::string& server, OnFailure on_failure)
    : state_(std::make_shared<State>(loop, server, std::move(on_failure))) {
    if (auto address = wire::syslog::parse_server_address(server)) {
        state_->address = *std::move(address);
    }
}

SyslogStream::~SyslogStream() { state_->close(); }

void SyslogStream::send(const std::string& message) { state_->send(message); }

}  // namespace onhook::net
