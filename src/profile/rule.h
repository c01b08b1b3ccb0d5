#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/url.h"
#include "profile/condition.h"
#include "profile/macro.h"
#include "profile/rule_error.h"
#include "profile/rule_options.h"

namespace onhook::profile {

// Credentials for an HTTP challenge.
struct Credentials {
    std::string user;
    Secret<std::string> password;

    friend bool operator==(const Credentials&, const Credentials&) = default;
};

// The bracketed options of a rule, opened (cisco-mpp.md 4.2).
struct RuleOptions {
    std::optional<Secret<std::string>> key;  // --key: AES-256-CBC phrase
    std::optional<std::string> uid;          // --uid
    bool uid_opens_secret = false;           // it was written with $SA or the like: not to be shown
    std::optional<Secret<std::string>> pwd;  // --pwd
    std::optional<char> post;                // --post: POST the expanded GPP_x; 'a' to 'p'
    std::optional<char> alias;               // --alias: the alias map in GPP_x; 'a' to 'p'
    bool srv = false;                        // --srv: the URL's host is a domain for DNS SRV
    bool delta = false;                      // --delta, reports only
    bool status = false;                     // --status, reports only

    // --uid with --pwd; a lone --uid has the empty password.
    [[nodiscard]] std::optional<Credentials> credentials() const;
};

// What a rule asks for: an absolute URL, a path on a server that discovery knows (4.1), or an
// activation code.
struct RuleRequest {
    RuleOptions options;
    std::optional<Url> url;        // nothing: the server is left out
    std::string path;              // starts with "/" when the server is left out
    bool activation_code = false;  // gds://: ask the user for a code (7.5); no URL and no path
};

// The text that --post or --alias names: GPP_A for 'a', its macros expanded (2.1). Secrets in it
// stay closed.
[[nodiscard]] std::string general_purpose_text(char letter, const MacroSource& macros);

// ( Name = "value" ; )!: the XML name, also where the rule has the letters a to p for GPP_A to
// GPP_P. Whoever applies it knows which names exist; others are ignored (3.5).
struct Assignment {
    std::string name;
    std::string value;

    friend bool operator==(const Assignment&, const Assignment&) = default;
};

// An alternative that was looked at, for people.
struct Considered {
    std::size_t alternative = 0;  // counts from 0
    std::string condition;        // after expansion; empty: it has none
    bool holds = false;

    friend bool operator==(const Considered&, const Considered&) = default;
};

// The alternative that was taken. Without a request it only assigns, which is a success without
// transfer (3.4).
struct RuleDecision {
    std::size_t alternative = 0;  // counts from 0
    std::vector<Assignment> assignments;
    std::optional<RuleRequest> request;
};

// Bounds of a rule's text before and after expansion (cisco-mpp.md 4.4).
inline constexpr std::size_t longest_rule = 2048;
inline constexpr std::size_t longest_expanded_rule = 8192;

// How rules are read where documents leave a choice.
struct RulePolicy {
    LegacyConditions legacy_conditions = LegacyConditions::refused;
};

// Expands a Profile_Rule or Upgrade_Rule and takes its first alternative without a condition or
// with one that holds (3.4); `kind` is not report. Nothing: the rule is empty or no condition
// holds, so it is skipped. Errors count up to the alternative that is taken and in it: conditions
// before it are all read, but what stands behind a false condition is not, nor what stands behind
// the taken alternative. `why` collects what was looked at.
[[nodiscard]] Result<std::optional<RuleDecision>, RuleError> decide_rule(
    RuleKind kind,
    std::string_view rule,
    const MacroSource& macros,
    std::vector<Considered>* why = nullptr,
    const RulePolicy& policy = {});

// What a Report_Rule asks for.
struct ReportDecision {
    std::size_t alternative = 0;  // counts from 0; only a rule for a single report has several
    std::vector<Assignment> assignments;
    std::vector<RuleRequest> requests;  // at most two; each has a URL
    bool too_many = false;              // more than two were written; the others are not looked at
    bool in_turn = false;               // two were written, and each Considered is one of them
};

// A Report_Rule: at most two reports separated by white space, each with a condition of its own if
// it likes, or the alternatives of a single report (8.1). A report whose condition is false is
// left out.
[[nodiscard]] Result<ReportDecision, RuleError> decide_report_rule(
    std::string_view rule,
    const MacroSource& macros,
    std::vector<Considered>* why = nullptr,
    const RulePolicy& policy = {});

// Resync_Trigger_1 and 2: a bare expression, without ( )? (3.1). An empty one is an error: it is
// no trigger, and whoever asks knows that first (5.1).
[[nodiscard]] Result<bool, RuleError> decide_trigger(std::string_view expression,
                                                     const MacroSource& macros,
                                                     const RulePolicy& policy = {});

}  // namespace onhook::profile
