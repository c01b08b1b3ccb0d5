// Places in a document that the XML reader has accepted: it says what a profile holds, this says
// where each piece of it stands.
#include "profile/markup.h"

#include <algorithm>

#include "base/cursor.h"
#include "base/utf8.h"

namespace onhook::profile {

namespace {

constexpr std::size_t block_size = 1024;

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

// Behind the next `end`, or the end of the text.
void skip_past(Cursor& in, std::string_view end) {
    const std::size_t at = in.rest().find(end);
    in.advance(at == std::string_view::npos ? in.rest().size() : at + end.size());
}

// Comments, CDATA sections, processing instructions; true when one stood here.
bool skip_section(Cursor& in) {
    if (in.accept("<!--")) {
        skip_past(in, "-->");
    } else if (in.accept("<![CDATA[")) {
        skip_past(in, "]]>");
    } else if (in.accept("<?")) {
        skip_past(in, "?>");
    } else {
        return false;
    }
    return true;
}

// The rest of a start tag up to its '>'; a quoted value may hold one.
std::string_view take_attributes(Cursor& in) {
    const std::string_view rest = in.rest();
    char quote = '\0';
    const std::string_view taken = in.take_while([&](char c) {
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
            return true;
        }
        quote = c == '"' || c == '\'' ? c : '\0';
        return c != '>';
    });
    return rest.substr(0, taken.size());
}

// How many bytes of the value stand at the cursor, and whether they are white space. Takes them.
struct Piece {
    std::size_t bytes = 0;
    bool space = false;
};

std::size_t utf8_length(std::uint32_t character) {
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}

std::optional<Piece> take_piece(Cursor& in) {
    if (in.at_end() || in.peek() == '<') {
        return std::nullopt;
    }
    if (in.accept("\r\n")) {
        return Piece{1, true};
    }
    if (!in.accept("&")) {
        const bool space = is_space(in.peek());
        in.advance();
        return Piece{1, space};
    }
    const std::string_view name = in.take_while([](char c) { return c != ';' && c != '<'; });
    if (!in.accept(";")) {
        return std::nullopt;
    }
    if (!name.starts_with("#")) {
        return Piece{1, false};  // the five predefined entities
    }
    const bool hex = name.starts_with("#x");
    const auto character =
        parse_number<std::uint32_t>(name.substr(hex ? 2 : 1), hex ? 16 : 10).value_or(0);
    return Piece{utf8_length(character),
                 character < 0x80 && is_space(static_cast<char>(character))};
}

}  // namespace

Lines::Lines(std::string_view text) : text_(text), starts_{0} {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool crlf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (text[i] == '\n' || (text[i] == '\r' && !crlf)) {
            starts_.push_back(i + 1);
        }
    }
    if (text.starts_with(utf8_byte_order_mark)) {
        starts_.front() = utf8_byte_order_mark.size();
    }
    std::size_t characters = 0;
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), block_size))) {
        blocks_.push_back(characters);
        characters += count_characters(text.substr(0, block_size));
    }
    blocks_.push_back(characters);
}

std::size_t Lines::characters_before(std::size_t offset) const {
    const std::size_t block = offset / block_size;
    const std::size_t start = block * block_size;
    return blocks_[block] + count_characters(text_.substr(start, offset - start));
}

std::pair<std::size_t, std::size_t> Lines::at(std::size_t offset) const {
    offset = std::max(std::min(offset, text_.size()), starts_.front());
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    return {static_cast<std::size_t>(next - starts_.begin()),
            characters_before(offset) - characters_before(*(next - 1)) + 1};
}

std::size_t Lines::start_of(std::size_t line) const {
    return line >= 1 && line <= starts_.size() ? starts_[line - 1] : text_.size();
}

std::vector<Tag> start_tags(std::string_view document) {
    std::vector<Tag> tags;
    Cursor in(document);
    std::size_t depth = 0;
    while (true) {
        in.take_while([](char c) { return c != '<'; });
        if (in.at_end()) {
            return tags;
        }
        if (skip_section(in)) {
            continue;
        }
        const std::size_t offset = in.offset();
        in.advance();
        if (in.accept("/")) {
            skip_past(in, ">");
            depth -= depth == 0 ? 0 : 1;
            continue;
        }
        const std::string_view name =
            in.take_while([](char c) { return !is_space(c) && c != '/' && c != '>'; });
        std::string_view attributes = take_attributes(in);
        if (!in.accept(">")) {
            return tags;
        }
        const bool self_closed = attributes.ends_with('/');
        attributes.remove_suffix(self_closed ? 1 : 0);
        tags.push_back({offset, name, attributes, in.offset(), depth + 1});
        depth += self_closed ? 0 : 1;
    }
}

std::optional<Attribute> find_attribute(const Tag& tag, std::string_view name) {
    const std::size_t before = tag.offset + 1 + tag.name.size();
    Cursor in(tag.attributes);
    while (true) {
        in.skip_spaces();
        const std::string_view found =
            in.take_while([](char c) { return c != '=' && !is_space(c); });
        in.skip_spaces();
        if (!in.accept("=")) {
            return std::nullopt;
        }
        in.skip_spaces();
        const char quote = in.peek();
        if (in.at_end()) {
            return std::nullopt;
        }
        in.advance();
        const std::size_t start = in.offset();
        const std::string_view value = in.take_while([&](char c) { return c != quote; });
        if (found == name) {
            return Attribute{value, before + start};
        }
        if (in.at_end()) {
            return std::nullopt;
        }
        in.advance();
    }
}

void ContentPlaces::read() {
    Cursor in(document_.substr(tag_.content));
    // The value starts behind the white space that is trimmed.
    Cursor ahead = in;
    for (auto piece = take_piece(ahead); piece && piece->space; piece = take_piece(ahead)) {
        in = ahead;
    }
    for (;;) {
        const std::size_t start = tag_.content + in.offset();
        const auto piece = take_piece(in);
        // All bytes of an entity stand at its start.
        places_.insert(places_.end(), piece ? piece->bytes : 1, start);
        if (!piece) {
            return;
        }
    }
}

std::optional<std::size_t> ContentPlaces::at(std::size_t offset) {
    if (places_.empty()) {
        read();
    }
    return offset < places_.size() ? std::optional(places_[offset]) : std::nullopt;
}

}  // namespace onhook::profile
