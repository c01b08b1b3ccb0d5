#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/apply_program.h"
#include "agent/baresip.h"
#include "agent/content.h"
#include "agent/control.h"
#include "agent/images.h"
#include "agent/log_event.h"
#include "agent/lookups.h"
#include "agent/network_lease.h"
#include "agent/sip_lines.h"
#include "agent/state_file.h"
#include "agent/syslog_outlet.h"
#include "agent/transfers.h"
#include "agent/web_utility.h"
#include "base/result.h"
#include "net/certificate.h"
#include "net/loop.h"
#include "phone/phone.h"
#include "phone/recording.h"

namespace onhook::agent {

// A line for who runs the phone. Holds no secret.
struct LogLine {
    WallTime at;
    // Of phone/log_events.def or agent/log_events.def; lives for ever.
    const LogEventInfo* event = nullptr;
    std::string text;
};

struct AgentSettings {
    const profile::Dialect* dialect = nullptr;
    profile::Identity identity;  // of a phone that has no state yet
    std::string state_directory = {};
    // What the network would give; it wins over what DHCP says when that is asked.
    phone::Lease lease = {};
    LeaseSettings dhcp = {};         // nobody is asked unless it says who
    std::string redirect_rule = {};  // empty: no redirect service
    std::string ca_file = {};        // PEM; empty: the system's roots
    // The certificate that it shows to servers, $CCERT (cisco-mpp.md 11.1); empty: none.
    net::CertificateFiles certificate = {};
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
    // A real telephone for its extensions; nothing: none. Its directory is of the state directory
    // when none is named.
    std::optional<BaresipSettings> engine = std::nullopt;
    std::function<void(const LogLine&)> log = {};
    // Called when the phone starts again after an upgrade, in the place of its next life: its state
    // is on disk, and says why the next agent's phone boots. Nothing: the next life begins in this
    // process, as after any other reboot.
    std::function<void()> restart_process = {};
    // Gets a line of the phone's recording after each step; nothing: none is made.
    phone::Recorder::Sink record = {};
    SyslogTransport syslog_transport = SyslogTransport::udp;
    ApplySettings apply = {};  // the user's own program that gets the changes
    // Ends the program, when somebody says so through the state directory; nothing: refused.
    std::function<void()> stop = {};
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

    // As the phone's menu does; the log says why it is refused.
    void resync_now();

    // What the phone is set to. Lives until the loop runs on; not before its first step.
    [[nodiscard]] const profile::Values& values() const { return phone_->memory().values; }

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
    void bring_network_up();
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

    void perform(const phone::TidyImages& action);

    void begin_first_life(phone::BootReason reason, phone::Memory memory);
    void begin_next_life();
    void save();
    void open_control();
    void say(LogEvent event, std::string text) const;
    [[nodiscard]] Status<> open_sip(const profile::Values& values);
    void make_engine();
    void begin_life_of_engine();
    [[nodiscard]] bool only_the_telephone_registers() const;
    [[nodiscard]] Status<> open_or_close_web(const profile::Values& values);

    net::Loop& loop_;
    AgentSettings settings_;
    StateFile file_;
    profile::Identity identity_;
    ImageStore images_;
    Transfers transfers_;
    Lookups lookups_;
    NetworkLease network_lease_;
    net::Timer timer_;
    net::Timer save_again_;
    std::unique_ptr<phone::Phone> phone_;
    std::unique_ptr<phone::Recorder> recorder_;
    std::optional<phone::BootReason> next_life_;
    SyslogOutlet syslog_;
    WebUtility web_;
    Control control_;
    ApplyProgram apply_program_;
    std::string_view cause_;  // of what the last step changed
    SipLines sip_;
    std::unique_ptr<Baresip> engine_;
};

}  // namespace onhook::agent
