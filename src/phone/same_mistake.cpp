#include "phone/same_mistake.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "profile/flat_profile.h"
#include "profile/flyingvoice_boot.h"
#include "profile/flyingvoice_file.h"

namespace onhook::phone {

namespace {

using profile::DocumentError;

// A way to be no XML. Line ends and blanks stand between the two texts, so many that the character
// `skip` of the second is where the reader finds the mistake.
struct Mistake {
    std::string before;
    std::string at;
    std::size_t skip = 0;
};

class Unheard : public profile::ElementSink {
  public:
    void take(const profile::ElementView& /*element*/) override {}
};

std::optional<DocumentError> xml_error(std::string_view document) {
    Unheard nobody;
    auto read = profile::read_flat_profile(document, nobody);
    return read ? std::nullopt : std::optional(std::move(read).error());
}

bool is_same_error(const std::optional<DocumentError>& a, const DocumentError& b) {
    return a && a->line == b.line && a->column == b.column && a->message == b.message;
}

// Nothing where there is no room for it.
std::optional<std::string> made_at(const Mistake& mistake, const DocumentError& place) {
    std::string text = mistake.before;
    std::size_t column = 1 + text.size();
    if (text.starts_with(utf8_byte_order_mark)) {
        column -= utf8_byte_order_mark.size();
    }
    if (place.line > 1) {
        text.append(place.line - 1, '\n');
        column = 1;
    }
    if (place.column < column + mistake.skip) {
        return std::nullopt;
    }
    return text.append(place.column - column - mistake.skip, ' ') + mistake.at;
}

// What an XML reader can stumble over, other than too much of something.
std::span<const Mistake> small_mistakes() {
    static const std::array mistakes = {
        Mistake{"", "="},
        Mistake{"", "<"},
        Mistake{"<x>", "</y>", 2},
        Mistake{"", ""},
        Mistake{std::string(utf8_byte_order_mark), ""},
        Mistake{"", "<x a='&y;'/>"},
        Mistake{"<x>", "&#0;"},
        Mistake{"<x/>", "x"},
        Mistake{"<x a='' ", "a=''/>"},
        Mistake{"<x><![CDATA[", ""},
        Mistake{"", "x "},
        Mistake{"", "\xC3"},
        Mistake{"", "<!DOCTYPE x>"},
        Mistake{"", "<?xml version='1.0'?>"},
        Mistake{"<?xml ", "x='1.0'?>"},
        Mistake{"<?xml", "?>"},
        Mistake{"", "\xFF\xFE"},
    };
    return mistakes;
}

// Too deep, too many, too long. The reader names the element whose text is too long.
std::array<Mistake, 5> large_mistakes(const DocumentError& error) {
    constexpr profile::ProfileLimits limits;
    std::string deep;
    for (std::size_t i = 0; i < limits.depth; ++i) {
        deep += "<x>";
    }
    const std::string root = fmt::format("<{}>", profile::flat_profile_root);
    std::string many = root;
    for (std::size_t i = 0; i < limits.elements; ++i) {
        many += "<x/>";
    }
    constexpr std::string_view before_name = "value of ";
    const std::string_view message = error.message;
    const std::string_view rest = message.substr(std::min(message.size(), before_name.size()));
    const std::string open = fmt::format("{}<{}", root, rest.substr(0, rest.find(' ')));
    const std::string too_long(limits.value_bytes + 1, 'x');
    return {Mistake{deep, "<x>"},
            Mistake{many, "<x/>"},
            Mistake{open, ">" + too_long, 1},
            Mistake{open + ">", too_long},
            Mistake{"", std::string(limits.bytes + 1, ' ')}};
}

std::optional<std::string> first_that_fits(std::span<const Mistake> mistakes,
                                           const DocumentError& error) {
    for (const Mistake& mistake : mistakes) {
        auto made = made_at(mistake, error);
        if (made && !made->empty() && is_same_error(xml_error(*made), error)) {
            return made;
        }
    }
    return std::nullopt;
}

// Words by which the readers of Flyingvoice files know lines.
constexpr std::string_view line_words[] = {"include:config", "overwrite_mode", "#!version"};

// A byte for each byte: keys stay keys, and what cannot stand in one stays that.
char covered_byte(char c) {
    constexpr std::string_view form = "=\"[]#;,";
    if (static_cast<unsigned char>(c) < 0x20 || is_space(c) || form.find(c) != form.npos) {
        return c;
    }
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' ? 'x' : '*';
}

std::string covered_line(std::string_view line) {
    std::string out;
    const auto bad = first_bad_utf8(line);
    for (std::size_t i = 0; i < line.size();) {
        const auto* word =
            std::find_if(std::begin(line_words), std::end(line_words), [&](std::string_view one) {
                return line.substr(i).starts_with(one);
            });
        if (word != std::end(line_words)) {
            out += *word;
            i += word->size();
        } else {
            out += bad == i ? '\xFF' : covered_byte(line[i]);
            ++i;
        }
    }
    return out;
}

}  // namespace

std::optional<std::string> unreadable_xml(std::string_view document) {
    const auto error = xml_error(document);
    const auto without_profile = xml_error("<x/>");
    if (!error || is_same_error(without_profile, *error)) {
        return std::nullopt;
    }
    if (document.empty()) {
        return std::string();
    }
    if (auto small = first_that_fits(small_mistakes(), *error)) {
        return small;
    }
    // A mistake that is not known here: the phone makes another of it, and the replay says so.
    return first_that_fits(large_mistakes(*error), *error).value_or("<");
}

std::optional<std::string> unreadable_flyingvoice(std::string_view document) {
    if (profile::read_flyingvoice_file(document) || profile::read_boot_file(document)) {
        return std::nullopt;
    }
    const bool marked = document.starts_with(utf8_byte_order_mark);
    std::string out(marked ? utf8_byte_order_mark : "");
    document.remove_prefix(out.size());
    if (document.starts_with(profile::flyingvoice_header)) {
        out += profile::flyingvoice_header;
        document.remove_prefix(profile::flyingvoice_header.size());
    }
    while (!document.empty()) {
        const std::string_view line = document.substr(0, document.find('\n'));
        const bool ended = line.size() < document.size();
        out += covered_line(line) + (ended ? "\n" : "");
        document.remove_prefix(line.size() + (ended ? 1 : 0));
    }
    return out;
}

}  // namespace onhook::phone
