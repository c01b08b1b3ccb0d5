#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "base/result.h"
#include "cli/sip_options.h"
#include "net/certificate.h"

namespace CLI {
class App;
}

namespace onhook::cli {

// What `onhook phone` is started with.
struct PhoneOptions {
    std::string dialect = "cisco-mpp";
    std::string model;
    std::string mac;
    std::string serial;
    std::string firmware;
    std::string hardware = "1.0";
    std::string state;
    std::string redirect;
    std::vector<std::string> dhcp_options;
    std::string dhcp;
    std::string interface;
    std::vector<std::string> lease_files;
    std::vector<std::string> values;
    std::string ca_file;
    net::CertificateFiles certificate;
    std::string report_digest = "sha256";
    bool allow_plain_with_key = false;
    std::string ip;
    std::string domain;
    std::string name_server;
    std::string web = "127.0.0.1:0";
    SipOptions sip;
    std::string engine;
    std::string engine_program = "baresip";
    std::string engine_answer = "manual";
    bool register_too = false;
    std::string record;
    std::optional<std::uint64_t> seed;
    bool one_process = false;
    bool json = false;
    bool print_phone = false;
    bool reveal = false;
    std::string on_apply;
    bool on_apply_secrets = false;
    unsigned on_apply_limit = 60;
    bool syslog_tcp = false;
};

// They must outlive the command.
void add_phone_options(CLI::App& command, PhoneOptions& options);

// An error is a sentence for who typed it.
[[nodiscard]] Result<agent::AgentSettings, std::string> phone_settings(const PhoneOptions& options);

}  // namespace onhook::cli
