#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <CLI/App.hpp>

#include "base/mac_address.h"
#include "base/result.h"
#include "net/certificate.h"

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

// The serial number of a phone of which nobody said more.
[[nodiscard]] std::string usual_serial(const MacAddress& mac);

// --cert FILE, of which `about` says what it is for, and --key FILE, which go together.
void add_certificate_options(CLI::App& command,
                             net::CertificateFiles& files,
                             const std::string& about);

}  // namespace onhook::cli
