#include "profile/xml_error.h"

#include <string_view>

#include <expat.h>
#include <fmt/format.h>

namespace onhook::profile {

namespace {

std::string_view remedy_of(XML_Error error) {
    switch (error) {
        case XML_ERROR_NO_ELEMENTS:
        case XML_ERROR_UNCLOSED_TOKEN:
        case XML_ERROR_UNCLOSED_CDATA_SECTION:
            return "the document ends too early, see that all of it is there";
        case XML_ERROR_INVALID_TOKEN:
        case XML_ERROR_PARTIAL_CHAR:
            return "use UTF-8 without control characters, write & as &amp; and < as &lt;";
        case XML_ERROR_TAG_MISMATCH:
            return "close first what was opened last";
        case XML_ERROR_DUPLICATE_ATTRIBUTE:
            return "give every attribute once";
        case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
            return "put everything inside one outermost element";
        case XML_ERROR_UNDEFINED_ENTITY:
            return "only &amp; &lt; &gt; &apos; &quot; and numbers such as &#40; are known";
        case XML_ERROR_BAD_CHAR_REF:
            return "XML has no such character, leave it out";
        default:
            return "write well-formed XML";
    }
}

}  // namespace

std::string explain_xml_error(int code) {
    const auto error = static_cast<XML_Error>(code);
    return fmt::format("{}; {}", XML_ErrorString(error), remedy_of(error));
}

}  // namespace onhook::profile
