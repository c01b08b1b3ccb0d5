#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "profile/catalogue.h"

namespace onhook::profile {

// A rule for pages and logs: the arguments of --key and --pwd, the user:password of a URL and the
// values that it assigns are replaced by *** (cisco-mpp.md 14). Assigned values stay where `names`
// knows the parameter and that it is no secret. Works on any text, also on a rule that does not
// parse.
[[nodiscard]] std::string masked_rule(std::string_view rule, const Catalogue* names = nullptr);

// Something in a rule that may be a secret.
struct RuleSecret {
    enum class Place : std::uint8_t {
        argument,  // of --key or --pwd, with its quotes if it has some
        userinfo,  // user:password of a URL
        assigned,  // the value of `name`, without its quotes
    };

    Place place = Place::argument;
    std::string_view text;
    std::string_view name = {};  // that a value is assigned to
};

// The same with the replacement that `replace` gives for each.
[[nodiscard]] std::string masked_rule(
    std::string_view rule,
    const Catalogue* names,
    const std::function<std::string(const RuleSecret& secret)>& replace);

}  // namespace onhook::profile
