#include "agent/lines.h"

#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace onhook::agent {

bool Lines::set(unsigned line, bool busy) {
    CHECK(line >= 1 && line <= last_line);
    const bool before = this->busy();
    busy_.set(line - 1, busy);
    return this->busy() != before;
}

bool Lines::set_telephone(bool busy) {
    const bool before = this->busy();
    telephone_ = busy;
    return this->busy() != before;
}

std::string Lines::to_string() const {
    std::vector<unsigned> lines;
    for (unsigned line = 1; line <= last_line; ++line) {
        if (busy_.test(line - 1)) {
            lines.push_back(line);
        }
    }
    const std::string text =
        lines.empty() ? "" : fmt::format("lines busy: {}", fmt::join(lines, ", "));
    if (telephone_) {
        return text + (text.empty() ? "" : "; ") + "the telephone is in a call";
    }
    return text.empty() ? "all lines idle" : text;
}

}  // namespace onhook::agent
