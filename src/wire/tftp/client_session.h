#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "wire/tftp/packet.h"

// The client's side of one transfer in octet mode, without a socket or a clock (protocols.md D.2,
// D.3).

namespace onhook::wire::tftp::client {

// One end of a transfer: its address and its port are its transfer identifier (RFC 1350 4).
struct Peer {
    std::string address;
    std::uint16_t port = 0;

    friend bool operator==(const Peer&, const Peer&) = default;
};

struct Order {
    Operation operation = Operation::read;
    std::string filename = {};  // as it goes on the wire
    std::string content = {};   // what is written; empty of a read
    Peer server = {};           // where requests go
    Duration interval = 5s;     // between two sendings of a packet (cisco-mpp.md 4.3) ...
    int tries = 5;              // ... and the sendings before giving up, the first included
    std::uint16_t offer = 0;    // block size to ask for, with the file's size; 0: RFC 1350's 512
};

struct Started {};

// Whoever sent it: strangers are told apart here.
struct DatagramReceived {
    Peer from;
    std::string bytes;
};

struct DeadlineReached {};

// Nobody wants the rest; the server is told why.
struct StopRequested {
    ErrorCode why = ErrorCode::undefined;
};

using Event = std::variant<Started, DatagramReceived, DeadlineReached, StopRequested>;

struct Send {
    Peer to;
    std::string bytes;

    friend bool operator==(const Send&, const Send&) = default;
};

// The next bytes of a file that is read, each once and in order.
struct Deliver {
    std::string bytes;

    friend bool operator==(const Deliver&, const Deliver&) = default;
};

// How long the server says the file is that will be delivered.
struct Announce {
    std::uint64_t size = 0;  // bytes

    friend bool operator==(const Announce&, const Announce&) = default;
};

enum class Outcome : std::uint8_t {
    completed,
    refused,     // the server's ERROR, see `code`
    unanswered,  // nothing came from the server at all
    timed_out,   // the server fell silent in the middle
    broken,      // the server does not keep the protocol
    stopped,     // StopRequested
};

// What came of it, once. The session may go on answering a repeated last block: it wants datagrams
// as long as it has a deadline.
struct Finished {
    Outcome outcome = Outcome::completed;
    std::optional<ErrorCode> code = std::nullopt;
    std::string detail = {};  // why, for people; empty when completed

    friend bool operator==(const Finished&, const Finished&) = default;
};

using Action = std::variant<Send, Announce, Deliver, Finished>;
using Actions = std::vector<Action>;

class Session {
  public:
    enum class State : std::uint8_t {
        created,    // Started has not come yet
        asking,     // the request is out, no answer has come
        receiving,  // the next DATA is awaited
        sending,    // a block is out, its ACK is awaited
        dwelling,   // the last ACK is out: it is repeated for who missed it
        finished,
    };

    // Nothing when the request does not fit request_limit.
    [[nodiscard]] static std::optional<Session> open(Order order);

    // Started comes first and once.
    [[nodiscard]] Actions step(const Event& event, TimePoint now);

    [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }

    [[nodiscard]] State state() const noexcept { return state_; }

  private:
    explicit Session(Order order) : order_(std::move(order)) {}

    Actions on(const Started& event, TimePoint now);
    Actions on(const DatagramReceived& event, TimePoint now);
    Actions on(const DeadlineReached& event, TimePoint now);
    Actions on(const StopRequested& event, TimePoint now);

    // The server's packets, by their kind.
    Actions take(const Data& data, TimePoint now);
    Actions take(const Ack& ack, TimePoint now);
    Actions take(const OptionAck& answer, TimePoint now);
    Actions take(const ErrorPacket& error, TimePoint now);
    Actions take(const Request& request, TimePoint now);

    Actions ask(TimePoint now);
    Actions send(State state, std::string packet, TimePoint now);
    Actions send_block(std::uint64_t block, TimePoint now);
    [[nodiscard]] bool accept_options(const OptionAck& answer);
    Actions broken(std::string detail);
    Action finish(Outcome outcome, std::string detail, std::optional<ErrorCode> code = {});

    [[nodiscard]] bool is_writing() const noexcept { return order_.operation == Operation::write; }

    void check_invariants() const;

    Order order_;
    State state_ = State::created;
    std::optional<Peer> peer_;  // who answers; everybody else is a stranger
    std::uint16_t block_size_ = default_block;
    std::uint64_t block_ = 0;  // the last one received, or the one in flight; without rollover
    std::optional<std::uint64_t> size_;  // as the server's options say
    std::string in_flight_;
    int sent_ = 0;  // sendings of the packet in flight
    std::optional<TimePoint> deadline_;
};

}  // namespace onhook::wire::tftp::client
