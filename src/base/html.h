#pragma once

#include <string>
#include <string_view>

namespace onhook {

// Text for XML content and double-quoted attributes.
void append_xml_escaped(std::string& out, std::string_view text);

// Text for HTML content and quoted attributes.
[[nodiscard]] std::string html_escape(std::string_view text);

}  // namespace onhook
