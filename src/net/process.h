#pragma once

namespace onhook::net {

// Keeps passwords and keys out of core files and away from other processes' debuggers, for the
// rest of this process' life. Best effort: nothing depends on it.
void forbid_core_dumps() noexcept;

}  // namespace onhook::net
