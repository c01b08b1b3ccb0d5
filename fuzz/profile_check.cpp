#include <algorithm>
#include <string>

#include "base/check.h"
#include "profile/check.h"

// Whatever the file: diagnostics with known codes, in order, at places that the file has.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto breaks = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }));
    std::size_t line = 1;
    for (const Diagnostic& one : check_file(text)) {
        const auto kinds = diagnostic_kinds();
        CHECK(std::any_of(kinds.begin(), kinds.end(), [&](const DiagnosticKind& kind) {
            return kind.code == one.code;
        }));
        CHECK(one.line >= line && one.line <= breaks + 1);
        CHECK(one.column >= 1 && one.column <= size + 1);
        CHECK(!one.message.empty() && !one.remedy.empty());
        line = one.line;
    }
    return 0;
}
