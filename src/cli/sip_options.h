#pragma once

#include <string>

#include <CLI/App.hpp>

#include "agent/agent.h"
#include "base/result.h"
#include "cli/output.h"

namespace onhook::cli {

// How a phone speaks SIP, as options of a command.
struct SipOptions {
    std::string listen;  // empty: at the phone's own address
    std::string certificate;
    std::string key;
    std::string pnp_form = "flyingvoice";
};

void add_sip_options(CLI::App& command, SipOptions& options);

// `ip` is the phone's own address; empty: the network will give one.
[[nodiscard]] Status<std::string> read_sip(const SipOptions& options,
                                           const std::string& ip,
                                           agent::AgentSettings& settings);

// Says where the phone speaks SIP, and writes it beside its state: one address a line. The error is
// a sentence.
[[nodiscard]] Status<> tell_sip_addresses(const agent::Agent& agent,
                                          const std::string& state_directory,
                                          bool json);

}  // namespace onhook::cli
