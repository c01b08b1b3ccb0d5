#pragma once

// Inside src/wire/sip only: a message up to its body.
#include <cstddef>
#include <optional>
#include <string_view>

#include "wire/sip/message.h"

namespace onhook::wire::sip {

struct Head {
    Message message;                            // without its body
    std::size_t size = 0;                       // bytes up to the body
    std::optional<std::size_t> content_length;  // as the header says
};

// The start line, the headers and the empty line behind them, as parse() wants them.
[[nodiscard]] Result<Head, ParseError> parse_head(std::string_view bytes);

}  // namespace onhook::wire::sip
