#include "profile/rule_options.h"

#include <array>
#include <string>

#include <fmt/format.h>

namespace onhook::profile {

namespace {

enum class Argument : std::uint8_t { none, text, letter };

struct OptionRow {
    std::string_view name;
    Option option;
    Argument argument;
    bool in_profile;
    bool in_upgrade;
    bool in_report;
};

// 4.2. Upgrade rules: the older documents give them --uid and --pwd, the newer none.
constexpr std::array<OptionRow, 8> option_rows = {{
    {"key", Option::key, Argument::text, true, false, true},
    {"uid", Option::uid, Argument::text, true, true, true},
    {"pwd", Option::pwd, Argument::text, true, true, true},
    {"post", Option::post, Argument::letter, true, false, false},
    {"alias", Option::alias, Argument::letter, true, false, false},
    {"srv", Option::srv, Argument::none, true, false, false},
    {"delta", Option::delta, Argument::none, false, false, true},
    {"status", Option::status, Argument::none, false, false, true},
}};

bool is_allowed(const OptionRow& row, RuleKind kind) {
    switch (kind) {
        case RuleKind::profile:
            return row.in_profile;
        case RuleKind::upgrade:
            return row.in_upgrade;
        case RuleKind::report:
            return row.in_report;
    }
    return false;
}

std::string_view rule_name(RuleKind kind) {
    switch (kind) {
        case RuleKind::profile:
            return "a profile rule";
        case RuleKind::upgrade:
            return "an upgrade rule";
        case RuleKind::report:
            return "a report rule";
    }
    return "";
}

std::string supported(RuleKind kind) {
    std::string list;
    for (const OptionRow& row : option_rows) {
        if (is_allowed(row, kind)) {
            list += fmt::format("{}--{}", list.empty() ? "supported are " : ", ", row.name);
        }
    }
    return list;
}

const OptionRow* find_row(std::string_view name) {
    for (const OptionRow& row : option_rows) {
        if (row.name == name) {
            return &row;
        }
    }
    return nullptr;
}

bool is_general_purpose_letter(std::string_view text) {
    return text.size() == 1 && text[0] >= 'a' && text[0] <= 'p';
}

}  // namespace

Result<std::optional<WrittenOption>, RuleError> OptionReader::next() {
    in_.skip_spaces();
    if (in_.at_end()) {
        return std::optional<WrittenOption>();
    }
    WrittenOption written;
    written.offset = in_.offset();
    if (!in_.accept("--")) {
        return wrong_rule(written.offset,
                          "expected an option such as --key, or ]",
                          "put an argument that holds white space in quotes");
    }
    const std::string_view name =
        in_.take_while([](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
    const OptionRow* row = find_row(name);
    if (row == nullptr) {
        return wrong_rule(written.offset,
                          fmt::format("unknown option --{}", name),
                          supported(kind_),
                          "unknown-option");
    }
    if (!is_allowed(*row, kind_)) {
        return wrong_rule(written.offset,
                          fmt::format("--{} is no option of {}", name, rule_name(kind_)),
                          supported(kind_),
                          "option-not-allowed");
    }
    written.option = row->option;
    const std::uint32_t bit = 1U << static_cast<unsigned>(row->option);
    if ((seen_ & bit) != 0) {
        return wrong_rule(written.offset,
                          fmt::format("--{} stands twice", name),
                          "leave one of them out",
                          "duplicate-option");
    }
    seen_ |= bit;
    // A report is of one kind (8.1).
    constexpr std::uint32_t contents =
        1U << static_cast<unsigned>(Option::delta) | 1U << static_cast<unsigned>(Option::status);
    if ((seen_ & contents) == contents) {
        return wrong_rule(written.offset,
                          "--delta and --status exclude each other",
                          "write two reports, one behind the other",
                          "options-conflict");
    }
    if (row->argument != Argument::none) {
        if (auto taken = take_argument(written, name); !taken) {
            return Failure{std::move(taken).error()};
        }
    }
    const bool known = written.argument.find(unknown_character) == std::string_view::npos;
    if (row->argument == Argument::letter && known &&
        !is_general_purpose_letter(written.argument)) {
        return wrong_rule(written.argument_offset,
                          fmt::format("--{} needs a letter from a to p", name),
                          "a means GPP_A");
    }
    return std::optional(written);
}

// A bare word, or "text with blanks". A bare word does not start like an option.
Status<RuleError> OptionReader::take_argument(WrittenOption& option, std::string_view name) {
    in_.skip_spaces();
    option.quoted = in_.accept("\"");
    option.argument_offset = in_.offset();
    option.argument = in_.take_while([&option](char c) {
        return option.quoted ? c != '"' : !is_space(c) && c != ']' && c != '[' && c != '"';
    });
    if (option.quoted && !in_.accept("\"")) {
        return wrong_rule(option.argument_offset,
                          fmt::format("the quotes of --{} are not closed", name),
                          "add \" behind the argument");
    }
    if (!option.quoted && (option.argument.empty() || option.argument.starts_with("--"))) {
        return wrong_rule(option.argument_offset,
                          fmt::format("--{} needs an argument", name),
                          "put one that is empty or starts with -- in quotes");
    }
    return Done{};
}

}  // namespace onhook::profile
