#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace onhook::cli {

// Where the server keeps its data unless told otherwise: /var/lib/onhook for root, below the home
// directory for anybody else.
[[nodiscard]] std::string default_data_directory();
// Where a phone keeps its state unless told otherwise.
[[nodiscard]] std::string default_phone_directory(const std::string& mac);

// An option that is not as it must be, in a sentence.
[[nodiscard]] inline Failure<std::string> wrong(std::string sentence) {
    return Failure{std::move(sentence)};
}

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

// ADDRESS:PORT; an IPv6 address stands in brackets.
[[nodiscard]] std::optional<Address> read_address(const std::string& text);

}  // namespace onhook::cli
