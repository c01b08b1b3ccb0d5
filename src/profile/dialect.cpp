#include "profile/dialect.h"

#include <algorithm>

#include <fmt/format.h>

namespace onhook::profile {

namespace {

const std::array<const Dialect*, 3>& all_dialects() {
    static const std::array<const Dialect*, 3> all = {
        &cisco_mpp(), &flyingvoice(), &flyingvoice_doc()};
    return all;
}

}  // namespace

bool has_profile_rule(std::span<const ParameterId> ids, const Dialect& dialect) {
    const auto& rules = dialect.parameter.profile_rules;
    return std::any_of(rules.begin(), rules.end(), [&](auto rule) { return is_among(rule, ids); });
}

const Dialect* find_dialect(std::string_view name) {
    for (const Dialect* dialect : all_dialects()) {
        if (dialect->name == name) {
            return dialect;
        }
    }
    return nullptr;
}

const Dialect& dialect_of(const Catalogue& catalogue) {
    for (const Dialect* dialect : all_dialects()) {
        if (dialect->catalogue == &catalogue) {
            return *dialect;
        }
    }
    CHECK(false);
    return cisco_mpp();
}

Status<std::string> can_serve(const Dialect& dialect) {
    if (dialect.served) {
        return Done{};
    }
    std::vector<std::string_view> names;
    for (const Dialect* one : all_dialects()) {
        if (one->served) {
            names.push_back(one->name);
        }
    }
    return Failure{
        fmt::format("dialect {} has phones here, but the server does not write its files yet; "
                    "choose {}",
                    dialect.name,
                    fmt::join(names, " or "))};
}

Values factory_values(const Dialect& dialect, const Identity& identity) {
    Values values(*dialect.catalogue);
    for (const ParameterId id : dialect.serial_defaults) {
        values.set(id, identity.serial.str());
    }
    return values;
}

std::optional<UserAgentHint> read_user_agent(std::string_view header) {
    for (const Dialect* dialect : all_dialects()) {
        if (auto hint = dialect->read_user_agent(header)) {
            return hint;
        }
    }
    return std::nullopt;
}

}  // namespace onhook::profile
