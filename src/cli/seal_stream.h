#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "seal/filter.h"

// Standard input through filters to standard output, in constant memory.

namespace onhook::cli {

// Bytes of standard input: at least `wanted`, unless it ends before; some more may have come.
[[nodiscard]] Result<std::string> read_input(std::size_t wanted);

[[nodiscard]] bool output_is_terminal() noexcept;

using Filters = std::vector<std::unique_ptr<seal::Filter>>;

// Writes what the filters, one behind the other and at least one, make of `beginning` and of the
// rest of standard input. Returns the command's exit status: a document that the filters refuse is
// a "no", with a sentence that says so; what was written until then is not to be trusted.
[[nodiscard]] int pass_through(Filters filters, std::string_view beginning);

}  // namespace onhook::cli
