#include "profile/delays.h"

#include <algorithm>
#include <limits>

#include "base/cursor.h"

namespace onhook::profile {

namespace {

constexpr std::size_t most_items = 64;

Result<Seconds, ParseError> take_seconds(Cursor& in) {
    in.skip_spaces();
    const std::size_t start = in.offset();
    const auto seconds = parse_number<std::int32_t>(in.take_while(is_digit));
    if (!seconds) {
        return Failure{ParseError{start, "a number of seconds from 0 to 2147483647"}};
    }
    in.skip_spaces();
    return Seconds(*seconds);
}

}  // namespace

Result<std::vector<Delay>, ParseError> parse_delays(std::string_view text) {
    std::vector<Delay> list;
    Cursor in(text);
    in.skip_spaces();
    if (in.at_end()) {
        return list;
    }
    do {
        if (list.size() == most_items) {
            return in.wanted("at most 64 delays");
        }
        const auto base = take_seconds(in);
        if (!base) {
            return Failure{base.error()};
        }
        Delay delay{*base, Seconds(0)};
        if (in.accept("+")) {
            const auto random = take_seconds(in);
            if (!random) {
                return Failure{random.error()};
            }
            delay.random = *random;
        }
        list.push_back(delay);
    } while (in.accept(","));
    if (!in.at_end()) {
        return in.wanted("a comma, + or the end of the delay list");
    }
    return list;
}

std::optional<Seconds> delay_of(std::string_view text, std::size_t use, Prng& prng) {
    const auto list = parse_delays(text);
    if (!list || list->empty()) {
        return std::nullopt;
    }
    const std::size_t last = std::min(use, list->size() - 1);
    // A list stops at an item of 0 (5.2): what stands behind it is never reached.
    const bool stops = std::any_of(list->begin(),
                                   list->begin() + static_cast<std::ptrdiff_t>(last) + 1,
                                   [](const Delay& delay) { return delay.base == Seconds(0); });
    if (stops) {
        return std::nullopt;
    }
    const Delay& delay = (*list)[last];
    const auto random = static_cast<std::uint64_t>(delay.random.count());
    return delay.base + Seconds(static_cast<std::int64_t>(prng.up_to(random)));
}

}  // namespace onhook::profile
