#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"

// D. J. Bernstein's netstrings: `5:hello,`. The engine's control connection speaks them.

namespace onhook::wire::netstring {

[[nodiscard]] std::string print(std::string_view payload);

// Cuts payloads out of a stream, in whatever pieces it arrives.
class Reader {
  public:
    // Payloads are at most `limit` bytes; a longer one is an error as soon as its length is there.
    explicit Reader(std::size_t limit) : limit_(limit) {}

    // The payloads that these bytes complete, in their order. After an error, whose offset counts
    // from the beginning of the stream, nothing can be read any more.
    [[nodiscard]] Result<std::vector<std::string>, ParseError> feed(std::string_view bytes);

  private:
    std::size_t limit_;
    std::size_t passed_ = 0;  // bytes of the stream before pending_
    std::string pending_;
};

}  // namespace onhook::wire::netstring
