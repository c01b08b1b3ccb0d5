#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "wire/sip/message.h"
#include "wire/sip/route.h"

// The client's side of one request that is no INVITE (RFC 3261 17.1.2), without a socket or a
// clock.

namespace onhook::wire::sip {

namespace client {

struct Started {};

// One that is_answer_to() says to be ours.
struct ResponseArrived {
    Message response;
};

// The connection could not be opened, or broke before the answer.
struct TransportFailed {
    std::string why;
};

struct DeadlineReached {};

using Event = std::variant<Started, ResponseArrived, TransportFailed, DeadlineReached>;

struct Send {
    std::string bytes;

    friend bool operator==(const Send&, const Send&) = default;
};

// The final answer. Once.
struct Completed {
    Message response;

    friend bool operator==(const Completed&, const Completed&) = default;
};

// There will be no answer. Once, and instead of Completed.
struct Failed {
    std::string why;  // for people

    friend bool operator==(const Failed&, const Failed&) = default;
};

using Action = std::variant<Send, Completed, Failed>;
using Actions = std::vector<Action>;

}  // namespace client

// RFC 3261 17.1.3: by the branch of the topmost and only Via, and the method of CSeq.
[[nodiscard]] bool is_answer_to(const Message& request, const Message& response);

class ClientTransaction {
  public:
    enum class State : std::uint8_t {
        created,     // Started has not come yet
        trying,      // nothing has come back
        proceeding,  // a provisional response has
        completed,   // late copies of the final response are taken in silence
        terminated
    };

    struct Timers {
        Duration t1 = 500ms;  // round trip
        Duration t2 = 4s;     // longest pause between two sendings
        Duration t4 = 5s;     // as long as a copy of a response lives in the network

        [[nodiscard]] Duration give_up() const { return 64 * t1; }  // Timer F
    };

    // `request` has a Via with a branch that is unguessable and unique.
    ClientTransaction(Message request, Transport transport)
        : ClientTransaction(std::move(request), transport, Timers()) {}

    ClientTransaction(Message request, Transport transport, const Timers& timers);

    // Started comes first and once.
    [[nodiscard]] client::Actions step(const client::Event& event, TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;

    [[nodiscard]] State state() const noexcept { return state_; }

    [[nodiscard]] const Message& request() const noexcept { return request_; }

  private:
    client::Actions on(const client::Started& event, TimePoint now);
    client::Actions on(const client::ResponseArrived& event, TimePoint now);
    client::Actions on(const client::TransportFailed& event, TimePoint now);
    client::Actions on(const client::DeadlineReached& event, TimePoint now);
    client::Actions fail(std::string why);
    [[nodiscard]] bool is_waiting() const noexcept;
    void check_invariants() const;

    Message request_;
    bool reliable_;
    Timers timers_;
    State state_ = State::created;
    Duration interval_{};                  // between two sendings
    std::optional<TimePoint> send_at_;     // Timer E
    std::optional<TimePoint> give_up_at_;  // Timer F
    std::optional<TimePoint> forget_at_;   // Timer K
};

}  // namespace onhook::wire::sip
