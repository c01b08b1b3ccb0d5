#include "profile/flyingvoice_rule.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"

namespace onhook::profile {

namespace {

constexpr std::string_view default_config_file = "$(MA)";  // 3.1

bool is_url(std::string_view text) { return text.find("://") != std::string_view::npos; }

// A rule cut into pieces as it is written, before macros: a value can then not move the borders.
struct Parts {
    std::string_view scheme;  // with "://", or empty
    std::optional<std::string_view> userinfo;
    std::string_view host;    // with the port
    std::string_view folder;  // with its slashes
    std::string_view file;    // the last segment of the path
    std::string_view query;   // with its "?"
};

Parts cut(std::string_view rule) {
    Parts parts;
    Cursor in(rule);
    if (const std::size_t scheme = rule.find("://"); scheme < rule.find_first_of("/?")) {
        parts.scheme = rule.substr(0, scheme + 3);
        in.advance(parts.scheme.size());
    }
    parts.host = in.take_while([](char c) { return c != '/' && c != '?'; });
    if (const std::size_t at = parts.host.rfind('@');
        at != std::string_view::npos && !parts.scheme.empty()) {
        parts.userinfo = parts.host.substr(0, at);
        parts.host.remove_prefix(at + 1);
    }
    const std::string_view path = in.take_while([](char c) { return c != '?'; });
    const std::size_t slash = path.rfind('/');
    const std::size_t behind = slash == std::string_view::npos ? 0 : slash + 1;
    parts.folder = path.substr(0, behind);
    parts.file = path.substr(behind);
    parts.query = in.rest();
    return parts;
}

// user[:password], percent-decoded.
std::optional<Credentials> read_userinfo(std::string_view userinfo) {
    const std::size_t colon = userinfo.find(':');
    const auto user = percent_decode(userinfo.substr(0, colon));
    const auto password = colon == std::string_view::npos
                              ? std::optional<std::string>("")
                              : percent_decode(userinfo.substr(colon + 1));
    if (!user || user->empty() || !password) {
        return std::nullopt;
    }
    return Credentials{*user, Secret(*password)};
}

// Expands pieces one after the other into one text.
struct Writer {
    const MacroSource& macros;
    std::string text;
    std::vector<std::string> unknown;

