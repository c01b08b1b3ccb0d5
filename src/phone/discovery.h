#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "phone/events.h"
#include "profile/dialect.h"
#include "profile/macro.h"

namespace onhook::phone {

// The order in which options are consulted: DHCP_Option_To_Use ("66,160,159") and
// DHCPv6_Option_To_Use ("17,160,159"). What is not listed is not used.
struct OptionOrder {
    std::string_view v4;
    std::string_view v6;
};

// The URLs that a lease's DHCP options stand for, in the order in which a phone tries them
// (cisco-mpp.md 13.2, 13.3): those of DHCP, then those of DHCPv6.
//
// `tails` are the paths that are tried on a server, with macros: the Profile_Rule, then the
// dialect's own. Values that are in none of the documented forms are skipped.
[[nodiscard]] std::vector<Url> discovery_urls(const Lease& lease,
                                              const OptionOrder& order,
                                              std::span<const std::string_view> tails,
                                              const profile::MacroSource& macros);

// The name whose SRV records say where a domain's provisioning servers are (6.8). `scheme` is http
// or https.
[[nodiscard]] std::string srv_name(Scheme scheme, std::string_view domain);

// Every path on every target of the records, in the order in which a phone tries them (6.8): by
// priority, then the lower weight first. Paths start with "/"; targets that are no server ("." of
// RFC 2782, port 0) are left out.
[[nodiscard]] std::vector<Url> srv_urls(Scheme scheme,
                                        std::vector<SrvTarget> targets,
                                        std::span<const std::string> paths);

}  // namespace onhook::phone
