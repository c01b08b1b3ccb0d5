#include "profile/flyingvoice_writer.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "profile/flyingvoice_file.h"
#include "profile/mask.h"

namespace onhook::profile {

namespace {

constexpr std::string_view secret_stars = "********";

// Quotes keep what the reader would take away: blanks at the ends, a pair of quotes, and that an
// empty value is meant where a blank one says nothing (9.2).
std::string quoted(std::string_view key, std::string_view value) {
    const bool trimmed = trim(value) != value;
    const bool in_quotes = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    const bool emptied = value.empty() && is_dialect_y(key);
    return trimmed || in_quotes || emptied ? fmt::format("\"{}\"", value) : std::string(value);
}

std::string line(std::string_view key, std::string_view value) {
    const std::string text = quoted(key, value);
    return fmt::format("{} ={}{}\n", key, text.empty() ? "" : " ", text);
}

std::string shown(const Parameter& parameter, std::string_view value, SecretText secrets) {
    if (secrets == SecretText::revealed) {
        return std::string(value);
    }
    if (parameter.secret) {
        return std::string(secret_stars);
    }
    return may_carry_credentials(parameter.type) ? masked_rule(value) : std::string(value);
}

// The parameter's key of dialect Y, or its own where that dialect has none (D1 reads it as well).
std::string_view y_key(const Parameter& parameter) {
    for (const std::string& synonym : parameter.synonyms) {
        if (is_dialect_y(synonym)) {
            return synonym;
        }
    }
    return parameter.name;
}

// 2.1: minutes are all that dialect Y can say; what is between two minutes follows in dialect N.
std::string y_period(const Parameter& parameter, std::string_view value) {
    const auto seconds = parse_number<std::uint32_t>(value);
    CHECK(seconds.has_value());
    std::string out = line("static.auto_provision.repeat.enable", *seconds == 0 ? "0" : "1");
    if (*seconds > 0) {
        const std::uint32_t minutes = *seconds / 60 + (*seconds % 60 == 0 ? 0 : 1);
        out += line("static.auto_provision.repeat.minutes", std::to_string(minutes));
    }
    if (*seconds % 60 != 0) {
        out += line(parameter.name, value);
    }
    return out;
}

}  // namespace

bool is_masked(const Parameter& parameter, std::string_view value) {
    return parameter.secret ? value == secret_stars
                            : parameter.type == ValueType::url &&
                                  value.find("://***@") != std::string_view::npos;
}

std::string write_flyingvoice_n(const Values& values, SecretText secrets) {
    std::string out;
    for (const Values::Entry& entry : values.entries()) {
        const Parameter& parameter = values.catalogue()[entry.id];
        if (entry.value && (secrets == SecretText::revealed || !parameter.hidden)) {
            out += line(parameter.name, shown(parameter, *entry.value, secrets));
        }
    }
    return out;
}

std::string write_flyingvoice_y(const Values& values, SecretText secrets) {
    std::string out = fmt::format("{}\n\n", flyingvoice_header);
    for (const Values::Entry& entry : values.entries()) {
        const Parameter& parameter = values.catalogue()[entry.id];
        if (!entry.value || (secrets == SecretText::masked && parameter.hidden)) {
            continue;
        }
        if (parameter.name == "DBID_RESYNC_PERIODIC") {
            out += y_period(parameter, *entry.value);
        } else {
            out += line(y_key(parameter), shown(parameter, *entry.value, secrets));
        }
    }
    return out;
}

}  // namespace onhook::profile
