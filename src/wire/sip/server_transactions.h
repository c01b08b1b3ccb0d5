#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "wire/sip/message.h"
#include "wire/sip/route.h"

// The server's side of all requests but INVITE (RFC 3261 17.2.2), without a socket or a clock.

namespace onhook::wire::sip {

using ServerTransactionId = Id<struct ServerTransactionTag>;

namespace server {

struct RequestArrived {
    Message request;
    Route from;
};

// `response` is one that respond() made.
struct Answered {
    ServerTransactionId transaction;
    Message response;
};

struct DeadlineReached {};

using Event = std::variant<RequestArrived, Answered, DeadlineReached>;

// A request that is here for the first time: to be answered within 32 s, with this id.
struct Deliver {
    ServerTransactionId transaction;
    Message request;
    Route from;
};

struct Send {
    Route to;
    std::string bytes;
};

using Action = std::variant<Deliver, Send>;
using Actions = std::vector<Action>;

}  // namespace server

// A request that is sent again gets the answer of the first, and is not delivered again. ACK is
// dropped: it has no answer.
class ServerTransactions {
  public:
    struct Policy {
        Duration lifetime = 32s;   // Timer J, and how long an answer is awaited: 64 * T1
        std::size_t limit = 1000;  // transactions; beyond it those that are answered go, the oldest
                                   // first, and while all are unanswered a new request is dropped
    };

    ServerTransactions() : ServerTransactions(Policy()) {}

    explicit ServerTransactions(const Policy& policy);

    [[nodiscard]] server::Actions step(const server::Event& event, TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  private:
    struct Entry {
        std::string key;
        Route from;          // of the latest copy: where the client is now
        std::string answer;  // the latest; empty while there is none
        bool is_final = false;
        TimePoint deadline;
    };

    using Entries = std::map<ServerTransactionId, Entry>;  // in the order of their arrival

    server::Actions on(const server::RequestArrived& event, TimePoint now);
    server::Actions on(const server::Answered& event, TimePoint now);
    server::Actions on(const server::DeadlineReached& event, TimePoint now);
    [[nodiscard]] bool make_room();
    Entries::iterator erase(Entries::iterator entry);
    void check_invariants() const;

    Policy policy_;
    std::uint32_t last_id_ = 0;
    Entries entries_;
    std::unordered_map<std::string, ServerTransactionId> by_key_;
};

// What copies of one request share (RFC 3261 17.2.3): branch, sent-by and method; Call-ID and CSeq
// where the branch is none of RFC 3261's (protocols.md A.4).
[[nodiscard]] std::string transaction_key(const Message& request);

}  // namespace onhook::wire::sip
