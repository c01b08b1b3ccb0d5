#include "profile/sip_account.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace onhook::profile {

namespace {

// Where a switch was never touched, a line that has a user and a server is there to be used.
bool is_off(std::string_view value) { return value == "No" || value == "0"; }

SipTransport transport_of(std::string_view value) {
    constexpr std::array<std::pair<std::string_view, SipTransport>, 8> names = {{
        {"UDP", SipTransport::udp},
        {"TCP", SipTransport::tcp},
        {"TLS", SipTransport::tls},
        {"AUTO", SipTransport::any},
        {"0", SipTransport::udp},
        {"1", SipTransport::tcp},
        {"2", SipTransport::tls},
        {"3", SipTransport::any},
    }};
    for (const auto& [name, transport] : names) {
        if (equals_ignoring_case(name, trim(value))) {
            return transport;
        }
    }
    return SipTransport::udp;
}

std::uint16_t port_of(std::string_view value) {
    return parse_number<std::uint16_t>(trim(value)).value_or(0);
}

// User IDs may be written with their domain (cisco-mpp.md 1.6).
std::string_view without_domain(std::string_view user) { return user.substr(0, user.find('@')); }

void add_servers(SipAccount& account,
                 const std::array<Dialect::Line::Server, 2>& servers,
                 std::string_view transport_of_line,
                 const Values& values) {
    for (const Dialect::Line::Server& one : servers) {
        auto server = read_sip_server(values.get(one.host));
        if (!server) {
            continue;
        }
        if (const auto port = port_of(values.get(one.port)); port != 0) {
            server->port = port;
        }
        server->transport =
            transport_of(one.transport.exists() ? values.get(one.transport) : transport_of_line);
        account.servers.push_back(*std::move(server));
    }
}

std::optional<SipAccount> account_of(const Dialect::Line& line, const Values& values) {
    SipAccount account;
    const std::string_view user = trim(values.get(line.user));
    const auto registrar = read_sip_server(values.get(line.servers[0].host));
    if (is_off(values.get(line.enable)) || without_domain(user).empty() || !registrar) {
        return std::nullopt;
    }
    account.user = without_domain(user);
    const std::string_view auth_user = trim(values.get(line.auth_user));
    account.auth_user = auth_user.empty() ? account.user : std::string(auth_user);
    account.password = Secret(std::string(values.get(line.password)));
    account.display_name = values.get(line.display_name);
    account.domain = registrar->host;
    account.registers = !is_off(values.get(line.registers));
    account.port = port_of(values.get(line.sip_port));
    if (const auto expires = integer_of(values.get(line.expires)); expires && *expires > 0) {
        account.expires = Seconds(*expires);
    }
    for (const ParameterId codec : line.codecs) {
        if (const std::string_view name = values.get(codec);
            !name.empty() && name != "Unspecified") {
            account.codecs.emplace_back(name);
        }
    }
    const std::string_view transport = values.get(line.transport);
    // Flyingvoice phones switch outbound proxies on, Cisco's off.
    const std::string_view outbound = values.get(line.use_outbound_proxy);
    const bool switched_on = line.servers[0].transport.exists();
    if (switched_on ? is_yes(outbound) : !is_off(outbound)) {
        add_servers(account, line.outbound_proxies, transport, values);
    }
    if (account.servers.empty()) {
        add_servers(account, line.servers, transport, values);
    }
    account.use_srv =
        is_yes(values.get(line.use_srv)) ||
        std::any_of(account.servers.begin(), account.servers.end(), [&](const SipServer& one) {
            return switched_on && one.transport == SipTransport::any;
        });
    account.srv_prefix = !is_off(values.get(line.srv_prefix));
    return account;
}

// flyingvoice.md 9.1: split at single blanks, so an empty value is two of them.
std::string_view at_position(std::string_view values, unsigned line) {
    const auto all = split(values, ' ');
    return line <= all.size() ? all[line - 1] : std::string_view();
}

std::optional<SipAccount> positional_account(const Dialect::PositionalLines& lines,
                                             unsigned line,
                                             const Values& values) {
    const auto at = [&](ParameterId id) { return at_position(values.get(id), line); };
    SipAccount account;
    account.user = at(lines.user).empty() ? at(lines.auth_user) : at(lines.user);
    account.auth_user = at(lines.auth_user).empty() ? account.user : at(lines.auth_user);
    account.password = Secret(std::string(at(lines.password)));
    account.display_name = at(lines.display_name);
    for (std::size_t i = 0; i < lines.hosts.size(); ++i) {
        auto server = read_sip_server(at(lines.hosts.at(i)));
        // The name and the address are of one server, the name first.
        if (!server || (i == 1 && !account.servers.empty())) {
            continue;
        }
        if (const auto port = port_of(at(lines.ports.at(i))); port != 0) {
            server->port = port;
        }
        account.servers.push_back(*std::move(server));
    }
    if (is_off(at(lines.enable)) || account.user.empty() || account.servers.empty()) {
        return std::nullopt;
    }
    account.domain = account.servers.front().host;
    return account;
}

}  // namespace

std::optional<SipServer> read_sip_server(std::string_view text) {
    SipServer server;
    std::string_view host = trim(text);
    std::string_view port;
    const auto colons = std::count(host.begin(), host.end(), ':');
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        port = host.substr(end + 1);
        host = host.substr(1, end - 1);
        if (!port.empty() && !port.starts_with(':')) {
            return std::nullopt;
        }
        port.remove_prefix(port.empty() ? 0 : 1);
    } else if (colons == 1) {
        port = host.substr(host.find(':') + 1);
        host = host.substr(0, host.find(':'));
    }
    constexpr std::string_view marks = "-_.:";
    const bool sound = std::all_of(host.begin(), host.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
    });
    if (host.empty() || !sound || (!port.empty() && port_of(port) == 0)) {
        return std::nullopt;
    }
    server.host = host;
    server.port = port_of(port);
    return server;
}

std::vector<SipAccount> sip_accounts(const Dialect& dialect, const Values& values) {
    std::vector<SipAccount> accounts;
    for (unsigned line = 1; line <= dialect.lines.size(); ++line) {
        auto account = account_of(dialect.lines[line - 1], values);
        if (!account && dialect.positional_lines.user.exists()) {
            account = positional_account(dialect.positional_lines, line, values);
        }
        if (account) {
            account->line = line;
            accounts.push_back(*std::move(account));
        }
    }
    return accounts;
}

}  // namespace onhook::profile
