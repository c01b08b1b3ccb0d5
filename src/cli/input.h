#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace onhook::cli {

// A whole file of at most `limit` bytes; "-" is standard input. The error is a sentence that names
// the file.
[[nodiscard]] Result<std::string, std::string> read_input(const std::string& path,
                                                          std::size_t limit);

}  // namespace onhook::cli
