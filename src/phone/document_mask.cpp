#include "phone/document_mask.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "base/utf8.h"
#include "profile/catalogue.h"
#include "profile/flyingvoice_file.h"

namespace onhook::phone {

namespace {

// `text` with `other` for every character but white space and those of `kept`: what stands behind
// it keeps its column.
std::string covered(std::string_view text, char other, std::string_view kept = {}) {
    std::string out;
    while (!text.empty()) {
        const bool stays = is_space(text.front()) || kept.find(text.front()) != kept.npos;
        out += stays ? text.front() : other;
        text.remove_prefix(first_utf8_character(text).length);
    }
    return out;
}

std::size_t characters_of(std::string_view text) { return covered(text, '*').size(); }

// `other` in the place of `part`. Blanks and line ends behind it keep what follows at its place.
std::string in_place_of(std::string_view part, const std::string& other) {
    const std::size_t line_end = part.find_first_of("\r\n");
    if (line_end != std::string_view::npos) {
        return other + covered(part.substr(line_end), ' ');
    }
    const std::size_t room = characters_of(part);
    const std::size_t taken = characters_of(other);
    return other + std::string(room > taken ? room - taken : 0, ' ');
}

void append_utf8(std::string& out, std::uint32_t character) {
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
    const auto rest = [&](unsigned shift) { byte(0x80U | ((character >> shift) & 0x3FU)); };
    if (character < 0x80U) {
        byte(character);
    } else if (character < 0x800U) {
        byte(0xC0U | (character >> 6U));
        rest(0);
    } else if (character < 0x10000U) {
        byte(0xE0U | (character >> 12U));
        rest(6);
        rest(0);
    } else {
        byte(0xF0U | (character >> 18U));
        rest(12);
        rest(6);
        rest(0);
    }
}

// The character of a reference whose `&` was taken.
void take_character(Cursor& in, std::string& out) {
    constexpr std::pair<std::string_view, char> entities[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    const std::string_view name = in.take_while([](char c) { return c != ';'; });
    (void)in.accept(";");
    for (const auto& [known, character] : entities) {
        if (name == known) {
            out += character;
            return;
        }
    }
    const bool hex = name.starts_with("#x");
    const std::string_view digits = name.substr(std::min(name.size(), std::size_t{hex ? 2U : 1U}));
    append_utf8(out, parse_number<std::uint32_t>(digits, hex ? 16 : 10).value_or(' '));
}

// The characters that a text of XML stands for. A line end is one character.
std::string decoded_xml(std::string_view raw) {
    std::string text;
    Cursor in(raw);
    while (!in.at_end()) {
        if (in.accept("&")) {
            take_character(in, text);
        } else if (in.accept("\r\n")) {
            text += ' ';
        } else {
            text += in.peek();
            in.advance();
        }
    }
    return text;
}

std::string encoded_xml(std::string_view text) {
    std::string raw;
    for (const char c : text) {
        raw += c == '&'                          ? "&amp;"
               : c == '<'                        ? "&lt;"
               : c == '>' && raw.ends_with("]]") ? "&gt;"
                                                 : std::string(1, c);
    }
    return raw;
}

constexpr std::string_view comment_begin = "<!--";
constexpr std::string_view cdata_begin = "<![CDATA[";
constexpr std::string_view cdata_end = "]]>";

// Comments may quote anything. What ends one stays, and so does a line's end.
std::string masked_comment(std::string_view comment) { return covered(comment, '*', "-<>!"); }

// The end of a tag that begins the text, behind its `>`; quotes hide one.
std::size_t tag_end(std::string_view text) {
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return i + 1;
        }
    }
    return text.size();
}

// The first comment, section, instruction, tag or text of `rest`, which is not empty.
std::string_view xml_piece(std::string_view rest) {
    constexpr std::pair<std::string_view, std::string_view> sections[] = {
        {comment_begin, "-->"}, {cdata_begin, cdata_end}, {"<?", "?>"}};
    for (const auto& [begin, end] : sections) {
        if (rest.starts_with(begin)) {
            const std::size_t at = rest.find(end, begin.size());
            return rest.substr(0, at == std::string_view::npos ? at : at + end.size());
        }
    }
    return rest.starts_with('<') ? rest.substr(0, tag_end(rest)) : rest.substr(0, rest.find('<'));
}

std::string_view inside_cdata(std::string_view section) {
    return section.substr(cdata_begin.size(),
                          section.size() - cdata_begin.size() - cdata_end.size());
}

constexpr bool is_tag_name_char(char c) noexcept { return !is_space(c) && c != '/' && c != '>'; }

// The attributes that mean something to a phone, with a value that does (cisco-mpp.md 1.3).
bool means_something(std::string_view attribute, std::string_view value) {
    if (attribute == "preserve-value") {
        return value == "y";
    }
    value.remove_suffix(value.ends_with(",y") ? 2 : 0);
    return attribute == "ua" && profile::parse_access(value).has_value();
}

// A start tag with blanks for every other attribute.
std::string masked_tag(std::string_view tag) {
    Cursor in(tag);
    in.take_while(is_tag_name_char);
    std::string out(tag.substr(0, in.offset()));
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        in.skip_spaces();
        const std::string_view name =
            in.take_while([](char c) { return is_tag_name_char(c) && c != '='; });
        if (name.empty()) {
            return out + std::string(tag.substr(start));
        }
        in.skip_spaces();
        (void)in.accept("=");
        in.skip_spaces();
        const char quote = in.peek();
        in.advance(in.at_end() ? 0 : 1);
        const std::string_view value = in.take_while([quote](char c) { return c != quote; });
        in.advance(in.at_end() ? 0 : 1);
        const std::string_view whole = tag.substr(start, in.offset() - start);
        out += means_something(name, decoded_xml(value)) ? std::string(whole) : covered(whole, ' ');
    }
    return out;
}

