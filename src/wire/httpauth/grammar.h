#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// The syntax that challenges and credentials share (RFC 9110 11.2 to 11.4).

namespace onhook::wire::httpauth {

inline constexpr std::size_t header_limit = 8192;  // bytes of a header value; ours

struct AuthParam {
    std::string name;  // lower case
    std::string value;
};

// `scheme`, `scheme token68` or `scheme name=value, ...`.
struct SchemeItem {
    std::string scheme;  // lower case
    std::string token68;
    std::vector<AuthParam> params;  // each name once

    // Nothing when there is no parameter of this name (lower case).
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
};

// A comma-separated list of items: the value of one WWW-Authenticate header, or of several joined
// by commas. An empty list is an error.
[[nodiscard]] Result<std::vector<SchemeItem>, ParseError> parse_items(std::string_view value);

// A quoted-string. Control characters cannot stand in one and are left out.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace onhook::wire::httpauth
