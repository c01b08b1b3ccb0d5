#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/prng.h"
#include "base/secret.h"
#include "base/time.h"
#include "wire/httpauth/challenge.h"
#include "wire/sip/message.h"
#include "wire/sip/route.h"

// One line's registration (RFC 3261 10), without a socket or a clock.

namespace onhook::wire::sip {

// What is registered, and by whom.
struct RegistrationAccount {
    Host domain;                   // the registrar's: Request-URI and address of record
    std::string user;              // of the address of record
    std::string auth_user = {};    // who answers challenges; empty: `user`
    Secret<std::string> password;  // of either
    Line display_name = {};
    Line user_agent = {};
    Seconds expires{3600};  // to be asked for

    friend bool operator==(const RegistrationAccount&, const RegistrationAccount&) = default;
};

// Where requests reach us: what Via and Contact say before a server tells better. Port 0: nobody
// listens, and requests come back on connections of ours.
struct LocalAddress {
    Host host;
    std::uint16_t udp = 0;
    std::uint16_t tcp = 0;
    std::uint16_t tls = 0;

    [[nodiscard]] std::uint16_t port(Transport transport) const noexcept;

    friend bool operator==(const LocalAddress&, const LocalAddress&) = default;
};

// The waits between attempts are RFC 5626's (4.5): doubled with each failure, less up to half by
// chance, so that the phones of a building do not come back all at once.
struct RegistrationPolicy {
    Duration retry = 30s;            // after the first round in which no server would
    Duration longest_retry = 1800s;  // between two rounds, whatever a Retry-After says
    Duration refused_retry = 1200s;  // after a refusal, which the same request meets again
    Duration first_again = 3600s;    // on another than the first server, until it is asked
    Duration farewell = 3s;          // for the answers when it ends
    Seconds longest_expires{86400};  // taken from a 423 or a 200
    Duration shortest_refresh = 1s;  // between two registrations, whatever the server says
    Duration connection_refresh =
        600s;                       // over TCP and TLS, where a connection that rests is closed
    unsigned most_challenges = 2;   // answered for one attempt: 401 and 407
    std::size_t most_targets = 16;  // of a look-up; what is beyond is left out

    friend bool operator==(const RegistrationPolicy&, const RegistrationPolicy&) = default;
};

namespace registration {

using LookupId = Id<struct RegistrationLookupTag>;
using AttemptId = Id<struct RegistrationAttemptTag>;

struct Started {};

// The registrar's servers in the order of RFC 3263; none, and why.
struct TargetsFound {
    LookupId lookup;
    std::vector<Route> targets;
    std::string why = {};  // for people
};

// The final response.
struct Answered {
    AttemptId attempt;
    Message response;
};

// There will be no answer.
struct NotAnswered {
    AttemptId attempt;
    std::string why;  // for people
};

struct DeadlineReached {};

// The line is to be reached no more.
struct StopRequested {};

using Event =
    std::variant<Started, TargetsFound, Answered, NotAnswered, DeadlineReached, StopRequested>;

// Answered by TargetsFound.
struct FindTargets {
    LookupId lookup;
};

// One transaction, answered by Answered or NotAnswered.
struct Send {
    AttemptId attempt;
    Route to;
    Message request;
};

// The line is registered now, or still.
struct Registered {
    Route with;
    Seconds expires;
    bool was = false;  // it was already
};

// The line was registered and is no more.
struct Lost {
    std::string why;  // for people
};

// No server would; the next round comes in that time.
struct Failed {
    std::string why;  // for people
    Duration retry;
};

// After StopRequested: nothing more will happen.
struct Ended {};

using Action = std::variant<FindTargets, Send, Registered, Lost, Failed, Ended>;
using Actions = std::vector<Action>;

}  // namespace registration

// Registers, answers challenges, refreshes, and goes through the servers when one does not answer
// or has a failure (5xx); after a time it goes back to the first.
class Registration {
  public:
    enum class State : std::uint8_t {
        created,      // Started has not come yet
        finding,      // the servers are looked up
        registering,  // an answer is awaited
        registered,
        waiting,  // for the next round
        leaving,  // the answer to the last request is awaited
        ended
    };

