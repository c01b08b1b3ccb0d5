#include "provision/imported_profile.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "profile/apply.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

// What a phone with the policy `mpp` makes of the element; it has no use for the default.
Setting as_setting(const profile::Element& element) {
    Setting setting{.name = element.name, .access = element.access};
    const auto value =
        profile::given_value(profile::view_of(element), profile::EmptyElements::mpp, {});
    if (value) {
        setting.value = *value;
    }
    return setting;
}

}  // namespace

Result<ImportedProfile> import_profile(const profile::Catalogue& catalogue,
                                       const Scope& place,
                                       std::string_view document) {
    auto elements = profile::read_flat_profile(document);
    if (!elements) {
        const profile::DocumentError& error = elements.error();
        return fail(Fault::bad_document,
                    fmt::format("{}: the profile cannot be read: line {}, column {}: {}",
                                place.to_string(),
                                error.line,
                                error.column,
                                error.message));
    }
    ImportedProfile imported;
    std::map<profile::ParameterId, Setting> by_id;
    for (const profile::Element& element : *elements) {
        auto checked = check_setting(catalogue, place, as_setting(element));
        if (!checked) {
            imported.left_out.push_back({element.line, checked.error().detail});
            continue;
        }
        Setting& setting = by_id[*catalogue.find(checked->name)];
        setting.name = checked->name;
        if (checked->value) {
            setting.value = std::move(checked->value);
        }
        if (checked->access) {
            setting.access = checked->access;
        }
    }
    imported.settings.reserve(by_id.size());
    for (auto& [id, setting] : by_id) {
        imported.settings.push_back(std::move(setting));
    }
    return imported;
}

}  // namespace onhook::provision
