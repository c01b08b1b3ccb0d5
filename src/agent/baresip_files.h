#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "profile/sip_account.h"

namespace onhook::agent {

// What baresip is told besides its accounts.
struct BaresipConfig {
    std::string sip_address = "127.0.0.1";  // an IP address
    std::uint16_t sip_port = 0;
    std::uint16_t control_port = 0;  // on 127.0.0.1
    std::string module_directory = "/usr/lib/baresip/modules";
    std::vector<std::string> modules;  // codecs that are installed: "g722.so"
    std::string ca_file = {};          // roots of TLS proxies; empty: none
};

// The file `config` of a telephone without a sound card.
[[nodiscard]] std::string baresip_config(const BaresipConfig& config);

// How baresip answers calls.
enum class Answering : std::uint8_t { manual, automatic };

// The file `accounts`, and why extensions are not in it. It holds their passwords.
struct BaresipAccounts {
    std::string text;
    std::vector<std::string> refusals;  // sentences without secrets
};

[[nodiscard]] BaresipAccounts baresip_accounts(std::span<const profile::SipAccount> accounts,
                                               Answering answering);

// The address of record, as baresip calls an account in its events: "sip:1001@pbx.example.com".
[[nodiscard]] std::string baresip_name(const profile::SipAccount& account);

// "127.0.0.1:5060", "[::1]:5060"; without a port when it is 0.
[[nodiscard]] std::string host_and_port(const profile::SipServer& server);

// The modules of these codecs, as files of a module directory; a codec that baresip has none for
// is left out.
[[nodiscard]] std::vector<std::string> baresip_codec_modules(
    std::span<const profile::SipAccount> accounts);

}  // namespace onhook::agent
