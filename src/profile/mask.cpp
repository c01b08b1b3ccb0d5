#include "profile/mask.h"

#include "base/cursor.h"
#include "base/text.h"
#include "profile/rule_assignments.h"

namespace onhook::profile {

namespace {

using Replace = std::function<std::string(const RuleSecret& secret)>;

// Of a name, or of a macro in it.
constexpr bool is_name_or_macro_char(char c) noexcept { return is_name_char(c) || c == '$'; }

bool stands_at_secret_option(const Cursor& in) {
    return in.rest().starts_with("--key") || in.rest().starts_with("--pwd");
}

// The argument behind --key or --pwd, in quotes or bare.
void skip_argument(Cursor& in) {
    if (in.accept("\"")) {
        in.take_while([](char c) { return c != '"'; });
        (void)in.accept("\"");
    } else {
        in.take_while([](char c) { return !is_space(c) && c != ']'; });
    }
}

// user:password@ behind "://", up to the last @ before the path.
void skip_userinfo(Cursor& in, std::string& out, const Replace& replace) {
    const std::string_view authority = in.rest().substr(0, in.rest().find_first_of("/? \t|"));
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        out += replace({RuleSecret::Place::userinfo, authority.substr(0, at)});
        in.advance(at);
    }
}

// A name that a macro is part of is no parameter's, so its value is not shown.
bool may_show(std::string_view name, const Catalogue* names) {
    const auto id = names != nullptr ? names->find(assigned_name(name)) : std::nullopt;
    return id && !(*names)[*id].secret;
}

// A word; with = "value" behind it, it is a name, and the value may be a secret.
void take_name(Cursor& in, std::string& out, const Catalogue* names, const Replace& replace) {
    const std::size_t start = out.size();
    while (is_name_or_macro_char(in.peek()) && !stands_at_secret_option(in)) {
        out += in.peek();
        in.advance();
    }
    const std::string name = out.substr(start);
    const bool show = may_show(name, names);
    Cursor ahead = in;
    ahead.skip_spaces();
    if (!ahead.accept("=")) {
        return;
    }
    ahead.skip_spaces();
    if (!ahead.accept("\"")) {
        return;
    }
    out += in.rest().substr(0, ahead.offset() - in.offset());
    in = ahead;
    const std::string_view value = in.take_while([](char c) { return c != '"'; });
    out += show ? std::string(value) : replace({RuleSecret::Place::assigned, value, name});
    if (in.accept("\"")) {
        out += '"';
    }
}

}  // namespace

std::string masked_rule(std::string_view rule, const Catalogue* names) {
    return masked_rule(rule, names, [](const RuleSecret& /*secret*/) { return "***"; });
}

std::string masked_rule(std::string_view rule, const Catalogue* names, const Replace& replace) {
    std::string out;
    Cursor in(rule);
    while (!in.at_end()) {
        if (in.accept("://")) {
            out += "://";
            skip_userinfo(in, out, replace);
        } else if (stands_at_secret_option(in)) {
            out += in.rest().substr(0, 5);
            in.advance(5);
            out += in.take_while(is_space);
            const std::string_view before = in.rest();
            skip_argument(in);
            out += replace(
                {RuleSecret::Place::argument, before.substr(0, before.size() - in.rest().size())});
        } else if (is_name_or_macro_char(in.peek())) {
            take_name(in, out, names, replace);
        } else {
            out += in.peek();
            in.advance();
        }
    }
    return out;
}

}  // namespace onhook::profile
