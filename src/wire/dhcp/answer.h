#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "wire/dhcp/message.h"
#include "wire/dhcp/message6.h"

// What a phone makes of DHCP's options: text (cisco-mpp.md 13.2, protocols.md C.1).

namespace onhook::wire::dhcp {

// Whether the message's own fields for a server and a file count when no option names one.
enum class HeaderFields : std::uint8_t { ignored, last_fallback };

// Whose phone reads.
struct Reading {
    // Whose part of option 125 and of DHCPv6's 17 counts (IANA enterprise number): 9 of Cisco.
    // Nothing: neither is read.
    std::optional<std::uint32_t> enterprise = std::nullopt;
    HeaderFields header_fields = HeaderFields::ignored;
};

// Longer values are left out, as rules of phones are not longer.
inline constexpr std::size_t longest_text = 2048;

struct Answer {
    std::string domain;  // option 15, or the first name of DHCPv6's 24
    // Values as text. A code stands there more than once when its option carries several.
    std::vector<std::pair<std::uint8_t, std::string>> options;
    std::vector<std::pair<std::uint16_t, std::string>> options6;
    // What was there and could not be read: "option 159: 4 bytes that are no text". No secrets.
    std::vector<std::string> left_out;

    friend bool operator==(const Answer&, const Answer&) = default;
};

// 42, 43, 60, 66, 67, 114, 120, 125 and 128 to 254; the others are not a phone's to provision
// itself from. The fixed fields of the header stand in for 66 and 67 where `reading` says so.
[[nodiscard]] Answer read_answer(const Message& message, const Reading& reading);
// 17, 59 and 128 to 254.
[[nodiscard]] Answer read_answer(const Message6& message, const Reading& reading);

// The text of a text option: without NULs and blanks at its end. Nothing when there is no text in
// it, or something else: control characters, bytes that are not UTF-8.
[[nodiscard]] std::optional<std::string> read_text(std::string_view bytes);

// Addresses behind each other: "10.0.0.1;10.0.0.2". Nothing when there is none, or a part of one.
[[nodiscard]] std::optional<std::string> read_addresses(std::string_view bytes);

// Names as RFC 1035 3.1 has them, without compression, not the root.
[[nodiscard]] Result<std::vector<std::string>, ParseError> decode_names(std::string_view bytes);

// The options that are of one enterprise in option 125 (RFC 3925 4).
[[nodiscard]] Result<Options, ParseError> decode_enterprise(std::string_view bytes,
                                                            std::uint32_t enterprise);

}  // namespace onhook::wire::dhcp
