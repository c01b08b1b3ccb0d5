#pragma once

#include <string>

#include "base/url.h"
#include "profile/dialect.h"
#include "provision/setting.h"

namespace onhook::provision {

// `base` is where phones reach the server: http://host:port, or a path under it. Its query is left
// out.

// Where a phone finds its profile, as a Profile_Rule that every phone can have:
// http://host:port/$MA.xml, for the phone to expand.
[[nodiscard]] std::string profile_rule(const Url& base);

// Where it sends its report, as a Report_Rule: http://host:port/report/$MA.xml.
[[nodiscard]] std::string report_rule(const Url& base);

// What the server asks of every phone unless the provider decided otherwise: to come back to it
// and to report to it. The first layer, before the provider's, for merge().
[[nodiscard]] Layer server_layer(const profile::Dialect& dialect, const Url& base);

}  // namespace onhook::provision
