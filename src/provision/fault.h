#pragma once

#include <string>
#include <system_error>
#include <type_traits>

#include "base/result.h"

namespace onhook::provision {

// What the provider's side refuses. The sentence beside it, in Error::detail, says where, why and
// what to do.
enum class Fault {
    bad_device = 1,     // a field of a device cannot be kept
    unknown_parameter,  // no parameter of that name in the catalogue
    bad_value,          // the catalogue's type refuses the value
    bad_document,       // not a flat profile, or beyond a limit
    bad_group,          // a field of a group cannot be kept
};

[[nodiscard]] std::error_code make_error_code(Fault fault) noexcept;

[[nodiscard]] inline Failure<Error> fail(Fault fault, std::string detail) {
    return Failure{Error{make_error_code(fault), std::move(detail)}};
}

}  // namespace onhook::provision

template <>
struct std::is_error_code_enum<onhook::provision::Fault> : std::true_type {};
