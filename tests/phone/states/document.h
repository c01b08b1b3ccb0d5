#pragma once

#include <string>

namespace onhook::phone {

// docs/reference/phone-states.md, made by running the machines.
[[nodiscard]] std::string phone_states_document();

}  // namespace onhook::phone
