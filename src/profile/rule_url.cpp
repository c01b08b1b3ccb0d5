#include "profile/rule_url.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::profile {

namespace {

constexpr std::string_view url_remedy = "write [scheme://]server[:port]/path or /path";

// Where the server ends that starts at `begin`: at the path, or at a query without one.
std::size_t end_of_server(std::string_view url, std::size_t begin) {
    return std::min(url.find('/', begin), url.find('?', begin));
}

// user:password before the host counts as --uid and --pwd, each of which wins (4.1).
void take_userinfo(std::string_view userinfo, RuleOptions& options) {
    const std::size_t colon = userinfo.find(':');
    if (!options.uid) {
        options.uid = userinfo.substr(0, colon);
    }
    if (!options.pwd && colon != userinfo.npos) {
        options.pwd = Secret(std::string(userinfo.substr(colon + 1)));
    }
}

// The server is left out: the one that DHCP named (4.1). Profile rules only.
Status<RuleError> read_path(std::string_view written,
                            std::size_t offset,
                            RuleKind kind,
                            RuleRequest& request) {
    if (kind != RuleKind::profile) {
        return wrong_rule(offset,
                          kind == RuleKind::upgrade ? "an upgrade rule needs a server in its URL"
                                                    : "a report needs a server in its URL",
                          "write scheme://server/path",
                          "server-missing");
    }
    if (request.options.srv) {
        return wrong_rule(offset,
                          "--srv needs a domain in the URL",
                          "write http://domain/path or https://domain/path",
                          "server-missing");
    }
    // The server is not known yet; any will do to check the path's characters.
    const auto checked = Url::parse(fmt::format("tftp://server{}", written));
    if (!checked) {
        return wrong_rule(offset,
                          fmt::format("not a path: expected {}", checked.error().expected),
                          "write such a character as % and two hex digits");
    }
    request.path = written;
    return Done{};
}

// 4.2: --post and --srv are for http and https.
Status<RuleError> check_scheme(const RuleRequest& request, std::size_t offset) {
    if (request.url->scheme() != Scheme::tftp) {
        return Done{};
    }
    constexpr std::string_view remedy = "start the URL with http:// or https://";
    if (request.options.srv) {
        return wrong_rule(offset,
                          "Error - TFTP Scheme not supported in SRV lookups",
                          std::string(remedy),
                          "scheme-not-supported");
    }
    if (request.options.post) {
        return wrong_rule(
            offset, "--post does not work over tftp", std::string(remedy), "scheme-not-supported");
    }
    return Done{};
}

}  // namespace

// [ scheme:// ] [ server [:port] ] filepath
Status<RuleError> read_rule_url(std::string_view written,
                                std::size_t offset,
                                RuleKind kind,
                                RuleRequest& request) {
    if (kind == RuleKind::report && written.ends_with(';')) {
        written.remove_suffix(1);
    }
    if (equals_ignoring_case(written, "gds://") && kind == RuleKind::profile) {
        request.activation_code = true;
        return Done{};
    }
    if (written.starts_with('/')) {
        return read_path(written, offset, kind, request);
    }
    std::string made;  // the URL, where it is not what is written
    std::string_view url = written;
    if (written.find("://") >= written.find('/')) {
        url = made.append("tftp://").append(written);
    }
    const std::size_t server = url.find("://") + 3;
    const std::size_t path = end_of_server(url, server);
    if (path == url.npos || url[path] != '/') {
        return wrong_rule(offset,
                          "expected a file path behind the server: server[:port]/path",
                          std::string(url_remedy));
    }
    const std::size_t at = url.substr(0, path).rfind('@');
    const bool userinfo = at != url.npos && at >= server;
    if (userinfo && to_lower(url.front()) == 'h') {  // http(s) only
        take_userinfo(url.substr(server, at - server), request.options);
        url = made.append(url.substr(0, server)).append(url.substr(at + 1));
    }
    auto parsed = Url::parse(url);
    if (!parsed) {
        if (url.substr(0, path).find('@') != url.npos) {
            return wrong_rule(offset,
                              "a user and a password in the URL are for http and https",
                              "start the URL with http:// or https://, or leave them out",
                              "scheme-not-supported");
        }
        return wrong_rule(offset,
                          fmt::format("not a URL: expected {}", parsed.error().expected),
                          std::string(url_remedy));
    }
    request.url = *std::move(parsed);
    return check_scheme(request, offset);
}

}  // namespace onhook::profile
