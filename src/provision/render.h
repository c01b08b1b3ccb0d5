#pragma once

#include <string>

#include "provision/effective_settings.h"

namespace onhook::provision {

// The profile that gives a phone its settings, in the form of cisco-mpp.md 1.1: the decided
// parameters in catalogue order and nothing else, so that equal settings are equal bytes and an
// ETag over them is worth something. Macros stay for the phone to expand. Secrets are in it: the
// document goes to its own phone only.
[[nodiscard]] std::string render_profile(const EffectiveSettings& effective);

}  // namespace onhook::provision
