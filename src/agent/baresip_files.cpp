#include "agent/baresip_files.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::agent {

namespace {

struct Codec {
    std::string_view parameter;  // a choice of Preferred_Codec
    std::string_view baresip;    // name, clock rate, channels
    std::string_view module;
};

constexpr Codec codecs[] = {
    {"G711u", "PCMU/8000/1", "g711.so"},
    {"G711a", "PCMA/8000/1", "g711.so"},
    {"G722", "G722/16000/1", "g722.so"},
    {"OPUS", "opus/48000/2", "opus.so"},
};

const Codec* find_codec(std::string_view parameter) {
    const auto* found = std::find_if(std::begin(codecs), std::end(codecs), [&](const Codec& one) {
        return equals_ignoring_case(one.parameter, parameter);
    });
    return found == std::end(codecs) ? nullptr : found;
}

using profile::SipAccount;
using profile::SipServer;
using profile::SipTransport;

// What DNS says is asked by baresip itself, for one transport.
std::string_view name_of(SipTransport transport) {
    switch (transport) {
        case SipTransport::tcp:
            return "tcp";
        case SipTransport::tls:
            return "tls";
        case SipTransport::udp:
        case SipTransport::any:
            break;
    }
    return "udp";
}

// A parameter of an account ends at a semicolon or a blank, and there are no escapes.
bool fits_a_parameter(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        return static_cast<unsigned char>(c) > ' ' && c != ';' && c != '"' && c != '<' &&
               c != '>' && c != 0x7F;
    });
}

bool fits_a_uri(std::string_view value) {
    return !value.empty() && fits_a_parameter(value) &&
           value.find_first_of("@?,") == std::string_view::npos;
}

bool fits_quotes(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        return static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\' && c != 0x7F;
    });
}

// Empty: baresip can be told.
std::string_view flaw_of_account(const SipAccount& account) {
    if (!fits_a_uri(account.user)) {
        return "its user ID has a character that a SIP URI cannot have";
    }
    if (!fits_a_uri(account.domain) || !fits_a_uri(account.servers.front().host)) {
        return "its proxy is no host name or address";
    }
    if (!fits_quotes(account.display_name)) {
        return "its display name has a quote, a backslash or a control character";
    }
    if (!fits_a_parameter(account.auth_user) || !fits_a_parameter(account.password.reveal())) {
        return "its password or authentication ID has a blank, a semicolon, a quote or an angle "
               "bracket, which baresip's file of accounts cannot hold";
    }
    return {};
}

std::string codec_list(const SipAccount& account) {
    std::string list;
    for (const std::string& name : account.codecs) {
        if (const Codec* codec = find_codec(name)) {
            list += fmt::format("{}{}", list.empty() ? "" : ",", codec->baresip);
        }
    }
    return list;
}

std::string account_line(const SipAccount& account, Answering answering) {
    const SipServer& server = account.servers.front();
    const std::string_view transport = name_of(server.transport);
    std::string line =
        account.display_name.empty() ? "" : fmt::format("\"{}\" ", account.display_name);
    line += fmt::format("<{};transport={}>", baresip_name(account), transport);
    line += fmt::format(";auth_user={}", account.auth_user);
    if (!account.password.reveal().empty()) {
        line += fmt::format(";auth_pass={}", account.password.reveal());
    }
    if (server.host != account.domain) {
        line += fmt::format(";outbound=\"sip:{};transport={}\"", host_and_port(server), transport);
    }
    line += fmt::format(";regint={}", account.registers ? account.expires.count() : 0);
    line += answering == Answering::automatic ? ";answermode=auto" : ";answermode=manual";
    if (const std::string list = codec_list(account); !list.empty()) {
        line += ";audio_codecs=" + list;
    }
    return line + "\n";
}

}  // namespace

std::string host_and_port(const SipServer& server) {
    const bool ipv6 = server.host.find(':') != std::string::npos;
    const std::string host = ipv6 ? fmt::format("[{}]", server.host) : server.host;
    return server.port == 0 ? host : fmt::format("{}:{}", host, server.port);
}

std::string baresip_config(const BaresipConfig& config) {
    std::string text = fmt::format(
        "poll_method epoll\n"
        "sip_listen {}\n"
        "audio_player aubridge,nil\n"
        "audio_source aubridge,nil\n"
        "audio_alert aubridge,nil\n"
        "module_path {}\n"
        "module g711.so\n"
        "module aubridge.so\n",
        host_and_port({config.sip_address, config.sip_port}),
        config.module_directory);
    for (const std::string& module : config.modules) {
        if (module != "g711.so") {
            text += fmt::format("module {}\n", module);
        }
    }
    if (!config.ca_file.empty()) {
        text += fmt::format("sip_cafile {}\n", config.ca_file);
    }
    return text + fmt::format(
                      "module_tmp account.so\n"
                      "module_app menu.so\n"
                      "module ctrl_tcp.so\n"
                      "ctrl_tcp_listen 127.0.0.1:{}\n",
                      config.control_port);
}

BaresipAccounts baresip_accounts(std::span<const SipAccount> accounts, Answering answering) {
    BaresipAccounts written;
    for (const SipAccount& account : accounts) {
        const std::string_view flaw = flaw_of_account(account);
        if (flaw.empty()) {
            written.text += account_line(account, answering);
        } else {
            written.refusals.push_back(
                fmt::format("extension {} is left out: {}", account.line, flaw));
        }
    }
    return written;
}

std::string baresip_name(const SipAccount& account) {
    const SipServer& server = account.servers.front();
    return fmt::format("sip:{}@{}",
                       account.user,
                       server.host == account.domain ? host_and_port(server) : account.domain);
}

std::vector<std::string> baresip_codec_modules(std::span<const SipAccount> accounts) {
    std::vector<std::string> modules;
    for (const SipAccount& account : accounts) {
        for (const std::string& name : account.codecs) {
            const Codec* codec = find_codec(name);
            if (codec != nullptr &&
                std::find(modules.begin(), modules.end(), codec->module) == modules.end()) {
                modules.emplace_back(codec->module);
            }
        }
    }
    return modules;
}

}  // namespace onhook::agent
