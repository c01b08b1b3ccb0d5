#include "net/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "net/asio.h"

namespace onhook::net {

namespace asio = boost::asio;

namespace {

using AsioStream = asio::posix::stream_descriptor;

// Of what is in the pipe when the program ends; children that it leaves behind may write for ever.
constexpr int reads_after_the_end = 64;

struct PipeEnds {
    int read = -1;
    int write = -1;

    PipeEnds() = default;
    PipeEnds(const PipeEnds&) = delete;
    PipeEnds& operator=(const PipeEnds&) = delete;

    ~PipeEnds() {
        close_end(read);
        close_end(write);
    }

    [[nodiscard]] bool open() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return false;
        }
        read = ends[0];
        write = ends[1];
        return true;
    }

    static void close_end(int& end) {
        if (end >= 0) {
            ::close(std::exchange(end, -1));
        }
    }
};

// The path of a program as a shell finds it; empty: nowhere.
std::string program_path(const std::string& program) {
    if (program.find('/') != std::string::npos) {
        return program;
    }
    const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    for (const std::string_view directory : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
        std::string candidate = fmt::format("{}/{}", directory, program);
        if (::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return {};
}

// A file in memory: however slowly the program reads it, or whether it does at all, nothing of us
// waits. -1: the error is in errno.
int memory_file(std::string_view bytes) {
    const int file = ::memfd_create("onhook-input", MFD_CLOEXEC);
    while (file >= 0 && !bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        if (count <= 0) {
            const int why = errno;
            ::close(file);
            errno = why;
            return -1;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (file >= 0) {
        ::lseek(file, 0, SEEK_SET);
    }
    return file;
}

// In the child, between fork and exec: nothing here may allocate or lock.
[[noreturn]] void become(const char* path, char* const* words, int in, int out, int fault) {
    const pid_t parent = ::getppid();
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) {
        ::_exit(127);  // the parent went before it could be watched
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execv(path, words);
    const int number = errno;
    static_cast<void>(!::write(fault, &number, sizeof number));
    ::_exit(127);
}

}  // namespace

std::string ChildEnd::to_string() const {
    switch (how) {
        case How::exited:
            return fmt::format("it ended with status {}", number);
        case How::killed_by_signal:
            return fmt::format("signal {} ended it", number);
        case How::too_slow:
            return "it took too long and was killed";
    }
    return {};
}

// Held by what is pending, too.
struct Child::State : std::enable_shared_from_this<Child::State> {
    State(Loop& loop, ChildCommand the_command, ChildEvents the_events)
        : command(std::move(the_command)),
          events(std::move(the_events)),
          output(loop.context()),
          process(loop.context()),
          timer(loop) {}

    void begin();
    void read_output();
    void take_output(std::string_view bytes);
    void tell_line();
    void process_ended();

    void signal_group(int number) const { ::kill(-pid, number); }

    void stop();
    void close();

    ChildCommand command;
    ChildEvents events;
    AsioStream output;
    AsioStream process;
    Timer timer;
    pid_t pid = 0;
    std::array<char, 4096> buffer{};
    std::string line;  // without its end so far
    std::size_t lines = 0;
    bool running = true;
    bool too_slow = false;
};

Result<std::unique_ptr<Child>> Child::start(Loop& loop, ChildCommand command, ChildEvents events) {
    const std::string name = command.program;
    const auto failed = [&name](int number) {
        return Failure{errno_error(number, fmt::format("cannot start '{}'", name))};
    };
    const std::string path = program_path(command.program);
    if (path.empty()) {
        return failed(ENOENT);
    }
    PipeEnds in;
    PipeEnds out;
    PipeEnds fault;
    in.read = memory_file(command.input);
    if (in.read < 0 || !out.open() || !fault.open()) {
        return failed(errno);
    }
    std::vector<char*> words = {command.program.data()};
    for (std::string& argument : command.arguments) {
        words.push_back(argument.data());
    }
    words.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) {
        return failed(errno);
    }
    if (pid == 0) {
        become(path.c_str(), words.data(), in.read, out.write, fault.write);
    }
    ::setpgid(pid, pid);  // whoever of the two comes first
    PipeEnds::close_end(fault.write);
    int number = 0;
    if (::read(fault.read, &number, sizeof number) == sizeof number) {
        ::waitpid(pid, nullptr, 0);
        return failed(number);
    }
    auto state = std::make_shared<State>(loop, std::move(command), std::move(events));
    state->pid = pid;
    state->output.assign(std::exchange(out.read, -1));
    // glibc 2.36 declares pidfd_open() for C only.
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) {
        const int why = errno;
        state->signal_group(SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return failed(why);
    }
    state->process.assign(process);
    state->begin();
    return std::unique_ptr<Child>(new Child(std::move(state)));
}

void Child::State::begin() {
    output.non_blocking(true);
    if (command.time_limit > Duration(0)) {
        timer.arm(Loop::now() + command.time_limit, [this] {
            too_slow = true;
            stop();
        });
    }
    process.async_wait(AsioStream::wait_read, [self = shared_from_this()](const auto& error) {
        if (!error && self->running) {
            self->process_ended();
        }
    });
    read_output();
}

// Waits and then reads: what an asynchronous read had taken out of the pipe would be lost when the
// end of the program is heard before it.
void Child::State::read_output() {
    output.async_wait(
        AsioStream::wait_read, [self = shared_from_this()](boost::system::error_code error) {
            if (error || !self->running) {
                return;
            }
            const std::size_t size = self->output.read_some(asio::buffer(self->buffer), error);
            self->take_output({self->buffer.data(), size});
            if ((!error || error == asio::error::would_block) && self->running) {
                self->read_output();
            }
        });
}

void Child::State::take_output(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        line += bytes.substr(0, std::min(end, command.line_limit - line.size()));
        if (end == bytes.size()) {
            return;
        }
        tell_line();
        bytes.remove_prefix(end + 1);
    }
}

void Child::State::tell_line() {
    const std::string text = std::exchange(line, {});
    if (!text.empty() && ++lines <= command.most_lines && events.line) {
        events.line(text);
    }
}

void Child::State::process_ended() {
    boost::system::error_code error;
    for (int i = 0; i < reads_after_the_end && !error; ++i) {
        const std::size_t size = output.read_some(asio::buffer(buffer), error);
        take_output({buffer.data(), size});
    }
    tell_line();
    if (too_slow) {
        signal_group(SIGKILL);  // whatever it started, while its process id is still ours
    }
    siginfo_t info{};
    ::waitid(P_PIDFD, static_cast<id_t>(process.native_handle()), &info, WEXITED);
    running = false;
    ChildEnd end;
    end.how = too_slow                     ? ChildEnd::How::too_slow
              : info.si_code == CLD_EXITED ? ChildEnd::How::exited
                                           : ChildEnd::How::killed_by_signal;
    end.number = info.si_status;
    end.lines_left_out = lines - std::min(lines, command.most_lines);
    close();
    if (events.ended) {
        const auto tell = std::move(events.ended);  // it may destroy what holds it
        tell(end);
    }
}

void Child::State::stop() {
    if (!running) {
        return;
    }
    signal_group(SIGTERM);
    timer.arm(Loop::now() + command.patience, [this] {
        if (running) {
            signal_group(SIGKILL);
        }
    });
}

void Child::State::close() {
    timer.cancel();
    boost::system::error_code ignored;
    output.close(ignored);
    process.close(ignored);
}

Child::Child(std::shared_ptr<State> state) : state_(std::move(state)) {}

Child::~Child() {
    if (std::exchange(state_->running, false)) {
        state_->signal_group(SIGKILL);
        ::waitpid(state_->pid, nullptr, 0);
    }
    state_->close();
}

void Child::stop() { state_->stop(); }

int Child::process_id() const noexcept { return state_->pid; }

}  // namespace onhook::net
