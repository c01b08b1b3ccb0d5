#include "profile/rule_assignments.h"

namespace onhook::profile {

namespace {

constexpr bool is_assigned_char(char c) noexcept {
    return is_name_char(c) || c == unknown_character;
}

constexpr std::string_view assignment_remedy = "write ( Name = \"value\" ; )!";

}  // namespace

// Name "=" '"' value '"' ";"
Result<std::optional<WrittenAssignment>, RuleError> AssignmentReader::next() {
    in_.skip_spaces();
    if (in_.at_end()) {
        return std::optional<WrittenAssignment>();
    }
    WrittenAssignment written;
    written.offset = in_.offset();
    if (!separated_) {
        return wrong_rule(
            written.offset, "expected ; between assignments", std::string(assignment_remedy));
    }
    written.name = in_.take_while(is_assigned_char);
    if (written.name.empty()) {
        return wrong_rule(
            written.offset, "expected the name of a parameter", std::string(assignment_remedy));
    }
    in_.skip_spaces();
    if (!in_.accept("=")) {
        return wrong_rule(in_.offset(),
                          "expected = behind the name of a parameter",
                          std::string(assignment_remedy));
    }
    in_.skip_spaces();
    if (!in_.accept("\"")) {
        return wrong_rule(
            in_.offset(), "expected a value in quotes", std::string(assignment_remedy));
    }
    written.value = in_.take_while([](char c) { return c != '"'; });
    if (!in_.accept("\"")) {
        return wrong_rule(
            in_.offset(), "the quotes of the value are not closed", std::string(assignment_remedy));
    }
    in_.skip_spaces();
    separated_ = in_.accept(";");
    return std::optional(written);
}

std::string assigned_name(std::string_view written) {
    if (written.size() == 1 && written[0] >= 'a' && written[0] <= 'p') {
        return std::string("GPP_") + to_upper(written[0]);
    }
    return std::string(written);
}

}  // namespace onhook::profile
