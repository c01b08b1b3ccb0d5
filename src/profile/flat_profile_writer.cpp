#include <utility>

#include "base/html.h"
#include "profile/flat_profile.h"

namespace onhook::profile {

FlatProfileWriter::FlatProfileWriter()
    : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<device>\n<flat-profile>\n") {}

void FlatProfileWriter::add(const ElementView& element) {
    out_ += '<';
    out_ += element.name;
    if (element.access) {
        out_ += " ua=\"";
        out_ += to_string(*element.access);
        out_ += '"';
        if (element.preserve_value) {
            out_ += " preserve-value=\"y\"";
        }
    }
    if (element.self_closed) {
        out_ += "/>\n";
        return;
    }
    out_ += '>';
    append_xml_escaped(out_, element.text);
    out_ += "</";
    out_ += element.name;
    out_ += ">\n";
}

std::string FlatProfileWriter::finish() && {
    out_ += "</flat-profile>\n</device>\n";
    return std::move(out_);
}

std::string write_flat_profile(std::span<const Element> elements) {
    FlatProfileWriter writer;
    for (const Element& element : elements) {
        writer.add(view_of(element));
    }
    return std::move(writer).finish();
}

}  // namespace onhook::profile
