#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/url.h"
#include "profile/macro.h"

namespace onhook::profile {

// Where a rule is wrong and what to do about it. Offsets count in the expanded text.
struct RuleError {
    std::size_t offset = 0;
    std::string message;
};

// Credentials for an HTTP challenge.
struct Credentials {
    std::string user;
    Secret<std::string> password;

    friend bool operator==(const Credentials&, const Credentials&) = default;
};

// The bracketed options of a rule (cisco-mpp.md 4.2).
struct RuleOptions {
    std::optional<Secret<std::string>> key;  // --key: AES-256-CBC phrase
    std::optional<std::string> uid;          // --uid
    std::optional<Secret<std::string>> pwd;  // --pwd
    bool delta = false;                      // --delta, reports only
    bool status = false;                     // --status, reports only

    // --uid with --pwd; a lone --uid has the empty password.
    [[nodiscard]] std::optional<Credentials> credentials() const;
};

// What a rule asks for: an absolute URL, or a path on a server that discovery knows (4.1).
struct RuleRequest {
    RuleOptions options;
    std::optional<Url> url;  // nothing: the server is left out
    std::string path;        // starts with "/" when the server is left out
};

// Bounds of a rule's text before and after expansion (cisco-mpp.md 4.4).
inline constexpr std::size_t longest_rule = 2048;
inline constexpr std::size_t longest_expanded_rule = 8192;

// A Profile_Rule: `[ options ] url`. Nothing for an empty rule, which is skipped (3.4).
// Conditions, alternatives and assignments are refused: they come with the full grammar.
[[nodiscard]] Result<std::optional<RuleRequest>, RuleError> read_profile_rule(
    std::string_view rule, const MacroSource& macros);

// A Report_Rule: at most two `[ options ] url[;]`, separated by white space (8.1).
[[nodiscard]] Result<std::vector<RuleRequest>, RuleError> read_report_rule(
    std::string_view rule, const MacroSource& macros);

}  // namespace onhook::profile
