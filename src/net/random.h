#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace onhook::net {

// 256 bits from OpenSSL's generator in hex: nobody guesses it.
[[nodiscard]] Result<Secret<std::string>> random_token();

}  // namespace onhook::net
