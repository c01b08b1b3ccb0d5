#include "net/control_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/printable.h"
#include "net/asio.h"

namespace onhook::net {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

namespace {

constexpr std::size_t control_line_limit = 8192;
constexpr std::size_t control_answer_limit = 4096;
constexpr int most_control_sessions = 8;
constexpr Duration control_silence = 10s;

// A descriptor that closes.
class ControlDescriptor {
  public:
    explicit ControlDescriptor(int number) noexcept : number_(number) {}

    ~ControlDescriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    ControlDescriptor(const ControlDescriptor&) = delete;
    ControlDescriptor& operator=(const ControlDescriptor&) = delete;

    [[nodiscard]] int number() const noexcept { return number_; }

  private:
    int number_;
};

// A Unix address holds about a hundred bytes, and a directory's name may be longer: it is named by
// a descriptor then, which has to stay open as long as the address is used.
class ControlAddress {
  public:
    explicit ControlAddress(const std::string& path)
        : directory_(
              ::open(path.substr(0, path.rfind('/')).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
        const std::string name = path.substr(path.rfind('/') + 1);
        text_ = path.size() < sizeof(sockaddr_un::sun_path) || directory_.number() < 0
                    ? path
                    : fmt::format("/proc/self/fd/{}/{}", directory_.number(), name);
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

  private:
    ControlDescriptor directory_;
    std::string text_;
};

Failure<Error> control_failure(std::string_view what,
                               const std::string& path,
                               std::error_code why) {
    return Failure{Error{why, fmt::format("cannot {} '{}': {}", what, path, why.message())}};
}

std::error_code last_error() { return {errno, std::generic_category()}; }

// One connection: reads a line, waits for the answer, writes it and ends.
class ControlSession : public std::enable_shared_from_this<ControlSession> {
  public:
    ControlSession(Loop& loop, Local::socket socket, std::shared_ptr<int> count)
        : socket_(std::move(socket)), silence_(loop), count_(std::move(count)) {
        ++*count_;
    }

    ~ControlSession() { --*count_; }

    ControlSession(const ControlSession&) = delete;
    ControlSession& operator=(const ControlSession&) = delete;

    void start(const ControlSocket::Handler& handler) {
        silence_.arm(Loop::now() + control_silence, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->end();
            }
        });
        asio::async_read_until(
            socket_,
            asio::dynamic_buffer(text_, control_line_limit),
            '\n',
            [self = shared_from_this(), handler](const auto& error, std::size_t length) {
                self->silence_.cancel();
                if (!error) {
                    handler(self->text_.substr(0, length - 1),
                            [self](const ControlAnswer& answer) { self->answer(answer); });
                }
            });
    }

  private:
    void answer(const ControlAnswer& answer) {
        text_ = (answer.done ? "ok " : "no ") + printable(answer.text) + "\n";
        asio::async_write(
            socket_, asio::buffer(text_), [self = shared_from_this()](auto, auto) { self->end(); });
    }

    void end() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    Local::socket socket_;
    Timer silence_;
    std::shared_ptr<int> count_;
    std::string text_;
};

}  // namespace

// Shared with the pending accept.
struct ControlSocket::State : std::enable_shared_from_this<ControlSocket::State> {
    State(Loop& its_loop, std::string its_path, Handler its_handler)
        : loop(its_loop),
          path(std::move(its_path)),
          handler(std::move(its_handler)),
          acceptor(its_loop.context()) {}

    void accept();

    Loop& loop;
    std::string path;
    Handler handler;
    Local::acceptor acceptor;
    std::shared_ptr<int> sessions = std::make_shared<int>(0);
    bool open = true;
};

void ControlSocket::State::accept() {
    acceptor.async_accept([self = shared_from_this()](const auto& error, Local::socket socket) {
        if (!self->open) {
            return;
        }
        // What is too many is closed at once; a failure to accept passes as descriptors get free.
        if (!error && *self->sessions < most_control_sessions) {
            // The owner may go while a session waits: it answers nobody then.
            std::make_shared<ControlSession>(self->loop, std::move(socket), self->sessions)
                ->start([weak = self->weak_from_this()](std::string line, Respond respond) {
                    if (const auto owner = weak.lock(); owner && owner->open) {
                        owner->handler(std::move(line), std::move(respond));
                    }
                });
        }
        self->accept();
    });
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::listen(Loop& loop,
                                                             const std::string& path,
                                                             Handler handler) {
    const auto state = std::make_shared<State>(loop, path, std::move(handler));
    const ControlAddress address(path);
    ::unlink(path.c_str());
    boost::system::error_code error;
    state->acceptor.open(Local(), error);
    // The mode of the socket is that of the file that bind() makes: nobody gets in between.
    if (!error && ::fchmod(state->acceptor.native_handle(), 0600) != 0) {
        error.assign(errno, boost::system::system_category());
    }
    if (!error && address.text().size() >= sizeof(sockaddr_un::sun_path)) {
        error = asio::error::name_too_long;
    }
    if (!error) {
        state->acceptor.bind(Local::endpoint(address.text()), error);
    }
    if (!error) {
        state->acceptor.listen(most_control_sessions, error);
    }
    if (error) {
        return control_failure("listen on", path, error);
    }
    state->accept();
    return std::unique_ptr<ControlSocket>(new ControlSocket(state));
}

ControlSocket::ControlSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}

ControlSocket::~ControlSocket() {
    state_->open = false;
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    ::unlink(state_->path.c_str());
}

Result<ControlAnswer> ask_control(const std::string& path, std::string_view line, Seconds limit) {
    const ControlDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const ControlAddress address(path);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (address.text().size() >= sizeof to.sun_path) {
        return control_failure("open", path, std::make_error_code(std::errc::filename_too_long));
    }
    address.text().copy(static_cast<char*>(to.sun_path), address.text().size());
    const timeval wait{limit.count(), 0};
    ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        return control_failure("open", path, last_error());
    }
    const std::string order = std::string(line) + "\n";
    if (::send(socket.number(), order.data(), order.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(order.size())) {
        return control_failure("write to", path, last_error());
    }
    std::string answer;
    std::array<char, 512> part{};
    while (answer.find('\n') == std::string::npos && answer.size() < control_answer_limit) {
        const ssize_t count = ::recv(socket.number(), part.data(), part.size(), 0);
        if (count < 0) {
            return control_failure("read from", path, last_error());
        }
        if (count == 0) {
            break;
        }
        answer.append(part.data(), static_cast<std::size_t>(count));
    }
    answer.resize(std::min(answer.find('\n'), answer.size()));
    if (!answer.starts_with("ok ") && !answer.starts_with("no ")) {
        return control_failure(
            "understand the answer of", path, std::make_error_code(std::errc::protocol_error));
    }
    return ControlAnswer{answer.starts_with("ok "), answer.substr(3)};
}

}  // namespace onhook::net
