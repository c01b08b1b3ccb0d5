#pragma once

// Inside src/wire/sip only: names of headers.
#include <cstdint>
#include <optional>
#include <string_view>

namespace onhook::wire::sip {

// Headers that are fields of Message.
enum class Place : std::uint8_t { via, max_forwards, from, to, call_id, cseq, content_length };

// The long form of a compact name (RFC 3261 7.3.3, 20), else the name itself.
[[nodiscard]] std::string_view long_name(std::string_view name) noexcept;
// Of a long name, in any case.
[[nodiscard]] std::optional<Place> place_of(std::string_view name) noexcept;

}  // namespace onhook::wire::sip
