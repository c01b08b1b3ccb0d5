#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace onhook::profile {

enum class Severity : std::uint8_t {
    warning,  // the phone takes the file, but something in it does nothing or not what it seems
    error,    // the phone refuses the file, a value or a rule
};

[[nodiscard]] std::string_view to_string(Severity severity) noexcept;

// One thing that is wrong in a file, where (1-based; columns count characters) and what to do.
struct Diagnostic {
    std::size_t line = 1;
    std::size_t column = 1;
    Severity severity = Severity::error;
    std::string_view code;  // one of diagnostic_kinds(); stable
    std::string message;    // what is wrong; holds no secret
    std::string remedy;

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// A file that cannot be read. `why` is "what is wrong; what to do", as readers of files say it.
[[nodiscard]] Diagnostic corrupt_file(std::size_t line, std::size_t column, std::string_view why);

// What a code means in general, for docs/reference/diagnostics.md.
struct DiagnosticKind {
    std::string_view code;
    Severity severity = Severity::error;
    std::string_view meaning;
    std::string_view remedy;
};

// Every kind there is, in the order of the reference page.
[[nodiscard]] std::span<const DiagnosticKind> diagnostic_kinds() noexcept;

// `file:line:column: severity: what; remedy`.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic, std::string_view file);

}  // namespace onhook::profile
