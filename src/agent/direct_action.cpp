#include "agent/direct_action.h"

#include "base/text.h"

namespace onhook::agent {

namespace {

std::string decoded(std::string_view text) {
    return percent_decode(text).value_or(std::string(text));
}

}  // namespace

std::optional<DirectAction> read_direct_action(std::string_view target, std::string_view path) {
    if (!target.starts_with(path)) {
        return std::nullopt;
    }
    std::string_view rest = target.substr(path.size());
    if (!rest.empty() && rest.front() != '?' && !rest.starts_with("&xuser=")) {
        return std::nullopt;
    }
    DirectAction action;
    // "?xuser=" is a slip that must not make a rule, and a log line, of a password.
    const std::size_t user = rest.starts_with("?xuser=") ? 0 : rest.find("&xuser=");
    if (user != std::string_view::npos) {
        std::string_view credentials = rest.substr(user + 7);
        rest = rest.substr(0, user);
        const std::size_t password = credentials.find("&xpassword=");
        action.user = decoded(credentials.substr(0, password));
        if (password != std::string_view::npos) {
            action.password = Secret(decoded(credentials.substr(password + 11)));
        }
    }
    if (rest.starts_with("?")) {
        rest.remove_prefix(1);
    }
    const bool raw = rest.find("://") != std::string_view::npos;
    action.argument = raw ? std::string(rest) : decoded(rest);
    return action;
}

}  // namespace onhook::agent
