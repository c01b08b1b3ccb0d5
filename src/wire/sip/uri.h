#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/sip/grammar.h"
#include "wire/sip/params.h"

namespace onhook::wire::sip {

enum class UriScheme : std::uint8_t { sip, sips };

// RFC 3261 19.1: SIP and SIPS URIs. Escapes stay as they were sent, so that a URI that is copied
// into a response or signed by a digest is the sender's to the byte.
class SipUri {
  public:
    // Strict by RFC 3261 25.1; other schemes (tel:) are refused.
    [[nodiscard]] static Result<SipUri, ParseError> parse(std::string_view text);
    // sip:user@host:port. What may not stand in a user part as it is becomes an escape, line breaks
    // too; an empty `user` is none.
    SipUri(UriScheme scheme,
           std::string_view user,
           Host host,
           std::optional<std::uint16_t> port = std::nullopt);

    [[nodiscard]] UriScheme scheme() const noexcept { return scheme_; }

    // Escapes decoded: any bytes may be in it. Empty when there is none; without the password.
    [[nodiscard]] std::string user() const;

    // An IPv6 address has its brackets.
    [[nodiscard]] const Host& host() const noexcept { return host_; }

    // The host as a resolver wants it, without brackets.
    [[nodiscard]] std::string_view address() const noexcept;

    [[nodiscard]] std::optional<std::uint16_t> port() const noexcept { return port_; }

    [[nodiscard]] const Params& params() const noexcept { return params_; }

    // Such as transport=tcp; letters, digits and marks that need no escape.
    void set_param(const Token& name, const Token& value);

    // parse(to_string()) gives the same URI.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const SipUri&, const SipUri&) = default;

  private:
    UriScheme scheme_ = UriScheme::sip;
    std::string userinfo_;  // as sent, with the password
    Host host_;
    std::optional<std::uint16_t> port_;
    Params params_;
    std::string headers_;  // as sent, without the question mark
};

}  // namespace onhook::wire::sip
