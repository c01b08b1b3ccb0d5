#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook::wire::tftp {

// A file name from the network as a relative path in its only spelling: leading and repeated
// slashes are dropped. Errors at the offending offset: a segment "." or "..", a backslash, a NUL
// or other control character, no name at the end (protocols.md D.4).
[[nodiscard]] Result<std::string, ParseError> normalised_file_name(std::string_view text);

}  // namespace onhook::wire::tftp
