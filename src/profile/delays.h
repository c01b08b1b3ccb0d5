#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/prng.h"
#include "base/result.h"
#include "base/time.h"

namespace onhook::profile {

// One item of a delay list: `base` plus a uniformly random 0..`random`, seconds.
struct Delay {
    Seconds base{0};
    Seconds random{0};

    friend bool operator==(const Delay&, const Delay&) = default;
};

// A configurable schedule (cisco-mpp.md 5.2): `600`, `2400+30`, `60,120,240+10`. Blanks are
// ignored; an empty text is an empty list. Seconds up to 2^31-1, at most 64 items.
[[nodiscard]] Result<std::vector<Delay>, ParseError> parse_delays(std::string_view text);

// How long to wait for the n-th consecutive use (0 is the first): the last item repeats for ever;
// an item of 0 and an empty list mean never. `text` that is no list counts as unset.
[[nodiscard]] std::optional<Seconds> delay_of(std::string_view text, std::size_t use, Prng& prng);

}  // namespace onhook::profile
