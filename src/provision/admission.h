#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/mac_address.h"
#include "base/result.h"
#include "provision/request_path.h"

namespace onhook::provision {

// Everything a request says about who sends it. Claims, not proofs.
struct Claims {
    std::optional<MacAddress> path = {};
    std::optional<MacAddress> query = {};
    std::optional<MacAddress> user_agent = {};  // cisco-mpp.md 11.4
};

// Why somebody gets nothing.
struct Refusal {
    int status = 0;      // as HTTP; TFTP says the same as file not found (404) or access (403)
    std::string reason;  // for one log line; carries nothing of the request but MAC addresses
};

// The device to serve, or why there is none.
using Decision = Result<MacAddress, Refusal>;

// `user_agent` is the value of the header, empty when there is none. One that is not a phone's
// makes no claim.
[[nodiscard]] Claims claims_of(const PhoneRequest& request, std::string_view user_agent);

// Which device the request is about. All that is claimed must agree, otherwise 403: a phone that
// says who it is never gets another phone's profile. No claim at all is 404.
[[nodiscard]] Decision claimed_device(const Claims& claims);

// The answer for a device that the provider does not have.
[[nodiscard]] Refusal unknown_device(MacAddress mac);

}  // namespace onhook::provision
