#include "profile/report.h"

namespace onhook::profile {

std::vector<Element> full_report(const Values& values) {
    const Catalogue& catalogue = values.catalogue();
    std::vector<Element> elements;
    elements.reserve(catalogue.size());
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
        const ParameterId id{static_cast<std::uint16_t>(i)};
        const Parameter& parameter = catalogue[id];
        if (parameter.hidden) {
            continue;
        }
        Element element;
        element.name = parameter.name;
        element.access = parameter.secret ? Access::none : values.access(id);
        element.self_closed = parameter.secret;
        if (!parameter.secret) {
            element.text = values.get(id);
        }
        elements.push_back(std::move(element));
    }
    return elements;
}

}  // namespace onhook::profile
