#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "seal/error.h"
#include "seal/filter.h"

// RFC 1952 with deflate inside (cisco-mpp.md 1.9). A bare zlib or deflate stream is refused.

namespace onhook::seal {

// Whether a body is to be inflated: decided by its first bytes `1f 8b 08`, never by a name.
[[nodiscard]] bool is_gzip(std::string_view body) noexcept;

// One member or several behind each other; nothing may follow. More than `limit` bytes of output
// is an error, whatever the input's size; one feed() gives at most about 1032 times what it got.
class GzipInflater final : public Filter {
  public:
    explicit GzipInflater(std::size_t limit);
    ~GzipInflater() override;

    [[nodiscard]] Status<SealError> feed(std::string_view bytes, std::string& out) override;
    [[nodiscard]] Status<SealError> finish(std::string& out) override;

  private:
    struct Stream;
    [[nodiscard]] Status<SealError> feed_piece(std::string_view piece, std::string& out);
    [[nodiscard]] Failure<SealError> broken() const;

    std::unique_ptr<Stream> stream_;
    std::size_t limit_;
    std::size_t produced_ = 0;
    std::size_t members_ = 0;  // complete ones
    bool inside_ = false;      // a member has begun and not ended
};

// No name, no time: the same document gives the same bytes.
class GzipDeflater final : public Filter {
  public:
    GzipDeflater();
    ~GzipDeflater() override;

    // These cannot fail.
    [[nodiscard]] Status<SealError> feed(std::string_view bytes, std::string& out) override;
    [[nodiscard]] Status<SealError> finish(std::string& out) override;

  private:
    struct Stream;
    void deflate_all(int flush, std::string& out);

    std::unique_ptr<Stream> stream_;
};

[[nodiscard]] Result<std::string, SealError> gunzip(std::string_view body, std::size_t limit);
[[nodiscard]] std::string gzip(std::string_view document);

}  // namespace onhook::seal
