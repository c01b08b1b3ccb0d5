#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace onhook {

// Text of a peer made safe for a log line or a terminal: each control character (C0, DEL, C1) and
// each byte that is not UTF-8 becomes a question mark. No line break survives, so that no peer can
// forge a line.
[[nodiscard]] std::string printable(std::string_view text);

// The longest start of `text` that has at most `limit` bytes and does not end inside a UTF-8
// character. The view lives as long as `text`.
[[nodiscard]] std::string_view shortened(std::string_view text, std::size_t limit) noexcept;

}  // namespace onhook