// Goes twice through a document: an element's text may stand in several pieces.
class XmlMask {
  public:
    XmlMask(std::string_view document, const MaskValue& mask) : document_(document), mask_(mask) {}

    std::string run() {
        walk([this](std::string_view piece) { read(piece); });
        for (Said& one : elements_) {
            std::replace_if(
                one.text.begin(), one.text.end(), [](char c) { return is_space(c); }, ' ');
            one.text = trim(one.text);
            one.masked = one.text.empty() ? std::string() : mask_(one.name, one.text);
        }
        walk([this](std::string_view piece) { write(piece); });
        return std::move(out_);
    }

  private:
    // What an element says itself, without those in it.
    struct Said {
        std::string_view name;
        std::string text = {};
        std::string masked = {};
        std::size_t written = 0;  // bytes of `masked`
    };

    template <typename Take>
    void walk(const Take& take) {
        std::size_t count = 0;
        open_.clear();
        std::string_view piece;
        for (std::string_view rest = document_; !rest.empty(); rest.remove_prefix(piece.size())) {
            piece = xml_piece(rest);
            take(piece);
            if (!piece.starts_with('<') || piece.starts_with("<!") || piece.starts_with("<?")) {
                continue;
            }
            if (piece.starts_with("</")) {
                open_.resize(open_.size() - (open_.empty() ? 0 : 1));
            } else if (!piece.ends_with("/>")) {
                open_.push_back(count++);
            }
        }
    }

    void read(std::string_view piece) {
        if (piece.starts_with(cdata_begin)) {
            if (!open_.empty()) {
                elements_[open_.back()].text += inside_cdata(piece);
            }
        } else if (!piece.starts_with('<')) {
            if (!open_.empty()) {
                elements_[open_.back()].text += decoded_xml(piece);
            }
        } else if (is_tag_name_char(piece[1]) && piece[1] != '!' && piece[1] != '?' &&
                   !piece.ends_with("/>")) {
            Cursor in(piece.substr(1));
            elements_.push_back({in.take_while(is_tag_name_char)});
        }
    }

