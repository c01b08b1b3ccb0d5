// Which texts are values of a parameter, and how they are stored (cisco-mpp.md 1.6, flyingvoice.md
// 3.3).
#include "profile/value_types.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/delays.h"
#include "profile/values.h"

namespace onhook::profile {

namespace {

using Checked = Result<std::string_view, std::string>;

Failure<std::string> refuse(const Parameter& parameter, std::string_view allowed) {
    return Failure{fmt::format("{} must be {}", parameter.name, allowed)};
}

// Types whose whole syntax is one function.
struct Grammar {
    ValueType type;
    bool (*fits)(std::string_view text) noexcept;
    std::string_view allowed;  // with an example
};

constexpr std::array grammars = {
    Grammar{ValueType::power_level, is_power_level, "a level in dBm such as -13.5"},
    Grammar{ValueType::ip, is_ipv4, "an IPv4 address such as 192.168.1.100"},
    Grammar{ValueType::user_id, is_user_id, "a user name as in a URL, such as 1001"},
    Grammar{ValueType::fqdn, is_fqdn, "a host or address such as sip.example.com:5060"},
    Grammar{ValueType::phone,
            is_phone,
            "a number or URL such as *69, 14081234567 or 1234@10.10.10.100:5068"},
    Grammar{ValueType::action_code, is_action_code, "a code of telephone keys such as *69"},
    Grammar{ValueType::phone_template,
            is_phone_template,
            "patterns of numbers such as 1408*, 510???? or %2a69"},
    Grammar{ValueType::response_template,
            is_response_template,
            "SIP status codes or patterns of them such as 404, 5*, 61?"},
    Grammar{ValueType::cadence_script,
            is_cadence_script,
            "one or two cadences of up to 6 segments such as 60(.3/.2,1/.2,.3/4)"},
    Grammar{ValueType::frequency_script,
            is_frequency_script,
            "up to 6 frequencies in Hz with levels in dBm such as 350@-19,440@-19"},
    Grammar{ValueType::tone_script,
            is_tone_script,
            "frequencies and one or two cadences such as 350@-19,440@-19;10(*/0/1+2)"},
};

Checked check_boolean(const Parameter& parameter, std::string_view text) {
    for (const std::string_view yes : {"yes", "1", "true", "on"}) {
        if (equals_ignoring_case(text, yes)) {
            return std::string_view("Yes");
        }
    }
    for (const std::string_view no : {"no", "0", "false", "off"}) {
        if (equals_ignoring_case(text, no)) {
            return std::string_view("No");
        }
    }
    return refuse(parameter, "Yes or No");
}

Checked check_choice(const Parameter& parameter, std::string_view text) {
    for (const std::string& choice : parameter.choices) {
        if (equals_ignoring_case(text, choice)) {
            return std::string_view(choice);
        }
    }
    for (const auto& [written, choice] : parameter.spellings) {
        if (equals_ignoring_case(text, written)) {
            return std::string_view(parameter.choices[choice]);
        }
    }
    return refuse(parameter, fmt::format("one of {}", fmt::join(parameter.choices, ", ")));
}

// flyingvoice.md D3: the digit, and on input the words.
Checked check_on_off(const Parameter& parameter, std::string_view text) {
    for (const std::string_view on : {"1", "enable", "yes", "on", "true"}) {
        if (equals_ignoring_case(text, on)) {
            return std::string_view("1");
        }
    }
    for (const std::string_view off : {"0", "disable", "no", "off", "false"}) {
        if (equals_ignoring_case(text, off)) {
            return std::string_view("0");
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
    return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

// 1.6: Uns<n> has no sign, Sig<n> may have one.
Checked check_integer(const Parameter& parameter,
                      std::string_view text,
                      std::int64_t minimum,
                      std::int64_t maximum) {
    const bool sign = text.starts_with('-') || text.starts_with('+');
    const auto number = integer_of(text);
    if (!number || (sign && minimum >= 0) || *number < minimum || *number > maximum) {
        return refuse(
            parameter,
            fmt::format(
                "a whole number from {0} to {1}, such as {1} or 0x{1:x}", minimum, maximum));
    }
    return text;
}

// 1.6: Time<n>, further decimals are cut off. What is left of `.5` without decimals is 0.
Checked check_time(const Parameter& parameter, std::string_view text) {
    const auto decimals = static_cast<std::size_t>(parameter.maximum);
    if (!is_time(text)) {
        return refuse(parameter, "seconds such as 4 or 0.5");
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view cut = text.substr(0, decimals == 0 ? point : point + 1 + decimals);
    return cut.empty() || cut == "." ? std::string_view("0") : cut;
}

Checked check_float(const Parameter& parameter, std::string_view text) {
    const auto decimals = static_cast<std::size_t>(parameter.maximum);
    if (!is_float(text, decimals)) {
        return refuse(
            parameter,
            fmt::format(
                "a number with at most {} decimals such as {:.{}f}", decimals, 0.5, decimals));
    }
    return text;
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
    const auto* grammar = std::find_if(grammars.begin(), grammars.end(), [&](const Grammar& one) {
        return one.type == parameter.type;
    });
    // What a macro makes of the text is known when it is used.
    const bool expands = parameter.macro && text.find('$') != std::string_view::npos;
    if (grammar != grammars.end() && !expands && !grammar->fits(text)) {
        return refuse(parameter, grammar->allowed);
    }
    return text;
}

// Types that cannot do without a value have one from the factory on.
bool may_be_empty(const Parameter& parameter) {
    switch (parameter.type) {
        case ValueType::boolean:
        case ValueType::choice:
        case ValueType::number:
        case ValueType::on_off:
        case ValueType::port:
        case ValueType::whole_number:
            return parameter.default_value.empty();
        default:
            return true;
    }
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

Result<std::string_view, std::string> canonical_value(const Parameter& parameter,
                                                      std::string_view text) {
    if (text.empty() && may_be_empty(parameter)) {
        return text;
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
            return check_float(parameter, text);
        case ValueType::time:
            return check_time(parameter, text);
        case ValueType::clock:
            return is_clock(text) ? Checked(text)
                                  : refuse(parameter, "a time HHmm from 0000 to 2400 such as 0315");
        case ValueType::delays:
            return parse_delays(text)
                       ? Checked(text)
                       : refuse(parameter, "seconds, or a list such as 600,1200+60,3600");
        default:
            return check_text(parameter, text);
    }
}

Result<std::string, std::string> check_value(const Parameter& parameter, std::string_view text) {
    return canonical_value(parameter, text).transform([](std::string_view value) {
        return std::string(value);
    });
}

}  // namespace onhook::profile
