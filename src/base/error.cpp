#include "base/error.h"

#include <algorithm>

#include <fmt/format.h>

namespace onhook {

Error errno_error(int number, std::string what) {
    const std::error_code code(number, std::generic_category());
    what += ": ";
    what += code.message();
    return Error{code, std::move(what)};
}

std::string explain(std::string_view name, std::string_view input, const ParseError& error) {
    const std::size_t offset = std::min(error.offset, input.size());
    const std::string_view before = input.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t last_break = before.rfind('\n');
    const std::size_t line_start = last_break == std::string_view::npos ? 0 : last_break + 1;
    const std::size_t line_end = std::min(input.find('\n', offset), input.size());
    const std::size_t column = offset - line_start;
    return fmt::format("{}:{}:{}: expected {}\n{}\n{:>{}}",
                       name,
                       line,
                       column + 1,
                       error.expected,
                       input.substr(line_start, line_end - line_start),
                       "^",
                       column + 1);
}

}  // namespace onhook
