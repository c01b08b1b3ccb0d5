#pragma once

#include <vector>

#include "profile/flat_profile.h"
#include "profile/values.h"

namespace onhook::profile {

// The full report of cisco-mpp.md 8.2, which can be fed back as a profile: every parameter with
// its access, in catalogue order. Secrets are <X ua="na"/>; hidden parameters are not in it.
[[nodiscard]] std::vector<Element> full_report(const Values& values);

}  // namespace onhook::profile
