#include "wire/dhcp/message.h"

#include <algorithm>
#include <utility>

#include "wire/dhcp/bytes.h"

namespace onhook::wire::dhcp {

namespace {

constexpr std::string_view cookie = "\x63\x82\x53\x63";
constexpr std::uint8_t pad = 0;
constexpr std::uint8_t end = 255;
constexpr std::uint8_t overload = 52;
constexpr std::size_t hardware_room = 16;
constexpr std::size_t server_name_room = 64;
constexpr std::size_t file_room = 128;
constexpr std::size_t header_size = 236;
constexpr std::size_t smallest_datagram = 300;
constexpr std::size_t longest_piece = 255;

enum class Ending { needed, optional };

// RFC 3396 7: the pieces of one option, wherever they stand, are one value.
void add_piece(Options& options, std::uint8_t code, std::string_view bytes) {
    const auto known = std::find_if(
        options.begin(), options.end(), [&](const Option& one) { return one.code == code; });
    if (known == options.end()) {
        options.push_back({code, std::string(bytes)});
    } else {
        known->bytes.append(bytes);
    }
}

Status<ParseError> take_field(Cursor& in, Ending ending, Options& options) {
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const std::uint8_t code = take_number<std::uint8_t>(in).value_or(end);
        if (code == end) {
            return Done{};
        }
        if (code == pad) {
            continue;
        }
        const auto length = take_number<std::uint8_t>(in);
        const auto bytes = length ? take_bytes(in, *length) : std::nullopt;
        if (!bytes) {
            return Failure{ParseError{start, "an option as long as its length says"}};
        }
        add_piece(options, code, *bytes);
    }
    if (ending == Ending::needed) {
        return in.wanted("the end option (255)");
    }
    return Done{};
}

// Where a field of the datagram is read as options; offsets stay those of the datagram.
Status<ParseError> take_field_at(std::string_view datagram,
                                 std::size_t offset,
                                 std::size_t size,
                                 Options& options) {
    Cursor in(datagram.substr(0, offset + size));
    in.advance(offset);
    return take_field(in, Ending::needed, options);
}

// C.1: option 52 moves options into `file` (1), `sname` (2) or both (3), in this order
// (RFC 2131 4.1).
Status<ParseError> take_overloaded(std::string_view datagram, Message& message) {
    constexpr std::size_t server_name_at = 44;
    constexpr std::size_t file_at = server_name_at + server_name_room;
    const auto value = find_option(message.options, overload);
    if (!value) {
        return Done{};
    }
    const unsigned where = value->size() == 1 ? static_cast<unsigned char>(value->front()) : 0U;
    if (where < 1 || where > 3) {
        return Failure{ParseError{header_size, "an option 52 of one byte from 1 to 3"}};
    }
    if ((where & 1U) != 0) {
        message.file.clear();
        if (auto taken = take_field_at(datagram, file_at, file_room, message.options); !taken) {
            return taken;
        }
    }
    if ((where & 2U) != 0) {
        message.server_name.clear();
        auto taken = take_field_at(datagram, server_name_at, server_name_room, message.options);
        if (!taken) {
            return taken;
        }
    }
    std::erase_if(message.options, [](const Option& one) { return one.code == overload; });
    return Done{};
}

std::string take_text(Cursor& in, std::size_t room) {
    const std::string_view field = take_bytes(in, room).value_or("");
    return std::string(field.substr(0, field.find('\0')));
}

Ipv4 take_address(Cursor& in) { return Ipv4{take_number<std::uint32_t>(in).value_or(0)}; }

void put_text(std::string& out, std::string_view text, std::size_t room) {
    std::string field(text.substr(0, text.find('\0')));
    field.resize(room, '\0');
    out += field;
}

}  // namespace

Result<Options, ParseError> decode_options(std::string_view field) {
    Options options;
    Cursor in(field);
    if (const auto taken = take_field(in, Ending::optional, options); !taken) {
        return Failure{taken.error()};
    }
    return options;
}

std::string encode_options(const Options& options) {
    std::string out;
    for (const Option& one : options) {
        std::string_view left = one.bytes;
        do {
            const std::string_view piece = left.substr(0, longest_piece);
            out += static_cast<char>(one.code);
            out += static_cast<char>(piece.size());
            out += piece;
            left.remove_prefix(piece.size());
        } while (!left.empty());
    }
    return out;
}

Result<Message, ParseError> decode(std::string_view datagram) {
    if (datagram.size() < header_size) {
        return Failure{ParseError{datagram.size(), "a header of 236 bytes"}};
    }
    Cursor in(datagram);
    const auto operation = take_number<std::uint8_t>(in).value_or(0);
    if (operation != 1 && operation != 2) {
        return Failure{ParseError{0, "a request (1) or a reply (2)"}};
    }
    Message message;
    message.operation = static_cast<Operation>(operation);
    message.hardware_type = take_number<std::uint8_t>(in).value_or(0);
    const std::size_t hardware_size = take_number<std::uint8_t>(in).value_or(0);
    if (hardware_size > hardware_room) {
        return Failure{ParseError{2, "a hardware address of at most 16 bytes"}};
    }
    message.hops = take_number<std::uint8_t>(in).value_or(0);
    message.transaction = take_number<std::uint32_t>(in).value_or(0);
    message.seconds = take_number<std::uint16_t>(in).value_or(0);
    message.flags = take_number<std::uint16_t>(in).value_or(0);
    message.client = take_address(in);
    message.yours = take_address(in);
    message.next_server = take_address(in);
    message.relay = take_address(in);
    message.hardware = take_bytes(in, hardware_room).value_or("").substr(0, hardware_size);
    message.server_name = take_text(in, server_name_room);
    message.file = take_text(in, file_room);
    if (!in.accept(cookie)) {
        return in.wanted("the magic cookie 99.130.83.99");
    }
    if (const auto taken = take_field(in, Ending::needed, message.options); !taken) {
        return Failure{taken.error()};
    }
    if (const auto taken = take_overloaded(datagram, message); !taken) {
        return Failure{taken.error()};
    }
    return message;
}

std::string encode(const Message& message) {
    std::string out;
    std::string hardware = message.hardware.substr(0, hardware_room);
    put_number(out, static_cast<std::uint8_t>(message.operation));
    put_number(out, message.hardware_type);
    put_number(out, static_cast<std::uint8_t>(hardware.size()));
    put_number(out, message.hops);
    put_number(out, message.transaction);
    put_number(out, message.seconds);
    put_number(out, message.flags);
    for (const Ipv4 address : {message.client, message.yours, message.next_server, message.relay}) {
        put_number(out, address.bits);
    }
    hardware.resize(hardware_room, '\0');
    out += hardware;
    put_text(out, message.server_name, server_name_room);
    put_text(out, message.file, file_room);
    out += cookie;
    out += encode_options(message.options);
    out += static_cast<char>(end);
    out.resize(std::max(out.size(), smallest_datagram), '\0');
    return out;
}

std::optional<std::string_view> find_option(const Options& options, std::uint8_t code) {
    const auto found = std::find_if(
        options.begin(), options.end(), [&](const Option& one) { return one.code == code; });
    return found == options.end() ? std::nullopt : std::optional<std::string_view>(found->bytes);
}

}  // namespace onhook::wire::dhcp
