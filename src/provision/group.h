#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook::provision {

// The name of a group of devices, as commands, URLs and the store spell it.
class GroupName {
  public:
    static constexpr std::size_t max_length = 64;

    // A letter or digit, then letters, digits, `-`, `_` and `.`; at most 64 characters. Case
    // counts.
    [[nodiscard]] static Result<GroupName, ParseError> parse(std::string_view text);

    [[nodiscard]] const std::string& to_string() const noexcept { return text_; }

    friend auto operator<=>(const GroupName&, const GroupName&) = default;

  private:
    explicit GroupName(std::string_view text) : text_(text) {}

    std::string text_;
};

// Devices that share settings.
struct Group {
    static constexpr std::size_t max_comment_length = 1000;

    GroupName name;
    std::string comment = {};  // for people; may be empty

    friend bool operator==(const Group&, const Group&) = default;
};

// Refuses a comment that is too long or carries control characters. Whoever takes a group from
// outside calls it once.
[[nodiscard]] Status<> check_group(const Group& group);

// What may be kept as a text for people: at most `limit` bytes without control characters.
[[nodiscard]] bool is_one_line(std::string_view text, std::size_t limit) noexcept;

}  // namespace onhook::provision
