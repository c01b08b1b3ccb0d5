#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/baresip_events.h"
#include "agent/baresip_files.h"
#include "agent/log_event.h"
#include "net/child.h"
#include "net/loop.h"
#include "net/stream_client.h"
#include "profile/sip_account.h"
#include "wire/netstring/netstring.h"

namespace onhook::agent {

struct BaresipSettings {
    std::string program = "baresip";
    std::string directory = {};  // of its configuration, which holds passwords; made 0700
    std::string sip_address = "127.0.0.1";  // where it takes calls
    std::string module_directory = "/usr/lib/baresip/modules";
    std::string ca_file = {};
    Answering answering = Answering::manual;
};

// A real telephone for a phone's extensions: Debian's baresip, which is configured, started,
// watched and, when it ends by itself, started again. What it says tells which extensions are
// registered and whether a call holds a line.
class Baresip {
  public:
    // Called from the loop.
    struct Events {
        std::function<void(unsigned line, bool registered)> registration;
        std::function<void(bool busy)> lines;  // when the first call begins, and when none is left
        std::function<void(LogEvent, std::string)> say;
    };

    Baresip(net::Loop& loop, BaresipSettings settings, Events events);
    // Ends the program.
    ~Baresip();
    Baresip(const Baresip&) = delete;
    Baresip& operator=(const Baresip&) = delete;

    // Starts it with these extensions. One that runs with the same ones goes on; with others it
    // starts again. Without an extension it does not run.
    void configure(std::vector<profile::SipAccount> accounts);

    // The lines that are registered now.
    [[nodiscard]] const std::set<unsigned>& registered() const noexcept { return registered_; }

  private:
    void launch();
    [[nodiscard]] bool write_files();
    void connect();
    void received(std::string_view bytes);
    void take(const EngineRegistered& event);
    void take(const EngineNotRegistered& event);
    void take(const EngineCall& event);
    void take(const EngineCallEnded& event);
    void set_registered(const std::string& account, bool registered);
    void connected();
    void closed(const std::string& why);
    void broken(const std::string& why);
    void ended(const std::string& why);
    void nothing_holds_any_more();
    void launch_later();

    net::Loop& loop_;
    BaresipSettings settings_;
    Events events_;
    std::vector<profile::SipAccount> accounts_;
    std::string written_;  // the extensions as the program that runs was told them
    net::Timer timer_;
    std::unique_ptr<net::Child> child_;
    std::unique_ptr<net::StreamClient> control_;
    wire::netstring::Reader reader_;
    std::uint16_t sip_port_ = 0;  // the same one as long as it lives
    std::uint16_t control_port_ = 0;
    int connections_ = 0;  // that were tried of this child
    Duration pause_;       // before it starts again
    TimePoint launched_at_;
    std::set<unsigned> registered_;
    std::set<std::string> calls_;
};

}  // namespace onhook::agent
