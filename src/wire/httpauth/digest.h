#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

// The formulas of RFC 7616, 2617 and 2069 (protocols.md F.1).

namespace onhook::wire::httpauth {

enum class Algorithm : std::uint8_t { md5, md5_sess, sha256, sha256_sess };

[[nodiscard]] std::string_view to_string(Algorithm algorithm) noexcept;  // "SHA-256-sess"
// The name in any case; nothing when it is none of ours.
[[nodiscard]] std::optional<Algorithm> parse_algorithm(std::string_view name) noexcept;

[[nodiscard]] constexpr bool is_md5(Algorithm algorithm) noexcept {
    return algorithm == Algorithm::md5 || algorithm == Algorithm::md5_sess;
}

// The -sess forms mix nonce and cnonce into HA1, so they need qop.
[[nodiscard]] constexpr bool is_session(Algorithm algorithm) noexcept {
    return algorithm == Algorithm::md5_sess || algorithm == Algorithm::sha256_sess;
}

// Hex digits of a response.
[[nodiscard]] constexpr std::size_t response_length(Algorithm algorithm) noexcept {
    return is_md5(algorithm) ? 32 : 64;
}

struct Account {
    std::string username;
    Secret<std::string> password;
};

// H(user:realm:password) in hex. It opens everything the password opens in this realm, so a
// server may store it instead of the password, as carefully. The -sess algorithms share the value
// of their plain forms.
[[nodiscard]] Secret<std::string> digest_ha1(Algorithm algorithm,
                                             const Account& account,
                                             std::string_view realm);

// What the client adds with qop=auth.
struct ClientNonce {
    std::string cnonce;
    std::string count = "00000001";  // nc as sent: eight hex digits

    friend bool operator==(const ClientNonce&, const ClientNonce&) = default;
};

// What a response signs.
struct DigestInput {
    Algorithm algorithm = Algorithm::md5;
    std::string_view nonce;
    std::string_view method;
    std::string_view uri;                 // the request target exactly as sent
    const ClientNonce* client = nullptr;  // null: the form of RFC 2069, without qop
};

// A -sess algorithm needs `client`.
[[nodiscard]] std::string digest_response(const DigestInput& input, const Secret<std::string>& ha1);

}  // namespace onhook::wire::httpauth
