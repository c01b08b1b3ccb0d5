#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"

// The words of SIP messages (RFC 3261 25.1). Whatever may stand in a message has a type here that
// cannot hold a line break: what comes in from a profile or a peer can never become another header.

namespace onhook::wire::sip {

// RFC 3261 25.1: token
[[nodiscard]] bool is_token(std::string_view text) noexcept;
// RFC 3261 25.1: callid
[[nodiscard]] bool is_call_id(std::string_view text) noexcept;
// RFC 3261 25.1: host; an IPv6 address with its brackets. At most 255 bytes.
[[nodiscard]] bool is_host(std::string_view text) noexcept;
// RFC 3261 25.1: quoted-string, without line breaks
[[nodiscard]] bool is_quoted(std::string_view text) noexcept;
// RFC 3261 25.1: gen-value (token, host or quoted-string) or the bare IPv6 address of `received`
[[nodiscard]] bool is_param_value(std::string_view text) noexcept;

// A text that follows a rule of the grammar. Making one of another text is our own bug: text from
// outside is looked at first.
template <bool (*follows)(std::string_view) noexcept>
class Lexeme {
  public:
    template <std::convertible_to<std::string_view> Text>
    Lexeme(const Text& text)  // NOLINT(google-explicit-constructor): it is the text it holds
        : text_(std::string_view(text)) {
        CHECK(follows(text_));
    }

    [[nodiscard]] const std::string& str() const noexcept { return text_; }

    operator std::string_view() const noexcept {  // NOLINT(google-explicit-constructor): likewise
        return text_;
    }

    friend bool operator==(const Lexeme&, const Lexeme&) = default;

  private:
    std::string text_;
};

using Token = Lexeme<is_token>;
using CallId = Lexeme<is_call_id>;
using Host = Lexeme<is_host>;
using ParamValue = Lexeme<is_param_value>;

// Text of people inside a line: a display name, a reason phrase, the value of a header. Control
// characters and bytes that are not UTF-8 become question marks, line breaks and tabs blanks, and
// the blanks at its ends go.
class Line {
  public:
    Line() = default;

    template <std::convertible_to<std::string_view> Text>
    Line(const Text& text)  // NOLINT(google-explicit-constructor): it is the text it holds
        : text_(on_one_line(std::string_view(text))) {}

    [[nodiscard]] const std::string& str() const noexcept { return text_; }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    operator std::string_view() const noexcept {  // NOLINT(google-explicit-constructor): likewise
        return text_;
    }

    friend bool operator==(const Line&, const Line&) = default;

  private:
    [[nodiscard]] static std::string on_one_line(std::string_view text);

    std::string text_;
};

// RFC 3261 25.1: quoted-string of a text, and back. unquote() of what is no quoted string is the
// text itself.
[[nodiscard]] std::string quote(const Line& text);
[[nodiscard]] std::string unquote(std::string_view text);

// The parts between the commas that stand outside of quotes and angle brackets, trimmed.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view value);

}  // namespace onhook::wire::sip
