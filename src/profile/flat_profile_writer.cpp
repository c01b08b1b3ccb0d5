#include "base/html.h"
#include "profile/flat_profile.h"

namespace onhook::profile {

namespace {

void append_element(std::string& out, const Element& element) {
    out += '<';
    out += element.name;
    if (element.access) {
        out += " ua=\"";
        out += to_string(*element.access);
        out += '"';
        if (element.preserve_value) {
            out += " preserve-value=\"y\"";
        }
    }
    if (element.self_closed) {
        out += "/>\n";
        return;
    }
    out += '>';
    append_xml_escaped(out, element.text);
    out += "</";
    out += element.name;
    out += ">\n";
}

}  // namespace

std::string write_flat_profile(std::span<const Element> elements) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<device>\n<flat-profile>\n";
    for (const Element& element : elements) {
        append_element(out, element);
    }
    out += "</flat-profile>\n</device>\n";
    return out;
}

}  // namespace onhook::profile
