#include "profile/values.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace onhook::profile {

namespace {

constexpr auto by_id = [](const Values::Entry& entry, ParameterId id) { return entry.id < id; };

}  // namespace

const Values::Entry* Values::find(ParameterId id) const {
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), id, by_id);
    return place != entries_.end() && place->id == id ? &*place : nullptr;
}

Values::Entry& Values::entry(ParameterId id) {
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), id, by_id);
    if (place != entries_.end() && place->id == id) {
        return *place;
    }
    return *entries_.insert(place, Entry{id, {}, {}});
}

std::string_view Values::get(ParameterId id) const {
    if (!id.exists()) {
        return {};
    }
    const Entry* found = find(id);
    return found != nullptr && found->value ? *found->value : (*catalogue_)[id].default_value;
}

Access Values::access(ParameterId id) const {
    const Entry* found = find(id);
    return found != nullptr && found->access ? *found->access : (*catalogue_)[id].user_access;
}

bool Values::is_set(ParameterId id) const {
    const Entry* found = find(id);
    return found != nullptr && found->value.has_value();
}

void Values::set(ParameterId id, std::string value) { entry(id).value = std::move(value); }

void Values::set_access(ParameterId id, Access access) { entry(id).access = access; }

void Values::set_all(std::vector<Entry> settings) {
    std::stable_sort(settings.begin(), settings.end(), [](const Entry& a, const Entry& b) {
        return a.id < b.id;
    });
    std::vector<Entry> merged;
    merged.reserve(entries_.size() + settings.size());
    auto old = entries_.begin();
    for (Entry& setting : settings) {
        if (!setting.value && !setting.access) {
            continue;
        }
        while (old != entries_.end() && old->id < setting.id) {
            merged.push_back(std::move(*old++));
        }
        if (old != entries_.end() && old->id == setting.id) {
            merged.push_back(std::move(*old++));
        } else if (merged.empty() || merged.back().id != setting.id) {
            merged.push_back({setting.id, {}, {}});
        }
        if (setting.value) {
            merged.back().value = std::move(setting.value);
        }
        if (setting.access) {
            merged.back().access = setting.access;
        }
    }
    std::move(old, entries_.end(), std::back_inserter(merged));
    entries_ = std::move(merged);
}

}  // namespace onhook::profile
