#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/prng.h"
#include "base/time.h"
#include "wire/dhcp/answer.h"

// Asking without owning the lease, without a socket or a clock: DHCPINFORM of DHCP, and
// Information-Request of DHCPv6 (protocols.md C.2, C.3).

namespace onhook::wire::dhcp {

enum class Version : std::uint8_t { v4 = 4, v6 = 6 };

// Who asks for what.
struct Question {
    Version version = Version::v4;
    std::string hardware;                     // the phone's MAC address: six bytes
    Ipv4 address = {};                        // of the asker; of DHCP for IPv4
    std::string vendor_class;                 // option 60; DHCPv6's 16 when there is an enterprise
    std::vector<std::uint8_t> wanted = {};    // option 55
    std::vector<std::uint16_t> wanted6 = {};  // DHCPv6's 6
    Reading reading = {};
};

// When to ask again. A wait is off by a random time up to `jitter` and a random part of it up to
// `jitter_percent`, either way.
struct InformPolicy {
    Duration first_delay{};  // before the first sending, at most
    Duration first_wait{};   // after it; doubled with each sending
    Duration jitter{};
    int jitter_percent = 0;
    int sendings = 1;
    int complaints = 8;  // about what comes in, of one question

    // C.2: 4, 8, 16 s, each up to a second more or less.
    [[nodiscard]] static InformPolicy v4();
    // RFC 8415 18.2.6 with INF_MAX_DELAY and INF_TIMEOUT; there it asks for ever, here five times.
    [[nodiscard]] static InformPolicy v6();
};

struct Started {};

struct DatagramReceived {
    std::string bytes;
    std::string from;        // an address, for people
    std::uint16_t port = 0;  // that it came from
};

struct DeadlineReached {};

using InformEvent = std::variant<Started, DatagramReceived, DeadlineReached>;

// To all servers of the link.
struct Send {
    std::string bytes;

    friend bool operator==(const Send&, const Send&) = default;
};

// Something came that cannot be used: one line for people. Nothing of it counts.
struct Refused {
    std::string why;

    friend bool operator==(const Refused&, const Refused&) = default;
};

// Always the last action.
struct Finished {
    std::optional<Answer> answer;  // nothing: nobody answered
    std::string detail;            // who answered, or what was tried; for people

    friend bool operator==(const Finished&, const Finished&) = default;
};

using InformAction = std::variant<Send, Refused, Finished>;
using InformActions = std::vector<InformAction>;

// Asks until the first good answer or the last wait is over.
class Inform {
  public:
    enum class State : std::uint8_t {
        created,   // Started has not come yet
        delaying,  // before the first sending
        waiting,   // a message is out
        finished
    };

    // `seed` decides the transaction id and the waits.
    Inform(Question question, const InformPolicy& policy, std::uint64_t seed);

    // Started comes first and once.
    [[nodiscard]] InformActions step(const InformEvent& event, TimePoint now);

    [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }

    [[nodiscard]] State state() const noexcept { return state_; }

  private:
    InformActions on(const Started& event, TimePoint now);
    InformActions on(const DatagramReceived& event, TimePoint now);
    InformActions on(const DeadlineReached& event, TimePoint now);
    InformActions send(TimePoint now);
    InformActions finish(std::optional<Answer> answer, std::string detail);
    [[nodiscard]] Duration random_up_to(Duration limit);
    [[nodiscard]] std::string message(TimePoint now) const;
    void check_invariants() const;

    Question question_;
    InformPolicy policy_;
    Prng prng_;
    std::uint32_t transaction_;
    State state_ = State::created;
    int sendings_ = 0;
    int complaints_ = 0;
    TimePoint began_{};
    Duration wait_{};
    std::optional<TimePoint> deadline_;
};

static_assert(sizeof(Inform) <= 320);

// What a server says to a question.
enum class Reply : std::uint8_t {
    answer,
    foreign,  // to somebody else, or no reply at all: others share the port
    bad,
};

struct ReadReply {
    Reply reply = Reply::foreign;
    Answer answer = {};
    std::string why = {};  // of a bad one, in words
};

// One datagram that came while `question` was out as `transaction`.
[[nodiscard]] ReadReply read_reply(const Question& question,
                                   std::uint32_t transaction,
                                   const DatagramReceived& datagram);

// The DHCPINFORM or Information-Request, `elapsed` after the first sending.
[[nodiscard]] std::string encode_question(const Question& question,
                                          std::uint32_t transaction,
                                          Duration elapsed);

}  // namespace onhook::wire::dhcp
