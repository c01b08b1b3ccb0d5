#include "provision/render.h"

#include <vector>

#include "profile/flat_profile.h"

namespace onhook::provision {

std::string render_profile(const EffectiveSettings& effective) {
    std::vector<profile::Element> elements;
    elements.reserve(effective.settings.size());
    for (const EffectiveSetting& setting : effective.settings) {
        profile::Element element;
        element.name = (*effective.catalogue)[setting.id].name;
        if (setting.access) {
            element.access = setting.access->value;
        }
        if (setting.value) {
            element.text = setting.value->value;
        } else {
            // <X ua="…"/> changes the access and keeps the value (cisco-mpp.md 1.4).
            element.self_closed = true;
        }
        elements.push_back(std::move(element));
    }
    return profile::write_flat_profile(elements);
}

}  // namespace onhook::provision
