// Expat does the XML; this file decides what of it is a status (cisco-mpp.md 8.2, 10.2).
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <expat.h>
#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "profile/status.h"
#include "profile/xml_error.h"

namespace onhook::profile {

namespace {

constexpr std::string_view status_root = "status";
constexpr std::size_t section_depth = 2;
constexpr std::size_t field_depth = 3;

// Everything that the callbacks share. Expat is C: nothing may be thrown through it, and memory
// that runs out ends the process.
struct StatusReader {
    const ProfileLimits& limits;
    XML_Parser parser = nullptr;
    std::size_t depth = 0;     // open elements
    std::size_t elements = 0;  // sections and fields so far
    StatusDocument status;
    std::optional<DocumentError> error;
};

DocumentError error_here(XML_Parser parser, std::string message) {
    return {XML_GetCurrentLineNumber(parser),
            XML_GetCurrentColumnNumber(parser) + 1,
            std::move(message)};
}

void stop(StatusReader& reader, std::string message) {
    if (!reader.error) {
        reader.error = error_here(reader.parser, std::move(message));
        XML_StopParser(reader.parser, XML_FALSE);
    }
}

StatusField& open_field(StatusReader& reader) {
    return reader.status.sections.back().fields.back();
}

void XMLCALL on_start(void* data, const XML_Char* name, const XML_Char** /*attributes*/) noexcept {
    StatusReader& reader = *static_cast<StatusReader*>(data);
    if (++reader.depth > reader.limits.depth) {
        stop(reader,
             fmt::format("elements nested deeper than {}; close elements before others open",
                         reader.limits.depth));
    } else if (reader.depth == 1 && name != status_root) {
        stop(reader,
             fmt::format("the document is <{}> and no <status>; put the sections into one", name));
    } else if (reader.depth == section_depth || reader.depth == field_depth) {
        if (++reader.elements > reader.limits.elements) {
            stop(reader,
                 fmt::format("more than {} fields; leave out the rest", reader.limits.elements));
        } else if (reader.depth == section_depth) {
            reader.status.sections.push_back({name, {}});
        } else {
            reader.status.sections.back().fields.push_back({name, {}});
        }
    }
}

void XMLCALL on_end(void* data, const XML_Char* /*name*/) noexcept {
    StatusReader& reader = *static_cast<StatusReader*>(data);
    if (reader.depth == field_depth) {
        std::string& value = open_field(reader).value;
        value = trim(value);
        std::replace_if(value.begin(), value.end(), is_space, ' ');
    }
    --reader.depth;
}

void XMLCALL on_text(void* data, const XML_Char* text, int length) noexcept {
    StatusReader& reader = *static_cast<StatusReader*>(data);
    if (reader.depth != field_depth) {
        return;
    }
    StatusField& field = open_field(reader);
    const auto bytes = static_cast<std::size_t>(length);
    if (field.value.size() + bytes > reader.limits.value_bytes) {
        stop(reader,
             fmt::format("value of {} longer than {} bytes; shorten it",
                         field.label,
                         reader.limits.value_bytes));
        return;
    }
    field.value.append(text, bytes);
}

void XMLCALL on_doctype(void* data,
                        const XML_Char* /*name*/,
                        const XML_Char* /*system_id*/,
                        const XML_Char* /*public_id*/,
                        int /*has_internal_subset*/) noexcept {
    stop(*static_cast<StatusReader*>(data), "a DOCTYPE is not allowed in a status; leave it out");
}

}  // namespace

Result<StatusDocument, DocumentError> read_status(std::string_view document,
                                                  const ProfileLimits& limits) {
    if (document.size() > limits.bytes) {
        return Failure{DocumentError{
            1, 1, fmt::format("status larger than {} bytes; leave something out", limits.bytes)}};
    }
    // Naming the encoding below overrules what the document says of itself, not its first bytes:
    // only UTF-8 is supported (1.1).
    if (starts_like_utf16(document)) {
        return Failure{DocumentError{1, 1, "the status is UTF-16; save it as UTF-8"}};
    }
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate("UTF-8"), &XML_ParserFree);
    CHECK(parser != nullptr);
    StatusReader reader{limits, parser.get(), 0, 0, {}, {}};
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
        return Failure{error_here(parser.get(), explain_xml_error(XML_GetErrorCode(parser.get())))};
    }
    return std::move(reader.status);
}

}  // namespace onhook::profile
