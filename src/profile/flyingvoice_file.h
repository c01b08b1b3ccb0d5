#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "profile/flat_profile.h"

namespace onhook::profile {

// The first line of a file or boot file in dialect Y (flyingvoice.md 9.2).
inline constexpr std::string_view flyingvoice_header = "#!version:1.0.0.1";

// Bounds of a Flyingvoice file (9.1); what is beyond one of them is refused.
struct FlyingvoiceLimits {
    std::size_t bytes = std::size_t{1} << 20U;
    std::size_t line_bytes = 4096;
};

// One line `key = value`. The views live as long as the document.
struct FlyingvoicePair {
    std::string_view key;
    std::string_view value;  // trimmed, without one pair of enclosing double quotes
    bool blank = false;      // nothing stands behind the `=`, not even quotes
    std::size_t line = 0;    // of the key, both 1-based
    std::size_t column = 0;
};

// Which dialect a key belongs to: those of dialect Y are `section.key`. D1: both may stand in one
// file, so every line is read as its key demands.
[[nodiscard]] inline bool is_dialect_y(std::string_view key) noexcept {
    return key.find('.') != std::string_view::npos;
}

// One line of a file, without its end and without the BOM of the first.
struct FlyingvoiceLine {
    std::string_view text;
    std::size_t number = 0;  // 1-based
};

// A line of a boot file, `[MODEL,...]include:config ...`, which no other file has (9.2).
[[nodiscard]] bool is_boot_include(std::string_view line);

// The lines that are neither blank nor a comment. A file beyond a limit, a line that is not UTF-8
// or has a control character, and a first line `#!version` that is not the one header are errors.
[[nodiscard]] Result<std::vector<FlyingvoiceLine>, DocumentError> read_flyingvoice_lines(
    std::string_view document, const FlyingvoiceLimits& limits = {});

// Reads a file in dialect N or Y (9.1, 9.2), with the header or without: the pairs in the order of
// the file, known keys or not. A line that is no blank line, comment or pair is an error, and so is
// a file without a pair: it is no such file.
[[nodiscard]] Result<std::vector<FlyingvoicePair>, DocumentError> read_flyingvoice_file(
    std::string_view document, const FlyingvoiceLimits& limits = {});

}  // namespace onhook::profile
