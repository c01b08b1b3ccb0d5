#pragma once

#include "base/error.h"

namespace onhook::net {

// Keeps passwords and keys out of core files and away from other processes' debuggers, for the
// rest of this process' life. Best effort: nothing depends on it.
void forbid_core_dumps() noexcept;

// Replaces this process by a fresh one of the same program with the same words, which keeps its id,
// its standard streams and nothing else. Returns only when that fails, with the reason. No other
// thread may be at work.
[[nodiscard]] Error start_program_again();

}  // namespace onhook::net
