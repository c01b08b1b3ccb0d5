#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace onhook {

// An expected failure of the network, the disk or the input. `code` is for programs, `detail` is a
// sentence for people with the data in it ("profile 'lobby': no such parent"), never a function
// name and never a secret.
struct Error {
    std::error_code code;
    std::string detail;

    friend bool operator==(const Error&, const Error&) = default;
};

// The operating system's answer with what was tried: `errno_error(errno, "cannot write 'x'")`.
[[nodiscard]] Error errno_error(int number, std::string what);

// Where a parser stopped and what it wanted there. `expected` points to a literal.
struct ParseError {
    std::size_t offset = 0;
    std::string_view expected;

    friend bool operator==(const ParseError&, const ParseError&) = default;
};

// The caret form: "name:line:column: expected …", the line, and a caret under the place.
[[nodiscard]] std::string explain(std::string_view name,
                                  std::string_view input,
                                  const ParseError& error);

}  // namespace onhook
