#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "phone/events.h"
#include "profile/dialect.h"
#include "swarm/checks.h"
#include "swarm/world.h"

namespace onhook::swarm {

// What a phone of one seed is set up with, and what its world has for it.
struct Setup {
    const profile::Dialect* dialect;
    profile::Identity identity;
    profile::Values values = profile::factory_values(*dialect, identity);
    Rules rules = {};
    Services services = {};
    Seconds longest_wait{0};  // until a phone that failed or succeeded tries again
    bool synced_before = false;
    phone::Lease lease{.ip = "192.0.2.77"};
    // What people do to such a phone.
    std::string_view harmless;  // a parameter that they change
    std::string_view one_rule;  // the rule of a request
    std::string_view upgrade;   // likewise

    void set(std::string_view name, std::string_view value);
    [[nodiscard]] profile::ParameterId id_of(std::string_view name) const;
};

[[nodiscard]] Setup choose_cisco(Prng& prng);
[[nodiscard]] Setup choose_flyingvoice(Prng& prng);

}  // namespace onhook::swarm
