#pragma once

#include "net/fetch.h"
#include "phone/memory.h"
#include "profile/dialect.h"

namespace onhook::agent {

// What a phone asks of servers over TLS, by its parameters and by the custom CA that it keeps
// (cisco-mpp.md 11.2, 11.3; flyingvoice.md 8.2). A phone without these parameters checks all.
[[nodiscard]] net::TlsDemands tls_demands(const profile::Dialect& dialect,
                                          const phone::Memory& memory);

}  // namespace onhook::agent
