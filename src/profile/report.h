#pragma once

#include <span>
#include <string>

#include "profile/values.h"

namespace onhook::profile {

// The full report of cisco-mpp.md 8.2, which can be fed back as a profile: every parameter with
// its access, in catalogue order. Secrets are <X ua="na"/>, and a rule that spells out a key or a
// password is <X ua="..."/>: fed back, both keep their value. Hidden parameters are not in it.
[[nodiscard]] std::string full_report(const Values& values);

// The delta report: the same for the parameters that changed, in their order, as they are now.
[[nodiscard]] std::string delta_report(const Values& values, std::span<const ParameterId> changed);

}  // namespace onhook::profile
