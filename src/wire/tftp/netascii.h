#pragma once

#include <string>
#include <string_view>

namespace onhook::wire::tftp {

// The bytes of a file as mode netascii sends them: LF becomes CR LF, CR becomes CR NUL (RFC 764,
// RFC 1350). The result may be twice as long.
[[nodiscard]] std::string to_netascii(std::string_view bytes);

}  // namespace onhook::wire::tftp
