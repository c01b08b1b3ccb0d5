#include "phone/discovery.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::phone {

namespace {

// More would be a server's mistake; a phone must not try for ever.
constexpr std::size_t most_urls = 96;

// 43, 60 and 125 carry other things than servers; only a URL or an address in them counts (13.1).
bool needs_a_plain_server(unsigned option) { return option == 43 || option == 60 || option == 125; }

bool is_ipv4(std::string_view text) {
    const auto parts = split(text, '.');
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return parse_number<std::uint8_t>(part).has_value();
           });
}

// Two colons at least tell 2001:db8::1 from host:port.
bool is_ipv6(std::string_view text) {
    return std::count(text.begin(), text.end(), ':') >= 2 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return hex_digit(c) >= 0 || c == ':' || c == '.';
           });
}

bool is_address(std::string_view text) { return is_ipv4(text) || is_ipv6(text); }

// Collects the attempts of one option value after the other.
class Attempts {
  public:
    Attempts(std::span<const std::string_view> tails, const profile::MacroSource& macros) {
        for (const std::string_view tail : tails) {
            tails_.push_back(profile::expand(tail, macros).text);
        }
    }

    // The value of one option, which may be several.
    void add_option(std::string_view value, bool plain_only, const profile::MacroSource& macros) {
        std::optional<std::string> scheme;
        for (const std::string_view one : split(value, ';')) {
            const std::string expanded(trim(profile::expand(trim(one), macros).text));
            if (!expanded.empty()) {
                add(expanded, scheme, plain_only);
            }
        }
    }

    std::vector<Url> urls;

  private:
    // One of several ";"-separated values. A scheme holds for the values behind it that name none.
    void add(std::string_view value, std::optional<std::string>& scheme, bool plain_only) {
        if (const std::size_t end = value.find("://"); end != std::string_view::npos) {
            scheme = lower(value.substr(0, end));
            value.remove_prefix(end + 3);
        } else if (plain_only && !scheme && !is_address(value)) {
            return;
        }
        const std::string server = is_ipv6(value) ? fmt::format("[{}]", value) : std::string(value);
        if (scheme) {
            add_server(*scheme, server);
        } else {
            for (const std::string_view any : {"tftp", "http", "https"}) {
                add_server(any, server);
            }
        }
    }

    // 13.3: with a path the URL itself comes first, then the path with each tail behind it. A
    // trailing slash goes before a tail is added.
    void add_server(std::string_view scheme, std::string_view value) {
        std::string_view server_and_path = value;
        while (server_and_path.ends_with('/')) {
            server_and_path.remove_suffix(1);
        }
        if (server_and_path.find('/') != std::string_view::npos) {
            add_url(fmt::format("{}://{}", scheme, value));
        }
        for (const std::string& tail : tails_) {
            add_url(fmt::format("{}://{}{}", scheme, server_and_path, tail));
        }
    }

    void add_url(const std::string& text) {
        auto url = Url::parse(text);
        if (url && urls.size() < most_urls) {
            urls.push_back(*std::move(url));
        }
    }

    std::vector<std::string> tails_;
};

}  // namespace

std::vector<Url> discovery_urls(const Lease& lease,
                                const OptionOrder& order,
                                std::span<const std::string_view> tails,
                                const profile::MacroSource& macros) {
    Attempts attempts(tails, macros);
    const auto add_listed = [&](std::string_view listed, const auto& options, auto needs_plain) {
        for (const std::string_view code : split(listed, ',')) {
            const auto wanted = parse_number<std::uint16_t>(trim(code));
            for (const auto& [number, value] : options) {
                if (number == wanted) {
                    attempts.add_option(value, needs_plain(number), macros);
                }
            }
        }
    };
    add_listed(order.v4, lease.dhcp->options, needs_a_plain_server);
    // 13.1: option 17 of DHCPv6 is what 43 is of DHCP.
    add_listed(order.v6, lease.dhcp->options6, [](unsigned option) { return option == 17; });
    return std::move(attempts.urls);
}

std::string srv_name(Scheme scheme, std::string_view domain) {
    return fmt::format("_ciscoprov-{}.{}.{}",
                       to_string(scheme),
                       scheme == Scheme::https ? "_tls" : "_tcp",
                       domain);
}

std::vector<Url> srv_urls(Scheme scheme,
                          std::vector<SrvTarget> targets,
                          std::span<const std::string> paths) {
    std::stable_sort(targets.begin(), targets.end(), [](const SrvTarget& a, const SrvTarget& b) {
        return std::pair(a.priority, a.weight) < std::pair(b.priority, b.weight);
    });
    std::vector<Url> urls;
    for (const SrvTarget& target : targets) {
        std::string_view host = target.host;
        if (host.ends_with('.')) {
            host.remove_suffix(1);
        }
        for (const std::string& path : paths) {
            auto url =
                Url::parse(fmt::format("{}://{}:{}{}", to_string(scheme), host, target.port, path));
            if (url && target.port != 0 && urls.size() < most_urls) {
                urls.push_back(*std::move(url));
            }
        }
    }
    return urls;
}

}  // namespace onhook::phone
