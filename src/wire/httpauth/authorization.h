#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/secret.h"
#include "wire/httpauth/challenge.h"
#include "wire/httpauth/digest.h"

// The client's answer to a challenge, and the server's look at it (protocols.md F.1, F.2).

namespace onhook::wire::httpauth {

struct BasicCredentials {
    std::string username;  // without a colon: the first colon ends it (RFC 7617 2)
    Secret<std::string> password;

    friend bool operator==(const BasicCredentials&, const BasicCredentials&) = default;
};

struct DigestCredentials {
    std::string username;
    std::string realm;
    std::string nonce;
    std::string uri;
    std::string response;                // hex of the algorithm's length, lower case
    std::optional<Algorithm> algorithm;  // nothing: MD5
    std::optional<std::string> opaque;
    std::optional<ClientNonce> client;  // there with qop=auth

    friend bool operator==(const DigestCredentials&, const DigestCredentials&) = default;
};

using Credentials = std::variant<BasicCredentials, DigestCredentials>;

// One request: both views must outlive the call only.
struct Signed {
    std::string_view method;
    std::string_view uri;  // the request target exactly as sent, path and query
};

// The value of the Authorization header that answers `challenge`; secret, because Basic carries
// the password in it. `client` must be fresh: an unguessable cnonce, and a count that rises while
// the nonce stays. Basic and challenges without qop do not use it.
[[nodiscard]] Secret<std::string> answer(const Challenge& challenge,
                                         const Account& account,
                                         const Signed& request,
                                         const ClientNonce& client);

// An Authorization value. Strict: one scheme, Basic or Digest, all the fields that the scheme
// needs, qop only auth.
[[nodiscard]] Result<Credentials, ParseError> parse_authorization(std::string_view value);

// The value of the Authorization header.
[[nodiscard]] Secret<std::string> print(const Credentials& credentials);

// Whether who made these credentials knew `ha1` (digest_ha1() of the account) and signed this
// method. The caller checks what only it can know: that the nonce is its own and fresh, that
// realm and algorithm are those of its challenge, and that `uri` is the target it was asked for.
[[nodiscard]] bool verify(const DigestCredentials& credentials,
                          std::string_view method,
                          const Secret<std::string>& ha1);

}  // namespace onhook::wire::httpauth
