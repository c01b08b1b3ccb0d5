#include "wire/syslog/server_address.h"

#include <algorithm>

#include "base/cursor.h"
#include "base/text.h"

namespace onhook::wire::syslog {

namespace {

constexpr bool is_ipv6_char(char c) noexcept {
    return hex_digit(c) >= 0 || c == ':' || c == '.' || c == '%' || is_letter(c);
}

constexpr bool is_host_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
}

std::string_view take_host(Cursor& in) {
    if (in.accept("[")) {
        const std::string_view host = in.take_while(is_ipv6_char);
        return in.accept("]") ? host : std::string_view();
    }
    const std::string_view rest = in.rest();
    const bool bare_ipv6 = std::count(rest.begin(), rest.end(), ':') > 1;
    return in.take_while(bare_ipv6 ? is_ipv6_char : is_host_char);
}

}  // namespace

Result<ServerAddress, ParseError> parse_server_address(std::string_view text) {
    Cursor in(text);
    ServerAddress address;
    address.host = take_host(in);
    if (address.host.empty()) {
        return Failure{ParseError{0, "a host name or address"}};
    }
    if (in.accept(":")) {
        const std::size_t start = in.offset();
        const auto port = parse_number<std::uint16_t>(in.take_while(is_digit));
        if (!port || *port == 0) {
            return Failure{ParseError{start, "a port from 1 to 65535"}};
        }
        address.port = *port;
    }
    if (!in.at_end()) {
        return in.wanted("a colon and a port, or the end");
    }
    return address;
}

}  // namespace onhook::wire::syslog
