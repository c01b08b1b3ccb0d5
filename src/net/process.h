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

// Large blocks of memory go back to the system when they are freed, for the rest of this process'
// life. For processes that run for years and are idle most of the time: without it glibc learns
// from one large document to keep as much for ever.
void give_freed_memory_back() noexcept;

}  // namespace onhook::net
