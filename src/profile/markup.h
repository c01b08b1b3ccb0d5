#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace onhook::profile {

// Where things stand in a text, for messages. `text` must outlive it.
class Lines {
  public:
    explicit Lines(std::string_view text);

    // Line and column of a byte, 1-based, as the XML reader counts them: CR, LF and CRLF end a
    // line, columns count characters, a byte order mark has none. An offset behind the end is the
    // end. A file may be one long line with as many mistakes as one likes: the time does not
    // depend on the length of the line.
    [[nodiscard]] std::pair<std::size_t, std::size_t> at(std::size_t offset) const;
    // The first byte of a line, 1-based; of a line that is not there the end.
    [[nodiscard]] std::size_t start_of(std::size_t line) const;

  private:
    [[nodiscard]] std::size_t characters_before(std::size_t offset) const;

    std::string_view text_;
    std::vector<std::size_t> starts_;
    std::vector<std::size_t> blocks_;  // how many characters start before each block of the text
};

// A start tag of a well-formed document.
struct Tag {
    std::size_t offset = 0;  // of its '<'
    std::string_view name;
    std::string_view attributes;  // what stands between the name and '>' or '/>'
    std::size_t content = 0;      // offset behind its '>'
    std::size_t depth = 0;        // 1 is the outermost element
};

// Every start tag in document order. The document must be well-formed XML without a DOCTYPE, as
// read_flat_profile() makes sure; of another one the tags up to the first mistake come.
[[nodiscard]] std::vector<Tag> start_tags(std::string_view document);

// An attribute's value as written, and the offset of its first character in the document.
struct Attribute {
    std::string_view value;
    std::size_t offset = 0;
};

[[nodiscard]] std::optional<Attribute> find_attribute(const Tag& tag, std::string_view name);

// Where the bytes of an element's value stand in the document: the value is the content decoded
// and trimmed (cisco-mpp.md 1.5). Document and tag must outlive it.
class ContentPlaces {
  public:
    ContentPlaces(std::string_view document, const Tag& tag) : document_(document), tag_(tag) {}

    // Nothing when markup (a comment, CDATA) stands before the byte. The content is read once,
    // however often this is asked.
    [[nodiscard]] std::optional<std::size_t> at(std::size_t offset);

  private:
    void read();

    std::string_view document_;
    const Tag& tag_;
    std::vector<std::size_t> places_;  // of each byte of the value, and of its end
};

}  // namespace onhook::profile
