#include "profile/report.h"

#include "base/cursor.h"
#include "profile/macro.h"

namespace onhook::profile {

namespace {

// Opens secrets to nothing and knows no other macro: what it leaves of a text, its author wrote
// out.
class BlankSecrets : public MacroSource {
  public:
    bool append(std::string_view /*name*/, std::string& /*out*/) const override { return false; }

    bool append_secret(std::string_view /*name*/, std::string& /*out*/) const override {
        return true;
    }
};

// The argument of --key or --pwd is harmless when it only names secrets: $SA.
bool only_names_secrets(std::string_view argument) {
    const BlankSecrets macros;
    const Expansion expansion = expand(argument, macros);
    return reveal(expansion, 0, expansion.text.size(), macros).empty();
}

bool spells_out_an_argument(std::string_view rule, std::string_view option) {
    for (std::size_t at = rule.find(option); at != std::string_view::npos;
         at = rule.find(option, at + 1)) {
        Cursor in(rule.substr(at + option.size()));
        in.skip_spaces();
        const bool quoted = in.accept("\"");
        const std::string_view argument = in.take_while(
            [quoted](char c) { return quoted ? c != '"' : !is_space(c) && c != ']'; });
        if (!only_names_secrets(argument)) {
            return true;
        }
    }
    return false;
}

bool has_userinfo(std::string_view rule) {
    for (std::size_t at = rule.find("://"); at != std::string_view::npos;
         at = rule.find("://", at + 1)) {
        const std::string_view rest = rule.substr(at + 3);
        if (rest.substr(0, rest.find_first_of("/? |")).find('@') != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

// Keys and passwords that stand in a rule are no less secret than those in GPP_SA (14).
bool spells_out_a_secret(std::string_view rule) {
    return spells_out_an_argument(rule, "--key") || spells_out_an_argument(rule, "--pwd") ||
           has_userinfo(rule);
}

}  // namespace

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
        element.self_closed = parameter.secret || (may_carry_credentials(parameter.type) &&
                                                   spells_out_a_secret(values.get(id)));
        if (!element.self_closed) {
            element.text = values.get(id);
        }
        elements.push_back(std::move(element));
    }
    return elements;
}

}  // namespace onhook::profile
