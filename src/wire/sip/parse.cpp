#include <array>
#include <utility>

#include "base/cursor.h"
#include "base/utf8.h"
#include "wire/sip/head.h"
#include "wire/sip/header_names.h"
#include "wire/sip/message.h"

namespace onhook::wire::sip {

std::string_view long_name(std::string_view name) noexcept {
    // RFC 3261 20, 3515 (r), 3841 (a, d, j), 3892 (b), 4028 (x), 6665 (o, u), 8224 (y)
    constexpr std::array names{std::pair('a', "Accept-Contact"),
                               std::pair('b', "Referred-By"),
                               std::pair('c', "Content-Type"),
                               std::pair('d', "Request-Disposition"),
                               std::pair('e', "Content-Encoding"),
                               std::pair('f', "From"),
                               std::pair('i', "Call-ID"),
                               std::pair('j', "Reject-Contact"),
                               std::pair('k', "Supported"),
                               std::pair('l', "Content-Length"),
                               std::pair('m', "Contact"),
                               std::pair('o', "Event"),
                               std::pair('r', "Refer-To"),
                               std::pair('s', "Subject"),
                               std::pair('t', "To"),
                               std::pair('u', "Allow-Events"),
                               std::pair('v', "Via"),
                               std::pair('x', "Session-Expires"),
                               std::pair('y', "Identity")};
    if (name.size() == 1) {
        for (const auto& [compact, full] : names) {
            if (to_lower(name.front()) == compact) {
                return full;
            }
        }
    }
    return name;
}

std::optional<Place> place_of(std::string_view name) noexcept {
    constexpr std::array places{std::pair("Via", Place::via),
                                std::pair("Max-Forwards", Place::max_forwards),
                                std::pair("From", Place::from),
                                std::pair("To", Place::to),
                                std::pair("Call-ID", Place::call_id),
                                std::pair("CSeq", Place::cseq),
                                std::pair("Content-Length", Place::content_length)};
    for (const auto& [place_name, place] : places) {
        if (equals_ignoring_case(name, place_name)) {
            return place;
        }
    }
    return std::nullopt;
}

namespace {

// HTAB, and whatever is neither a control character nor the end of the line.
constexpr CharSet is_text_char([](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
});

// The headers as they are found.
struct Found {
    std::vector<Via> vias;
    std::optional<std::uint8_t> max_forwards;
    std::optional<NameAddr> from;
    std::optional<NameAddr> to;
    std::optional<CallId> call_id;
    std::optional<CSeq> cseq;
    std::optional<std::size_t> content_length;
    std::vector<Header> headers;
    std::size_t count = 0;
};

// RFC 3261 25.1: SIP-Version
bool accept_version(Cursor& in) {
    constexpr std::string_view version = "SIP/2.0";
    if (!equals_ignoring_case(in.rest().substr(0, version.size()), version)) {
        return false;
    }
    in.advance(version.size());
    return true;
}

// RFC 3261 25.1: Status-Line, behind the version
Result<StartLine, ParseError> take_status(Cursor& in) {
    if (!in.accept(" ")) {
        return in.wanted("a blank and a status code");
    }
    const std::size_t start = in.offset();
    const std::string_view digits = in.take_while(is_digit);
    const auto status = parse_number<int>(digits);
    if (digits.size() != 3 || *status < 100 || *status >= 700 || !in.accept(" ")) {
        return Failure{ParseError{start, "a status code from 100 to 699, and a blank"}};
    }
    return StartLine(Response{*status, in.take_while(is_text_char)});
}

// RFC 3261 25.1: Request-Line
Result<StartLine, ParseError> take_request(Cursor& in) {
    const std::string_view method =
        in.take_while([](char c) { return is_token(std::string_view(&c, 1)); });
    if (method.empty() || !in.accept(" ")) {
        return in.wanted("a method and a blank, or SIP/2.0");
    }
    const std::size_t start = in.offset();
    auto uri = SipUri::parse(in.take_while([](char c) { return is_text_char(c) && c != ' '; }));
    if (!uri) {
        return Failure{ParseError{start, uri.error().expected}};
    }
    if (!in.accept(" ") || !accept_version(in)) {
        return in.wanted("a blank and SIP/2.0");
    }
    return StartLine(Request{Token(method), *std::move(uri)});
}

// One header's value; lines that begin with a blank go on with it (RFC 3261 7.3.1).
Result<Line, ParseError> take_value(Cursor& in) {
    const std::size_t start = in.offset();
    std::string value;
    do {
        value += ' ';
        value += trim(in.take_while(is_text_char));
        if (value.size() > line_limit) {
            return Failure{ParseError{start, "a header of at most 8192 bytes"}};
        }
        if (!in.accept("\r\n")) {
            return in.wanted("CRLF, and no control characters before it");
        }
    } while (is_blank(in.peek()));
    return Line(value);
}

// For headers that may be there once.
template <typename T>
Status<ParseError> put_once(std::optional<T>& place, Result<T, ParseError> value) {
    if (!value) {
        return Failure{value.error()};
    }
    if (place) {
        return Failure{ParseError{0, "this header once"}};
    }
    place = *std::move(value);
    return Done{};
}

template <typename T>
Result<T, ParseError> read_number(std::string_view value, std::string_view expected) {
    const auto number = parse_number<T>(value);
    if (!number) {
        return Failure{ParseError{0, expected}};
    }
    return *number;
}

Status<ParseError> put_vias(Found& found, std::string_view value) {
    for (const std::string_view one : split_list(value)) {
        auto via = parse_via(one);
        if (!via) {
            return Failure{via.error()};
        }
        found.vias.push_back(*std::move(via));
        ++found.count;
    }
    return Done{};
}

Result<CallId, ParseError> read_call_id(std::string_view value) {
    if (!is_call_id(value)) {
        return Failure{ParseError{0, "a Call-ID"}};
    }
    return CallId(value);
}

Status<ParseError> put(Found& found, std::string_view name, const Line& value) {
    const auto place = place_of(name);
    if (!place) {
        found.headers.emplace_back(Token(name), value);
        return Done{};
    }
    switch (*place) {
        case Place::via:
            return put_vias(found, value);
        case Place::max_forwards:
            return put_once(found.max_forwards,
                            read_number<std::uint8_t>(value, "Max-Forwards from 0 to 255"));
        case Place::from:
            return put_once(found.from, parse_name_addr(value));
        case Place::to:
            return put_once(found.to, parse_name_addr(value));
        case Place::call_id:
            return put_once(found.call_id, read_call_id(value));
        case Place::cseq:
            return put_once(found.cseq, parse_cseq(value));
        case Place::content_length:
            return put_once(found.content_length,
                            read_number<std::size_t>(value, "a Content-Length"));
    }
    return Done{};
}

// RFC 3261 25.1: message-header. The error of a value is that of its line.
Status<ParseError> take_header(Cursor& in, Found& found) {
    const std::size_t start = in.offset();
    const std::string_view name =
        in.take_while([](char c) { return is_token(std::string_view(&c, 1)); });
    in.take_while(is_blank);
    if (name.empty() || !in.accept(":")) {
        return in.wanted("the name of a header and a colon");
    }
    const auto value = take_value(in);
    if (!value) {
        return Failure{value.error()};
    }
    if (++found.count > header_limit) {
        return Failure{ParseError{start, "at most 128 headers"}};
    }
    auto done = put(found, long_name(name), *value);
    if (!done) {
        return Failure{ParseError{start, done.error().expected}};
    }
    return Done{};
}

Status<ParseError> take_headers(Cursor& in, Found& found) {
    while (!in.accept("\r\n")) {
        auto done = take_header(in, found);
        if (!done) {
            return done;
        }
    }
    if (found.vias.empty() || !found.from || !found.to || !found.call_id || !found.cseq) {
        return in.wanted("Via, From, To, Call-ID and CSeq before the empty line");
    }
    return Done{};
}

}  // namespace

Result<Head, ParseError> parse_head(std::string_view bytes) {
    Cursor in(bytes);
    auto start = accept_version(in) ? take_status(in) : take_request(in);
    if (!start) {
        return Failure{start.error()};
    }
    if (!in.accept("\r\n")) {
        return in.wanted("the end of the first line (CRLF)");
    }
    Found found;
    if (const auto done = take_headers(in, found); !done) {
        return Failure{done.error()};
    }
    if (const auto bad = first_bad_utf8(bytes.substr(0, in.offset()))) {
        return Failure{ParseError{*bad, "headers in UTF-8"}};
    }
    const auto* request = std::get_if<Request>(&*start);
    if (request != nullptr && !(found.cseq->method == request->method)) {
        return Failure{ParseError{0, "a CSeq with the method of the request"}};
    }
    return Head{.message = Message{.start = *std::move(start),
                                   .vias = std::move(found.vias),
                                   .max_forwards = found.max_forwards,
                                   .from = *std::move(found.from),
                                   .to = *std::move(found.to),
                                   .call_id = *std::move(found.call_id),
                                   .cseq = *std::move(found.cseq),
                                   .headers = std::move(found.headers)},
                .size = in.offset(),
                .content_length = found.content_length};
}

Result<Message, ParseError> parse(std::string_view bytes) {
    if (bytes.size() > message_limit) {
        return Failure{ParseError{message_limit, "a message of at most 65536 bytes"}};
    }
    auto head = parse_head(bytes);
    if (!head) {
        return Failure{head.error()};
    }
    // RFC 3261 18.3: what stands behind the body is no part of the message.
    const std::string_view rest = bytes.substr(head->size);
    const std::size_t length = head->content_length.value_or(rest.size());
    if (length > rest.size()) {
        return Failure{ParseError{bytes.size(), "a body as long as Content-Length says"}};
    }
    head->message.body = rest.substr(0, length);
    return std::move(head->message);
}

}  // namespace onhook::wire::sip
