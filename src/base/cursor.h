#pragma once

#include <cstddef>
#include <string_view>

#include "base/char_set.h"
#include "base/check.h"
#include "base/error.h"
#include "base/result.h"
#include "base/text.h"

namespace onhook {

// The only thing in a parser that touches characters: a view and an offset. `text` must outlive
// the cursor and every view it hands out.
class Cursor {
  public:
    explicit Cursor(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

    [[nodiscard]] bool at_end() const noexcept { return offset_ == text_.size(); }

    [[nodiscard]] std::string_view rest() const noexcept {
        std::string_view rest = text_;
        rest.remove_prefix(offset_);
        return rest;
    }

    // The next character, or NUL at the end. (NUL inside the text is refused by who reads it in.)
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
        return offset_ + ahead < text_.size() ? text_[offset_ + ahead] : '\0';
    }

    void advance(std::size_t count = 1) noexcept {
        CHECK(count <= text_.size() - offset_);
        offset_ += count;
    }

    // Takes `literal` if it stands here.
    [[nodiscard]] bool accept(std::string_view literal) noexcept {
        if (!rest().starts_with(literal)) {
            return false;
        }
        offset_ += literal.size();
        return true;
    }

    template <typename Predicate>
    std::string_view take_while(const Predicate& accepts) noexcept {
        const std::string_view ahead = rest();
        std::size_t length = 0;  // not offset_, which the compiler would store at every step
        while (length < ahead.size() && accepts(ahead[length])) {
            ++length;
        }
        offset_ += length;
        return ahead.substr(0, length);
    }

    std::string_view take_while(const CharSet& accepts) noexcept {
        const std::string_view taken = rest().substr(0, accepts.run(rest()));
        offset_ += taken.size();
        return taken;
    }

    void skip_spaces() noexcept { take_while(is_space); }

    // An error here. `expected` must be a literal.
    [[nodiscard]] Failure<ParseError> wanted(std::string_view expected) const noexcept {
        return Failure{ParseError{offset_, expected}};
    }

  private:
    std::string_view text_;
    std::size_t offset_ = 0;
};

}  // namespace onhook
