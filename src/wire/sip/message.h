#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "wire/sip/grammar.h"
#include "wire/sip/params.h"
#include "wire/sip/uri.h"

// A SIP message as values and as bytes (RFC 3261 7, 20, 25.1; protocols.md A and B).

namespace onhook::wire::sip {

inline constexpr std::size_t message_limit = 65536;  // bytes of a whole message; ours
inline constexpr std::size_t header_limit = 128;     // headers, one for each Via of a list
inline constexpr std::size_t line_limit = 8192;      // bytes of one header, folded lines together

// The start of every branch that RFC 3261 knows.
inline constexpr std::string_view magic_cookie = "z9hG4bK";

// RFC 3261 20.42
struct Via {
    Token transport = "UDP";  // upper case as a rule, compared without case
    Host host;                // sent-by
    std::optional<std::uint16_t> port;
    Params params;

    // Empty when there is none: phones from before RFC 3261 (protocols.md J-07).
    [[nodiscard]] std::string_view branch() const noexcept { return params.value("branch"); }

    friend bool operator==(const Via&, const Via&) = default;
};

// RFC 3261 20.20, 20.39, 20.10
struct NameAddr {
    Line display;
    SipUri uri;
    Params params;

    // Empty when there is none.
    [[nodiscard]] std::string_view tag() const noexcept { return params.value("tag"); }

    friend bool operator==(const NameAddr&, const NameAddr&) = default;
};

// RFC 3261 20.16
struct CSeq {
    std::uint32_t number = 0;  // below 2^31
    Token method;

    friend bool operator==(const CSeq&, const CSeq&) = default;
};

struct Request {
    Token method;
    SipUri uri;

    friend bool operator==(const Request&, const Request&) = default;
};

struct Response {
    int status = 200;  // 100 to 699
    Line reason;

    friend bool operator==(const Response&, const Response&) = default;
};

using StartLine = std::variant<Request, Response>;

// A header that has no place of its own in Message; a name of one that has is our own bug.
class Header {
  public:
    Header(Token name, Line value);

    [[nodiscard]] const Token& name() const noexcept { return name_; }

    [[nodiscard]] const Line& value() const noexcept { return value_; }

    friend bool operator==(const Header&, const Header&) = default;

  private:
    Token name_;
    Line value_;
};

struct Message {
    StartLine start;
    std::vector<Via> vias;  // at least one, the last hop's first
    std::optional<std::uint8_t> max_forwards = std::nullopt;
    NameAddr from;
    NameAddr to;
    CallId call_id;
    CSeq cseq;
    std::vector<Header> headers = {};  // all others in their order, names in their long form
    std::string body = {};             // any bytes; Content-Length is made from it

    [[nodiscard]] const Request* request() const noexcept { return std::get_if<Request>(&start); }

    [[nodiscard]] const Response* response() const noexcept {
        return std::get_if<Response>(&start);
    }

    // The value of the first header of that name in any case; long names only ("Contact").
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;

    friend bool operator==(const Message&, const Message&) = default;
};

// One datagram, or a message that MessageStream cut out. Strict by RFC 3261 25.1: lines end in
// CRLF, Via, From, To, Call-ID and CSeq are there and whole, the last four once, the CSeq names the
// request's method, Content-Length is within the datagram (what follows the body is dropped, 18.3).
// Tolerated: a Via without branch, a From without tag, compact names, folded lines, headers nobody
// knows, no Max-Forwards, no Content-Length.
[[nodiscard]] Result<Message, ParseError> parse(std::string_view bytes);

// Values of headers.
[[nodiscard]] Result<Via, ParseError> parse_via(std::string_view value);
// `name-addr` or `addr-spec` with parameters: From, To, one Contact.
[[nodiscard]] Result<NameAddr, ParseError> parse_name_addr(std::string_view value);
[[nodiscard]] Result<CSeq, ParseError> parse_cseq(std::string_view value);

// parse(print(message)) gives the same message.
[[nodiscard]] std::string print(const Message& message);
[[nodiscard]] std::string print(const Via& via);
[[nodiscard]] std::string print(const NameAddr& address);

}  // namespace onhook::wire::sip
