#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "wire/tftp/negotiation.h"
#include "wire/tftp/packet.h"

// The server's side of one read, without a socket or a clock (protocols.md D.2, D.3).

namespace onhook::wire::tftp {

struct Policy {
    Duration first_retry = 1s;    // doubled with each retry of the same packet ...
    Duration longest_retry = 8s;  // ... up to this, unless the client's `timeout` fixes it
    int tries = 6;                // sendings of one packet before giving up, the first included
    std::uint16_t block_limit = 1468;  // largest block to agree to: an Ethernet frame over IPv4
};

struct Started {};

// From the client's own address and port; the shell answers strangers itself.
struct DatagramReceived {
    std::string bytes;
};

struct DeadlineReached {};

using Event = std::variant<Started, DatagramReceived, DeadlineReached>;

enum class Outcome : std::uint8_t {
    completed,  // the client acknowledged the last block
    refused,    // our ERROR: the client's options cannot be met
    aborted,    // the client's ERROR
    timed_out   // no acknowledgement after the last try
};

struct Send {
    std::string bytes;

    friend bool operator==(const Send&, const Send&) = default;
};

// Always the last action of a session.
struct Finished {
    Outcome outcome = Outcome::completed;
    std::uint64_t acknowledged = 0;  // bytes on the wire that the client confirmed
    std::string detail;              // why, for people; empty when completed

    friend bool operator==(const Finished&, const Finished&) = default;
};

using Action = std::variant<Send, Finished>;
using Actions = std::vector<Action>;

class ServerSession {
  public:
    enum class State : std::uint8_t {
        created,   // Started has not come yet
        offering,  // the OACK is out, ACK 0 is awaited
        sending,   // a block is out, its ACK is awaited
        finished
    };

    // `request` is one that requested_file() accepted. `content` is the whole file as it was when
    // the request came; it is never null.
    ServerSession(const Request& request,
                  std::shared_ptr<const std::string> content,
                  const Policy& policy);

    // Started comes first and once.
    [[nodiscard]] Actions step(const Event& event, TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;

    [[nodiscard]] State state() const noexcept { return state_; }

  private:
    Actions on(const Started& event, TimePoint now);
    Actions on(const DatagramReceived& event, TimePoint now);
    Actions on(const DeadlineReached& event, TimePoint now);
    Actions on_ack(const Ack& ack, TimePoint now);
    Actions enter(State state, std::uint64_t block, TimePoint now);
    Action finish(Outcome outcome, std::string detail);

    [[nodiscard]] std::string packet_in_flight() const;
    [[nodiscard]] std::uint64_t last_block() const noexcept;
    void check_invariants() const;

    std::shared_ptr<const std::string> content_;  // as it goes on the wire
    Policy policy_;
    Terms terms_;
    std::optional<ErrorPacket> refusal_;
    State state_ = State::created;
    std::uint64_t block_ = 0;         // in flight, without the wire's rollover; 0 is the OACK
    std::uint64_t acknowledged_ = 0;  // bytes
    int tries_ = 0;                   // sendings of the packet in flight
    Duration interval_{};
    std::optional<TimePoint> deadline_;
};

static_assert(sizeof(ServerSession) <= 256);

}  // namespace onhook::wire::tftp
