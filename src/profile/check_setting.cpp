// What is wrong with one value, wherever it stands.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/delays.h"
#include "profile/findings.h"
#include "profile/values.h"

namespace onhook::profile {

namespace {

// Short plain values are worth repeating; a secret never is.
std::string quoted(const Parameter& parameter, std::string_view text) {
    constexpr std::size_t longest = 40;
    const bool plain =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    return parameter.secret || may_carry_credentials(parameter.type) || text.empty() ||
                   text.size() > longest || !plain
               ? std::string()
               : fmt::format(", not '{}'", text);
}

// Where in a value of the wrong kind the mistake is, as far as the type tells.
std::size_t place_of_mistake(const Parameter& parameter, std::string_view text) {
    if (parameter.type == ValueType::delays) {
        const auto delays = parse_delays(text);
        return delays ? 0 : delays.error().offset;
    }
    return 0;
}

// Values that are of the type and yet count differently here and there.
void check_adjusted(const Parameter& parameter,
                    std::string_view text,
                    const PlaceOf& place_of,
                    Findings& findings) {
    const auto number = integer_of(text);
    if (!number) {
        return;
    }
    // 5.1, CONFLICT 3.
    if (parameter.name == "Resync_At_Random_Delay" && *number < 600) {
        findings.add(place_of(0),
                     "adjusted-value",
                     fmt::format("firmware 11.3(1) and later takes {} for 600", text),
                     "write 600 or more");
    }
    // 5.3: the documents give two upper ends.
    if (parameter.name == "periodic_upload_to_server" && *number > 259'200) {
        findings.add(place_of(0),
                     "adjusted-value",
                     "some firmware allows no more than 259200 seconds (3 days) here",
                     "write 259200 or less");
    }
}

}  // namespace

void check_ascii(std::string_view text, const PlaceOf& place_of, Findings& findings) {
    const auto foreign = std::find_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (foreign != text.end()) {
        findings.add(place_of(static_cast<std::size_t>(foreign - text.begin())),
                     "non-ascii",
                     "phones support only ASCII characters in values",
                     "write it with ASCII characters, or try it on a phone first");
    }
}

std::optional<std::string> check_setting(const Parameter& parameter,
                                         std::string_view text,
                                         const PlaceOf& place_of,
                                         Findings& findings) {
    const auto value = check_value(parameter, text);
    if (!value) {
        const bool judged_at_use =
            parameter.type == ValueType::clock || parameter.type == ValueType::delays;
        findings.add(place_of(place_of_mistake(parameter, text)),
                     "bad-value",
                     value.error() + quoted(parameter, text),
                     judged_at_use ? "correct it; the phone acts as if it were empty"
                                   : "correct it; the phone keeps the value it has");
        return std::nullopt;
    }
    check_adjusted(parameter, *value, place_of, findings);
    check_rule_text(parameter, *value, place_of, findings);
    return *value;
}

}  // namespace onhook::profile
