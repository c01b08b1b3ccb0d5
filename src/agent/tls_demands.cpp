#include "agent/tls_demands.h"

#include "base/text.h"

namespace onhook::agent {

net::TlsDemands tls_demands(const profile::Dialect& dialect, const phone::Memory& memory) {
    const auto asked = [&](profile::ParameterId id) {
        return !id.exists() || profile::is_yes(memory.values.get(id));
    };
    const auto& parameter = dialect.parameter;
    return {.more_roots = memory.authorities->certificates.str(),
            .ciphers = std::string(trim(memory.values.get(parameter.tls_ciphers))),
            .trusted_roots = asked(parameter.trust_certificates),
            .right_name = asked(parameter.validate_names)};
}

}  // namespace onhook::agent
