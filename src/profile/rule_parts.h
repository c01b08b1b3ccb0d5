#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/cursor.h"
#include "profile/rule_error.h"

// How a rule falls into alternatives and an alternative into its parts (cisco-mpp.md 3.1), before
// any of them is read.

namespace onhook::profile {

// Where the alternative that starts at `begin` ends: at the next | outside of quotes, ( ) and
// [ ], or with the rule. A bracket or quote that is never closed counts as a plain character.
[[nodiscard]] std::size_t end_of_alternative(std::string_view rule, std::size_t begin);

// What stands between brackets: characters [begin, end) of the rule.
struct Group {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// A cursor over the group's text, whose offsets count in the rule.
[[nodiscard]] Cursor inside(std::string_view rule, const Group& group);

// `( expr )?`, if one stands here.
[[nodiscard]] Result<std::optional<Group>, RuleError> take_condition(Cursor& in);

// What may follow the condition. The URL ends at white space.
struct Rest {
    std::optional<Group> assignments;  // ( )!
    std::optional<Group> options;      // [ ]
    std::string_view url;              // empty: there is none
    std::size_t url_offset = 0;
};

[[nodiscard]] Result<Rest, RuleError> take_rest(Cursor& in);

}  // namespace onhook::profile
