#include "profile/macro_context.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::profile {

// The names of 2.3 that are not a parameter's.
enum class MacroName : std::uint8_t {
    ccert,
    ems,
    err,
    extip,
    hwver,
    incoming_name,
    ip,
    iscust,
    ma,
    mac,
    mau,
    meth,
    muid,
    path,
    pn,
    port,
    prvst,
    prvtmr,
    psn,
    regtmr1,
    regtmr2,
    remote_number,
    scheme,
    serial_number,
    serv,
    servip,
    sn,
    swver,
    upgcond,
    upgerr,
    upgst,
    upgtmr,
};

namespace {

struct NameRow {
    std::string_view text;
    MacroName name;
};

// By length, then by letters, which is the order of their keys.
constexpr std::array<NameRow, 32> documented_names = {{
    {"IP", MacroName::ip},
    {"MA", MacroName::ma},
    {"PN", MacroName::pn},
    {"SN", MacroName::sn},
    {"EMS", MacroName::ems},
    {"ERR", MacroName::err},
    {"MAC", MacroName::mac},
    {"MAU", MacroName::mau},
    {"PSN", MacroName::psn},
    {"METH", MacroName::meth},
    {"MUID", MacroName::muid},
    {"PATH", MacroName::path},
    {"PORT", MacroName::port},
    {"SERV", MacroName::serv},
    {"CCERT", MacroName::ccert},
    {"EXTIP", MacroName::extip},
    {"HWVER", MacroName::hwver},
    {"PRVST", MacroName::prvst},
    {"SWVER", MacroName::swver},
    {"UPGST", MacroName::upgst},
    {"ISCUST", MacroName::iscust},
    {"PRVTMR", MacroName::prvtmr},
    {"SCHEME", MacroName::scheme},
    {"SERVIP", MacroName::servip},
    {"UPGERR", MacroName::upgerr},
    {"UPGTMR", MacroName::upgtmr},
    {"REGTMR1", MacroName::regtmr1},
    {"REGTMR2", MacroName::regtmr2},
    {"UPGCOND", MacroName::upgcond},
    {"INCOMINGNAME", MacroName::incoming_name},
    {"REMOTENUMBER", MacroName::remote_number},
    {"SERIAL_NUMBER", MacroName::serial_number},
}};

// The first eight characters, by which every name differs from the others, as one number.
constexpr std::uint64_t macro_key(std::string_view name) {
    std::uint64_t key = 0;
    for (const char c : name.substr(0, 8)) {
        key = key << 8U | static_cast<unsigned char>(c);
    }
    return key;
}

constexpr auto macro_keys = [] {
    std::array<std::uint64_t, documented_names.size()> keys{};
    std::transform(
        documented_names.begin(), documented_names.end(), keys.begin(), [](const NameRow& row) {
            return macro_key(row.text);
        });
    return keys;
}();

static_assert(std::is_sorted(macro_keys.begin(), macro_keys.end()));

std::optional<MacroName> find_name(std::string_view text) {
    const auto* const key = std::lower_bound(macro_keys.begin(), macro_keys.end(), macro_key(text));
    if (key == macro_keys.end()) {
        return std::nullopt;
    }
    const NameRow& row = documented_names[static_cast<std::size_t>(key - macro_keys.begin())];
    return row.text == text ? std::optional(row.name) : std::nullopt;
}

struct LineMacro {
    std::string_view macro;
    std::string_view parameter;
};

// UID1 is User_ID_1_.
constexpr std::array<LineMacro, 4> line_macros = {{
    {"UID", "User_ID_"},
    {"DISPLAYNAME", "Display_Name_"},
    {"AUTHID", "Auth_ID_"},
    {"PROXY", "Proxy_"},
}};

bool is_general_purpose(std::string_view macro) {
    return macro.size() == 1 && macro[0] >= 'A' && macro[0] <= 'P';
}

// The parameter whose value UIDn stands for, or an empty name.
std::string line_parameter(std::string_view macro) {
    for (const LineMacro& line : line_macros) {
        if (macro.starts_with(line.macro) &&
            parse_number<unsigned>(macro.substr(line.macro.size()))) {
            return fmt::format("{}{}_", line.parameter, macro.substr(line.macro.size()));
        }
    }
    return {};
}

void append_number(std::string& out, std::int64_t number) {
    const fmt::format_int digits(number);
    out.append(digits.data(), digits.size());
}

// An IPv6 address as a URL writes it: the default log messages build one from $SERVIP.
void append_host(std::string& out, std::string_view host) {
    const bool ipv6 = host.find(':') != std::string_view::npos;
    out += ipv6 ? "[" : "";
    out += host;
    out += ipv6 ? "]" : "";
}

}  // namespace

