#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/cursor.h"
#include "profile/rule_error.h"

// The assignments of a rule (cisco-mpp.md 3.5) as they are written.

namespace onhook::profile {

struct WrittenAssignment {
    std::string_view name;
    std::size_t offset = 0;
    std::string_view value;  // without the quotes
};

// Takes assignments one by one up to the end of the cursor's text; the last ; may be missing.
class AssignmentReader {
  public:
    explicit AssignmentReader(Cursor in) : in_(in) {}

    // Nothing behind the last one.
    [[nodiscard]] Result<std::optional<WrittenAssignment>, RuleError> next();

  private:
    Cursor in_;
    bool separated_ = true;  // by ; from the one before
};

// The XML name of an assignment's name: a to p abbreviate GPP_A to GPP_P.
[[nodiscard]] std::string assigned_name(std::string_view written);

}  // namespace onhook::profile
