#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/mac_address.h"
#include "base/result.h"

namespace onhook::provision {

// What a phone may want from a provider.
enum class RequestKind : std::uint8_t {
    unknown,   // a clean path that is no phone's
    profile,   // cisco-mpp.md 13.3
    redirect,  // the remote-customization (EDOS) service, section 7.1
    report,    // where a phone sends its report, section 8.3
};

// One request target, read. What it says about the asker is a claim, not a proof.
struct PhoneRequest {
    RequestKind kind = RequestKind::unknown;
    std::optional<MacAddress> path_mac;
    std::optional<MacAddress> query_mac;  // from `mac=`, or from the `id=` of a redirect
    std::string model;                    // "8841", empty when the request does not say
    std::string serial;                   // from `id=`, empty when the request does not say
};

constexpr std::size_t max_request_target = 1024;

// Reads the target of a request line (path and query, as Url::target(); a TFTP file name gets its
// leading "/" from the shell). An error, to be answered as a bad request, is: a target that is too
// long or does not start with "/", an empty, "." or ".." path segment, a path with other
// characters than letters, digits, `-`, `_`, `.` and `/` (so no escapes either), a query with
// characters that no URL has, and a `mac=` or `id=` that is malformed or given twice.
[[nodiscard]] Result<PhoneRequest, ParseError> read_request_target(std::string_view target);

}  // namespace onhook::provision
