// The value types of cisco-mpp.md 1.6 and flyingvoice.md 3.3. The script types (tones, cadences,
// dial plans, templates) are bounded in length here.
#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/delays.h"
#include "profile/values.h"

namespace onhook::profile {

namespace {

using Checked = Result<std::string, std::string>;

Checked refuse(const Parameter& parameter, std::string_view allowed) {
    return Failure{fmt::format("{} must be {}", parameter.name, allowed)};
}

Checked check_boolean(const Parameter& parameter, std::string_view text) {
    for (const std::string_view yes : {"yes", "1", "true", "on"}) {
        if (equals_ignoring_case(text, yes)) {
            return std::string("Yes");
        }
    }
    for (const std::string_view no : {"no", "0", "false", "off"}) {
        if (equals_ignoring_case(text, no)) {
            return std::string("No");
        }
    }
    return refuse(parameter, "Yes or No");
}

Checked check_choice(const Parameter& parameter, std::string_view text) {
    for (const std::string& choice : parameter.choices) {
        if (equals_ignoring_case(text, choice)) {
            return choice;
        }
    }
    for (const auto& [written, choice] : parameter.spellings) {
        if (equals_ignoring_case(text, written)) {
            return parameter.choices[choice];
        }
    }
    return refuse(parameter, fmt::format("one of {}", fmt::join(parameter.choices, ", ")));
}

// flyingvoice.md D3: the digit, and on input the words.
Checked check_on_off(const Parameter& parameter, std::string_view text) {
    for (const std::string_view on : {"1", "enable", "yes", "on", "true"}) {
        if (equals_ignoring_case(text, on)) {
            return std::string("1");
        }
    }
    for (const std::string_view off : {"0", "disable", "no", "off", "false"}) {
        if (equals_ignoring_case(text, off)) {
            return std::string("0");
        }
    }
    return refuse(parameter, "0 or 1");
}

// flyingvoice.md 3.3: decimal, no sign. Stored without leading zeros.
Checked check_whole_number(const Parameter& parameter, std::string_view text) {
    const auto number = parse_number<std::uint32_t>(text);
    if (!number || *number < parameter.minimum || *number > parameter.maximum) {
        return refuse(
            parameter,
            fmt::format("a whole number from {} to {}", parameter.minimum, parameter.maximum));
    }
    return std::string(text.substr(std::min(text.find_first_not_of('0'), text.size() - 1)));
}

Checked check_integer(const Parameter& parameter,
                      std::string_view text,
                      std::int64_t minimum,
                      std::int64_t maximum) {
    const auto number = integer_of(text);
    if (!number || *number < minimum || *number > maximum) {
        return refuse(parameter, fmt::format("a whole number from {} to {}", minimum, maximum));
    }
    return std::string(text);
}

// Digits with at most one point; `-` only where the type has it.
bool is_decimal(std::string_view text, bool may_be_negative) {
    if (may_be_negative && (text.starts_with("-") || text.starts_with("+"))) {
        text.remove_prefix(1);
    }
    const bool characters =
        std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
    return characters && std::count(text.begin(), text.end(), '.') <= 1 &&
           std::any_of(text.begin(), text.end(), is_digit);
}

bool is_ipv4(std::string_view text) {
    const auto parts = split(text, '.');
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return part.size() <= 3 && parse_number<std::uint8_t>(part).has_value();
           });
}

// HHmm, 0000 to 2400.
bool is_clock(std::string_view text) {
    const auto number = parse_number<unsigned>(text);
    return text.size() == 4 && number && *number % 100 < 60 && *number <= 2400;
}

std::size_t longest(const Parameter& parameter) {
    const auto bound = static_cast<std::size_t>(parameter.maximum);
    switch (parameter.type) {
        case ValueType::user_id:
        case ValueType::fqdn:
            return std::min<std::size_t>(bound, 63);
        case ValueType::phone:
        case ValueType::phone_template:
        case ValueType::response_template:
            return std::min<std::size_t>(bound, 39);
        case ValueType::action_code:
            return std::min<std::size_t>(bound, 7);
        case ValueType::cadence_script:
        case ValueType::frequency_script:
        case ValueType::tone_script:
            return std::min<std::size_t>(bound, 127);
        case ValueType::rule:
        case ValueType::expression:
        case ValueType::url:
            return std::min<std::size_t>(bound, 2048);  // cisco-mpp.md 4.4
        default:
            return bound;
    }
}

Checked check_text(const Parameter& parameter, std::string_view text) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
    if (std::any_of(text.begin(), text.end(), control)) {
        return refuse(parameter, "one line without control characters");
    }
    if (text.size() > longest(parameter)) {
        return refuse(parameter, fmt::format("at most {} characters", longest(parameter)));
    }
    return std::string(text);
}

}  // namespace

std::optional<std::int64_t> integer_of(std::string_view value) noexcept {
    const bool negative = value.starts_with("-");
    if (negative || value.starts_with("+")) {
        value.remove_prefix(1);
    }
    const bool hex = value.starts_with("0x") || value.starts_with("0X");
    const auto magnitude =
        parse_number<std::uint32_t>(hex ? value.substr(2) : value, hex ? 16 : 10);
    if (!magnitude) {
        return std::nullopt;
    }
    return negative ? -std::int64_t{*magnitude} : std::int64_t{*magnitude};
}

Checked check_value(const Parameter& parameter, std::string_view text) {
    if (text.empty()) {
        const bool needs_one =
            !parameter.default_value.empty() &&
            (parameter.type == ValueType::boolean || parameter.type == ValueType::number ||
             parameter.type == ValueType::port || parameter.type == ValueType::on_off ||
             parameter.type == ValueType::whole_number);
        const bool may_choose =
            parameter.type != ValueType::choice || parameter.default_value.empty();
        if (!needs_one && may_choose) {
            return std::string();
        }
    }
    switch (parameter.type) {
        case ValueType::boolean:
            return check_boolean(parameter, text);
        case ValueType::on_off:
            return check_on_off(parameter, text);
        case ValueType::whole_number:
            return check_whole_number(parameter, text);
        case ValueType::choice:
            return check_choice(parameter, text);
        case ValueType::number:
            return check_integer(parameter, text, parameter.minimum, parameter.maximum);
        case ValueType::port:
            return check_integer(parameter, text, 0, 65'535);
        case ValueType::float_number:
        case ValueType::time:
            return is_decimal(text, false) ? Checked(std::string(text))
                                           : refuse(parameter, "a number, with decimals or not");
        case ValueType::power_level:
            return is_decimal(text, true) ? Checked(std::string(text))
                                          : refuse(parameter, "a level in dBm such as -13.5");
        case ValueType::ip:
            return is_ipv4(text) ? Checked(std::string(text))
                                 : refuse(parameter, "an IPv4 address such as 192.168.1.100");
        case ValueType::clock:
            return is_clock(text) ? Checked(std::string(text))
                                  : refuse(parameter, "a time HHmm from 0000 to 2400");
        case ValueType::delays:
            return parse_delays(text)
                       ? Checked(std::string(text))
                       : refuse(parameter, "seconds, or a list such as 600,1200+60,3600");
        default:
            return check_text(parameter, text);
    }
}

}  // namespace onhook::profile
