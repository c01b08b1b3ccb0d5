#include "net/child.h"

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
    if (timed_out) {
        return "not ready within its time limit";
    }
    return status > 128 ? fmt::format("ended by signal {}", status - 128)
                        : fmt::format("exit status {}", status);
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
    void take_output(std::size_t size);
    void process_ended();
    void output_ended();
    void end_if_done();

    void signal_group(int number) const { ::kill(-pid, number); }

    void stop();
    void forget();

    ChildCommand command;
    ChildEvents events;
    AsioStream output;
    AsioStream process;
    Timer timer;
    pid_t pid = 0;
    std::array<char, 4096> buffer{};
    std::string line;
    bool running = true;
    bool reading = true;
    bool forgotten = false;
    ChildEnd end;
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
    if (command.time_limit > Duration(0)) {
        timer.arm(Loop::now() + command.time_limit, [this] {
            end.timed_out = true;
            stop();
        });
    }
    process.async_wait(AsioStream::wait_read, [self = shared_from_this()](const auto& error) {
        if (!error) {
            self->process_ended();
        }
    });
    read_output();
}

void Child::State::read_output() {
    output.async_read_some(asio::buffer(buffer),
                           [self = shared_from_this()](const auto& error, std::size_t size) {
                               if (self->forgotten) {
                                   return;
                               }
                               if (error) {
                                   self->output_ended();
                                   return;
                               }
                               self->take_output(size);
                               if (!self->forgotten) {
                                   self->read_output();
                               }
                           });
}

void Child::State::take_output(std::size_t size) {
    for (std::size_t i = 0; i < size && !forgotten; ++i) {
        if (buffer[i] == '\n') {
            if (!line.empty() && events.line) {
                events.line(std::exchange(line, {}));
            }
            line.clear();
        } else if (line.size() < command.line_limit) {
            line += buffer[i];
        }
    }
}

// What it started may still hold the output open: its own end counts, and what was written by then.
void Child::State::process_ended() {
    siginfo_t info{};
    ::waitid(P_PIDFD, static_cast<id_t>(process.native_handle()), &info, WEXITED);
    end.status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    running = false;
    signal_group(SIGKILL);
    end_if_done();
}

void Child::State::output_ended() {
    reading = false;
    if (!line.empty() && events.line) {
        events.line(std::exchange(line, {}));
    }
    end_if_done();
}

void Child::State::end_if_done() {
    if (running || reading || forgotten) {
        return;
    }
    forgotten = true;
    timer.cancel();
    if (events.ended) {
        const auto tell = std::move(events.ended);
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

void Child::State::forget() {
    forgotten = true;
    timer.cancel();
    boost::system::error_code ignored;
    output.close(ignored);
    process.close(ignored);
    if (std::exchange(running, false)) {
        signal_group(SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
}

Child::Child(std::shared_ptr<State> state) : state_(std::move(state)) {}

Child::~Child() { state_->forget(); }

void Child::stop() { state_->stop(); }

int Child::process_id() const noexcept { return state_->pid; }

}  // namespace onhook::net
