#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace onhook {

// A set of characters, made from a predicate when the program is compiled: a parser that asks
// about every character looks into a table. Where a predicate is wanted, the set is one.
class CharSet {
  public:
    template <typename Predicate>
    explicit constexpr CharSet(Predicate contains) {
        for (std::size_t i = 0; i < table_.size(); ++i) {
            table_[i] = contains(static_cast<char>(i)) ? 1 : 0;
        }
    }

    [[nodiscard]] constexpr bool operator()(char c) const noexcept { return bit(c) != 0; }

    // How many characters at the start of `text` are in the set.
    [[nodiscard]] constexpr std::size_t run(std::string_view text) const noexcept {
        std::size_t length = 0;
        // Four at a time cost half as much as one by one.
        while (text.size() - length >= 4 && (bit(text[length]) & bit(text[length + 1]) &
                                             bit(text[length + 2]) & bit(text[length + 3])) != 0) {
            length += 4;
        }
        while (length < text.size() && bit(text[length]) != 0) {
            ++length;
        }
        return length;
    }

  private:
    [[nodiscard]] constexpr unsigned bit(char c) const noexcept {
        return table_[static_cast<unsigned char>(c)];
    }

    std::array<unsigned char, 256> table_{};  // 1: it is in the set
};

}  // namespace onhook
