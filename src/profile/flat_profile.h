#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/catalogue.h"

namespace onhook::profile {

// Bounds of a profile (cisco-mpp.md 1.1); a document beyond one of them is refused as corrupt.
struct ProfileLimits {
    std::size_t bytes = std::size_t{8} << 20U;
    std::size_t depth = 32;
    std::size_t elements = 20'000;
    std::size_t value_bytes = std::size_t{64} << 10U;
};

// One element inside <flat-profile>, text already decoded and trimmed (section 1.5).
struct Element {
    std::string name;
    std::string text;
    bool self_closed = false;  // <X/>: section 1.4 tells it from <X></X>
    std::optional<Access> access;
    bool preserve_value = false;
    std::size_t line = 0;

    friend bool operator==(const Element&, const Element&) = default;
};

// Why a document is corrupt, and where (1-based).
struct DocumentError {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message;
};

// Reads an open XML profile (sections 1.1 to 1.5): the elements of every <flat-profile>, in
// document order, known or not. Ill-formed XML, a DOCTYPE, no <flat-profile> and a passed limit
// are errors.
[[nodiscard]] Result<std::vector<Element>, DocumentError> read_flat_profile(
    std::string_view document, const ProfileLimits& limits = {});

// The canonical form, which read_flat_profile() reads back to the same elements:
// <device><flat-profile>, an element a line. Lines are not written. Texts must be values as the
// reader makes them: trimmed, one line, without control characters.
[[nodiscard]] std::string write_flat_profile(std::span<const Element> elements);

}  // namespace onhook::profile
