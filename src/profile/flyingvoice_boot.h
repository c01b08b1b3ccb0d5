#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "profile/flyingvoice_file.h"

namespace onhook::profile {

// At most so many files may a boot file include (flyingvoice.md D20).
inline constexpr std::size_t most_includes = 32;

// One line `include:config "file"` of a boot file.
struct BootInclude {
    std::string file;
    std::vector<std::string> models;  // its prefix [MODEL,...]; a phone may ignore it (9.2)
    std::size_t line = 0;
};

// Reads a boot file (8.1, 9.2): its includes in order, at least one. overwrite_mode is read over;
// any other line is an error. A boot file needs the header.
[[nodiscard]] Result<std::vector<BootInclude>, DocumentError> read_boot_file(
    std::string_view document, const FlyingvoiceLimits& limits = {});

// The form that read_boot_file() reads back. File names must be without line ends and quotes.
[[nodiscard]] std::string write_boot_file(const std::vector<BootInclude>& includes);

}  // namespace onhook::profile
