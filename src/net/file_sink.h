#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook::net {

// What a file holds: its size in bytes and its SHA-256 as 64 lower hex digits.
struct FileContent {
    std::uint64_t size = 0;
    std::string sha256;

    friend bool operator==(const FileContent&, const FileContent&) = default;
};

// A file that is written and hashed while its bytes arrive. Until finish() it goes with this
// object. Errors are sentences with the system's reason, "No space left on device" among them.
class FileSink {
  public:
    // Makes the file (0600), in the place of one that is there. Nobody else may write to it.
    [[nodiscard]] static Result<FileSink> create(const std::string& path);

    FileSink(FileSink&&) noexcept;
    FileSink& operator=(FileSink&&) noexcept;
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;
    ~FileSink();

    // Takes the room for so many bytes, so that a full disk is noticed before they are fetched. A
    // file system that cannot is asked again by write().
    [[nodiscard]] Status<> reserve(std::uint64_t size);
    [[nodiscard]] Status<> write(std::string_view bytes);
    // Its content is on disk when this returns, and stays. Once; nothing else after it.
    [[nodiscard]] Result<FileContent> finish();

  private:
    struct State;
    explicit FileSink(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

// What the file holds now; reads all of it.
[[nodiscard]] Result<FileContent> read_content(const std::string& path);

}  // namespace onhook::net
