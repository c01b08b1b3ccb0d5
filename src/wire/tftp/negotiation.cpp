#include "wire/tftp/negotiation.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "base/text.h"
#include "wire/tftp/file_name.h"

namespace onhook::wire::tftp {

namespace {

// Decimal digits of any length: what does not fit counts as the largest number.
std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
        return std::nullopt;
    }
    return parse_number<std::uint64_t>(text).value_or(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

Result<std::string, ErrorPacket> requested_file(const Request& request) {
    if (request.operation == Operation::write) {
        return Failure{ErrorPacket{ErrorCode::access_violation, "Access violation"}};
    }
    if (request.mode == Mode::mail) {
        return Failure{ErrorPacket{ErrorCode::illegal_operation, "Mode mail is not supported"}};
    }
    auto name = normalised_file_name(request.filename);
    if (!name) {
        return Failure{ErrorPacket{ErrorCode::access_violation, "File name not allowed"}};
    }
    return *std::move(name);
}

Result<Terms, ErrorPacket> negotiate(const Request& request,
                                     std::uint64_t size,
                                     std::uint16_t block_limit) {
    const std::uint16_t limit = std::clamp(block_limit, smallest_block, largest_block);
    Terms terms;
    for (const Option& option : request.options) {
        const auto number = parse_decimal(option.value);
        if (equals_ignoring_case(option.name, "blksize")) {
            if (!number || *number < smallest_block) {
                return Failure{ErrorPacket{ErrorCode::option_negotiation_failed,
                                           "blksize must be from 8 to 65464"}};
            }
            terms.block_size = static_cast<std::uint16_t>(std::min<std::uint64_t>(*number, limit));
            terms.acknowledged.push_back(Option{option.name, std::to_string(terms.block_size)});
        } else if (equals_ignoring_case(option.name, "timeout")) {
            if (number && *number >= 1 && *number <= 255) {
                terms.retry_interval = Seconds(*number);
                terms.acknowledged.push_back(option);
            }
        } else if (equals_ignoring_case(option.name, "tsize")) {
            // The length of a netascii transfer is not the length of the file, and clients
            // disagree about which is meant.
            if (number && request.mode == Mode::octet) {
                terms.acknowledged.push_back(Option{option.name, std::to_string(size)});
            }
        }
    }
    return terms;
}

}  // namespace onhook::wire::tftp
