#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook::wire::httpauth {

// RFC 4648 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
// Strict: whole groups, padding in its place, unused bits zero.
[[nodiscard]] Result<std::string, ParseError> from_base64(std::string_view text);

}  // namespace onhook::wire::httpauth
