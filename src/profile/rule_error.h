#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace onhook::profile {

// Where a rule is wrong, why, and what to write instead. Offsets count in the text that was
// parsed: the expanded one when a rule is decided, the unexpanded one when it is checked.
struct RuleError {
    std::size_t offset = 0;
    std::string message;
    std::string remedy;                // empty: the message says it all
    std::string_view code = "syntax";  // stable, for programs; a literal

    // One sentence for logs.
    [[nodiscard]] std::string sentence() const {
        return remedy.empty() ? message : message + "; " + remedy;
    }
};

[[nodiscard]] inline Failure<RuleError> wrong_rule(std::size_t offset,
                                                   std::string message,
                                                   std::string remedy = {},
                                                   std::string_view code = "syntax") {
    return Failure{RuleError{offset, std::move(message), std::move(remedy), code}};
}

// Stands for each character of a macro in a text that is checked before a phone is known
// (rule_check.h). No rule holds it otherwise: XML has no such character.
inline constexpr char unknown_character = '\x01';

}  // namespace onhook::profile
