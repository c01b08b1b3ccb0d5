#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_event.h"
#include "agent/pnp.h"
#include "agent/sip_targets.h"
#include "agent/sip_transactions.h"
#include "net/loop.h"
#include "net/srv_lookup.h"
#include "phone/phone.h"
#include "profile/dialect.h"
#include "profile/sip_account.h"
#include "wire/sip/digest_guard.h"
#include "wire/sip/registration.h"

namespace onhook::agent {

// Where the phone speaks SIP.
struct SipSettings {
    std::string address;                     // an IP address of ours
    std::optional<std::uint16_t> port = {};  // nothing: SIP_Port of the first line, else any
    std::string contact = {};                // where we are reached; empty: `address`
    std::optional<net::TlsServer> tls = {};  // nothing: no listener for TLS
    std::string ca_file = {};                // whom servers' certificates come from
    wire::sip::PnpForm pnp_form = wire::sip::PnpForm::flyingvoice;
    bool registers = true;  // the lines that want it; no: somebody else does
};

// The phone's lines on the network: it keeps their registrations and answers requests to them
// (cisco-mpp.md 12, protocols.md B.3). What a NOTIFY means is the phone's to say.
class SipLines {
  public:
    // The phone behind the lines. `phone` gives null while it starts. All are called from the loop.
    struct Behind {
        std::function<const phone::Phone*()> phone;
        std::function<void(const phone::Event&)> step;
        std::function<void(LogEvent, std::string)> say;
    };

    // `dialect` and `identity` must outlive it. Without a name server, the system's are asked for
    // SRV records.
    SipLines(net::Loop& loop,
             const profile::Dialect& dialect,
             const profile::Identity& identity,
             std::optional<net::NameServer> name_server,
             Behind behind);

    // Listens on UDP and TCP, and on TLS with a certificate. Once.
    [[nodiscard]] Status<> open(const SipSettings& settings, const profile::Values& values);

    // "sip:127.0.0.1:40001;transport=udp" of each listener.
    [[nodiscard]] std::vector<std::string> addresses() const;

    // The network gave this address. Where the phone listens on all of its own, lines wait for it.
    void reached_at(const std::string& address);
    // A new life of the phone: which lines are to be registered. Those that were and did not change
    // stay registered, so a Restart interrupts nothing; the phone is told of all of them.
    void begin_life(const profile::Values& values);
    // Before a Reboot: every line takes its registration back, and the next life registers anew.
    void reboot();
    // The same for good; `done` is called from the loop, at once if nothing is registered, and a
    // few seconds later at the most.
    void stop(std::function<void()> done);

    void perform(const phone::AnswerNotify& action);
    void perform(const phone::AskPnp& action);
    void perform(const phone::StopPnp& action);

  private:
    struct Line {
        profile::SipAccount account;
        std::unique_ptr<wire::sip::Registration> registration;
        std::unique_ptr<net::Timer> timer;
        std::unique_ptr<SipTargets> targets;
        wire::sip::registration::LookupId lookup;
        std::vector<SipTarget> found;
        std::uint64_t generation = 0;  // of the registration: late answers are of an earlier one
        bool leaving = false;
        std::optional<profile::SipAccount> next;  // registers when the one before is gone
    };

    // A NOTIFY that the phone has not answered yet.
    struct Pending {
        wire::sip::server::Deliver request;
        std::string realm;
        wire::sip::Verdict verdict = wire::sip::Verdict::missing;
    };

    void start(unsigned number, const profile::SipAccount& account);
    void leave(unsigned number);
    void step(unsigned number,
              std::uint64_t generation,
              const wire::sip::registration::Event& event);
    void carry_out(unsigned number, wire::sip::registration::Action& action);
    void find_targets(unsigned number, wire::sip::registration::LookupId lookup);
    void send_request(unsigned number, wire::sip::registration::Send order);
    void ended(unsigned number);
    void arm(unsigned number);
    void tell(unsigned number, bool registered);
    void say_if_stopped();

    void delivered(const wire::sip::server::Deliver& request);
    void notified(const wire::sip::server::Deliver& request);
    [[nodiscard]] wire::sip::Answer answer_to(const wire::sip::Message& request) const;
    [[nodiscard]] phone::Sender sender_of(const Line& line, Pending& pending);
    [[nodiscard]] const Line* line_of(const wire::sip::Message& request) const;
    [[nodiscard]] bool is_of_a_server(const std::string& address) const;
    void read(const profile::Values& values);
    [[nodiscard]] wire::sip::LocalAddress local() const;

    net::Loop& loop_;
    const profile::Dialect& dialect_;
    const profile::Identity& identity_;
    std::optional<net::NameServer> name_server_;
    Behind behind_;
    std::string contact_;
    wire::sip::PnpForm pnp_form_ = wire::sip::PnpForm::flyingvoice;
    std::string user_agent_;
    std::uint64_t last_generation_ = 0;
    bool any_address_ = false;  // it listens on all, and the network says which one is ours
    bool waits_ = false;        // for that address
    bool registers_ = true;
    bool only_servers_ = false;  // Block_Nonproxy_SIP
    wire::sip::RegistrationPolicy policy_;
    std::optional<wire::sip::DigestGuard> guard_;
    SipTransactions transactions_;
    Pnp pnp_;
    std::map<unsigned, Line> lines_;  // by their numbers
    phone::RequestId last_request_;
    std::map<phone::RequestId, Pending> pending_;
    std::function<void()> stopped_;
};

}  // namespace onhook::agent
