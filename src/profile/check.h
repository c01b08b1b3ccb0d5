#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "profile/diagnostic.h"

namespace onhook::profile {

// What a file for a phone can be.
enum class FileKind : std::uint8_t {
    cisco_profile,     // XML with a <flat-profile>, cisco-mpp.md 1.1
    flyingvoice_file,  // key = value, flyingvoice.md 9.1 and 9.2
    flyingvoice_boot,  // includes, flyingvoice.md 9.2
    rules,             // rules and triggers as text, see below
    sealed,            // gzip or encrypted; nothing to see before it is opened
};

// By the content alone; names of files say nothing (cisco-mpp.md 1.9).
[[nodiscard]] FileKind kind_of_file(std::string_view text);

// Everything that is wrong in a file, by line and column; nothing is evaluated and no phone is
// known. Each code is one of diagnostic_kinds().
//
// A file of rules has one a line: `Parameter_Name: rule`, where the parameter is a rule, a trigger,
// a delay list or a log message, or a bare rule, which counts as a Profile_Rule. Empty lines and
// lines that start with # mean nothing.
[[nodiscard]] std::vector<Diagnostic> check_file(std::string_view text);

}  // namespace onhook::profile
