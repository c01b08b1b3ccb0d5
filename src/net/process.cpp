#include "net/process.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <string>
#include <vector>

#include <linux/close_range.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/durable_file.h"

namespace onhook::net {

namespace {

constexpr std::size_t longest_command_line = std::size_t{2} << 20U;  // the system's own limit

// The program's file, or what the system runs when that one has been replaced meanwhile.
std::string own_program() {
    const std::string link = "/proc/self/exe";
    std::array<char, PATH_MAX> path{};
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
    const std::string file(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return ::access(file.c_str(), X_OK) == 0 ? file : link;
}

}  // namespace

void forbid_core_dumps() noexcept {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void give_freed_memory_back() noexcept {
    // What they start with; once set they stay.
    constexpr int bytes = 128 << 10;
    ::mallopt(M_MMAP_THRESHOLD, bytes);
    ::mallopt(M_TRIM_THRESHOLD, bytes);
}

Error start_program_again() {
    auto line = read_file("/proc/self/cmdline", longest_command_line);
    if (!line) {
        return std::move(line).error();
    }
    std::vector<char*> words;
    for (std::size_t at = 0; at < line->size(); at = line->find('\0', at) + 1) {
        words.push_back(line->data() + at);
    }
    words.push_back(nullptr);
    const std::string program = own_program();
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execv(program.c_str(), words.data());
    return errno_error(errno, "cannot run '" + program + "'");
}

}  // namespace onhook::net
