#include "profile/values.h"

#include <algorithm>
#include <utility>

namespace onhook::profile {

namespace {

constexpr auto by_id = [](const Values::Entry& entry, ParameterId id) { return entry.id < id; };

}  // namespace

const Values::Entry* Values::entry(ParameterId id) const {
    const auto all = entries();
    const auto place = std::lower_bound(all.begin(), all.end(), id, by_id);
    return place != all.end() && place->id == id ? &*place : nullptr;
}

Values::Entry& Values::own_entry(ParameterId id) {
    Entries& all = entries_.own();
    const auto place = std::lower_bound(all.begin(), all.end(), id, by_id);
    if (place != all.end() && place->id == id) {
        return *place;
    }
    return *all.insert(place, Entry{id, {}, {}});
}

std::string_view Values::get(ParameterId id) const {
    if (!id.exists()) {
        return {};
    }
    const Entry* found = entry(id);
    return found != nullptr && found->value ? *found->value : (*catalogue_)[id].default_value;
}

Access Values::access(ParameterId id) const {
    const Entry* found = entry(id);
    return found != nullptr && found->access ? *found->access : (*catalogue_)[id].user_access;
}

Values::Version Values::version() const { return Version(entries_); }

bool Values::is(const Version& version) const noexcept {
    return entries_.shares_with(version.entries_);
}

bool Values::is_set(ParameterId id) const {
    const Entry* found = entry(id);
    return found != nullptr && found->value.has_value();
}

void Values::set(ParameterId id, std::string value) { own_entry(id).value = std::move(value); }

void Values::set_access(ParameterId id, Access access) { own_entry(id).access = access; }

void Values::set_all(std::vector<Entry> settings) {
    std::stable_sort(settings.begin(), settings.end(), [](const Entry& a, const Entry& b) {
        return a.id < b.id;
    });
    const auto all = entries();
    Entries merged;
    merged.reserve(all.size() + settings.size());
    auto old = all.begin();
    for (Entry& setting : settings) {
        if (!setting.value && !setting.access) {
            continue;
        }
        while (old != all.end() && old->id < setting.id) {
            merged.push_back(*old++);
        }
        if (old != all.end() && old->id == setting.id) {
            merged.push_back(*old++);
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
    merged.insert(merged.end(), old, all.end());
    entries_ = std::move(merged);
}

}  // namespace onhook::profile
