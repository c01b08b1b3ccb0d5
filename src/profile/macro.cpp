#include "profile/macro.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/cursor.h"

namespace onhook::profile {

namespace {

// Of $(NAME).
constexpr bool is_closed_char(char c) noexcept { return is_bare_char(c) || c == '_'; }

// A macro as it stands in a text: its name and the substring that is wanted of its value.
struct Token {
    std::string_view name;
    std::size_t from = 0;
    std::size_t count = std::string_view::npos;

    [[nodiscard]] bool whole() const { return from == 0 && count == std::string_view::npos; }
};

// GPP_SA..GPP_SD, and the password of an extension-mobility user: 2.3 tells only of the former
// that they stay closed, 14 forbids every password a way into logs and pages.
bool is_secret(std::string_view name) {
    return (name.size() == 2 && name[0] == 'S' && name[1] >= 'A' && name[1] <= 'D') ||
           name == "MPWD";
}

bool is_general_purpose_secret(std::string_view name) {
    return name.size() == 2 && is_secret(name);
}

// GPP_A..GPP_P and GPP_SA..GPP_SD, and no other names, are the documents' second spelling of A..P
// and SA..SD (2.2).
std::string_view without_prefix(std::string_view name) {
    if (!name.starts_with("GPP_")) {
        return name;
    }
    const std::string_view bare = name.substr(4);
    const bool general_purpose = bare.size() == 1 && bare[0] >= 'A' && bare[0] <= 'P';
    return general_purpose || is_general_purpose_secret(bare) ? bare : name;
}

// A colon without a number makes the whole token plain text. A number beyond every text is one.
std::optional<std::size_t> take_number(Cursor& in) {
    const std::string_view digits = in.take_while(is_digit);
    return digits.empty() ? std::nullopt
                          : std::optional(parse_number<std::size_t>(digits).value_or(digits.npos));
}

// $(NAME), $(NAME:p), $(NAME:p:q); `in` stands behind "$(".
std::optional<Token> take_parenthesised(Cursor& in) {
    Token token{in.take_while(is_closed_char)};
    if (in.accept(":")) {
        const auto from = take_number(in);
        if (!from) {
            return std::nullopt;
        }
        token.from = *from;
        if (in.accept(":")) {
            const auto count = take_number(in);
            if (!count) {
                return std::nullopt;
            }
            token.count = *count;
        }
    }
    if (token.name.empty() || !in.accept(")")) {
        return std::nullopt;
    }
    return token;
}

// The longest run of [A-Z0-9], with the two names that go on after an underscore.
std::optional<Token> take_bare(Cursor& in) {
    const std::string_view start = in.rest();
    std::string_view name = in.take_while(is_bare_char);
    if (in.peek() == '_' && (name == "GPP" || name == "SERIAL")) {
        in.advance();
        name = start.substr(0, name.size() + 1 + in.take_while(is_bare_char).size());
    }
    return name.empty() ? std::nullopt : std::optional(Token{name});
}

std::optional<Token> take_token(Cursor& in) {
    return in.accept("(") ? take_parenthesised(in) : take_bare(in);
}

// Cuts what was appended behind `begin` to the part that the token wants.
void keep_part(std::string& out, std::size_t begin, const Token& token) {
    out.erase(begin, std::min(token.from, out.size() - begin));
    out.resize(begin + std::min(token.count, out.size() - begin));
}

// Walks over a text: plain(text) for what stays, macro(use, token) for each macro.
template <typename Plain, typename Macro>
void walk(std::string_view text, Plain plain, Macro macro) {
    Cursor in(text);
    while (!in.at_end()) {
        const std::string_view run = in.rest().substr(0, in.rest().find('$'));
        plain(run);
        in.advance(run.size());
        const std::size_t start = in.offset();
        if (!in.accept("$")) {
            continue;
        }
        Cursor ahead = in;
        const auto token = ahead.accept("$") ? std::nullopt : take_token(ahead);
        if (!token) {
            plain("$");
            (void)in.accept("$");
            continue;
        }
        in = ahead;
        const std::string_view name = without_prefix(token->name);
        macro(MacroUse{start, in.offset() - start, name, is_secret(name)}, *token);
    }
}

}  // namespace

std::vector<MacroUse> macros_in(std::string_view text) {
    std::vector<MacroUse> uses;
    walk(
        text,
        [](std::string_view) {},
        [&uses](const MacroUse& use, const Token&) { uses.push_back(use); });
    return uses;
}

Expansion expand(std::string_view text, const MacroSource& macros) {
    Expansion result;
    result.text.reserve(text.size() + 64);
    walk(
        text,
        [&result](std::string_view plain) { result.text += plain; },
        [&](const MacroUse& use, const Token& token) {
            const std::size_t begin = result.text.size();
            if (use.secret) {
                result.secrets.reserve(4);  // a user and a password, mostly
                result.secrets.push_back({begin, use.length});
            } else if (macros.append(use.name, result.text)) {
                if (!token.whole()) {
                    keep_part(result.text, begin, token);
                }
                return;
            }
            result.text += text.substr(use.offset, use.length);
        });
    return result;
}

void append_revealed(const Expansion& expansion,
                     const SecretUse& secret,
                     const MacroSource& macros,
                     std::string& out) {
    const std::string_view written =
        std::string_view(expansion.text).substr(secret.offset, secret.length);
    Cursor in(written.substr(1));
    const auto token = take_token(in);
    CHECK(token.has_value());
    const std::size_t begin = out.size();
    if (macros.append_secret(without_prefix(token->name), out)) {
        if (!token->whole()) {
            keep_part(out, begin, *token);
        }
    } else {
        out += written;
    }
}

std::string reveal(const Expansion& expansion,
                   std::size_t offset,
                   std::size_t length,
                   const MacroSource& macros) {
    CHECK(offset + length <= expansion.text.size());
    const std::string_view text = expansion.text;
    const std::size_t end = offset + length;
    std::string out;
    std::size_t done = offset;
    for (const SecretUse& secret : expansion.secrets) {
        if (secret.offset < offset || secret.offset + secret.length > end) {
            continue;
        }
        out += text.substr(done, secret.offset - done);
        append_revealed(expansion, secret, macros, out);
        done = secret.offset + secret.length;
    }
    out += text.substr(done, end - done);
    return out;
}

}  // namespace onhook::profile