    Registration(RegistrationAccount account,
                 LocalAddress local,
                 const RegistrationPolicy& policy,
                 std::uint64_t seed);

    // Started comes first and once.
    [[nodiscard]] registration::Actions step(const registration::Event& event, TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;

    [[nodiscard]] State state() const noexcept { return state_; }

    // The registrar knows the line, as far as we know.
    [[nodiscard]] bool is_registered() const noexcept { return bound_until_.has_value(); }

    // The server that the line is registered with; nothing while it is not.
    [[nodiscard]] const Route* server() const noexcept;

    // All servers of the last look-up.
    [[nodiscard]] const std::vector<Route>& servers() const noexcept { return targets_; }

    // The user part of our Contact, by which requests find the line.
    [[nodiscard]] const std::string& user() const noexcept { return account_.user; }

  private:
    // A challenge that was answered: it signs the next requests too (RFC 3261 22.3).
    struct Answerable {
        httpauth::DigestChallenge challenge;
        std::uint32_t count = 0;  // of requests that it signed
    };

    // Whose challenge: WWW-Authenticate or Proxy-Authenticate.
    static constexpr std::size_t askers = 2;

    using Actions = registration::Actions;

    void on(const registration::Started& event, TimePoint now, Actions& actions);
    void on(const registration::TargetsFound& event, TimePoint now, Actions& actions);
    void on(const registration::Answered& event, TimePoint now, Actions& actions);
    void on(const registration::NotAnswered& event, TimePoint now, Actions& actions);
    void on(const registration::DeadlineReached& event, TimePoint now, Actions& actions);
    void on(const registration::StopRequested& event, TimePoint now, Actions& actions);

    void find(Actions& actions);
    void refresh(Actions& actions);
    void send(Actions& actions);
    void answered_while_registering(const Message& response, TimePoint now, Actions& actions);
    void accepted(const Message& response, TimePoint now, Actions& actions);
    void ask_longer(const Message& response, TimePoint now, Actions& actions);
    void next_target(std::string why, TimePoint now, Actions& actions);
    void refused(const Message& response, TimePoint now, Actions& actions);
    void fail(std::string why, Duration wait, TimePoint now, Actions& actions);
    void leave(TimePoint now, Actions& actions);
    void end(Actions& actions);
    void lose(std::string why, Actions& actions);
    [[nodiscard]] bool take_challenges(const Message& response);
    void learn_address(const Message& response);
    [[nodiscard]] Seconds granted(const Message& response) const;
    [[nodiscard]] Duration back_off();
    [[nodiscard]] Duration some_of(Duration whole, unsigned least_percent, unsigned most_percent);
    [[nodiscard]] Message make_request();
    void sign(Message& request);
    [[nodiscard]] SipUri contact_uri(const Host& host, std::uint16_t port) const;
    [[nodiscard]] std::string random_word();
    void check_invariants() const;

    RegistrationAccount account_;
    LocalAddress local_;
    RegistrationPolicy policy_;
    Prng prng_;
    CallId call_id_;  // one for all requests of a life (RFC 3261 10.2)
    State state_ = State::created;
    std::uint32_t cseq_ = 0;
    registration::LookupId lookup_;
    registration::AttemptId attempt_;

    std::vector<Route> targets_;
    std::size_t target_ = 0;      // the one that is asked, or was last
    std::size_t tries_left_ = 0;  // targets that this round has not asked yet
    unsigned challenges_ = 0;     // answered for this attempt
    bool asked_longer_ = false;   // in this round
    std::uint32_t failures_ = 0;  // rounds that failed, one after the other
    std::array<std::optional<Answerable>, askers> answerables_;
    std::string tag_;
    Seconds expires_;                         // to be asked for
    std::optional<SipUri> contact_;           // of the last request
    std::optional<SipUri> seen_contact_;      // as a server saw us
    std::optional<SipUri> outdated_contact_;  // to be taken back with the next request
    std::optional<TimePoint> due_;            // the next refresh, round or the end of the farewell
    std::optional<TimePoint> first_again_at_;
    std::optional<TimePoint> bound_until_;
};

}  // namespace onhook::wire::sip
