#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/file_sink.h"

namespace onhook::net {

// Where the body of one answer goes while it arrives: into memory, or into a file. For src/net
// only.
class AnswerBody {
  public:
    // To a file from now on; nothing has come yet. `total` is the size that was announced, if one
    // was.
    [[nodiscard]] Status<> open_file(const std::string& path, std::optional<std::uint64_t> total);
    [[nodiscard]] Status<> append(std::string_view bytes);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    // What came into memory.
    [[nodiscard]] std::string take_text() noexcept { return std::move(text_); }

    // What the file holds, which is on disk then; nothing when there is none.
    [[nodiscard]] Result<std::optional<FileContent>> finish_file();

  private:
    std::string text_;
    std::optional<FileSink> file_;
    std::uint64_t size_ = 0;
};

}  // namespace onhook::net
