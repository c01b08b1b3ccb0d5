#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace onhook::net {

// From OpenSSL's generator.
[[nodiscard]] Result<std::string> random_bytes(std::size_t count);

// 256 bits from OpenSSL's generator in hex: nobody guesses it.
[[nodiscard]] Result<Secret<std::string>> random_token();

}  // namespace onhook::net
