#pragma once

#include <string>

namespace onhook::net {

// This machine's name as the system has it; "localhost" when it has none.
[[nodiscard]] std::string host_name();

}  // namespace onhook::net
