#include "profile/mask.h"

#include "base/cursor.h"

namespace onhook::profile {

namespace {

constexpr std::string_view mask = "***";

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
void skip_userinfo(Cursor& in, std::string& out) {
    const std::string_view authority = in.rest().substr(0, in.rest().find_first_of("/? \t|"));
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        out += mask;
        in.advance(at);
    }
}

}  // namespace

std::string masked_rule(std::string_view rule) {
    std::string out;
    Cursor in(rule);
    while (!in.at_end()) {
        if (in.accept("://")) {
            out += "://";
            skip_userinfo(in, out);
        } else if (in.rest().starts_with("--key") || in.rest().starts_with("--pwd")) {
            out += in.rest().substr(0, 5);
            in.advance(5);
            out += in.take_while(is_space);
            skip_argument(in);
            out += mask;
        } else {
            out += in.peek();
            in.advance();
        }
    }
    return out;
}

}  // namespace onhook::profile
