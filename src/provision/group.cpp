#include "provision/group.h"

#include "base/cursor.h"

namespace onhook::provision {

namespace {

constexpr bool is_name_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
}

}  // namespace

Result<GroupName, ParseError> GroupName::parse(std::string_view text) {
    Cursor in(text);
    if (!is_letter(in.peek()) && !is_digit(in.peek())) {
        return in.wanted("a group name that starts with a letter or digit");
    }
    in.take_while(is_name_char);
    if (!in.at_end()) {
        return in.wanted("only letters, digits, '-', '_' and '.' in a group name");
    }
    if (text.size() > max_length) {
        return Failure{ParseError{max_length, "a group name of at most 64 characters"}};
    }
    return GroupName(text);
}

}  // namespace onhook::provision
