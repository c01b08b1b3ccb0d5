#include "base/html.h"

#include "base/char_set.h"

namespace onhook {

namespace {

constexpr CharSet is_plain([](char c) { return c != '&' && c != '<' && c != '>' && c != '"'; });

std::string_view entity_of(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        default:
            return "&quot;";
    }
}

}  // namespace

void append_xml_escaped(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t plain = is_plain.run(text);
        out += text.substr(0, plain);
        if (plain == text.size()) {
            return;
        }
        out += entity_of(text[plain]);
        text.remove_prefix(plain + 1);
    }
}

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    // HTML has no &apos; in its older versions, and XML's writers need none.
    for (std::size_t quote = text.find('\''); quote != std::string_view::npos;
         quote = text.find('\'')) {
        append_xml_escaped(out, text.substr(0, quote));
        out += "&#39;";
        text.remove_prefix(quote + 1);
    }
    append_xml_escaped(out, text);
    return out;
}

}  // namespace onhook
