#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace onhook::phone {

// What to write for the value of a name: the value itself where it is no secret.
using MaskValue = std::function<std::string(std::string_view name, std::string_view value)>;

// Each of these takes what may be a secret out of a document that somebody can read, and leaves
// everything else where it stands: whoever reads the result finds the same names at the same
// places, and the values that `mask` gave for theirs.

// `document` must be well-formed XML without a DOCTYPE.
[[nodiscard]] std::string masked_xml(std::string_view document, const MaskValue& mask);

// `document` must be a Flyingvoice file: lines `key = value` (flyingvoice.md 9.1).
[[nodiscard]] std::string masked_pairs(std::string_view document, const MaskValue& mask);

// `document` must be a boot file (flyingvoice.md 9.2). `mask` gets its includes, which have no
// name.
[[nodiscard]] std::string masked_boot_file(std::string_view document, const MaskValue& mask);

}  // namespace onhook::phone
