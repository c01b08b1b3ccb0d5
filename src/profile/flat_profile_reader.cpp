// Expat does the XML; this file decides what of it is a profile (cisco-mpp.md 1.1 to 1.5).
#include <cstring>
#include <memory>
#include <utility>

#include <expat.h>
#include <fmt/format.h>

#include "base/text.h"
#include "profile/flat_profile.h"

namespace onhook::profile {

namespace {

constexpr std::string_view root_name = "flat-profile";

// Everything that the callbacks share. Expat is C: nothing may be thrown through it, and memory
// that runs out ends the process.
struct Reader {
    std::string_view document;
    const ProfileLimits& limits;
    XML_Parser parser = nullptr;
    std::size_t depth = 0;       // open elements
    std::size_t root_depth = 0;  // depth of the open <flat-profile>, 0 outside
    bool seen_root = false;
    std::vector<Element> elements;
    std::string text;
    std::optional<DocumentError> error;
};

void stop(Reader& reader, std::string message) {
    if (!reader.error) {
        reader.error = DocumentError{XML_GetCurrentLineNumber(reader.parser),
                                     XML_GetCurrentColumnNumber(reader.parser) + 1,
                                     std::move(message)};
        XML_StopParser(reader.parser, XML_FALSE);
    }
}

// The tag's own bytes end in "/>". Expat reports <X/> and <X></X> alike.
bool is_self_closed(const Reader& reader) {
    const auto begin = static_cast<std::size_t>(XML_GetCurrentByteIndex(reader.parser));
    const auto count = static_cast<std::size_t>(XML_GetCurrentByteCount(reader.parser));
    return count >= 2 && reader.document.substr(begin, count).ends_with("/>");
}

// ua="rw", preserve-value="y", and AC's prose form ua="rw,y" (1.3). An illegal ua is ignored.
void read_attributes(Element& element, const XML_Char** attributes) {
    for (std::size_t i = 0; attributes[i] != nullptr; i += 2) {
        const std::string_view name = attributes[i];
        const std::string_view value = attributes[i + 1];
        if (name == "ua") {
            const bool combined = value.ends_with(",y");
            element.access = parse_access(combined ? value.substr(0, value.size() - 2) : value);
            element.preserve_value |= combined && element.access.has_value();
        } else if (name == "preserve-value") {
            element.preserve_value |= value == "y";
        }
    }
    // preserve-value only means something beside ua.
    element.preserve_value = element.preserve_value && element.access.has_value();
}

void XMLCALL on_start(void* data, const XML_Char* name, const XML_Char** attributes) noexcept {
    Reader& reader = *static_cast<Reader*>(data);
    if (++reader.depth > reader.limits.depth) {
        stop(reader, fmt::format("elements nested deeper than {}", reader.limits.depth));
        return;
    }
    if (reader.root_depth == 0) {
        if (name == root_name) {
            reader.root_depth = reader.depth;
            reader.seen_root = true;
        }
        return;
    }
    if (reader.depth != reader.root_depth + 1) {
        return;  // inside a parameter: not ours, and its text neither
    }
    if (reader.elements.size() == reader.limits.elements) {
        stop(reader, fmt::format("more than {} parameters", reader.limits.elements));
        return;
    }
    Element element;
    element.name = name;
    element.line = XML_GetCurrentLineNumber(reader.parser);
    element.self_closed = is_self_closed(reader);
    read_attributes(element, attributes);
    reader.elements.push_back(std::move(element));
    reader.text.clear();
}

// Trim first, then turn new lines into spaces (1.5). Expat has made CRLF one LF already.
std::string value_of(std::string_view text) {
    std::string value(trim(text));
    for (char& c : value) {
        if (c == '\n' || c == '\r') {
            c = ' ';
        }
    }
    return value;
}

void XMLCALL on_end(void* data, const XML_Char* /*name*/) noexcept {
    Reader& reader = *static_cast<Reader*>(data);
    if (reader.root_depth != 0 && reader.depth == reader.root_depth + 1) {
        reader.elements.back().text = value_of(reader.text);
    } else if (reader.depth == reader.root_depth) {
        reader.root_depth = 0;
    }
    --reader.depth;
}

void XMLCALL on_text(void* data, const XML_Char* text, int length) noexcept {
    Reader& reader = *static_cast<Reader*>(data);
    if (reader.root_depth == 0 || reader.depth != reader.root_depth + 1) {
        return;
    }
    if (reader.text.size() + static_cast<std::size_t>(length) > reader.limits.value_bytes) {
        stop(reader,
             fmt::format("value of {} longer than {} bytes",
                         reader.elements.back().name,
                         reader.limits.value_bytes));
        return;
    }
    reader.text.append(text, static_cast<std::size_t>(length));
}

void XMLCALL on_doctype(void* data,
                        const XML_Char* /*name*/,
                        const XML_Char* /*system_id*/,
                        const XML_Char* /*public_id*/,
                        int /*has_internal_subset*/) noexcept {
    stop(*static_cast<Reader*>(data), "a DOCTYPE is not allowed in a profile");
}

}  // namespace

Result<std::vector<Element>, DocumentError> read_flat_profile(std::string_view document,
                                                              const ProfileLimits& limits) {
    if (document.size() > limits.bytes) {
        return Failure{
            DocumentError{1, 1, fmt::format("profile larger than {} bytes", limits.bytes)}};
    }
    // Naming the encoding here overrules the document: only UTF-8 is supported (1.1).
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate("UTF-8"), &XML_ParserFree);
    CHECK(parser != nullptr);
    Reader reader{document, limits, parser.get(), 0, 0, false, {}, {}, {}};
    XML_SetUserData(parser.get(), &reader);
    XML_SetElementHandler(parser.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
    const auto status =
        XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
    if (reader.error) {
        return Failure{*std::move(reader.error)};
    }
    if (status != XML_STATUS_OK) {
        return Failure{DocumentError{XML_GetCurrentLineNumber(parser.get()),
                                     XML_GetCurrentColumnNumber(parser.get()) + 1,
                                     XML_ErrorString(XML_GetErrorCode(parser.get()))}};
    }
    if (!reader.seen_root) {
        return Failure{DocumentError{1, 1, "there is no <flat-profile> element"}};
    }
    return std::move(reader.elements);
}

}  // namespace onhook::profile
