#include "provision/redirect.h"

#include <vector>

#include "profile/flat_profile.h"
#include "provision/server_layer.h"

namespace onhook::provision {

namespace {

profile::Element value_element(const profile::Dialect& dialect,
                               profile::ParameterId id,
                               std::string value) {
    profile::Element element;
    element.name = (*dialect.catalogue)[id].name;
    element.text = std::move(value);
    return element;
}

}  // namespace

std::string redirect_document(const profile::Dialect& dialect,
                              const Url& base,
                              const EffectiveSettings* effective) {
    if (effective == nullptr) {
        return {};
    }
    const profile::Dialect::Parameters& names = dialect.parameter;
    std::vector<profile::Element> elements;
    elements.push_back(value_element(dialect, names.profile_rules[0], profile_rule(base)));
    const EffectiveSetting* retry = effective->find(names.resync_error_retry_delay);
    if (retry != nullptr && retry->value) {
        elements.push_back(
            value_element(dialect, names.resync_error_retry_delay, retry->value->value));
    }
    return profile::write_flat_profile(elements);
}

}  // namespace onhook::provision
