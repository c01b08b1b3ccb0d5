#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace onhook::net {

// A header field of HTTP, in the order and case of the message.
struct Header {
    std::string name;
    std::string value;

    friend bool operator==(const Header&, const Header&) = default;
};

using Headers = std::vector<Header>;

// The value of the first field of that name, whatever its case. `headers` must outlive the answer.
[[nodiscard]] inline std::optional<std::string_view> find_header(const Headers& headers,
                                                                 std::string_view name) noexcept {
    for (const Header& header : headers) {
        if (equals_ignoring_case(header.name, name)) {
            return header.value;
        }
    }
    return std::nullopt;
}

}  // namespace onhook::net
