#include "profile/apply.h"

#include <algorithm>
#include <optional>

namespace onhook::profile {

namespace {

// The text that the element gives its parameter, or nothing when it leaves the value alone.
std::optional<std::string> given_value(const Element& element,
                                       const Parameter& parameter,
                                       EmptyElements policy) {
    if (element.preserve_value || (element.self_closed && element.access)) {
        return std::nullopt;
    }
    if (element.self_closed && policy == EmptyElements::spa) {
        return std::nullopt;
    }
    if (element.text.empty() && policy == EmptyElements::reset) {
        return parameter.default_value;
    }
    return element.text == "\"\"" ? std::string() : element.text;
}

// Types whose meaning is judged when the value is used: a wrong one is stored and then has no
// effect there (Resync_At: "ignored"; delay lists: "treated as unset"; rules: a failed resync).
bool judged_at_use(ValueType type) { return type == ValueType::clock || type == ValueType::delays; }

}  // namespace

std::vector<Change> changes_between(const Values& before, const Values& after) {
    std::vector<Change> changes;
    for (const Values::Entry& entry : after.entries()) {
        const std::string_view from = before.get(entry.id);
        const std::string_view to = after.get(entry.id);
        if (from != to) {
            changes.push_back({entry.id, std::string(from), std::string(to)});
        }
    }
    return changes;
}

Effect effect_of(std::span<const Change> changes, const Catalogue& catalogue) {
    Effect effect = Effect::none;
    for (const Change& change : changes) {
        effect = std::max(effect, catalogue[change.id].effect);
    }
    return effect;
}

Applied apply_profile(std::span<const Element> elements,
                      const Values& before,
                      EmptyElements empty) {
    const Catalogue& catalogue = before.catalogue();
    Applied result{before, {}, {}, Effect::none};
    std::vector<Values::Entry> settings;
    settings.reserve(elements.size());
    for (const Element& element : elements) {
        const auto id = catalogue.find(element.name);
        if (!id) {
            result.ignored.push_back({element.name, "unknown parameter", element.line});
            continue;
        }
        const Parameter& parameter = catalogue[*id];
        Values::Entry& setting = settings.emplace_back(Values::Entry{*id, {}, element.access});
        auto text = given_value(element, parameter, empty);
        if (!text) {
            continue;
        }
        auto value = check_value(parameter, *text);
        if (value) {
            setting.value = *std::move(value);
        } else if (judged_at_use(parameter.type)) {
            setting.value = *std::move(text);
        } else {
            result.ignored.push_back({element.name, std::move(value).error(), element.line});
        }
    }
    result.values.set_all(std::move(settings));
    result.changes = changes_between(before, result.values);
    result.effect = effect_of(result.changes, catalogue);
    return result;
}

}  // namespace onhook::profile
