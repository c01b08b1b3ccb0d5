#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "profile/dialect.h"
#include "profile/flyingvoice_macro.h"
#include "profile/identity.h"
#include "profile/macro_context.h"
#include "profile/values.h"

namespace onhook::fleet {

// Which of the two languages its rules and files are in.
[[nodiscard]] bool speaks_flyingvoice(const profile::Dialect& dialect);

// A phone as people describe it: PHONE.json (docs/reference/phone-file.md). It is not moved,
// because the macros look at its identity and values.
struct DescribedPhone {
    DescribedPhone(const profile::Dialect& the_dialect, profile::Identity the_identity);
    DescribedPhone(const DescribedPhone&) = delete;
    DescribedPhone& operator=(const DescribedPhone&) = delete;

    const profile::Dialect* dialect;
    profile::Identity identity;
    profile::Values values;
    // One of the two is the dialect's.
    profile::MacroContext macros;
    profile::FlyingvoiceMacros flyingvoice_macros;
};

using DescribedPhonePtr = std::unique_ptr<DescribedPhone>;

// Bytes of a PHONE.json.
inline constexpr std::size_t largest_phone_file = std::size_t{16} << 20U;

// Where in a JSON document something is wrong ("world[2].status"), and what.
struct PlacedError {
    std::string place;
    std::string what;
};

// The object of a PHONE.json. Only "dialect" and "mac" must be there; an unknown key, an unknown
// parameter and a value that does not fit are errors.
[[nodiscard]] Result<DescribedPhonePtr, PlacedError> read_phone_object(
    const nlohmann::ordered_json& json);

// The same from its text; the error is a sentence that names the place.
[[nodiscard]] Result<DescribedPhonePtr, std::string> parse_phone(std::string_view text);

}  // namespace onhook::fleet
