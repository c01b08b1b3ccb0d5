#pragma once

// What the tests of src/profile read out of profiles and rules.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "profile/flat_profile.h"
#include "profile/rule.h"

namespace onhook::profile {

using Assignments = std::vector<Assignment>;

// Of a document that is well-formed.
[[nodiscard]] inline std::vector<Element> elements_of(std::string_view document) {
    auto elements = read_flat_profile(document);
    CHECK(elements.has_value());
    return *std::move(elements);
}

[[nodiscard]] inline std::string url_of(const RuleDecision& decision) {
    return !decision.request        ? "no request"
           : !decision.request->url ? decision.request->path
                                    : decision.request->url->to_string();
}

}  // namespace onhook::profile
