// What a phone plays: cadences, frequencies and tones (cisco-mpp.md 1.6). Blanks around separators
// are ignored.
#include "profile/value_types.h"

namespace onhook::profile {

namespace {

constexpr int most_segments = 6;
constexpr int most_frequencies = 6;
constexpr std::size_t duration_decimals = 3;
constexpr std::size_t level_decimals = 1;

using TakePart = bool (*)(Cursor&) noexcept;

bool accept_separator(Cursor& in, std::string_view separator) noexcept {
    in.skip_spaces();
    if (!in.accept(separator)) {
        return false;
    }
    in.skip_spaces();
    return true;
}

// part *( "," part ), at most `most`.
bool take_list(Cursor& in, TakePart take_part, int most) noexcept {
    for (int count = 0; count < most; ++count) {
        if (!take_part(in)) {
            return false;
        }
        if (!accept_separator(in, ",")) {
            return true;
        }
    }
    return false;
}

// Seconds with up to three decimals, or `*` for without end.
bool take_duration(Cursor& in) noexcept {
    if (in.accept("*")) {
        return true;
    }
    const auto seconds = take_decimal(in);
    return seconds && seconds->fraction.size() <= duration_decimals;
}

// on "/" off
bool take_on_off(Cursor& in) noexcept {
    return take_duration(in) && accept_separator(in, "/") && take_duration(in);
}

// 0 sounds nothing: `985@-16,1428@-16;20(.380/0/1,.380/0/2,0/4/0)`.
bool take_frequency_number(Cursor& in) noexcept {
    const char number = in.peek();
    if (number < '0' || number > '0' + most_frequencies) {
        return false;
    }
    in.advance();
    return true;
}

// n *( "+" n ). A 6841's report has a blank for the plus (`1 2`); it may be fed back.
bool take_frequency_numbers(Cursor& in) noexcept {
    for (int count = 0; count < most_frequencies; ++count) {
        if (!take_frequency_number(in)) {
            return false;
        }
        if (!accept_separator(in, "+") && !is_digit(in.peek())) {
            return true;
        }
    }
    return false;
}

// on "/" off "/" f
bool take_tone_segment(Cursor& in) noexcept {
    return take_on_off(in) && accept_separator(in, "/") && take_frequency_numbers(in);
}

// total "(" segment *( "," segment ) ")"
bool take_section(Cursor& in, TakePart take_segment) noexcept {
    return take_duration(in) && accept_separator(in, "(") &&
           take_list(in, take_segment, most_segments) && accept_separator(in, ")");
}

// section [ ";" section ]
bool are_sections(Cursor& in, TakePart take_segment) noexcept {
    return take_section(in, take_segment) &&
           (!accept_separator(in, ";") || take_section(in, take_segment)) && in.at_end();
}

// Hz "@" dBm
bool take_frequency(Cursor& in) noexcept {
    const std::string_view hertz = in.take_while(is_digit);
    if (!parse_number<std::uint16_t>(hertz) || !accept_separator(in, "@")) {
        return false;
    }
    if (in.peek() == '-' || in.peek() == '+') {
        in.advance();
    }
    const auto level = take_decimal(in);
    return level && level->fraction.size() <= level_decimals;
}

bool take_frequencies(Cursor& in) noexcept {
    return take_list(in, take_frequency, most_frequencies);
}

}  // namespace

// 1.6, CadScript: `60(2/4)`.
bool is_cadence_script(std::string_view text) noexcept {
    Cursor in(text);
    return are_sections(in, take_on_off);
}

// 1.6, FreqScript: `350@-19,440@-19`.
bool is_frequency_script(std::string_view text) noexcept {
    Cursor in(text);
    return take_frequencies(in) && in.at_end();
}

// 1.6, ToneScript: FreqScript, then sections: `350@-19,440@-19;10(*/0/1+2)`.
bool is_tone_script(std::string_view text) noexcept {
    Cursor in(text);
    return take_frequencies(in) && accept_separator(in, ";") && are_sections(in, take_tone_segment);
}

}  // namespace onhook::profile
