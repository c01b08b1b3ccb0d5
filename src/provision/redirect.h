#pragma once

#include <string>

#include "base/url.h"
#include "profile/dialect.h"
#include "provision/effective_settings.h"

namespace onhook::provision {

// The answer to a phone that asks the remote-customization service where it belongs, a 200 in any
// case (cisco-mpp.md 7.1). For a known device (`effective` not null) a small profile whose
// Profile_Rule is profile_rule(base) and that, when somebody decided it, says how to retry; for an
// unknown one the empty body that ends the phone's asking (state Unavailable).
[[nodiscard]] std::string redirect_document(const profile::Dialect& dialect,
                                            const Url& base,
                                            const EffectiveSettings* effective);

}  // namespace onhook::provision
