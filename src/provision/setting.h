#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/catalogue.h"
#include "provision/scope.h"

namespace onhook::provision {

// What a provider decided about one parameter at one place: its value, the user account's access
// to it (the `ua` attribute, cisco-mpp.md 1.3), or both. The part that is nothing is not decided
// here: it comes from further up the tree, or stays what it is on the phone.
struct Setting {
    std::string name;  // the catalogue's XML name
    std::optional<std::string> value = {};
    std::optional<profile::Access> access = {};

    friend bool operator==(const Setting&, const Setting&) = default;
};

// All settings of one place, in any order, a name at most once.
struct Layer {
    Scope scope;
    std::vector<Setting> settings;

    friend bool operator==(const Layer&, const Layer&) = default;
};

constexpr std::size_t max_value_bytes = 65'536;  // cisco-mpp.md 1.1

// `wanted` as it may be stored at `place`: the name in the catalogue's spelling, the value trimmed
// and canonical, `""` as the empty value (cisco-mpp.md 1.4). An unknown name, a value that its
// type refuses, and a text that no profile can carry (several lines, control characters, not
// UTF-8, too long) are errors, as is a setting that decides nothing. The sentence names place,
// cause and remedy, and never the value: it may be a secret.
[[nodiscard]] Result<Setting> check_setting(const profile::Catalogue& catalogue,
                                            const Scope& place,
                                            Setting wanted);

}  // namespace onhook::provision
