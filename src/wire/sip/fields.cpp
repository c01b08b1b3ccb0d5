#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "wire/sip/message.h"
#include "wire/sip/osip.h"

namespace onhook::wire::sip {

namespace {

constexpr std::uint32_t cseq_limit = std::uint32_t{1} << 31U;  // RFC 3261 8.1.1.5

// RFC 3261 25.1: display-name
bool is_display_name(std::string_view text) {
    const auto words = split(text, ' ');
    return is_quoted(text) || std::all_of(words.begin(), words.end(), [](std::string_view word) {
               return word.empty() || is_token(word);
           });
}

}  // namespace

// RFC 3261 25.1: via-parm
Result<Via, ParseError> parse_via(std::string_view value) {
    auto read = osip::read_via(Line(value).str());
    if (!read || read->version != "2.0" || !is_token(read->transport)) {
        return Failure{ParseError{0, "a Via (SIP/2.0/UDP host:port;branch=...)"}};
    }
    const auto port = parse_number<std::uint16_t>(read->port);
    if (!is_host(read->host) || (!read->port.empty() && port.value_or(0) == 0)) {
        return Failure{ParseError{0, "a Via with a host, and a port from 1 to 65535"}};
    }
    auto params = Params::of_header(std::move(read->params));
    if (!params) {
        return Failure{ParseError{0, "a Via with well-formed parameters"}};
    }
    return Via{.transport = read->transport,
               .host = read->host,
               .port = port,
               .params = *std::move(params)};
}

// RFC 3261 25.1: from-spec, to-spec, contact-param
Result<NameAddr, ParseError> parse_name_addr(std::string_view value) {
    const Line line(value);
    auto read = osip::read_name_addr(line.str());
    if (!read || !is_display_name(read->display)) {
        return Failure{ParseError{0, "an address (\"Name\" <sip:user@host>;tag=...)"}};
    }
    auto uri = SipUri::parse(read->uri);
    if (!uri) {
        return Failure{uri.error()};
    }
    // RFC 3261 20.10: without brackets all parameters are the header's, and a "?" has no place.
    const bool brackets = line.str().find('<') != std::string::npos;
    if (!brackets && read->uri.find('?') != std::string::npos) {
        return Failure{ParseError{0, "a URI with headers in angle brackets"}};
    }
    auto params = Params::of_header(std::move(read->params));
    if (!params) {
        return Failure{ParseError{0, "an address with well-formed parameters"}};
    }
    return NameAddr{
        .display = unquote(read->display), .uri = *std::move(uri), .params = *std::move(params)};
}

Result<CSeq, ParseError> parse_cseq(std::string_view value) {
    const auto read = osip::read_cseq(Line(value).str());
    const auto number = read ? parse_number<std::uint32_t>(read->number) : std::nullopt;
    if (!number || *number >= cseq_limit || !is_token(read->method)) {
        return Failure{ParseError{0, "a CSeq (a number below 2^31 and a method)"}};
    }
    return CSeq{*number, read->method};
}

}  // namespace onhook::wire::sip
