#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "profile/catalogue.h"
#include "provision/scope.h"
#include "provision/setting.h"

namespace onhook::provision {

// A decision and the place that took it.
template <typename T>
struct Decided {
    T value;
    Scope from;

    friend bool operator==(const Decided&, const Decided&) = default;
};

// What one parameter of one device comes to. At least one part is there; value and access may
// come from different places.
struct EffectiveSetting {
    profile::ParameterId id;
    std::optional<Decided<std::string>> value = {};
    std::optional<Decided<profile::Access>> access = {};

    friend bool operator==(const EffectiveSetting&, const EffectiveSetting&) = default;
};

// A stored setting whose parameter this catalogue does not have (any more). Not rendered; shown
// to people.
struct OrphanSetting {
    std::string name;
    Scope from;

    friend bool operator==(const OrphanSetting&, const OrphanSetting&) = default;
};

// What a device gets: every parameter that somebody decided, in catalogue order.
struct EffectiveSettings {
    const profile::Catalogue* catalogue = nullptr;  // never null; outlives the settings
    std::vector<EffectiveSetting> settings = {};
    std::vector<OrphanSetting> orphans = {};

    // Null when nobody decided the parameter. Lives as long as the settings.
    [[nodiscard]] const EffectiveSetting* find(profile::ParameterId id) const;
};

// The layers merged from root to leaf: of two that decide the same, the one further down wins.
// `catalogue` must outlive the result.
[[nodiscard]] EffectiveSettings merge(const profile::Catalogue& catalogue,
                                      std::span<const Layer> root_to_leaf);

}  // namespace onhook::provision
