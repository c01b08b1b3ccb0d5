#include "profile/status.h"

#include "base/check.h"
#include "base/cursor.h"
#include "base/html.h"
#include "base/printable.h"
#include "base/utf8.h"

namespace onhook::profile {

namespace {

std::string name_of(std::string_view label) {
    std::string name = xml_name(label);
    CHECK(!name.empty() && (is_letter(name.front()) || name.front() == '_'));
    return name;
}

// 10.2: an empty slot is an empty element.
void append_field(std::string& out, const StatusField& field) {
    const std::string name = name_of(field.label);
    out += "<" + name + ">";
    append_xml_escaped(out, printable(trim(field.value)));
    out += "</" + name + ">\n";
}

// Takes what may stand before the root: a mark of UTF-8, blanks, a declaration, comments.
void skip_prologue(Cursor& in) {
    (void)in.accept(utf8_byte_order_mark);
    for (;;) {
        in.skip_spaces();
        const bool comment = in.rest().starts_with("<!--");
        if (!comment && !in.rest().starts_with("<?")) {
            return;
        }
        const std::string_view end = comment ? "-->" : "?>";
        const std::size_t at = in.rest().find(end);
        if (at == std::string_view::npos) {
            return;
        }
        in.advance(at + end.size());
    }
}

}  // namespace

std::string write_status(const StatusDocument& status) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<status>\n";
    for (const StatusSection& section : status.sections) {
        const std::string name = name_of(section.label);
        out += "<" + name + ">\n";
        for (const StatusField& field : section.fields) {
            append_field(out, field);
        }
        out += "</" + name + ">\n";
    }
    out += "</status>\n";
    return out;
}

bool is_status(std::string_view document) {
    Cursor in(document);
    skip_prologue(in);
    return in.accept("<status") && (is_space(in.peek()) || in.peek() == '>' || in.peek() == '/');
}

}  // namespace onhook::profile
