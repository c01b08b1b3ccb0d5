#include "net/durable_file.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "net/descriptor.h"

namespace onhook::net {

namespace {

Failure<Error> failed_to(const char* verb, const std::string& path) {
    return Failure{errno_error(errno, fmt::format("cannot {} '{}'", verb, path))};
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.find_last_not_of('/') == std::string::npos
                                  ? std::string::npos
                                  : path.rfind('/', path.find_last_not_of('/'));
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

Status<> sync_directory(const std::string& path) {
    const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.number()) != 0) {
        return failed_to("make durable the directory", path);
    }
    return Done{};
}

Status<> write_durably(const std::string& path, std::string_view bytes, unsigned mode) {
    ::unlink(path.c_str());  // what a killed writer left behind
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const Descriptor file(::open(path.c_str(), flags, 0600));
    if (!file) {
        return failed_to("create", path);
    }
    if (!write_all(file.number(), bytes) || ::fchmod(file.number(), mode) != 0 ||
        ::fsync(file.number()) != 0) {
        auto failure = failed_to("write", path);
        ::unlink(path.c_str());
        return failure;
    }
    return Done{};
}

}  // namespace

Status<> replace_file(const std::string& path, std::string_view bytes, unsigned mode) {
    const std::string fresh = path + ".new";
    if (auto written = write_durably(fresh, bytes, mode); !written) {
        return written;
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) {
        auto failure = failed_to("replace", path);
        ::unlink(fresh.c_str());
        return failure;
    }
    return sync_directory(parent_of(path));
}

Status<> rename_durably(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        return failed_to("rename to", to);
    }
    return sync_directory(parent_of(to));
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return failed_to("read", path);
    }
    std::string bytes;
    for (;;) {
        constexpr std::size_t step = std::size_t{64} << 10U;
        const std::size_t have = bytes.size();
        bytes.resize(have + step);
        const ssize_t count = ::read(file.number(), bytes.data() + have, step);
        bytes.resize(have + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count < 0 && errno != EINTR) {
            return failed_to("read", path);
        }
        if (bytes.size() > limit) {
            return Failure{
                Error{std::make_error_code(std::errc::file_too_large),
                      fmt::format("'{}' is larger than the {} bytes allowed", path, limit)}};
        }
        if (count == 0) {
            return bytes;
        }
    }
}

Status<> make_private_directory(const std::string& path) {
    struct stat status {};

    if (::stat(path.c_str(), &status) == 0) {
        if (!S_ISDIR(status.st_mode)) {
            errno = ENOTDIR;
            return failed_to("use as a directory", path);
        }
        if (::access(path.c_str(), W_OK | X_OK) != 0) {
            return failed_to("write into the directory", path);
        }
        return Done{};
    }
    if (errno != ENOENT) {
        return failed_to("look at the directory", path);
    }
    const std::string parent = parent_of(path);
    if (auto made = make_private_directory(parent); !made) {
        return made;
    }
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return failed_to("make the directory", path);
    }
    return sync_directory(parent);
}

FileLock::FileLock(int descriptor) noexcept : descriptor_(descriptor) {}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Result<FileLock> lock_file(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) {
        return failed_to("open the lock file", path);
    }
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return failed_to("lock", path);
        }
        const std::string owner(trim(read_file(path, 32).value_or("")));
        return Failure{
            Error{std::make_error_code(std::errc::device_or_resource_busy),
                  fmt::format("'{}' is locked by another process{}; stop that one first, or use "
                              "another directory",
                              path,
                              owner.empty() ? "" : fmt::format(" (process {})", owner))}};
    }
    // Only for the message above: that it cannot be written is no reason to stop.
    if (::ftruncate(file.number(), 0) == 0) {
        (void)write_all(file.number(), fmt::format("{}\n", ::getpid()));
    }
    return FileLock(file.release());
}

}  // namespace onhook::net
