#include "profile/report.h"

#include <string>
#include <string_view>
#include <utility>

#include "profile/macro.h"
#include "profile/mask.h"

namespace onhook::profile {

namespace {

constexpr char star = '*';

// Opens each secret to stars, enough for any part of it, and knows no other macro: what else it
// leaves of a text, its author wrote out.
class StarredSecrets : public MacroSource {
  public:
    bool append(std::string_view /*name*/, std::string& /*out*/) const override { return false; }

    bool append_secret(std::string_view /*name*/, std::string& out) const override {
        out.append(64, star);
        return true;
    }
};

// Without what the mask may do to a text that holds no secret: quotes, and the number of stars.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != '"' && (c != star || !out.ends_with(star))) {
            out += c;
        }
    }
    return out;
}

// Keys and passwords that stand in a rule are no less secret than those in GPP_SA (14). A rule that
// only names secrets, as --key $SA does, is all stars where the mask puts its own.
bool spells_out_a_secret(std::string_view rule, const Catalogue& names) {
    const StarredSecrets macros;
    const Expansion expansion = expand(rule, macros);
    const std::string starred = reveal(expansion, 0, expansion.text.size(), macros);
    return plain(masked_rule(starred, &names)) != plain(starred);
}

void append(std::vector<Element>& elements, const Values& values, ParameterId id) {
    const Parameter& parameter = values.catalogue()[id];
    if (parameter.hidden) {
        return;
    }
    Element element;
    element.name = parameter.name;
    element.access = parameter.secret ? Access::none : values.access(id);
    element.self_closed =
        parameter.secret || (may_carry_credentials(parameter.type) &&
                             spells_out_a_secret(values.get(id), values.catalogue()));
    if (!element.self_closed) {
        element.text = values.get(id);
    }
    elements.push_back(std::move(element));
}

}  // namespace

std::vector<Element> full_report(const Values& values) {
    const std::size_t count = values.catalogue().size();
    std::vector<Element> elements;
    elements.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        append(elements, values, {static_cast<std::uint16_t>(i)});
    }
    return elements;
}

std::vector<Element> delta_report(const Values& values, std::span<const ParameterId> changed) {
    std::vector<Element> elements;
    elements.reserve(changed.size());
    for (const ParameterId id : changed) {
        append(elements, values, id);
    }
    return elements;
}

}  // namespace onhook::profile
