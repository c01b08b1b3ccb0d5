#pragma once

#include "phone/states/table.h"

namespace onhook::phone {

// A pass over the two profiles of a Flyingvoice phone.
[[nodiscard]] test::Table pass_table();

}  // namespace onhook::phone
