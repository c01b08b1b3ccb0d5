#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "seal/error.h"

namespace onhook::seal {

// A document on its way through, piece by piece and in constant memory: bytes in, bytes out. How
// the bytes were split cannot matter. What an opening filter gives before finish() has succeeded
// is provisional: the end of a document may still say that it is cut or forged. Whoever cannot
// take that back uses the functions that take a whole document. After an error, or after
// finish(), a filter is used up.
class Filter {
  public:
    Filter() = default;
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;
    virtual ~Filter() = default;

    // Appends to `out` what the bytes yield.
    [[nodiscard]] virtual Status<SealError> feed(std::string_view bytes, std::string& out) = 0;
    // The end of the document.
    [[nodiscard]] virtual Status<SealError> finish(std::string& out) = 0;
};

// A whole document through one filter: all of it or an error.
[[nodiscard]] Result<std::string, SealError> run(Filter& filter, std::string_view document);

}  // namespace onhook::seal
