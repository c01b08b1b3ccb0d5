#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

// TFTP on the wire: RFC 1350 with the options of RFC 2347 (protocols.md D.1).

namespace onhook::wire::tftp {

inline constexpr std::size_t request_limit = 512;  // bytes of a whole RRQ or WRQ (RFC 2347)
inline constexpr std::uint16_t smallest_block = 8;
inline constexpr std::uint16_t default_block = 512;
inline constexpr std::uint16_t largest_block = 65464;  // what RFC 2348 allows

enum class Operation : std::uint8_t { read = 1, write = 2 };

enum class Mode : std::uint8_t { octet, netascii, mail };

enum class ErrorCode : std::uint16_t {
    undefined = 0,
    file_not_found = 1,
    access_violation = 2,
    disk_full = 3,
    illegal_operation = 4,
    unknown_transfer_id = 5,
    file_exists = 6,
    no_such_user = 7,
    option_negotiation_failed = 8
};

struct Option {
    std::string name;   // as sent; names compare without case
    std::string value;  // as sent

    friend bool operator==(const Option&, const Option&) = default;
};

struct Request {
    Operation operation = Operation::read;
    std::string filename;  // as sent and not to be trusted: see requested_file()
    Mode mode = Mode::octet;
    std::vector<Option> options;

    friend bool operator==(const Request&, const Request&) = default;
};

struct Data {
    std::uint16_t block = 0;
    std::string bytes;  // at most largest_block

    friend bool operator==(const Data&, const Data&) = default;
};

struct Ack {
    std::uint16_t block = 0;

    friend bool operator==(const Ack&, const Ack&) = default;
};

struct ErrorPacket {
    ErrorCode code = ErrorCode::undefined;  // a peer may send numbers that have no name here
    std::string message;

    friend bool operator==(const ErrorPacket&, const ErrorPacket&) = default;
};

struct OptionAck {
    std::vector<Option> options;

    friend bool operator==(const OptionAck&, const OptionAck&) = default;
};

using Packet = std::variant<Request, Data, Ack, ErrorPacket, OptionAck>;

// One datagram. Strict: each text ends in its NUL, options are whole, named and unique, nothing
// follows the last field, a request has at most request_limit bytes.
[[nodiscard]] Result<Packet, ParseError> decode(std::string_view datagram);

// The datagram of a packet. A NUL inside a text cannot be said on the wire and is left out.
[[nodiscard]] std::string encode(const Packet& packet);

}  // namespace onhook::wire::tftp
