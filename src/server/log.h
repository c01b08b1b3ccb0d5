#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace onhook::server {

enum class Level : std::uint8_t { error, warning, info };

// One line for who runs the server. Whoever writes it makes control characters harmless.
using Log = std::function<void(Level, std::string)>;

}  // namespace onhook::server
