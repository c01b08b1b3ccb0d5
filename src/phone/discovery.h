#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "phone/events.h"
#include "profile/dialect.h"
#include "profile/macro.h"

namespace onhook::phone {

// The URLs that a lease's DHCP options stand for, in the order in which a phone tries them
// (cisco-mpp.md 13.2, 13.3).
//
// `order` is DHCP_Option_To_Use ("66,160,159"). `tails` are the paths that are tried on a server,
// with macros: the Profile_Rule, then the dialect's own. Values that are in none of the documented
// forms are skipped.
[[nodiscard]] std::vector<Url> discovery_urls(const Lease& lease,
                                              std::string_view order,
                                              std::span<const std::string_view> tails,
                                              const profile::MacroSource& macros);

}  // namespace onhook::phone
