#include "base/html.h"

namespace onhook {

void append_xml_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
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
