#pragma once

#include <functional>
#include <string>

#include "server/log_event.h"

namespace onhook::server {

// One line for who runs the server. Whoever writes it makes control characters harmless.
using Log = std::function<void(LogEvent, std::string)>;

}  // namespace onhook::server
