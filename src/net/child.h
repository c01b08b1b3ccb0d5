#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/loop.h"

namespace onhook::net {

struct ChildCommand {
    std::string program;  // a path, or a name that is looked up in PATH
    std::vector<std::string> arguments = {};
    std::string input = {};  // its standard input, then the end of it
    // What it may run for; then it is ended as by stop(). 0: for ever.
    Duration time_limit{0};
    Duration patience = 3s;         // between SIGTERM and SIGKILL
    std::size_t line_limit = 1000;  // bytes of a line; the rest of a longer one is dropped
    std::size_t most_lines = 100;   // of its output that are told
};

struct ChildEnd {
    enum class How : std::uint8_t { exited, killed_by_signal, too_slow };

    How how = How::exited;
    int number = 0;                  // the exit status, or the signal
    std::size_t lines_left_out = 0;  // of its output

    [[nodiscard]] bool succeeded() const noexcept { return how == How::exited && number == 0; }

    // "it ended with status 1", "signal 9 ended it", "it took too long and was killed".
    [[nodiscard]] std::string to_string() const;
};

// Called from the loop, never from within start(). `ended` comes once, last, and may destroy the
// child; a process that it left behind holds nobody up.
struct ChildEvents {
    std::function<void(std::string_view line)> line;  // of its standard output and standard error
    std::function<void(ChildEnd)> ended;
};

// Another program, run without a shell, in a process group of its own that dies with this process.
// It inherits the environment and no open file.
class Child {
  public:
    // The error says which program cannot be started and why.
    [[nodiscard]] static Result<std::unique_ptr<Child>> start(Loop& loop,
                                                              ChildCommand command,
                                                              ChildEvents events);
    // Kills the group; `ended` does not come any more.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // SIGTERM for the group, and SIGKILL after the patience; `ended` comes.
    void stop();
    [[nodiscard]] int process_id() const noexcept;

  private:
    struct State;
    explicit Child(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
