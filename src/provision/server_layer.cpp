#include "provision/server_layer.h"

#include <algorithm>
#include <string_view>

namespace onhook::provision {

namespace {

std::string under(const Url& base, std::string_view file) {
    std::string url = base.to_string();
    url.resize(std::min(url.find('?'), url.size()));
    if (!url.ends_with('/')) {
        url += '/';
    }
    return url.append(file);
}

}  // namespace

std::string profile_rule(const Url& base) { return under(base, "$MA.xml"); }

std::string report_rule(const Url& base) { return under(base, "report/$MA.xml"); }

Layer server_layer(const profile::Dialect& dialect, const Url& base) {
    const profile::Catalogue& catalogue = *dialect.catalogue;
    const profile::Dialect::Parameters& names = dialect.parameter;
    return {Scope::server(),
            {{.name = catalogue[names.profile_rules[0]].name, .value = profile_rule(base)},
             {.name = catalogue[names.report_rule].name, .value = report_rule(base)}}};
}

}  // namespace onhook::provision
