#include "provision/imported_profile.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "profile/flat_profile.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

// cisco-mpp.md 1.4, the policy `mpp`.
Setting as_setting(profile::Element element) {
    const bool keeps_value = element.preserve_value || (element.self_closed && element.access);
    Setting setting{.name = std::move(element.name), .access = element.access};
    if (!keeps_value) {
        setting.value = std::move(element.text);
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
    for (profile::Element& element : *elements) {
        const std::size_t line = element.line;
        auto checked = check_setting(catalogue, place, as_setting(std::move(element)));
        if (!checked) {
            imported.left_out.push_back({line, checked.error().detail});
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
