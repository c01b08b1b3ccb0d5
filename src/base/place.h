#pragma once

#include <cstddef>
#include <string_view>

namespace onhook {

// A place in a text as editors count it: both from 1, columns in characters.
struct Place {
    std::size_t line = 1;
    std::size_t column = 1;

    friend bool operator==(const Place&, const Place&) = default;
};

// Turns offsets of UTF-8 text into places, walking the text once however many are asked for. A new
// line is LF, CRLF or CR; a byte order mark takes no column.
class PlaceFinder {
  public:
    // `text` must outlive the finder.
    explicit PlaceFinder(std::string_view text) noexcept;

    // `offset` may not lie before the one asked for last. Behind the end means the end.
    [[nodiscard]] Place at(std::size_t offset);

  private:
    std::string_view text_;
    std::size_t skipped_ = 0;  // bytes of the mark
    std::size_t offset_ = 0;   // behind the mark
    Place place_;
};

[[nodiscard]] inline Place place_at(std::string_view text, std::size_t offset) {
    return PlaceFinder(text).at(offset);
}

}  // namespace onhook
