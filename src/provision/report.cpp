#include "provision/report.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/mask.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

// For names that the catalogue lacks: newer firmware may bring passwords that we do not know.
bool sounds_secret(std::string_view name) {
    const std::string folded = lower(name);
    const auto contains = [&folded](std::string_view word) {
        return folded.find(word) != std::string::npos;
    };
    // Without the number of a line: "wlan_key_1_" is a key, "idle_key_list" is not.
    const std::string_view stem(folded.data(), folded.find_last_not_of("_0123456789") + 1);
    return contains("passw") || contains("passphrase") || contains("secret") || contains("ikm_") ||
           folded.starts_with("gpp_s") || stem.ends_with("_key") || stem.ends_with("_pin");
}

bool is_secret(const profile::Catalogue& catalogue, const profile::Element& element) {
    const auto id = catalogue.find(element.name);
    if (!id) {
        return sounds_secret(element.name);
    }
    return catalogue[*id].secret || catalogue[*id].hidden;
}

Failure<Error> not_a_report(std::string_view wanted, const profile::DocumentError& error) {
    return fail(Fault::bad_document,
                fmt::format("the report is not a {}: line {}, column {}: {}",
                            wanted,
                            error.line,
                            error.column,
                            error.message));
}

Result<Report> read_status_report(std::string_view body, const profile::ProfileLimits& limits) {
    auto status = profile::read_status(body, limits);
    if (!status) {
        return not_a_report("status", status.error());
    }
    Report report;
    report.kind = ReportKind::status;
    report.status = *std::move(status);
    for (profile::StatusSection& section : report.status.sections) {
        report.withheld += std::erase_if(section.fields, [](const profile::StatusField& field) {
            return sounds_secret(field.label);
        });
        // Some field or other shows a rule; no field means harm by a mask.
        for (profile::StatusField& field : section.fields) {
            field.value = profile::masked_rule(field.value);
        }
    }
    return report;
}

}  // namespace

std::size_t Report::size() const noexcept {
    std::size_t count = elements.size();
    for (const profile::StatusSection& section : status.sections) {
        count += section.fields.size();
    }
    return count;
}

Result<Report> read_report(const profile::Catalogue& catalogue,
                           std::string_view body,
                           const profile::ProfileLimits& limits) {
    if (profile::is_status(body)) {
        return read_status_report(body, limits);
    }
    auto elements = profile::read_flat_profile(body, limits);
    if (!elements) {
        return not_a_report("flat profile", elements.error());
    }
    Report report;
    report.elements = *std::move(elements);
    report.withheld = std::erase_if(report.elements, [&catalogue](const auto& element) {
        return is_secret(catalogue, element);
    });
    for (profile::Element& element : report.elements) {
        const auto id = catalogue.find(element.name);
        if (id && profile::may_carry_credentials(catalogue[*id].type)) {
            element.text = profile::masked_rule(element.text, &catalogue);
        }
    }
    return report;
}

std::string report_document(const Report& report) {
    return report.kind == ReportKind::status ? profile::write_status(report.status)
                                             : profile::write_flat_profile(report.elements);
}

}  // namespace onhook::provision
