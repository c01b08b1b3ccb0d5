#include "profile/apply.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/place.h"
#include "base/text.h"
#include "profile/nearest_name.h"

namespace onhook::profile {

namespace {

// Looking for the nearest name costs more than reading a whole profile; who wrote so many wrong
// names sees what is wrong from the first ones.
constexpr std::size_t most_apply_suggestions = 10;

// Types whose meaning is judged when the value is used: a wrong one is stored and then has no
// effect there (Resync_At: "ignored"; delay lists: "treated as unset"; rules: a failed resync).
bool judged_at_use(ValueType type) { return type == ValueType::clock || type == ValueType::delays; }

// Whether the text is the value, so that neither has to be checked or copied.
bool is_same(const Parameter& parameter, std::string_view text, std::string_view value) {
    return text == value ||
           (parameter.type == ValueType::choice && equals_ignoring_case(text, value));
}

}  // namespace

std::optional<std::string_view> given_value(const ElementView& element,
                                            EmptyElements policy,
                                            std::string_view default_value) {
    if (element.preserve_value || (element.self_closed && element.access)) {
        return std::nullopt;
    }
    if (element.self_closed && policy == EmptyElements::spa) {
        return std::nullopt;
    }
    if (element.text.empty() && policy == EmptyElements::reset) {
        return default_value;
    }
    return element.text == "\"\"" ? std::string_view() : element.text;
}

Application::Application(std::string_view document, const Values& before, EmptyElements policy)
    : document_(document),
      catalogue_(before.catalogue()),
      before_(before.entries()),
      policy_(policy),
      states_(catalogue_.size()) {
    CHECK(states_.size() <= std::numeric_limits<std::uint16_t>::max());
    for (std::size_t i = 0; i < before_.size(); ++i) {
        states_[before_[i].id.index].before = static_cast<std::uint16_t>(i + 1);
    }
}

void Application::take(const ElementView& element) {
    if (const auto id = find(element.name)) {
        take(*id, element);
    } else {
        ignore(element.name, unknown(element.name), element.offset);
    }
}

void Application::take(ParameterId id, const ElementView& element) {
    if (element.access && *element.access != access(id)) {
        setting(id).access = element.access;
    }
    take_value(id, element);
}

void Application::take_value(ParameterId id, const ElementView& element) {
    const Parameter& parameter = catalogue_[id];
    const auto given = given_value(element, policy_, parameter.default_value);
    if (!given || is_same(parameter, *given, value(id))) {
        return;
    }
    auto checked = check_value(parameter, *given);
    if (!checked && !judged_at_use(parameter.type)) {
        ignore(element.name, std::move(checked).error(), element.offset);
        return;
    }
    std::string to = checked ? *std::move(checked) : std::string(*given);
    if (to != value(id)) {
        setting(id).value = std::move(to);
    }
}

void Application::ignore(std::string_view name, std::string why, std::size_t offset) {
    unwanted_.push_back({std::string(name), std::move(why), offset});
}

Applied Application::finish() && {
    Applied result;
    result.settings.reserve(settings_.size());
    for (std::size_t i = 0; i < states_.size() && !settings_.empty(); ++i) {
        if (states_[i].setting == 0) {
            continue;
        }
        const ParameterId id{static_cast<std::uint16_t>(i)};
        Values::Entry& entry = settings_[states_[i].setting - 1];
        // A later occurrence may have put back what was there before.
        if (entry.value && *entry.value != value_before(id)) {
            result.changes.push_back({id, std::string(value_before(id)), *entry.value});
        } else {
            entry.value.reset();
        }
        if (entry.access && *entry.access != access_before(id)) {
            result.access.push_back({id, access_before(id), *entry.access});
        } else {
            entry.access.reset();
        }
        if (entry.value || entry.access) {
            result.settings.push_back(std::move(entry));
        }
    }
    result.effect = effect_of(result.changes, catalogue_);
    result.ignored = std::move(*this).placed();
    return result;
}

// Elements come in the order of their ends, and places are counted forwards.
std::vector<Ignored> Application::placed() && {
    std::stable_sort(unwanted_.begin(), unwanted_.end(), [](const auto& a, const auto& b) {
        return a.offset < b.offset;
    });
    std::vector<Ignored> ignored;
    ignored.reserve(unwanted_.size());
    PlaceFinder places(document_);
    for (Unwanted& one : unwanted_) {
        const Place place = places.at(one.offset);
        ignored.push_back({std::move(one.name), std::move(one.why), place.line, place.column});
    }
    return ignored;
}

// Most profiles keep the order of the phone's pages, which is the catalogue's.
std::optional<ParameterId> Application::find(std::string_view name) {
    const auto& parameters = catalogue_.parameters();
    if (next_ < parameters.size() && parameters[next_].name == name) {
        return ParameterId{static_cast<std::uint16_t>(next_++)};
    }
    const auto id = catalogue_.find(name);
    if (id) {
        next_ = std::size_t{id->index} + 1;
    }
    return id;
}

std::string Application::unknown(std::string_view name) {
    if (suggested_ == most_apply_suggestions) {
        return "unknown parameter";
    }
    ++suggested_;
    const auto near = nearest_name(catalogue_, name);
    if (!near) {
        return "unknown parameter, and no known name is near";
    }
    return equals_ignoring_case(name, *near)
               ? fmt::format("unknown parameter; case counts, write {}", *near)
               : fmt::format("unknown parameter; did you mean {}?", *near);
}

const Values::Entry* Application::entry_before(ParameterId id) const {
    const std::size_t place = states_[id.index].before;
    return place != 0 ? &before_[place - 1] : nullptr;
}

std::string_view Application::value_before(ParameterId id) const {
    const Values::Entry* entry = entry_before(id);
    return entry != nullptr && entry->value ? *entry->value : catalogue_[id].default_value;
}

Access Application::access_before(ParameterId id) const {
    const Values::Entry* entry = entry_before(id);
    return entry != nullptr && entry->access ? *entry->access : catalogue_[id].user_access;
}

std::string_view Application::value(ParameterId id) const {
    const std::size_t place = states_[id.index].setting;
    return place != 0 && settings_[place - 1].value ? *settings_[place - 1].value
                                                    : value_before(id);
}

Access Application::access(ParameterId id) const {
    const std::size_t place = states_[id.index].setting;
    return place != 0 && settings_[place - 1].access ? *settings_[place - 1].access
                                                     : access_before(id);
}

Values::Entry& Application::setting(ParameterId id) {
    State& state = states_[id.index];
    if (state.setting == 0) {
        settings_.push_back({id, {}, {}});
        state.setting = static_cast<std::uint16_t>(settings_.size());
    }
    return settings_[state.setting - 1];
}

Result<Applied, DocumentError> apply_flat_profile(std::string_view document,
                                                  const Values& before,
                                                  const ApplyOptions& options) {
    const auto aliases = AliasMap::parse(options.alias_map);
    if (!aliases) {
        const Place place = place_at(options.alias_map, aliases.error().offset);
        return Failure{
            DocumentError{place.line,
                          place.column,
                          fmt::format("in the alias map: expected {}", aliases.error().expected)}};
    }
    Application application(document, before, options.empty);
    const auto read = read_flat_profile(
        document, application, options.limits, aliases->empty() ? nullptr : &*aliases);
    if (!read) {
        return Failure{read.error()};
    }
    return std::move(application).finish();
}

void add_changes(std::vector<Change>& sum, std::vector<Change> later) {
    std::vector<Change> merged;
    merged.reserve(sum.size() + later.size());
    auto next = sum.begin();
    for (Change& change : later) {
        while (next != sum.end() && next->id < change.id) {
            merged.push_back(std::move(*next++));
        }
        if (next != sum.end() && next->id == change.id) {
            change.from = std::move((next++)->from);
        }
        if (change.from != change.to) {
            merged.push_back(std::move(change));
        }
    }
    std::move(next, sum.end(), std::back_inserter(merged));
    sum = std::move(merged);
}

Effect effect_of(std::span<const Change> changes, const Catalogue& catalogue) {
    Effect effect = Effect::none;
    for (const Change& change : changes) {
        effect = std::max(effect, catalogue[change.id].effect);
    }
    return effect;
}

std::vector<ParameterId> ids_of(std::span<const Change> changes) {
    std::vector<ParameterId> ids;
    ids.reserve(changes.size());
    for (const Change& change : changes) {
        ids.push_back(change.id);
    }
    return ids;
}

}  // namespace onhook::profile
