#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/catalogue.h"
#include "profile/flat_profile.h"
#include "profile/status.h"

namespace onhook::provision {

// What a report may be at most; a full one of a large phone is a quarter of a mebibyte.
constexpr profile::ProfileLimits report_limits{.bytes = std::size_t{2} << 20U};

enum class ReportKind : std::uint8_t {
    configuration,  // full or delta (cisco-mpp.md 8.2); the document does not say which
    status,
};

struct Report {
    ReportKind kind = ReportKind::configuration;
    std::vector<profile::Element> elements;  // in document order, no secret among them
    profile::StatusDocument status;          // of the other kind: no secret among its fields
    std::size_t withheld = 0;                // elements left out because they are secrets

    // Parameters or fields.
    [[nodiscard]] std::size_t size() const noexcept;
};

// Reads the body of a report. Parameters that the catalogue marks secret or hidden are left out
// whether or not the phone masked them, and so is an unknown one, or a field of a status, whose
// name sounds like a secret; what a rule holds for --key and --pwd is masked.
// A body that is neither a flat profile nor a status, or beyond the limits, is an error with line
// and column.
[[nodiscard]] Result<Report> read_report(const profile::Catalogue& catalogue,
                                         std::string_view body,
                                         const profile::ProfileLimits& limits = report_limits);

// The report without its secrets, fit to be kept: a document that reads back to the same report.
[[nodiscard]] std::string report_document(const Report& report);

}  // namespace onhook::provision
