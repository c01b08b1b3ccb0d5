#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace onhook::agent {

// A request to /admin/resync as the phones' documents write it (cisco-mpp.md 10.1):
// `/admin/resync[?rule][&xuser=name&xpassword=password]`.
struct ResyncAction {
    std::string rule;  // empty: all rules
    std::string user;
    Secret<std::string> password;

    friend bool operator==(const ResyncAction&, const ResyncAction&) = default;
};

// Nothing when the target is not /admin/resync. The rule is what stands before the first
// `&xuser=`, raw; it is percent-decoded only when it holds no "://". Credentials may stand behind
// `?` too.
[[nodiscard]] std::optional<ResyncAction> read_resync_action(std::string_view target);

}  // namespace onhook::agent
