#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/loop.h"

namespace onhook::net {

struct ProgramRun {
    std::vector<std::string>
        command;           // the program, looked up in PATH without a "/", and its words
    std::string input;     // what it reads on standard input
    Duration limit = 60s;  // then it is told to end, and killed five seconds later
};

// How a program ended.
struct ProgramEnd {
    enum class How : std::uint8_t { exited, killed_by_signal, too_slow };

    How how = How::exited;
    int number = 0;                  // the exit status, or the signal
    std::size_t lines_left_out = 0;  // of its output

    [[nodiscard]] bool succeeded() const noexcept { return how == How::exited && number == 0; }

    [[nodiscard]] std::string to_string() const;  // "it ended with status 3"
};

// Another program, run beside the loop without a shell: in a process group of its own, with no
// descriptor of ours but its standard ones. What it prints comes line by line; nothing waits for
// it.
class Program {
  public:
    // Its output and errors: the first 100 lines, each cut to 1,000 bytes. As the program wrote it.
    using OnLine = std::function<void(std::string line)>;
    // Once, last of all. It may destroy the program.
    using OnEnd = std::function<void(const ProgramEnd& end)>;

    // The error is a sentence: "cannot start '/x': No such file or directory".
    [[nodiscard]] static Result<std::unique_ptr<Program>> start(Loop& loop,
                                                                ProgramRun run,
                                                                OnLine on_line,
                                                                OnEnd on_end);
    // Of one that still runs the whole group is killed, and nobody hears of its end.
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

  private:
    struct State;

    explicit Program(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
