// What is asked, and what counts as an answer.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/printable.h"
#include "wire/dhcp/bytes.h"
#include "wire/dhcp/inform.h"

namespace onhook::wire::dhcp {

namespace {

constexpr std::uint8_t ethernet = 1;

ReadReply bad(const DatagramReceived& datagram, std::string_view what) {
    return {.reply = Reply::bad,
            .why = fmt::format("a datagram from {}:{} is no answer: {}",
                               printable(datagram.from),
                               datagram.port,
                               what)};
}

ReadReply bad(const DatagramReceived& datagram, const ParseError& error) {
    return bad(datagram, fmt::format("byte {}: expected {}", error.offset, error.expected));
}

std::string wrong_port(std::uint16_t wanted) {
    return fmt::format("servers send from port {}", wanted);
}

// RFC 8415 11.4: a DUID of the link-layer address alone.
std::string client_duid(const Question& question) {
    return std::string("\0\3\0\1", 4) + question.hardware;
}

template <typename Number, typename Codes>
std::string list_of(const Codes& codes) {
    std::string bytes;
    for (const Number code : codes) {
        put_number(bytes, code);
    }
    return bytes;
}

std::string encode_inform(const Question& question, std::uint32_t transaction, Duration elapsed) {
    Message message;
    message.hardware_type = ethernet;
    message.hardware = question.hardware;
    message.transaction = transaction;
    message.seconds = static_cast<std::uint16_t>(
        std::min<std::int64_t>(std::chrono::floor<Seconds>(elapsed).count(), 0xFFFF));
    message.client = question.address;
    message.options = {
        {option::message_type, {static_cast<char>(MessageType::inform)}},
        {option::client_id, static_cast<char>(ethernet) + question.hardware},
        {option::longest_message, std::string("\x05\xDC", 2)},  // 1500: a frame of Ethernet
    };
    if (!question.vendor_class.empty()) {
        message.options.push_back({option::vendor_class, question.vendor_class});
    }
    message.options.push_back({option::wanted, list_of<std::uint8_t>(question.wanted)});
    return encode(message);
}

std::string encode_request6(const Question& question, std::uint32_t transaction, Duration elapsed) {
    Message6 message;
    message.type = static_cast<std::uint8_t>(MessageType6::information_request);
    message.transaction = transaction;
    std::string hundredths;
    put_number(hundredths,
               static_cast<std::uint16_t>(std::min<std::int64_t>(
                   std::chrono::floor<std::chrono::milliseconds>(elapsed).count() / 10, 0xFFFF)));
    message.options = {{option6::client_id, client_duid(question)},
                       {option6::wanted, list_of<std::uint16_t>(question.wanted6)},
                       {option6::elapsed, std::move(hundredths)}};
    if (question.reading.enterprise && !question.vendor_class.empty()) {
        std::string bytes;
        put_number(bytes, *question.reading.enterprise);
        put_number(bytes, static_cast<std::uint16_t>(question.vendor_class.size()));
        message.options.push_back({option6::vendor_class, bytes + question.vendor_class});
    }
    return encode6(message);
}

// RFC 2131 4.4.3: DHCPACK to our transaction and our hardware.
ReadReply read_reply4(const Question& question,
                      std::uint32_t transaction,
                      const DatagramReceived& datagram) {
    const auto message = decode(datagram.bytes);
    if (!message) {
        return bad(datagram, message.error());
    }
    if (message->operation != Operation::reply || message->transaction != transaction) {
        return {};
    }
    if (datagram.port != server_port) {
        return bad(datagram, wrong_port(server_port));
    }
    if (message->hardware != question.hardware) {
        return bad(datagram, "it is for another hardware address");
    }
    const auto type = find_option(message->options, option::message_type);
    if (type != std::string_view("\5")) {
        return bad(datagram, "it is no DHCPACK");
    }
    return {.reply = Reply::answer, .answer = read_answer(*message, question.reading)};
}

const Option6* only(const Options6& options, std::uint16_t code) {
    const auto is_it = [code](const Option6& one) { return one.code == code; };
    const auto found = std::find_if(options.begin(), options.end(), is_it);
    const bool alone =
        found != options.end() && std::none_of(std::next(found), options.end(), is_it);
    return alone ? &*found : nullptr;
}

// RFC 8415 16.10: a Reply to our transaction from a server that says who it is and whom it means.
ReadReply read_reply6(const Question& question,
                      std::uint32_t transaction,
                      const DatagramReceived& datagram) {
    const auto message = decode6(datagram.bytes);
    if (!message) {
        return bad(datagram, message.error());
    }
    if (message->type != static_cast<std::uint8_t>(MessageType6::reply) ||
        message->transaction != transaction) {
        return {};
    }
    if (datagram.port != server_port6) {
        return bad(datagram, wrong_port(server_port6));
    }
    if (only(message->options, option6::server_id) == nullptr) {
        return bad(datagram, "it names no server, or several");
    }
    const Option6* client = only(message->options, option6::client_id);
    if (client == nullptr || client->bytes != client_duid(question)) {
        return bad(datagram, "it is for another client");
    }
    const Option6* status = only(message->options, option6::status);
    if (status != nullptr && !status->bytes.starts_with(std::string_view("\0\0", 2))) {
        return bad(datagram, "its status is no success");
    }
    return {.reply = Reply::answer, .answer = read_answer(*message, question.reading)};
}

}  // namespace

ReadReply read_reply(const Question& question,
                     std::uint32_t transaction,
                     const DatagramReceived& datagram) {
    return question.version == Version::v4 ? read_reply4(question, transaction, datagram)
                                           : read_reply6(question, transaction, datagram);
}

std::string encode_question(const Question& question, std::uint32_t transaction, Duration elapsed) {
    return question.version == Version::v4 ? encode_inform(question, transaction, elapsed)
                                           : encode_request6(question, transaction, elapsed);
}

}  // namespace onhook::wire::dhcp
