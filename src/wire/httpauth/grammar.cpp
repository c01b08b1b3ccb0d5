#include "wire/httpauth/grammar.h"

#include <algorithm>
#include <utility>

#include "base/cursor.h"
#include "base/text.h"

namespace onhook::wire::httpauth {

namespace {

// RFC 9110 5.6.2: tchar
constexpr bool is_token_char(char c) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
}

constexpr bool is_token68_char(char c) noexcept {
    constexpr std::string_view marks = "-._~+/";
    return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
}

constexpr bool is_text_char(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

void skip_blanks(Cursor& in) { in.take_while(is_blank); }

// RFC 9110 5.6.4: quoted-string, from its first quote
Result<std::string, ParseError> take_quoted(Cursor& in) {
    std::string text;
    in.advance();
    while (!in.accept("\"")) {
        if (in.peek() == '\\') {
            in.advance();
        }
        if (in.at_end() || !is_text_char(in.peek())) {
            return in.wanted("the rest of a quoted text and its closing quote");
        }
        text += in.peek();
        in.advance();
    }
    return text;
}

Result<std::string, ParseError> take_value(Cursor& in) {
    if (in.peek() == '"') {
        return take_quoted(in);
    }
    std::string token(in.take_while(is_token_char));
    if (token.empty()) {
        return in.wanted("a value");
    }
    return token;
}

// The name of a parameter, its "=" and the blanks around it; or nothing, and `in` stays.
std::string take_param_name(Cursor& in) {
    Cursor trial = in;
    std::string name = lower(trial.take_while(is_token_char));
    skip_blanks(trial);
    if (name.empty() || !trial.accept("=")) {
        return {};
    }
    skip_blanks(trial);
    // `abc=` and `abc==` are the ends of a token68.
    if (trial.at_end() || trial.peek() == '=' || trial.peek() == ',') {
        return {};
    }
    in = trial;
    return name;
}

// The separator of a list: at least one comma unless the text ends here.
bool skip_commas(Cursor& in) {
    bool comma = false;
    for (;;) {
        skip_blanks(in);
        if (!in.accept(",")) {
            return comma || in.at_end();
        }
        comma = true;
    }
}

// The parameters up to the end or to the comma before the next scheme.
Result<Done, ParseError> read_params(Cursor& in, std::vector<AuthParam>& params) {
    for (;;) {
        Cursor next = in;
        const std::size_t start = next.offset();
        std::string name = take_param_name(next);
        if (name.empty()) {
            return Done{};
        }
        const bool repeated = std::any_of(
            params.begin(), params.end(), [&](const auto& known) { return known.name == name; });
        if (repeated) {
            return Failure{ParseError{start, "each parameter once"}};
        }
        auto value = take_value(next);
        if (!value) {
            return Failure{value.error()};
        }
        params.push_back(AuthParam{std::move(name), *std::move(value)});
        if (!skip_commas(next)) {
            return next.wanted("a comma");
        }
        in = next;
    }
}

Result<SchemeItem, ParseError> take_item(Cursor& in) {
    SchemeItem item;
    item.scheme = lower(in.take_while(is_token_char));
    if (item.scheme.empty()) {
        return in.wanted("the name of an authentication scheme");
    }
    if (is_blank(in.peek())) {
        skip_blanks(in);
        const auto done = read_params(in, item.params);
        if (!done) {
            return Failure{done.error()};
        }
        if (!item.params.empty()) {
            return item;
        }
        item.token68 = in.take_while(is_token68_char);
        item.token68 += in.take_while([](char c) { return c == '='; });
    }
    if (!skip_commas(in)) {
        return in.wanted("a comma or the end of the header");
    }
    return item;
}

}  // namespace

std::optional<std::string> SchemeItem::find(std::string_view name) const {
    for (const AuthParam& param : params) {
        if (param.name == name) {
            return param.value;
        }
    }
    return std::nullopt;
}

Result<std::vector<SchemeItem>, ParseError> parse_items(std::string_view value) {
    if (value.size() > header_limit) {
        return Failure{ParseError{header_limit, "a header of at most 8192 bytes"}};
    }
    Cursor in(value);
    std::vector<SchemeItem> items;
    skip_commas(in);
    do {
        auto item = take_item(in);
        if (!item) {
            return Failure{item.error()};
        }
        items.push_back(*std::move(item));
    } while (!in.at_end());
    return items;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (!is_text_char(c)) {
            continue;
        }
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

}  // namespace onhook::wire::httpauth
