#include "provision/effective_settings.h"

#include <algorithm>
#include <map>
#include <utility>

namespace onhook::provision {

const EffectiveSetting* EffectiveSettings::find(profile::ParameterId id) const {
    const auto found = std::lower_bound(
        settings.begin(),
        settings.end(),
        id,
        [](const EffectiveSetting& s, profile::ParameterId i) { return s.id < i; });
    return found != settings.end() && found->id == id ? &*found : nullptr;
}

EffectiveSettings merge(const profile::Catalogue& catalogue, std::span<const Layer> root_to_leaf) {
    EffectiveSettings merged{.catalogue = &catalogue};
    std::map<profile::ParameterId, EffectiveSetting> by_id;
    for (const Layer& layer : root_to_leaf) {
        for (const Setting& setting : layer.settings) {
            const auto id = catalogue.find(setting.name);
            if (!id) {
                merged.orphans.push_back({setting.name, layer.scope});
                continue;
            }
            EffectiveSetting& effective = by_id[*id];
            effective.id = *id;
            if (setting.value) {
                effective.value = {*setting.value, layer.scope};
            }
            if (setting.access) {
                effective.access = {*setting.access, layer.scope};
            }
        }
    }
    merged.settings.reserve(by_id.size());
    for (auto& [id, effective] : by_id) {
        merged.settings.push_back(std::move(effective));
    }
    return merged;
}

}  // namespace onhook::provision
