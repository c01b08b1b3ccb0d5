#include "agent/lines.h"

#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace onhook::agent {

bool Lines::set(unsigned line, bool busy) {
    CHECK(line >= 1 && line <= last_line);
    const bool before = busy_.any();
    busy_.set(line - 1, busy);
    return busy_.any() != before;
}

std::string Lines::to_string() const {
    std::vector<unsigned> lines;
    for (unsigned line = 1; line <= last_line; ++line) {
        if (busy_.test(line - 1)) {
            lines.push_back(line);
        }
    }
    return lines.empty() ? "all lines idle" : fmt::format("lines busy: {}", fmt::join(lines, ", "));
}

}  // namespace onhook::agent
