#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "wire/tftp/packet.h"

namespace onhook::wire::tftp {

// The file that a request asks to read, as normalised_file_name() gives it, or the ERROR with
// which a read-only server answers: 2 to a WRQ and to a forbidden name, 4 to mode mail.
[[nodiscard]] Result<std::string, ErrorPacket> requested_file(const Request& request);

// What server and client agreed on for one read (RFC 2347-2349).
struct Terms {
    std::uint16_t block_size = default_block;
    std::optional<Duration> retry_interval;  // the client's option `timeout`
    std::vector<Option> acknowledged;        // for the OACK, in the client's order; none: no OACK
};

// `size` is the file's length in bytes, `block_limit` the largest block that the server sends.
// A block size that cannot be met is ERROR 8; any other option that we do not know or that makes
// no sense is left out of the OACK. windowsize (RFC 7440) is such an option for now.
[[nodiscard]] Result<Terms, ErrorPacket> negotiate(const Request& request,
                                                   std::uint64_t size,
                                                   std::uint16_t block_limit);

}  // namespace onhook::wire::tftp
