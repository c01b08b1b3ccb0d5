#include "phone/same_mistake.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "phone/xml_object.h"
#include "profile/flat_profile.h"
#include "profile/flyingvoice_boot.h"
#include "profile/flyingvoice_file.h"
#include "profile/load.h"

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

// What the reader of XML objects can stumble over, in one line.
std::span<const Mistake> object_mistakes() {
    static const std::array mistakes = {
        Mistake{"", "x"},
        Mistake{"", "<", 1},
        Mistake{"<Execute", ""},
        Mistake{"<Execute a=", ""},
        Mistake{"<Execute a=", "&"},
        Mistake{"<Execute>", "x"},
        Mistake{"<Execute><ExecuteItem>", ""},
        Mistake{"<Execute>", "<ExecuteItem/>", 14},
        Mistake{"<Execute>", "</", 2},
        Mistake{"<Execute/>", "x"},
        Mistake{"", std::string(longest_xml_object + 1, ' ')},
    };
    return mistakes;
}

bool is_same_error(const Result<std::vector<std::string>, ParseError>& made,
                   const ParseError& error) {
    return !made && made.error().offset == error.offset && made.error().expected == error.expected;
}

std::string component_line(std::string_view name, std::uint64_t size) {
    return fmt::format("{} {} {:064}", name, size, 0);
}

// Manifests that are wrong in that line, one in each of the ways that there are.
std::vector<std::string> wrong_manifests(const DocumentError& error) {
    constexpr profile::ManifestLimits limits;
    const auto in_its_line = [&](std::string_view before, std::string_view at) {
        const std::size_t used = std::min(before.size() + 1, error.column);
        return fmt::format(
            "{:\n>{}}{}{: >{}}{}", "", error.line - 1, before, "", error.column - used, at);
    };
    const std::size_t quote = error.message.find('\'') + 1;
    const std::string_view quoted =
        std::string_view(error.message).substr(quote, error.message.find('\'', quote) - quote);
    std::string many;
    for (std::size_t i = 0; i < limits.components; ++i) {
        many += component_line(fmt::format("x{}", i), 0) + '\n';
    }
    const auto behind = [&](std::string text, std::string_view last) {
        const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        text.append(error.line - std::min(error.line, lines + 1), '\n');
        return text.append(last);
    };
    return {"#",
            in_its_line("", "*"),
            in_its_line("x", ""),
            in_its_line("x 0", ""),
            in_its_line(component_line("x", 0), "x"),
            behind(many, component_line("x", 0)),
            behind(component_line(quoted, 0) + '\n', component_line(quoted, 0)),
            in_its_line("", component_line("x", limits.total_bytes + 1)),
            std::string(limits.text_bytes + 1, '\n')};
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

std::optional<std::string> unreadable_object(std::string_view body) {
    const auto read = execute_items(body);
    if (read) {
        return std::nullopt;
    }
    for (const Mistake& mistake : object_mistakes()) {
        auto made = made_at(mistake, {1, read.error().offset + 1, {}});
        if (made && is_same_error(execute_items(*made), read.error())) {
            return made;
        }
    }
    return std::string();
}

std::optional<std::string> unreadable_manifest(std::string_view text) {
    const auto read = profile::read_manifest(text);
    if (read) {
        return std::nullopt;
    }
    for (std::string& made : wrong_manifests(read.error())) {
        const auto again = profile::read_manifest(made);
        if (!again && is_same_error(again.error(), read.error())) {
            return std::move(made);
        }
    }
    return std::string();
}

}  // namespace onhook::phone
