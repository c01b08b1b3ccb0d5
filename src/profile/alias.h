#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"

namespace onhook::profile {

// Which elements of a foreign document stand for which parameters (cisco-mpp.md 1.7): the text of
// a GPP parameter that a rule's --alias names, macros expanded.
class AliasMap {
  public:
    static constexpr std::size_t most = 30;

    // `/SIP-Credentials/name = /flat-profile/Display_Name_1_ ; /auth-secret = … ;`. A text of
    // white space is an empty map.
    [[nodiscard]] static Result<AliasMap, ParseError> parse(std::string_view text);

    // The parameter that the element at the end of `path` stands for ("/CPE/SIP-Credentials/name");
    // nothing when no alias matches. An alias matches however deep its elements are nested; of two
    // that match, the one that spells out more elements wins. The view lives as long as the map.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view path) const noexcept;

    [[nodiscard]] bool empty() const noexcept { return aliases_.empty(); }

    // Text that parses to the same map.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const AliasMap&, const AliasMap&) = default;

  private:
    struct Alias {
        std::string path;  // "/SIP-Credentials/name"
        std::string parameter;

        friend bool operator==(const Alias&, const Alias&) = default;
    };

    std::vector<Alias> aliases_;  // the longest path first
};

}  // namespace onhook::profile
