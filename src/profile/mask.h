#pragma once

#include <string>
#include <string_view>

#include "profile/catalogue.h"

namespace onhook::profile {

// A rule for pages and logs: the arguments of --key and --pwd, the user:password of a URL and the
// values that it assigns are replaced by *** (cisco-mpp.md 14). Assigned values stay where `names`
// knows the parameter and that it is no secret. Works on any text, also on a rule that does not
// parse.
[[nodiscard]] std::string masked_rule(std::string_view rule, const Catalogue* names = nullptr);

}  // namespace onhook::profile
