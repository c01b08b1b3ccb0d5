#include "profile/report.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "profile/flat_profile.h"
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

// What a report says of a parameter, given what was set of it if anything was; the views live as
// long as the values. Nothing of a hidden one.
std::optional<ElementView> element_of(const Parameter& parameter,
                                      const Values::Entry* set,
                                      const Catalogue& names) {
    if (parameter.hidden) {
        return std::nullopt;
    }
    const bool has_value = set != nullptr && set->value;
    const std::string_view value = has_value ? *set->value : parameter.default_value;
    const bool has_access = set != nullptr && set->access;
    ElementView element;
    element.name = parameter.name;
    element.access = parameter.secret ? Access::none
                     : has_access     ? *set->access
                                      : parameter.user_access;
    element.self_closed = parameter.secret || (may_carry_credentials(parameter.type) &&
                                               spells_out_a_secret(value, names));
    element.text = element.self_closed ? std::string_view() : value;
    return element;
}

}  // namespace

std::string full_report(const Values& values) {
    const Catalogue& names = values.catalogue();
    FlatProfileWriter writer;
    auto set = values.entries().begin();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const ParameterId id{static_cast<std::uint16_t>(i)};
        const bool is_set = set != values.entries().end() && set->id == id;
        if (const auto element = element_of(names[id], is_set ? &*set : nullptr, names)) {
            writer.add(*element);
        }
        set += is_set ? 1 : 0;
    }
    return std::move(writer).finish();
}

std::string delta_report(const Values& values, std::span<const ParameterId> changed) {
    FlatProfileWriter writer;
    for (const ParameterId id : changed) {
        if (const auto element =
                element_of(values.catalogue()[id], values.entry(id), values.catalogue())) {
            writer.add(*element);
        }
    }
    return std::move(writer).finish();
}

}  // namespace onhook::profile
