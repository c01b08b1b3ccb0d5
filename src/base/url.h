#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/shared_text.h"

namespace onhook {

enum class Scheme : std::uint8_t { tftp, http, https, ftp };

[[nodiscard]] std::string_view to_string(Scheme scheme) noexcept;
[[nodiscard]] std::uint16_t default_port(Scheme scheme) noexcept;

// Which schemes a text may name. FTP is for those who ask: Cisco phones do not have it.
enum class Schemes : std::uint8_t { without_ftp, with_ftp };

// An absolute URL of a transfer: scheme, host, port and a target that starts with "/" and
// includes the query. Credentials are never part of it; rules carry them beside the URL. Copies
// share their texts.
class Url {
  public:
    // scheme://host[:port][/path][?query]; host is a name, an IPv4 literal or [IPv6]. No path is
    // "/". White space, control characters, a fragment and user:password@ are errors.
    [[nodiscard]] static Result<Url, ParseError> parse(std::string_view text,
                                                       Schemes schemes = Schemes::without_ftp);

    [[nodiscard]] Scheme scheme() const noexcept { return scheme_; }

    // Without the brackets of an IPv6 literal.
    [[nodiscard]] std::string_view host() const noexcept { return host_; }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    // Path and query, as it goes on the wire.
    [[nodiscard]] std::string_view target() const noexcept { return target_; }

    // The port is left out when it is the scheme's own. parse(to_string()) gives the same URL, of
    // an FTP URL with Schemes::with_ftp.
    [[nodiscard]] std::string to_string() const;
    // The same server, another target; RFC 3986 5.2 for the absolute, network-path and
    // path-relative references that a Location header may carry.
    [[nodiscard]] Result<Url, ParseError> resolve(std::string_view reference) const;
    // The same scheme, host and port: credentials may be sent again.
    [[nodiscard]] bool same_origin(const Url& other) const noexcept;

    friend auto operator<=>(const Url&, const Url&) = default;

  private:
    Url() = default;

    Scheme scheme_ = Scheme::tftp;
    std::uint16_t port_ = 0;
    SharedText host_;
    SharedText target_;
};

}  // namespace onhook
