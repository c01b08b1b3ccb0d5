#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "wire/httpauth/digest.h"

// What a server asks for (RFC 7616, 7617; protocols.md F.1, F.2).

namespace onhook::wire::httpauth {

struct BasicChallenge {
    std::string realm;

    friend bool operator==(const BasicChallenge&, const BasicChallenge&) = default;
};

struct DigestChallenge {
    std::string realm;
    std::string nonce;
    std::optional<std::string> opaque;
    std::optional<Algorithm> algorithm;  // nothing: MD5, and the answer does not name it either
    bool qop_auth = false;               // false: the form of RFC 2069
    bool stale = false;                  // the password was right, only the nonce is too old

    friend bool operator==(const DigestChallenge&, const DigestChallenge&) = default;
};

using Challenge = std::variant<BasicChallenge, DigestChallenge>;

// The challenges of a WWW-Authenticate value that we can answer, in its order; the result is empty
// when there is none. Other schemes, other algorithms, qop without auth, and a Digest without
// realm or nonce are passed over, as RFC 9110 11.4 allows. Bad syntax is an error.
[[nodiscard]] Result<std::vector<Challenge>, ParseError> parse_challenges(std::string_view value);

// The one to answer: SHA-256 before MD5 before Basic. Null when there is none; the pointer lives
// as long as `challenges`.
[[nodiscard]] const Challenge* strongest(std::span<const Challenge> challenges) noexcept;

// For a server: a WWW-Authenticate value with one challenge.
[[nodiscard]] std::string print(const Challenge& challenge);

}  // namespace onhook::wire::httpauth
