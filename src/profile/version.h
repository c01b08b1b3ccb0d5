#pragma once

#include <compare>
#include <string_view>

#include "base/result.h"

namespace onhook::profile {

// A version as an operand of a condition (cisco-mpp.md 3.3): a load name, with or without model,
// build and .loads ("sip88xx.11-3-1MPP-678", "11-0-1MPP"), or numbers with dots ("2.0.1",
// "2.0.6(b)"). Looks into the text it was parsed from.
class Version {
  public:
    [[nodiscard]] static Result<Version, ParseError> parse(std::string_view text);

    // Field by field, numbers before the letters behind them; the builds of load names count when
    // all else is equal and both have one. An error when one is a load name and the other is not.
    [[nodiscard]] Result<std::weak_ordering, ParseError> compare(const Version& other) const;

  private:
    std::string_view fields_;  // without the model, the build and .loads
    std::string_view build_;   // digits; empty: none
    char separator_ = '-';     // of load names; '.' of the others
};

}  // namespace onhook::profile
