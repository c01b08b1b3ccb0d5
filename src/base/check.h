#pragma once

// CHECK(condition): our own bugs end the process at once, in release too, with place and text.
// One condition each. Not for input, network or disk: those are Results.

namespace onhook::detail {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace onhook::detail

#define CHECK(condition)                                                    \
    do {                                                                    \
        if (!(condition)) [[unlikely]] {                                    \
            ::onhook::detail::check_failed(#condition, __FILE__, __LINE__); \
        }                                                                   \
    } while (false)
