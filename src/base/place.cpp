#include "base/place.h"

#include <algorithm>

#include "base/check.h"

namespace onhook {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The second and later bytes of a character.
constexpr bool continues_a_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

PlaceFinder::PlaceFinder(std::string_view text) noexcept : text_(text) {
    if (text_.starts_with(byte_order_mark)) {
        text_.remove_prefix(byte_order_mark.size());
        skipped_ = byte_order_mark.size();
    }
}

Place PlaceFinder::at(std::size_t offset) {
    const std::size_t wanted = std::min(offset - std::min(offset, skipped_), text_.size());
    CHECK(wanted >= offset_);
    for (; offset_ < wanted; ++offset_) {
        const char c = text_[offset_];
        const bool before_line_feed = offset_ + 1 < text_.size() && text_[offset_ + 1] == '\n';
        if (c == '\n' || (c == '\r' && !before_line_feed)) {
            ++place_.line;
            place_.column = 1;
        } else if (!continues_a_character(c)) {
            ++place_.column;
        }
    }
    return place_;
}

}  // namespace onhook
