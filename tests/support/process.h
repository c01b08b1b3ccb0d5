#pragma once

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

// Real processes for end-to-end tests: started, read from, and ended by their own id.
namespace onhook::test {

// What is read of a child.
enum class Streams { output_and_error, error };

// A child whose output comes through one pipe. It is killed when the object dies.
class Process {
  public:
    explicit Process(const std::vector<std::string>& command,
                     Streams streams = Streams::output_and_error) {
        std::array<int, 2> ends{};
        CHECK(pipe2(ends.data(), O_CLOEXEC) == 0);
        std::vector<char*> words;
        words.reserve(command.size() + 1);
        for (const std::string& word : command) {
            words.push_back(const_cast<char*>(word.c_str()));
        }
        words.push_back(nullptr);
        pid_ = fork();
        CHECK(pid_ >= 0);
        if (pid_ == 0) {
            const int unread = open("/dev/null", O_WRONLY);
            dup2(streams == Streams::error ? unread : ends[1], STDOUT_FILENO);
            dup2(ends[1], STDERR_FILENO);
            execvp(words.front(), words.data());
            _exit(127);
        }
        close(ends[1]);
        output_ = ends[0];
    }

    ~Process() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        close(output_);
    }

    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // 0 once wait() has seen the end.
    [[nodiscard]] pid_t pid() const { return pid_; }

    [[nodiscard]] const std::string& output() const { return text_; }

    void signal(int number) const {
        CHECK(pid_ > 0);  // 0 would be everybody in our group
        kill(pid_, number);
    }

    // reads until `text` was seen; false when the process ended or time ran out.
    [[nodiscard]] bool wait_for(const std::string& text,
                                std::chrono::milliseconds limit = std::chrono::seconds(30)) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (text_.find(text) == std::string::npos) {
            if (!read_some(end)) {
                return text_.find(text) != std::string::npos;
            }
        }
        return true;
    }

    // The first line that holds `text`, once all of it was read, without its end; nothing when the
    // process ended or time ran out before.
    [[nodiscard]] std::optional<std::string> wait_for_line(
        const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(30)) {
        const auto stop = std::chrono::steady_clock::now() + limit;
        for (;;) {
            const std::size_t found = text_.find(text);
            const std::size_t end = found == std::string::npos ? found : text_.find('\n', found);
            if (end != std::string::npos) {
                const std::size_t before = text_.rfind('\n', found);
                const std::size_t begin = before == std::string::npos ? 0 : before + 1;
                return text_.substr(begin, end - begin);
            }
            if (!read_some(stop)) {
                return std::nullopt;
            }
        }
    }

    // Takes the next whole line out of the output; nothing when the process ended or time ran out
    // before.
    [[nodiscard]] std::optional<std::string> take_line(
        std::chrono::milliseconds limit = std::chrono::seconds(30)) {
        const auto stop = std::chrono::steady_clock::now() + limit;
        std::size_t end = text_.find('\n');
        while (end == std::string::npos) {
            if (!read_some(stop)) {
                return std::nullopt;
            }
            end = text_.find('\n');
        }
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
    }

    // The exit status, or 128 + the signal; reads everything first. Nothing when it goes on longer.
    [[nodiscard]] std::optional<int> wait(
        std::chrono::milliseconds limit = std::chrono::seconds(60)) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (read_some(end)) {
        }
        if (std::chrono::steady_clock::now() >= end) {
            return std::nullopt;
        }
        int status = 0;
        CHECK(waitpid(pid_, &status, 0) == pid_);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    // False at the end of the output and at the end of the time.
    bool read_some(std::chrono::steady_clock::time_point end) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd waiting{output_, POLLIN, 0};
        if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
            return false;
        }
        std::array<char, 4096> buffer{};
        const ssize_t count = read(output_, buffer.data(), buffer.size());
        if (count <= 0) {
            return false;
        }
        text_.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    }

    pid_t pid_ = 0;
    int output_ = -1;
    std::string text_;
};

struct Ran {
    int status = 0;
    std::string output;
};

// Runs a command to its end.
inline Ran run(const std::vector<std::string>& command,
               Streams streams = Streams::output_and_error) {
    Process process(command, streams);
    const auto status = process.wait();
    return {status.value_or(-1), process.output()};
}

// The program under test: the sanitized one of this build, and the one that ships.
inline std::string onhook_program() { return ONHOOK_PROGRAM; }

inline std::string released_program() {
    const char* named = std::getenv("ONHOOK_RELEASED");
    return named != nullptr ? named : ONHOOK_RELEASED_PROGRAM;
}

}  // namespace onhook::test
