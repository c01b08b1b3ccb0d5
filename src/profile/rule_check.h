#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profile/catalogue.h"
#include "profile/rule_options.h"

namespace onhook::profile {

// Something to say about a rule before any phone has it.
struct RuleRemark {
    enum class Severity : std::uint8_t { warning, error };

    std::size_t offset = 0;  // in the unexpanded text
    Severity severity = Severity::error;
    std::string_view code;  // stable, for programs
    std::string message;
    std::string remedy;  // may be empty
};

// Checks a rule without a phone: every alternative is read, whether it would be taken or not, and
// a macro may stand for anything. Errors are what some phone would stumble over; warnings (an
// alternative that can never be taken, a secret spelled out, a rule that can never fetch, a macro
// that stays as it is) are what its author can hardly have meant. In the order of the text.
// With a catalogue, assignments are checked against its names.
[[nodiscard]] std::vector<RuleRemark> check_rule(RuleKind kind,
                                                 std::string_view rule,
                                                 const Catalogue* catalogue = nullptr);

// The same for Resync_Trigger_1 and 2.
[[nodiscard]] std::vector<RuleRemark> check_trigger(std::string_view expression);

}  // namespace onhook::profile
