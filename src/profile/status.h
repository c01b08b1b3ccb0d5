#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/flat_profile.h"

namespace onhook::profile {

struct StatusField {
    std::string label;  // "Provisioning Status 1"
    std::string value;

    friend bool operator==(const StatusField&, const StatusField&) = default;
};

// A section of the page Info > Status.
struct StatusSection {
    std::string label;  // "Reboot History"
    std::vector<StatusField> fields;

    friend bool operator==(const StatusSection&, const StatusSection&) = default;
};

// The phone's status (cisco-mpp.md 10.2): status.xml and the status report.
struct StatusDocument {
    std::vector<StatusSection> sections;

    friend bool operator==(const StatusDocument&, const StatusDocument&) = default;
};

// <status> with an element for each section and each field in it, named by the rule of 1.2
// (<Provisioning_Status_1>). What no document may hold in a value becomes a question mark. A label
// starts with a letter or an underscore.
[[nodiscard]] std::string write_status(const StatusDocument& status);

// The sections and fields of a <status>, labelled by their element names, which no rule turns back
// into labels; so read(write(x)) is x with names for labels, and written again it is the same
// document. Values are trimmed and one line. Ill-formed XML, a DOCTYPE, another root and a passed
// limit are errors; what stands outside of sections or inside of fields is ignored.
[[nodiscard]] Result<StatusDocument, DocumentError> read_status(std::string_view document,
                                                                const ProfileLimits& limits = {});

// Whether the document's root is <status>, without reading the rest.
[[nodiscard]] bool is_status(std::string_view document);

}  // namespace onhook::profile
