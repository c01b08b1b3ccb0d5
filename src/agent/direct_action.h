#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace onhook::agent {

// A request to a page of the administrator as the phones' documents write it (cisco-mpp.md 10.1):
// `/admin/resync[?argument][&xuser=name&xpassword=password]`.
struct DirectAction {
    std::string argument;  // of /admin/resync: a rule; empty: all rules
    std::string user;
    Secret<std::string> password;

    friend bool operator==(const DirectAction&, const DirectAction&) = default;
};

// Nothing when the target is not of `path`. The argument is what stands before the first
// `&xuser=`, raw; it is percent-decoded only when it holds no "://". Credentials may stand behind
// `?` too.
[[nodiscard]] std::optional<DirectAction> read_direct_action(std::string_view target,
                                                             std::string_view path);

}  // namespace onhook::agent
