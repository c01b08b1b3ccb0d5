#pragma once

#include <string>

namespace onhook::profile {

// What is wrong with ill-formed XML and what to do; `code` is an XML_Error of expat.
[[nodiscard]] std::string explain_xml_error(int code);

}  // namespace onhook::profile
