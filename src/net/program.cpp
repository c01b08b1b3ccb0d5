#include "net/program.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/asio.h"

namespace onhook::net {

namespace asio = boost::asio;

namespace {

constexpr Duration grace_of_a_slow_program = 5s;
constexpr std::size_t longest_program_line = 1000;
constexpr std::size_t most_program_lines = 100;
// Of what is in the pipe when the program ends; children that it leaves behind may write for ever.
constexpr int reads_after_the_end = 64;

std::error_code program_error() { return {errno, std::generic_category()}; }

// What posix_spawn needs, and lets go of afterwards.
class SpawnSettings {
  public:
    SpawnSettings(int input, int output) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
        // Sockets of libraries are not all marked to be closed.
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }

    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    // 0 with the error in errno.
    [[nodiscard]] pid_t spawn(std::vector<std::string>& command) const {
        std::vector<char*> words;
        words.reserve(command.size() + 1);
        for (std::string& word : command) {
            words.push_back(word.data());
        }
        words.push_back(nullptr);
        pid_t pid = 0;
        errno =
            ::posix_spawnp(&pid, words.front(), &actions_, &attributes_, words.data(), ::environ);
        return errno == 0 ? pid : 0;
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

// A file in memory with the input: however slowly the program reads it, or whether it does at all,
// nothing of us waits.
int memory_file(std::string_view bytes) {
    const int file = ::memfd_create("onhook-input", MFD_CLOEXEC);
    while (file >= 0 && !bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        if (count <= 0) {
            ::close(file);
            return -1;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (file >= 0) {
        ::lseek(file, 0, SEEK_SET);
    }
    return file;
}

// What was started, with our ends of it. No pid: the error is in errno.
struct Spawned {
    pid_t pid = 0;
    int process = -1;  // a descriptor of it
    int output = -1;
};

Spawned spawn(ProgramRun& run) {
    Spawned spawned;
    std::array<int, 2> pipe{-1, -1};
    const int input = memory_file(run.input);
    if (input >= 0 && ::pipe2(pipe.data(), O_CLOEXEC) == 0) {
        spawned.pid = SpawnSettings(input, pipe[1]).spawn(run.command);
    }
    if (spawned.pid > 0) {
        // Not pidfd_open(): its header in glibc 2.36 is none for C++.
        spawned.process = static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0));
        if (spawned.process < 0) {
            const int why = errno;
            ::kill(-spawned.pid, SIGKILL);
            ::waitpid(spawned.pid, nullptr, 0);
            spawned.pid = 0;
            errno = why;
        }
    }
    const int why = errno;
    for (const int end : {input, pipe[1], spawned.pid > 0 ? -1 : pipe[0]}) {
        if (end >= 0) {
            ::close(end);
        }
    }
    errno = why;
    spawned.output = spawned.pid > 0 ? pipe[0] : -1;
    return spawned;
}

}  // namespace

std::string ProgramEnd::to_string() const {
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

// Shared with the pending reads.
struct Program::State : std::enable_shared_from_this<Program::State> {
    State(Loop& loop, const Spawned& spawned, OnLine its_on_line, OnEnd its_on_end)
        : pid(spawned.pid),
          process(loop.context(), spawned.process),
          output(loop.context(), spawned.output),
          timer(loop),
          on_line(std::move(its_on_line)),
          on_end(std::move(its_on_end)) {
        output.non_blocking(true);
    }

    void start(Duration limit);
    void read();
    void take(std::string_view bytes);
    void line(std::string text);
    void ended();
    void kill_group(int signal) const;
    void close();

    pid_t pid;  // 0 once it is reaped
    asio::posix::stream_descriptor process;
    asio::posix::stream_descriptor output;
    Timer timer;
    OnLine on_line;
    OnEnd on_end;
    std::array<char, 4096> buffer{};
    std::string begun;  // a line without its end so far
    std::size_t lines = 0;
    bool too_slow = false;
};

void Program::State::start(Duration limit) {
    timer.arm(Loop::now() + limit, [this] {
        too_slow = true;
        kill_group(SIGTERM);
        timer.arm(Loop::now() + grace_of_a_slow_program, [this] { kill_group(SIGKILL); });
    });
    process.async_wait(asio::posix::descriptor_base::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           if (!error && self->pid != 0) {
                               self->ended();
                           }
                       });
    read();
}

// Waits and then reads: what an asynchronous read had taken out of the pipe would be lost when the
// end of the program is heard before it.
void Program::State::read() {
    output.async_wait(asio::posix::descriptor_base::wait_read,
                      [self = shared_from_this()](boost::system::error_code error) {
                          if (error || self->pid == 0) {
                              return;
                          }
                          const std::size_t count =
                              self->output.read_some(asio::buffer(self->buffer), error);
                          self->take({self->buffer.data(), count});
                          if (!error || error == asio::error::would_block) {
                              self->read();
                          }
                      });
}

void Program::State::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        const std::size_t room = longest_program_line - begun.size();
        begun += bytes.substr(0, std::min(end, room));
        if (end == bytes.size()) {
            return;
        }
        line(std::exchange(begun, {}));
        bytes.remove_prefix(end + 1);
    }
}

void Program::State::line(std::string text) {
    if (++lines <= most_program_lines) {
        on_line(std::move(text));
    }
}

void Program::State::ended() {
    boost::system::error_code error;
    for (int i = 0; i < reads_after_the_end && !error; ++i) {
        const std::size_t count = output.read_some(asio::buffer(buffer), error);
        take({buffer.data(), count});
    }
    if (!begun.empty()) {
        line(std::exchange(begun, {}));
    }
    if (too_slow) {
        kill_group(SIGKILL);  // whatever it started, while its process id is still ours
    }
    int status = 0;
    ::waitpid(std::exchange(pid, 0), &status, 0);
    ProgramEnd end;
    end.how = too_slow            ? ProgramEnd::How::too_slow
              : WIFEXITED(status) ? ProgramEnd::How::exited
                                  : ProgramEnd::How::killed_by_signal;
    end.number = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    end.lines_left_out = lines - std::min(lines, most_program_lines);
    close();
    // It may destroy what holds it.
    const OnEnd told = std::move(on_end);
    told(end);
}

void Program::State::kill_group(int signal) const {
    if (pid > 0) {
        ::kill(-pid, signal);
    }
}

void Program::State::close() {
    timer.cancel();
    boost::system::error_code ignored;
    process.close(ignored);
    output.close(ignored);
}

Result<std::unique_ptr<Program>> Program::start(Loop& loop,
                                                ProgramRun run,
                                                OnLine on_line,
                                                OnEnd on_end) {
    const Spawned spawned = spawn(run);
    if (spawned.pid == 0) {
        const auto why = program_error();
        return Failure{
            Error{why, fmt::format("cannot start '{}': {}", run.command.front(), why.message())}};
    }
    auto state = std::make_shared<State>(loop, spawned, std::move(on_line), std::move(on_end));
    state->start(run.limit);
    return std::unique_ptr<Program>(new Program(std::move(state)));
}

Program::Program(std::shared_ptr<State> state) : state_(std::move(state)) {}

Program::~Program() {
    if (state_->pid > 0) {
        state_->kill_group(SIGKILL);
        ::waitpid(std::exchange(state_->pid, 0), nullptr, 0);
    }
    state_->close();
}

}  // namespace onhook::net
