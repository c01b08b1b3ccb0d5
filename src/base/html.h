#pragma once

#include <string>
#include <string_view>

namespace onhook {

// Text for HTML content and double-quoted attributes.
[[nodiscard]] std::string html_escape(std::string_view text);

}  // namespace onhook
