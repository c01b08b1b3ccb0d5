#pragma once

#include <string>

#include "phone/memory.h"
#include "phone/network.h"
#include "profile/dialect.h"
#include "profile/identity.h"

namespace onhook::agent {

// The phone's page Info > Status (cisco-mpp.md 10.2). HTML without scripts; holds no secret.
[[nodiscard]] std::string status_page(const profile::Dialect& dialect,
                                      const profile::Identity& identity,
                                      const phone::Memory& memory,
                                      const phone::Registrations& registrations = {});

}  // namespace onhook::agent
