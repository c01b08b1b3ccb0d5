#pragma once

#include <span>
#include <string>
#include <vector>

#include "profile/flat_profile.h"
#include "profile/values.h"

namespace onhook::profile {

// What an empty element does to a value: the documents disagree (cisco-mpp.md 1.4).
enum class EmptyElements : std::uint8_t {
    mpp,    // <X/> empties unless it carries ua; <X></X> empties
    spa,    // <X/> never changes the value
    reset,  // an empty element puts the default back
};

struct Change {
    ParameterId id;
    std::string from;
    std::string to;
};

// An element that changed nothing because it may not: unknown name, value that fails its type.
struct Ignored {
    std::string name;
    std::string why;
    std::size_t line = 0;
};

struct Applied {
    Values values;                 // the phone's values afterwards
    std::vector<Change> changes;   // by parameter, only where the value differs
    std::vector<Ignored> ignored;  // in document order
    Effect effect = Effect::none;  // the strongest effect of a change
};

// What the elements of one profile make of `before`, which stays as it is: last occurrence wins,
// unknown names and values that fail their type are ignored and listed (1.1, 1.3, 1.4, 1.6).
[[nodiscard]] Applied apply_profile(std::span<const Element> elements,
                                    const Values& before,
                                    EmptyElements empty = EmptyElements::mpp);

// The parameters whose values differ, by id. Both are of one catalogue, and `after` came from
// `before` by changes.
[[nodiscard]] std::vector<Change> changes_between(const Values& before, const Values& after);

// The strongest effect that any of the changes has.
[[nodiscard]] Effect effect_of(std::span<const Change> changes, const Catalogue& catalogue);

}  // namespace onhook::profile
