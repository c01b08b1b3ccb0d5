#include "provision/group.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/cursor.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {}  // namespace

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

bool is_one_line(std::string_view text, std::size_t limit) noexcept {
    return text.size() <= limit && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
           });
}

Status<> check_group(const Group& group) {
    if (!is_one_line(group.comment, Group::max_comment_length)) {
        return fail(Fault::bad_group,
                    fmt::format("group {}: the comment is not one line of at most {} bytes; "
                                "shorten it",
                                group.name.to_string(),
                                Group::max_comment_length));
    }
    return Done{};
}

}  // namespace onhook::provision