    // How many macros the piece had.
    std::size_t add(std::string_view piece, MacroEncoding encoding) {
        FlyingvoiceExpansion expansion = expand_flyingvoice(piece, macros, encoding);
        text += expansion.text;
        std::move(expansion.unknown.begin(), expansion.unknown.end(), std::back_inserter(unknown));
        return expansion.expanded;
    }
};

Failure<RuleError> wrong(std::size_t offset, std::string message, std::string remedy) {
    RuleError error;
    error.offset = offset;
    error.message = std::move(message);
    error.remedy = std::move(remedy);
    return Failure{std::move(error)};
}

Result<Url, RuleError> parse_url(std::string_view text) {
    auto url = Url::parse(text, Schemes::with_ftp);
    if (!url) {
        return wrong(url.error().offset,
                     fmt::format("expected {}", url.error().expected),
                     "write [scheme://][user:password@]server[:port][/path]");
    }
    return *std::move(url);
}

// D20: `.cfg` where Config File Name has no extension.
std::string own_file(std::string_view config_file, Writer& writer) {
    writer.text.clear();
    writer.add(trim(config_file).empty() ? default_config_file : trim(config_file),
               MacroEncoding::percent);
    const std::string_view name = writer.text;
    const bool bare = name.substr(name.rfind('/') + 1).find('.') == std::string_view::npos;
    return fmt::format("{}{}", name, bare ? ".cfg" : "");
}

}  // namespace

Result<std::optional<FlyingvoiceLocation>, RuleError> locate_flyingvoice(
    std::string_view rule, const MacroSource& macros) {
    rule = trim(rule);
    if (rule.empty()) {
        return std::optional<FlyingvoiceLocation>();
    }
    const Parts parts = cut(rule);
    std::optional<Credentials> credentials;
    if (parts.userinfo) {
        credentials = read_userinfo(*parts.userinfo);
        if (!credentials) {
            return wrong(parts.scheme.size(),
                         "expected user:password in front of the @",
                         "write the characters :, @, / and % in them as %XX");
        }
    }
    const std::string_view added = parts.scheme.empty() ? "tftp://" : "";  // D11
    Writer writer{macros, std::string(parts.scheme.empty() ? added : parts.scheme), {}};
    writer.add(parts.host, MacroEncoding::plain);
    writer.add(parts.folder, MacroEncoding::percent);
    const std::size_t file = writer.text.size();
    const bool named = writer.add(parts.file, MacroEncoding::percent) > 0 ||
                       writer.text.find('.', file) != std::string::npos;
    writer.add(parts.query, MacroEncoding::percent);
    auto url = parse_url(writer.text);
    if (!url) {
        RuleError error = std::move(url).error();
        error.offset -= std::min(error.offset, added.size());
        return Failure{std::move(error)};
    }
    return std::optional(FlyingvoiceLocation{*std::move(url),
                                             std::move(credentials),
                                             !named && parts.query.empty(),
                                             std::move(writer.unknown)});
}

Result<std::optional<FlyingvoicePlan>, RuleError> plan_flyingvoice(std::string_view rule,
                                                                   std::string_view config_file,
                                                                   const MacroSource& macros) {
    auto located = locate_flyingvoice(rule, macros);
    if (!located) {
        return Failure{std::move(located).error()};
    }
    if (!*located) {
        return std::optional<FlyingvoicePlan>();
    }
    FlyingvoiceLocation& place = **located;
    FlyingvoicePlan plan{{}, std::move(place.credentials), std::move(place.unknown_macros)};
    if (!place.directory) {
        plan.requests.push_back({FlyingvoiceFile::named, std::move(place.url)});
        return std::optional(std::move(plan));
    }
    std::string folder = place.url.to_string();
    if (!folder.ends_with('/')) {
        folder += '/';
    }
    std::string mac;
    macros.append("MA", mac);
    Writer writer{macros, {}, {}};
    const std::string own = own_file(config_file, writer);
    std::move(
        writer.unknown.begin(), writer.unknown.end(), std::back_inserter(plan.unknown_macros));
    for (const auto& [file, name] :
         {std::pair{FlyingvoiceFile::own_boot, mac + ".boot"},
          std::pair{FlyingvoiceFile::common_boot, std::string("y000000000000.boot")},
          std::pair{FlyingvoiceFile::common, std::string("y000000000000.cfg")},
          std::pair{FlyingvoiceFile::own, own}}) {
        auto url = parse_url(folder + name);
        if (!url) {
            return Failure{std::move(url).error()};
        }
        plan.requests.push_back({file, *std::move(url)});
    }
    return std::optional(std::move(plan));
}

Result<Url, RuleError> locate_include(const Url& boot,
                                      std::string_view file,
                                      const MacroSource& macros) {
    Writer writer{macros, {}, {}};
    writer.add(file, MacroEncoding::percent);
    if (is_url(writer.text)) {
        return parse_url(writer.text);
    }
    auto url = boot.resolve(writer.text);
    if (!url) {
        return wrong(0,
                     fmt::format("'{}' is no file name: expected {}", file, url.error().expected),
                     "write a name beside the boot file, or a URL");
    }
    return *std::move(url);
}

std::optional<Credentials> credentials_for(const std::optional<Credentials>& of_rule,
                                           std::string_view user,
                                           std::string_view password) {
    if (of_rule) {
        return of_rule;
    }
    if (user.empty()) {
        return std::nullopt;
    }
    return Credentials{std::string(user), Secret(std::string(password))};
}

std::optional<std::string> rule_of_dhcp(std::optional<std::string_view> option66,
                                        std::optional<std::string_view> option67) {
    const std::string_view server = trim(option66.value_or(""));
    std::string_view path = trim(option67.value_or(""));
    if (is_url(path)) {
        return std::string(path);
    }
    if (server.empty()) {
        return std::nullopt;
    }
    std::string rule = is_url(server) ? std::string(server) : fmt::format("tftp://{}", server);
    const bool bare = rule.find('/', rule.find("://") + 3) == std::string::npos;
    if (path.empty()) {
        return is_url(server) || !bare ? rule : rule + '/';
    }
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    while (rule.ends_with('/') && !rule.ends_with("://")) {
        rule.pop_back();
    }
    return fmt::format("{}/{}", rule, path);
}

}  // namespace onhook::profile
