#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/content.h"
#include "agent/lookups.h"
#include "agent/sip_lines.h"
#include "agent/state_file.h"
#include "agent/transfers.h"
#include "agent/web_utility.h"
#include "base/result.h"
#include "net/loop.h"
#include "net/syslog.h"
#include "phone/phone.h"
#include "phone/recording.h"

namespace onhook::agent {

// A line for who runs the phone. Holds no secret.
struct LogLine {
    WallTime at;
    phone::Severity severity = phone::Severity::info;
    std::string text;
};

struct AgentSettings {
    const profile::Dialect* dialect = nullptr;
    profile::Identity identity;  // of a phone that has no state yet
    std::string state_directory = {};
    phone::Lease lease = {};         // what the network would give
    std::string redirect_rule = {};  // empty: no redirect service
    std::string ca_file = {};        // PEM; empty: the system's roots
    // Asked for SRV records, and for nothing else; nothing: the system's.
    std::optional<net::NameServer> name_server = std::nullopt;
    ContentPolicy content = {};  // how profiles are opened and reports sealed
    // Set as an administrator would before the first power-up; later starts keep the phone's own.
    std::vector<std::pair<std::string, std::string>> factory_values = {};
    std::optional<std::uint64_t> seed = std::nullopt;      // nothing: from the system
    std::optional<std::string> web_address = "127.0.0.1";  // nothing: no web utility
    std::uint16_t web_port = 0;                            // 0: any free one
    std::optional<SipSettings> sip = std::nullopt;         // nothing: the phone speaks no SIP
    bool sip_required = false;  // without a socket for SIP the phone does not start
    std::function<void(const LogLine&)> log = {};
    // Gets a line of the phone's recording after each step; nothing: none is made.
    phone::Recorder::Sink record = {};
};

// One phone on a real network and real time: the dull loop around phone::Phone. It steps, carries
// out the actions in their order, and waits.
class Agent {
  public:
    // Errors are sentences for who started it: a state directory that is in use or cannot be
    // written, a damaged state, a port in use, a wrong parameter. The phone boots inside run().
    [[nodiscard]] static Result<std::unique_ptr<Agent>> start(net::Loop& loop,
                                                              AgentSettings settings);
    ~Agent();
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    // 0 when there is no web utility, or Enable_Web_Server is No.
    [[nodiscard]] std::uint16_t web_port() const { return web_.port(); }

    // Of each listener, as SipLines::addresses().
    [[nodiscard]] std::vector<std::string> sip_addresses() const { return sip_.addresses(); }

    // The lines take their registrations back. `done` is called from the loop when they have, a few
    // seconds later at the most; then the agent may be destroyed.
    void stop(std::function<void()> done) { sip_.stop(std::move(done)); }

  private:
    Agent(net::Loop& loop, AgentSettings settings, StateFile file, PhoneState state);

    void begin_life(phone::BootReason reason, phone::Memory memory);
    void step(const phone::Event& event);
    void perform(const phone::StartTransfer& action);
    void perform(const phone::LookUpServers& action);
    void perform(const phone::SaveMemory& action);
    void perform(const phone::Reboot& action);
    void perform(const phone::Restart& action);
    void perform(const phone::Log& action);
    void perform(const phone::AnswerRequest& action);

    void perform(const phone::AskPnp& action) { sip_.perform(action); }

    void perform(const phone::StopPnp& action) { sip_.perform(action); }

    void perform(const phone::AnswerNotify& action) { sip_.perform(action); }

    // Nothing to carry out: nobody watches, and nothing that these end was started.
    void perform(const phone::Observed& /*action*/) {}

    void perform(const phone::TidyImages& /*action*/) {}

    void save();
    void say(phone::Severity severity, std::string text) const;
    void send_syslog(const phone::Log& action);
    [[nodiscard]] Status<> open_sip(const profile::Values& values);
    [[nodiscard]] Status<> open_or_close_web(const profile::Values& values);
    [[nodiscard]] std::string_view value(profile::ParameterId id) const;

    net::Loop& loop_;
    AgentSettings settings_;
    StateFile file_;
    profile::Identity identity_;
    Transfers transfers_;
    Lookups lookups_;
    net::Timer timer_;
    net::Timer save_again_;
    std::unique_ptr<phone::Phone> phone_;
    std::unique_ptr<phone::Recorder> recorder_;
    std::optional<phone::BootReason> next_life_;
    std::unique_ptr<net::SyslogSender> syslog_;
    std::string syslog_target_;
    WebUtility web_;
    SipLines sip_;
};

}  // namespace onhook::agent