bool is_macro_name(std::string_view name) {
    return find_name(name) || is_general_purpose(name) || !line_parameter(name).empty() ||
           name == "MPWD";
}

bool MacroContext::append(std::string_view name, std::string& out) const {
    if (is_general_purpose(name)) {
        return append_value(
            dialect_->parameter.general_purpose[static_cast<std::size_t>(name[0] - 'A')], out);
    }
    const auto known = find_name(name);
    if (!known) {
        const auto id = values_->catalogue().find(line_parameter(name));
        return id && !values_->catalogue()[*id].secret && append_value(*id, out);
    }
    append_known(*known, out);
    return true;
}

// Who the phone is; what it does and transfers is behind the others.
void MacroContext::append_known(MacroName name, std::string& out) const {
    switch (name) {
        case MacroName::ma:
            out += identity_->mac.to_string();
            break;
        case MacroName::mau:
            out += identity_->mac.to_upper_string();
            break;
        case MacroName::mac:
            out += identity_->mac.to_colon_string();
            break;
        case MacroName::pn:
            out += dialect_->product_name(identity_->model);
            break;
        case MacroName::psn:
            out += dialect_->series_name(identity_->model);
            break;
        case MacroName::sn:
        case MacroName::serial_number:
            out += identity_->serial;
            break;
        case MacroName::swver:
            out += identity_->firmware;
            break;
        case MacroName::hwver:
            out += identity_->hardware;
            break;
        case MacroName::ccert:
            out += identity_->client_certificate ? "Installed" : "Not Installed";
            break;
        default:
            append_state(name, out);
    }
}

void MacroContext::append_state(MacroName name, std::string& out) const {
    switch (name) {
        case MacroName::ip:
            out += ip;
            break;
        case MacroName::extip:
            out += external_ip;
            break;
        case MacroName::prvst:
            append_number(out, static_cast<int>(cause));
            break;
        case MacroName::prvtmr:
            append_number(out, since_resync.count());
            break;
        case MacroName::upgst:
            append_number(out, static_cast<int>(upgrade_attempt));
            break;
        case MacroName::upgtmr:
            append_number(out, since_upgrade.count());
            break;
        case MacroName::upgerr:
            out += upgrade_error;
            break;
        case MacroName::upgcond:
            out += "true";
            break;
        case MacroName::regtmr1:
        case MacroName::regtmr2:
            append_number(out, since_registered[name == MacroName::regtmr1 ? 0 : 1].count());
            break;
        case MacroName::iscust:
            out += customized ? "1" : "0";
            break;
        case MacroName::ems:
            out += mobility.status;
            break;
        case MacroName::muid:
            out += mobility.user;
            break;
        case MacroName::incoming_name:
        case MacroName::remote_number:
            break;  // of calls; empty in rules (2.3)
        default:
            append_transfer(name, out);
    }
}

// Empty outside of a transfer's messages.
void MacroContext::append_transfer(MacroName name, std::string& out) const {
    if (!transfer) {
        return;
    }
    if (name == MacroName::err) {
        out += transfer->error;
    }
    if (transfer->url == nullptr) {
        return;
    }
    const Url& url = *transfer->url;
    if (name == MacroName::scheme || name == MacroName::meth) {
        out += to_string(url.scheme());
    } else if (name == MacroName::serv) {
        append_host(out, url.host());
    } else if (name == MacroName::servip) {
        append_host(out, transfer->server_ip);
    } else if (name == MacroName::port) {
        append_number(out, url.port());
    } else if (name == MacroName::path) {
        out += url.target();
    }
}

bool MacroContext::append_value(ParameterId id, std::string& out) const {
    if (!id.exists()) {
        return false;
    }
    out += values_->get(id);
    return true;
}

bool MacroContext::append_secret(std::string_view name, std::string& out) const {
    if (name == "MPWD") {
        out += mobility.password.reveal();
        return true;
    }
    const auto& secrets = dialect_->parameter.general_purpose_secrets;
    const bool known = name.size() == 2 && name[0] == 'S' && name[1] >= 'A' && name[1] <= 'D';
    return known && append_value(secrets[static_cast<std::size_t>(name[1] - 'A')], out);
}

}  // namespace onhook::profile
