#pragma once

#include "phone/context.h"
#include "profile/flyingvoice_macro.h"

namespace onhook::phone {

// The macros of a Flyingvoice phone at this moment (flyingvoice.md 5, D7).
[[nodiscard]] profile::FlyingvoiceMacros flyingvoice_macros(const Context& context);

}  // namespace onhook::phone
