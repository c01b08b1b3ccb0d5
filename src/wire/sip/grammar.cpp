#include "wire/sip/grammar.h"

#include <algorithm>
#include <cstddef>

#include "base/char_set.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/utf8.h"

namespace onhook::wire::sip {

namespace {

constexpr std::size_t host_limit = 255;  // bytes of a name (RFC 1035 2.3.4)

constexpr bool is_one_of(std::string_view marks, char c) noexcept {
    return marks.find(c) != std::string_view::npos;
}

constexpr CharSet is_token_char([](char c) {
    return is_letter(c) || is_digit(c) || is_one_of("-.!%*_+`'~", c);
});

constexpr CharSet is_word_char([](char c) {
    return is_letter(c) || is_digit(c) || is_one_of("-.!%*_+`'~()<>:\\\"/[]?{}", c);
});

// An underscore is in no host of the RFC and in many a network.
constexpr CharSet is_name_or_ipv4_char([](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
});

bool is_all(const CharSet& set, std::string_view text) noexcept {
    return !text.empty() && set.run(text) == text.size();
}

bool is_ipv6(std::string_view text) noexcept {
    return text.find(':') != std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return hex_digit(c) >= 0 || c == ':' || c == '.';
           });
}

}  // namespace

bool is_token(std::string_view text) noexcept { return is_all(is_token_char, text); }

bool is_call_id(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    return is_all(is_word_char, text.substr(0, at)) &&
           (at == std::string_view::npos || is_all(is_word_char, text.substr(at + 1)));
}

bool is_host(std::string_view text) noexcept {
    if (text.size() > host_limit) {
        return false;
    }
    if (text.starts_with('[')) {
        return text.ends_with(']') && is_ipv6(text.substr(1, text.size() - 2));
    }
    return is_all(is_name_or_ipv4_char, text);
}

bool is_quoted(std::string_view text) noexcept {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
        return false;
    }
    const std::string_view inner = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] == '"' || (inner[i] == '\\' && ++i == inner.size())) {
            return false;
        }
    }
    return printable(inner) == inner;
}

bool is_param_value(std::string_view text) noexcept {
    return is_token(text) || is_host(text) || is_quoted(text) || is_ipv6(text);
}

std::string Line::on_one_line(std::string_view text) {
    std::string line(text);
    std::replace_if(line.begin(), line.end(), is_space, ' ');
    return printable(trim(line));
}

std::string quote(const Line& text) {
    std::string out = "\"";
    for (const char c : text.str()) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

std::string unquote(std::string_view text) {
    if (!is_quoted(text)) {
        return std::string(text);
    }
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        i += text[i] == '\\' ? 1 : 0;
        out += text[i];
    }
    return out;
}

std::vector<std::string_view> split_list(std::string_view value) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    bool quoted = false;
    bool in_brackets = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (quoted) {
            i += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '<' || c == '>') {
            in_brackets = c == '<';
        } else if (c == ',' && !in_brackets) {
            parts.push_back(trim(value.substr(start, i - start)));
            start = i + 1;
        }
    }
    parts.push_back(trim(value.substr(start)));
    return parts;
}

}  // namespace onhook::wire::sip
