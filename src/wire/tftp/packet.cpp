#include "wire/tftp/packet.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/cursor.h"
#include "base/text.h"

namespace onhook::wire::tftp {

namespace {

constexpr std::uint16_t data_opcode = 3;
constexpr std::uint16_t ack_opcode = 4;
constexpr std::uint16_t error_opcode = 5;
constexpr std::uint16_t option_ack_opcode = 6;

std::optional<std::uint16_t> take_number(Cursor& in) {
    if (in.rest().size() < 2) {
        return std::nullopt;
    }
    const auto high = static_cast<unsigned char>(in.peek());
    const auto low = static_cast<unsigned char>(in.peek(1));
    in.advance(2);
    return static_cast<std::uint16_t>(high << 8U | low);
}

Result<std::string, ParseError> take_text(Cursor& in) {
    std::string text(in.take_while([](char c) { return c != '\0'; }));
    if (in.at_end()) {
        return in.wanted("a NUL at the end of the text");
    }
    in.advance();
    return text;
}

Result<std::vector<Option>, ParseError> take_options(Cursor& in) {
    std::vector<Option> options;
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        auto name = take_text(in);
        if (!name) {
            return Failure{name.error()};
        }
        const bool repeated = std::any_of(options.begin(), options.end(), [&](const Option& known) {
            return equals_ignoring_case(known.name, *name);
        });
        if (name->empty() || repeated) {
            return Failure{ParseError{start, "the name of one more option"}};
        }
        auto value = take_text(in);
        if (!value) {
            return Failure{value.error()};
        }
        options.push_back(Option{*std::move(name), *std::move(value)});
    }
    return options;
}

std::string_view to_string(Mode mode) {
    switch (mode) {
        case Mode::octet:
            return "octet";
        case Mode::netascii:
            return "netascii";
        case Mode::mail:
            return "mail";
    }
    return "";
}

Result<Mode, ParseError> take_mode(Cursor& in) {
    const std::size_t start = in.offset();
    const auto text = take_text(in);
    if (!text) {
        return Failure{text.error()};
    }
    for (const Mode mode : {Mode::octet, Mode::netascii, Mode::mail}) {
        if (equals_ignoring_case(*text, to_string(mode))) {
            return mode;
        }
    }
    return Failure{ParseError{start, "a transfer mode (octet or netascii)"}};
}

Result<Packet, ParseError> take_request(Cursor& in, Operation operation) {
    const std::size_t start = in.offset();
    if (in.rest().size() + start > request_limit) {
        return Failure{ParseError{request_limit, "a request of at most 512 bytes"}};
    }
    auto filename = take_text(in);
    if (!filename) {
        return Failure{filename.error()};
    }
    if (filename->empty()) {
        return Failure{ParseError{start, "the name of a file"}};
    }
    const auto mode = take_mode(in);
    if (!mode) {
        return Failure{mode.error()};
    }
    auto options = take_options(in);
    if (!options) {
        return Failure{options.error()};
    }
    return Packet(Request{operation, *std::move(filename), *mode, *std::move(options)});
}

Result<Packet, ParseError> take_data(Cursor& in) {
    const auto block = take_number(in);
    if (!block) {
        return in.wanted("a block number");
    }
    if (in.rest().size() > largest_block) {
        return Failure{ParseError{in.offset() + largest_block, "a block of at most 65464 bytes"}};
    }
    return Packet(Data{*block, std::string(in.rest())});
}

Result<Packet, ParseError> take_ack(Cursor& in) {
    const auto block = take_number(in);
    if (!block) {
        return in.wanted("a block number");
    }
    if (!in.at_end()) {
        return in.wanted("the end of the packet");
    }
    return Packet(Ack{*block});
}

Result<Packet, ParseError> take_error(Cursor& in) {
    const auto code = take_number(in);
    if (!code) {
        return in.wanted("an error code");
    }
    auto message = take_text(in);
    if (!message) {
        return Failure{message.error()};
    }
    if (!in.at_end()) {
        return in.wanted("the end of the packet");
    }
    return Packet(ErrorPacket{static_cast<ErrorCode>(*code), *std::move(message)});
}

void put_number(std::string& out, std::uint16_t number) {
    out += static_cast<char>(number >> 8U);
    out += static_cast<char>(number & 0xFFU);
}

void put_text(std::string& out, std::string_view text) {
    std::copy_if(
        text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != '\0'; });
    out += '\0';
}

void put_options(std::string& out, const std::vector<Option>& options) {
    for (const Option& option : options) {
        put_text(out, option.name);
        put_text(out, option.value);
    }
}

void put(std::string& out, const Request& request) {
    put_number(out, static_cast<std::uint16_t>(request.operation));
    put_text(out, request.filename);
    put_text(out, to_string(request.mode));
    put_options(out, request.options);
}

void put(std::string& out, const Data& data) {
    out.reserve(4 + data.bytes.size());
    put_number(out, data_opcode);
    put_number(out, data.block);
    out += data.bytes;
}

void put(std::string& out, const Ack& ack) {
    put_number(out, ack_opcode);
    put_number(out, ack.block);
}

void put(std::string& out, const ErrorPacket& error) {
    put_number(out, error_opcode);
    put_number(out, static_cast<std::uint16_t>(error.code));
    put_text(out, error.message);
}

void put(std::string& out, const OptionAck& ack) {
    put_number(out, option_ack_opcode);
    put_options(out, ack.options);
}

}  // namespace

Result<Packet, ParseError> decode(std::string_view datagram) {
    Cursor in(datagram);
    const auto opcode = take_number(in);
    switch (opcode.value_or(0)) {
        case static_cast<std::uint16_t>(Operation::read):
            return take_request(in, Operation::read);
        case static_cast<std::uint16_t>(Operation::write):
            return take_request(in, Operation::write);
        case data_opcode:
            return take_data(in);
        case ack_opcode:
            return take_ack(in);
        case error_opcode:
            return take_error(in);
        case option_ack_opcode:
            return take_options(in).transform(
                [](std::vector<Option> options) { return Packet(OptionAck{std::move(options)}); });
        default:
            return Failure{ParseError{0, "an opcode from 1 to 6"}};
    }
}

std::string encode(const Packet& packet) {
    std::string out;
    std::visit([&out](const auto& one) { put(out, one); }, packet);
    return out;
}

}  // namespace onhook::wire::tftp
