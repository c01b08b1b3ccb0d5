#pragma once

#include <string>
#include <system_error>
#include <type_traits>

#include "base/result.h"

namespace onhook::store {

// What a store refuses or cannot do. The sentence beside it, in Error::detail, says where, why
// and what to do.
enum class Fault {
    not_found = 1,   // the thing to change, or the place to put it, is not there
    already_exists,  // the thing to add is there
    in_use,          // the thing to remove is needed by another
    too_large,       // beyond a limit of the store
    busy,            // another process holds the store
    damaged,         // not ours or not whole; nothing was changed
    newer_schema,    // written by a later Onhook; nothing was changed
    failed,          // the disk or the operating system said no
};

[[nodiscard]] std::error_code make_error_code(Fault fault) noexcept;

[[nodiscard]] inline Failure<Error> fail(Fault fault, std::string detail) {
    return Failure{Error{make_error_code(fault), std::move(detail)}};
}

}  // namespace onhook::store

template <>
struct std::is_error_code_enum<onhook::store::Fault> : std::true_type {};
