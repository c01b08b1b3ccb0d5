#pragma once

#include <string>
#include <string_view>

#include "profile/catalogue.h"

namespace onhook::profile {

// What a reference page says before its tables.
struct ReferenceHead {
    std::string_view title;
    std::string_view file;       // the catalogue it is made from: "catalogue/cisco-mpp.tsv"
    std::string_view about;      // Markdown: whose parameters, which documents
    std::string_view languages;  // Markdown: values with a grammar of their own, with examples
};

// docs/reference/parameters-*.md: the rows of a catalogue by tab and section, as Markdown.
[[nodiscard]] std::string parameter_reference(const Catalogue& catalogue,
                                              const ReferenceHead& head);

}  // namespace onhook::profile
