#include "wire/dhcp/lease_file.h"

#include <utility>

#include "base/cursor.h"
#include "base/text.h"
#include "wire/dhcp/bytes.h"

namespace onhook::wire::dhcp {

namespace {

// A lease for ever is 0xFFFFFFFF seconds (RFC 2131 3.3).
constexpr std::uint32_t for_ever = 0xFFFFFFFF;

bool holds(std::uint32_t seconds, WallTime written, WallTime now) {
    return seconds == for_ever || now < written + Seconds(seconds);
}

std::optional<std::string> from_hex_digits(std::string_view digits) {
    if (digits.empty() || digits.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = hex_digit(digits[i]);
        const int low = hex_digit(digits[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

// Addresses with blanks between them, as bytes.
std::optional<std::string> from_address_words(std::string_view text) {
    std::string bytes;
    for (const std::string_view word : split(text, ' ')) {
        const auto address = Ipv4::parse(word);
        if (!address && !word.empty()) {
            return std::nullopt;
        }
        if (address) {
            put_number(bytes, address->bits);
        }
    }
    return bytes;
}

// One "KEY=value" of networkd; false when the value is not what it has to be.
bool take_setting(std::string_view key, std::string_view value, Message& message) {
    std::optional<std::string> bytes;
    std::uint8_t code = 0;
    if (key == "DOMAINNAME") {
        code = option::domain;
        bytes = std::string(value);
    } else if (key == "NTP" || key == "SIP") {
        code = key == "NTP" ? option::time_servers : option::sip_servers;
        bytes = from_address_words(value);
        if (bytes && code == option::sip_servers) {
            bytes->insert(0, 1, '\1');  // RFC 3361: addresses
        }
    } else if (key == "VENDOR_SPECIFIC") {
        code = option::vendor;
        bytes = from_hex_digits(value);
    } else if (key.starts_with("OPTION_")) {
        code =
            parse_number<std::uint8_t>(key.substr(std::string_view("OPTION_").size())).value_or(0);
        bytes = code == 0 || code == 255 ? std::nullopt : from_hex_digits(value);
    } else if (key == "NEXT_SERVER") {
        const auto address = Ipv4::parse(value);
        message.next_server = address.value_or(Ipv4{});
        return address.has_value();
    } else {
        return true;  // not a phone's to know
    }
    if (!bytes) {
        return false;
    }
    message.options.push_back({code, *std::move(bytes)});
    return true;
}

}  // namespace

Result<std::optional<Message>, ParseError> read_networkd_lease(std::string_view text,
                                                               WallTime written,
                                                               WallTime now) {
    Message message;
    message.operation = Operation::reply;
    bool valid = true;
    Cursor in(text);
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const std::string_view line = in.take_while([](char c) { return c != '\n'; });
        in.advance(in.at_end() ? 0 : 1);
        const std::size_t equals = line.find('=');
        if (trim(line).empty() || line.starts_with('#')) {
            continue;
        }
        if (equals == std::string_view::npos) {
            return Failure{ParseError{start, "a line like KEY=value"}};
        }
        const std::string_view key = line.substr(0, equals);
        const std::string_view value = line.substr(equals + 1);
        if (key == "LIFETIME") {
            // Versions from 254 write "1d"; the file goes with the lease anyway.
            const auto seconds = parse_number<std::uint32_t>(value);
            valid = !seconds || holds(*seconds, written, now);
        } else if (!take_setting(key, value, message)) {
            return Failure{ParseError{start, "a value as systemd-networkd writes it"}};
        }
    }
    return valid ? std::optional(std::move(message)) : std::nullopt;
}

Result<std::optional<Message>, ParseError> read_dhcpcd_lease(std::string_view bytes,
                                                             WallTime written,
                                                             WallTime now) {
    auto message = decode(bytes);
    if (!message) {
        return Failure{message.error()};
    }
    if (message->operation != Operation::reply) {
        return Failure{ParseError{0, "a server's message"}};
    }
    // RFC 951: BOOTP has no lease time; its answers hold for ever.
    std::uint32_t seconds = for_ever;
    if (const auto lease = find_option(message->options, option::lease_seconds)) {
        Cursor in(*lease);
        seconds = take_number<std::uint32_t>(in).value_or(0);
    }
    return holds(seconds, written, now) ? std::optional(*std::move(message)) : std::nullopt;
}

}  // namespace onhook::wire::dhcp
