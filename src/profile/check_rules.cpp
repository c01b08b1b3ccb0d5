// What is wrong in a rule, a trigger or a log message.
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "profile/findings.h"
#include "profile/macro.h"
#include "profile/macro_context.h"
#include "profile/rule_check.h"

namespace onhook::profile {

namespace {

// The kinds of rule whose grammar is documented (cisco-mpp.md 3.4, 8.1, 9); of the others (PRT,
// CA, headset) no more is known than that they hold a URL.
std::vector<RuleRemark> remarks_on(const Parameter& parameter, std::string_view text) {
    const std::string_view name = parameter.name;
    if (parameter.type == ValueType::expression) {
        return check_trigger(text);
    }
    if (parameter.type != ValueType::rule) {
        return {};
    }
    if (name.starts_with("Profile_Rule")) {
        return check_rule(RuleKind::profile, text, &cisco_mpp_catalogue());
    }
    if (name == "Upgrade_Rule") {
        return check_rule(RuleKind::upgrade, text, &cisco_mpp_catalogue());
    }
    if (name == "Report_Rule") {
        return check_rule(RuleKind::report, text, &cisco_mpp_catalogue());
    }
    return {};
}

// A text with more unknown macros than this is no log message; it may be 64 KiB of them.
constexpr std::size_t most_unknown_macros = 10;

// 2.2: an unknown name stays as it is written.
void check_message(std::string_view text, const PlaceOf& place_of, Findings& findings) {
    std::size_t unknown = 0;
    for (const MacroUse& macro : macros_in(text)) {
        if (unknown == most_unknown_macros) {
            return;
        }
        if (!is_macro_name(macro.name) && !macro.secret) {
            ++unknown;
            findings.add(place_of(macro.offset),
                         "unknown-macro",
                         fmt::format("{} is no macro and stays as it is written",
                                     shown(text.substr(macro.offset, macro.length))),
                         "write $$ for a dollar sign that is meant");
        }
    }
}

}  // namespace

void check_rule_text(const Parameter& parameter,
                     std::string_view text,
                     const PlaceOf& place_of,
                     Findings& findings) {
    if (parameter.type == ValueType::message) {
        check_message(text, place_of, findings);
        return;
    }
    for (RuleRemark& remark : remarks_on(parameter, text)) {
        const auto [line, column] = findings.lines().at(place_of(remark.offset));
        findings.add(
            {.line = line,
             .column = column,
             .severity = remark.severity == RuleRemark::Severity::error ? Severity::error
                                                                        : Severity::warning,
             .code = remark.code,
             .message = parameter.name + ": " + remark.message,
             .remedy = remark.remedy.empty() ? "mend the rule here" : std::move(remark.remedy)});
    }
}

}  // namespace onhook::profile
