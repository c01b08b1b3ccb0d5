#pragma once

#include <string>
#include <string_view>

namespace onhook::profile {

// A rule for pages and logs: the arguments of --key and --pwd and the user:password of a URL are
// replaced by *** (cisco-mpp.md 14). Works on any text, also on a rule that does not parse.
[[nodiscard]] std::string masked_rule(std::string_view rule);

}  // namespace onhook::profile
