#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook::net {

// Replaces the file as a whole: whoever reads it, after a crash of the process or of the machine
// at any moment too, finds the old content or the new. The new content is on disk when this
// returns. Writes `path` + ".new" beside it first; a path has one writer at a time (lock_file).
// `mode` is the file's mode afterwards, whatever the umask.
[[nodiscard]] Status<> replace_file(const std::string& path,
                                    std::string_view bytes,
                                    unsigned mode = 0600);

// Gives a file another name in its directory, in the place of what has it. Its content must be on
// disk; the name is when this returns.
[[nodiscard]] Status<> rename_durably(const std::string& from, const std::string& to);

// The whole file. More than `limit` bytes is an error. That there is no such file is
// std::errc::no_such_file_or_directory.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit);

// Makes the directory, and the parents that are missing, for this user alone (0700). One that
// exists is left as it is, but must be a directory that we may write to.
[[nodiscard]] Status<> make_private_directory(const std::string& path);

// Held while it lives; the system lets go of it when the process ends, however it ends. The lock
// is on a file that stays behind, empty but for the owner's process id.
class FileLock {
  public:
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

  private:
    friend Result<FileLock> lock_file(const std::string& path);
    explicit FileLock(int descriptor) noexcept;

    int descriptor_;
};

// Fails at once when another process (or another FileLock of this one) holds it.
[[nodiscard]] Result<FileLock> lock_file(const std::string& path);

}  // namespace onhook::net
