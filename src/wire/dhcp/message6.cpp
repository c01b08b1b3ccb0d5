#include "wire/dhcp/message6.h"

#include "wire/dhcp/bytes.h"

namespace onhook::wire::dhcp {

namespace {

constexpr std::uint8_t relay_forward = 12;
constexpr std::uint8_t relay_reply = 13;

Result<Options6, ParseError> take_options6(Cursor& in) {
    Options6 options;
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const auto code = take_number<std::uint16_t>(in);
        const auto length = take_number<std::uint16_t>(in);
        const auto bytes = code && length ? take_bytes(in, *length) : std::nullopt;
        if (!bytes) {
            return Failure{ParseError{start, "an option as long as its length says"}};
        }
        options.push_back({*code, std::string(*bytes)});
    }
    return options;
}

}  // namespace

Result<Options6, ParseError> decode_options6(std::string_view field) {
    Cursor in(field);
    return take_options6(in);
}

std::string encode_options6(const Options6& options) {
    std::string out;
    for (const Option6& one : options) {
        const std::string_view bytes = std::string_view(one.bytes).substr(0, 0xFFFF);
        put_number(out, one.code);
        put_number(out, static_cast<std::uint16_t>(bytes.size()));
        out += bytes;
    }
    return out;
}

Result<Message6, ParseError> decode6(std::string_view datagram) {
    Cursor in(datagram);
    const auto head = take_number<std::uint32_t>(in);
    if (!head) {
        return in.wanted("a header of 4 bytes");
    }
    Message6 message;
    message.type = static_cast<std::uint8_t>(*head >> 24U);
    message.transaction = *head & 0xFFFFFFU;
    if (message.type == 0 || message.type == relay_forward || message.type == relay_reply) {
        return Failure{ParseError{0, "a message between a client and a server"}};
    }
    auto options = take_options6(in);
    if (!options) {
        return Failure{options.error()};
    }
    message.options = *std::move(options);
    return message;
}

std::string encode6(const Message6& message) {
    std::string out;
    put_number(out,
               static_cast<std::uint32_t>(message.type) << 24U | (message.transaction & 0xFFFFFFU));
    return out + encode_options6(message.options);
}

}  // namespace onhook::wire::dhcp
