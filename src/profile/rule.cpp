#include "profile/rule.h"

#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"

namespace onhook::profile {

namespace {

Failure<RuleError> wrong(std::size_t offset, std::string message) {
    return Failure{RuleError{offset, std::move(message)}};
}

// 4.2: octal escapes \ooo, in unquoted arguments only.
std::string unescape_octal(std::string_view text) {
    std::string out;
    const auto octal = [&](std::size_t i) {
        return i < text.size() && text[i] >= '0' && text[i] <= '7';
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3);
        const int code =
            escape ? (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0' : 0;
        if (escape && code > 0 && code < 256) {
            out += static_cast<char>(code);
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

// Reads rules from an expansion. One instance reads one rule parameter.
class RuleReader {
  public:
    RuleReader(const Expansion& expansion, const MacroSource& macros)
        : expansion_(expansion), macros_(macros), in_(expansion.text) {}

    [[nodiscard]] bool at_end() {
        in_.skip_spaces();
        return in_.at_end();
    }

    [[nodiscard]] std::size_t offset() const { return in_.offset(); }

    enum class Kind { profile, report };

    // request := [ "[" options "]" ] url
    Result<RuleRequest, RuleError> take_request(Kind kind) {
        RuleRequest request;
        in_.skip_spaces();
        if (in_.peek() == '(') {
            return wrong(in_.offset(),
                         "conditions and assignments are not supported yet; give one URL");
        }
        if (stands_at_options()) {
            if (auto options = take_options(request.options, kind); !options) {
                return Failure{std::move(options).error()};
            }
        }
        in_.skip_spaces();
        if (auto url = take_url(request, kind); !url) {
            return Failure{std::move(url).error()};
        }
        return request;
    }

  private:
    // A "[" that is not followed by "--" starts an IPv6 literal (4.1).
    [[nodiscard]] bool stands_at_options() const {
        Cursor ahead = in_;
        if (!ahead.accept("[")) {
            return false;
        }
        ahead.skip_spaces();
        return ahead.rest().starts_with("--") || ahead.peek() == ']';
    }

    Status<RuleError> take_options(RuleOptions& options, Kind kind) {
        in_.advance();
        for (;;) {
            in_.skip_spaces();
            if (in_.accept("]")) {
                return Done{};
            }
            const std::size_t start = in_.offset();
            if (!in_.accept("--")) {
                return wrong(start, "expected an option such as --key, or ]");
            }
            const std::string_view name = in_.take_while([](char c) { return is_lower(c); });
            if (auto taken = take_option(options, name, start, kind); !taken) {
                return taken;
            }
        }
    }

    Status<RuleError> take_option(RuleOptions& options,
                                  std::string_view name,
                                  std::size_t start,
                                  Kind kind) {
        if (kind == Kind::report && (name == "delta" || name == "status")) {
            (name == "delta" ? options.delta : options.status) = true;
            return Done{};
        }
        if (name != "key" && name != "uid" && name != "pwd") {
            return wrong(start,
                         fmt::format("unknown option --{}; supported are --key, --uid, --pwd{}",
                                     name,
                                     kind == Kind::report ? ", --delta, --status" : ""));
        }
        auto argument = take_argument(name);
        if (!argument) {
            return Failure{std::move(argument).error()};
        }
        if (name == "key") {
            options.key = *std::move(argument);
        } else if (name == "uid") {
            options.uid = argument->reveal();
        } else {
            options.pwd = *std::move(argument);
        }
        return Done{};
    }

    // A bare word, or "quoted text"; macros of secrets are opened here and nowhere else.
    Result<Secret<std::string>, RuleError> take_argument(std::string_view name) {
        in_.skip_spaces();
        const bool quoted = in_.accept("\"");
        const std::size_t start = in_.offset();
        const std::string_view raw = in_.take_while([quoted](char c) {
            return quoted ? c != '"' : !is_space(c) && c != ']' && c != '[' && c != '"';
        });
        if (quoted && !in_.accept("\"")) {
            return wrong(start, fmt::format("the quotes of --{} are not closed", name));
        }
        if (!quoted && raw.empty()) {
            return wrong(start, fmt::format("--{} needs an argument", name));
        }
        // The octal escapes are the administrator's; a secret's own characters stay as they are.
        if (quoted) {
            return Secret(reveal(expansion_, start, raw.size(), macros_));
        }
        return Secret(reveal_unescaped(start, raw.size()));
    }

    std::string reveal_unescaped(std::size_t start, std::size_t length) const {
        std::string out;
        std::size_t done = start;
        const std::size_t end = start + length;
        for (const SecretUse& secret : expansion_.secrets) {
            if (secret.offset < start || secret.offset >= end) {
                continue;
            }
            out += unescape_octal(text().substr(done, secret.offset - done));
            out += reveal(expansion_, secret.offset, secret.length, macros_);
            done = secret.offset + secret.length;
        }
        out += unescape_octal(text().substr(done, end - done));
        return out;
    }

    // URL Syntax (4.1): [ scheme:// ] [ server [:port] ] filepath. Ends at white space.
    Status<RuleError> take_url(RuleRequest& request, Kind kind) {
        const std::size_t start = in_.offset();
        std::string_view written = in_.take_while([](char c) { return !is_space(c) && c != '|'; });
        if (in_.peek() == '|') {
            return wrong(in_.offset(), "alternatives are not supported yet; give one URL");
        }
        if (kind == Kind::report && written.ends_with(";")) {
            written.remove_suffix(1);
        }
        if (written.empty()) {
            return wrong(start, "expected a URL: [scheme://]server[:port]/path or /path");
        }
        if (written.starts_with("/")) {
            request.path = written;
            // The server is not known yet; any will do to check the path's characters.
            const auto checked = Url::parse(fmt::format("tftp://server{}", written));
            return checked ? Status<RuleError>(Done{})
                           : wrong(start, std::string(checked.error().expected));
        }
        std::string absolute(written);
        const bool has_scheme = written.find("://") < written.find('/');
        if (!has_scheme) {
            absolute.insert(0, "tftp://");
        }
        const std::size_t path = absolute.find_first_of("/?", absolute.find("://") + 3);
        if (path == std::string::npos || absolute[path] != '/') {
            return wrong(start, "expected a file path behind the server: server[:port]/path");
        }
        take_userinfo(absolute, request.options);
        auto url = Url::parse(absolute);
        if (!url) {
            return wrong(start, fmt::format("not a URL: expected {}", url.error().expected));
        }
        request.url = *std::move(url);
        return Done{};
    }

    // user:password@ before the host counts as --uid and --pwd, each of which wins (4.1). http(s)
    // only.
    static void take_userinfo(std::string& url, RuleOptions& options) {
        const std::size_t begin = url.find("://") + 3;
        const std::size_t end = url.find_first_of("/?", begin);
        const std::size_t at = url.substr(0, end).rfind('@');
        if (at == std::string::npos || !lower(url).starts_with("http")) {
            return;
        }
        const std::string userinfo = url.substr(begin, at - begin);
        const std::size_t colon = userinfo.find(':');
        if (!options.uid) {
            options.uid = userinfo.substr(0, colon);
        }
        if (!options.pwd && colon != std::string::npos) {
            options.pwd = Secret(userinfo.substr(colon + 1));
        }
        url.erase(begin, at + 1 - begin);
    }

    [[nodiscard]] std::string_view text() const { return expansion_.text; }

    const Expansion& expansion_;
    const MacroSource& macros_;
    Cursor in_;
};

Result<Expansion, RuleError> expand_rule(std::string_view rule, const MacroSource& macros) {
    if (rule.size() > longest_rule) {
        return wrong(longest_rule, fmt::format("a rule has at most {} characters", longest_rule));
    }
    Expansion expansion = expand(rule, macros);
    if (expansion.text.size() > longest_expanded_rule) {
        return wrong(
            longest_expanded_rule,
            fmt::format("an expanded rule has at most {} characters", longest_expanded_rule));
    }
    return expansion;
}

}  // namespace

std::optional<Credentials> RuleOptions::credentials() const {
    if (!uid) {
        return std::nullopt;
    }
    return Credentials{*uid, pwd.value_or(Secret<std::string>())};
}

Result<std::optional<RuleRequest>, RuleError> read_profile_rule(std::string_view rule,
                                                                const MacroSource& macros) {
    const auto expansion = expand_rule(rule, macros);
    if (!expansion) {
        return Failure{expansion.error()};
    }
    RuleReader reader(*expansion, macros);
    if (reader.at_end()) {
        return std::optional<RuleRequest>();
    }
    auto request = reader.take_request(RuleReader::Kind::profile);
    if (!request) {
        return Failure{std::move(request).error()};
    }
    if (!reader.at_end()) {
        return wrong(reader.offset(), "expected the end of the rule after its URL");
    }
    return std::optional(*std::move(request));
}

Result<std::vector<RuleRequest>, RuleError> read_report_rule(std::string_view rule,
                                                             const MacroSource& macros) {
    const auto expansion = expand_rule(rule, macros);
    if (!expansion) {
        return Failure{expansion.error()};
    }
    std::vector<RuleRequest> requests;
    RuleReader reader(*expansion, macros);
    while (!reader.at_end() && requests.size() < 2) {
        auto request = reader.take_request(RuleReader::Kind::report);
        if (!request) {
            return Failure{std::move(request).error()};
        }
        if (!request->url) {
            return wrong(reader.offset(), "a report needs a server in its URL");
        }
        requests.push_back(*std::move(request));
    }
    return requests;
}

}  // namespace onhook::profile
