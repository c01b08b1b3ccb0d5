#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace onhook::detail {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "onhook: bug: CHECK(%s) failed at %s:%d\n", condition, file, line);
    std::abort();
}

}  // namespace onhook::detail
