#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/catalogue.h"
#include "provision/scope.h"
#include "provision/setting.h"

namespace onhook::provision {

// An element of an imported profile that became no setting, and the sentence why not.
struct LeftOut {
    std::size_t line = 0;  // 1-based
    std::string why;
};

// A profile somebody wrote for other means, as settings of one place.
struct ImportedProfile {
    std::vector<Setting> settings;  // checked, in catalogue order
    std::vector<LeftOut> left_out;  // in document order
};

// Reads a flat profile as the phone would (cisco-mpp.md 1.1, 1.3, 1.4): the last occurrence of a
// parameter wins, `ua` becomes access, an element that keeps the phone's value becomes access
// alone. A document that is no flat profile is an error; an element that cannot be a setting at
// `place` is left out, and the caller decides whether that is acceptable.
[[nodiscard]] Result<ImportedProfile> import_profile(const profile::Catalogue& catalogue,
                                                     const Scope& place,
                                                     std::string_view document);

}  // namespace onhook::provision
