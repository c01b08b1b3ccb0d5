#include "profile/values.h"

#include <algorithm>
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

}  // namespace onhook::profile