    void write(std::string_view piece) {
        if (piece.starts_with(comment_begin)) {
            out_ += masked_comment(piece);
        } else if (piece.starts_with(cdata_begin)) {
            const std::string_view text = inside_cdata(piece);
            out_ += cdata_begin;
            out_ += said(text, [](const std::string& masked) { return masked; });
            out_ += cdata_end;
        } else if (piece.starts_with("<?")) {
            out_ += "<?" + covered(piece.substr(2, piece.size() - 4), 'x') + "?>";
        } else if (piece.starts_with("</")) {
            out_ += piece;
        } else if (piece.starts_with('<')) {
            out_ += masked_tag(piece);
        } else {
            out_ += said(piece, encoded_xml);
        }
    }

    // As much of what the element says now as the piece has room for, or the piece itself.
    template <typename Encode>
    std::string said(std::string_view piece, const Encode& encode) {
        const std::string_view text = trim(piece);
        Said* element = open_.empty() ? nullptr : &elements_[open_.back()];
        if (element == nullptr || text.empty() || element->masked == element->text) {
            return std::string(piece);
        }
        const std::size_t lead = element->written == 0 ? piece.find(text.front()) : 0;
        const std::string_view place = piece.substr(lead);
        const std::string_view left = std::string_view(element->masked).substr(element->written);
        std::size_t size = left.size();
        if (place.find_first_of("\r\n") == std::string_view::npos) {
            size = 0;
            for (std::size_t room = characters_of(place); room > 0 && size < left.size(); --room) {
                size += first_utf8_character(left.substr(size)).length;
            }
        }
        element->written += size;
        return std::string(piece.substr(0, lead)) +
               in_place_of(place, encode(std::string(left.substr(0, size))));
    }

    std::string_view document_;
    const MaskValue& mask_;
    std::vector<Said> elements_;     // by their start tags; those that cannot say anything are not
    std::vector<std::size_t> open_;  // places in elements_
    std::string out_;
};

// Each line of a document without its end.
template <typename Mask>
std::string masked_by_line(std::string_view document, const Mask& mask) {
    std::string out;
    while (!document.empty()) {
        const std::string_view line = document.substr(0, document.find('\n'));
        const bool ended = line.size() < document.size();
        const bool first = out.empty();
        const bool marked = first && line.starts_with(utf8_byte_order_mark);
        const std::string_view text = line.substr(marked ? utf8_byte_order_mark.size() : 0);
        const std::string_view trimmed = trim(text);
        const bool comment = trimmed.starts_with('#') || trimmed.starts_with(';');
        const bool header = first && trimmed == profile::flyingvoice_header;
        out += marked ? utf8_byte_order_mark : "";
        out += header || trimmed.empty() ? std::string(text)
               : comment                 ? covered(text, '*', "#;")
                                         : mask(text);
        out += ended ? "\n" : "";
        document.remove_prefix(line.size() + (ended ? 1 : 0));
    }
    return out;
}

}  // namespace

std::string masked_xml(std::string_view document, const MaskValue& mask) {
    return XmlMask(document, mask).run();
}

std::string masked_pairs(std::string_view document, const MaskValue& mask) {
    return masked_by_line(document, [&mask](std::string_view line) {
        const std::size_t equals = std::min(line.find('='), line.size() - 1);
        const std::string_view key = trim(line.substr(0, equals));
        std::string_view value = trim(line.substr(equals + 1));
        if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
            value = value.substr(1, value.size() - 2);
        }
        if (value.empty()) {
            return std::string(line);
        }
        const auto before = static_cast<std::size_t>(value.data() - line.data());
        return std::string(line.substr(0, before)) + mask(key, value) +
               std::string(line.substr(before + value.size()));
    });
}

// overwrite_mode, which phones read over, is the only thing with `=` that is no include.
std::string masked_boot_file(std::string_view document, const MaskValue& mask) {
    return masked_by_line(document, [&mask](std::string_view line) {
        const std::size_t equals = std::min(line.find('='), line.size());
        return profile::is_boot_include(line)
                   ? mask({}, line)
                   : std::string(line.substr(0, equals)) + covered(line.substr(equals), '*', "=");
    });
}

}  // namespace onhook::phone
