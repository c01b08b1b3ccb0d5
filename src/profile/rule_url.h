#pragma once

#include <cstddef>
#include <string_view>

#include "profile/rule.h"

namespace onhook::profile {

// Reads the URL of a rule into `request` (cisco-mpp.md 4.1) and checks that it and the options
// that are already there go together. A user and password in it are options too; written options
// win.
[[nodiscard]] Status<RuleError> read_rule_url(std::string_view written,
                                              std::size_t offset,
                                              RuleKind kind,
                                              RuleRequest& request);

}  // namespace onhook::profile
