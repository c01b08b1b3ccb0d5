#include "wire/sip/message.h"

#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "wire/sip/header_names.h"

namespace onhook::wire::sip {

namespace {

std::string print_start(const Request& request) {
    return fmt::format("{} {} SIP/2.0\r\n", request.method.str(), request.uri.to_string());
}

std::string print_start(const Response& response) {
    CHECK(response.status >= 100);
    CHECK(response.status < 700);
    return fmt::format("SIP/2.0 {} {}\r\n", response.status, response.reason.str());
}

std::string port_text(const std::optional<std::uint16_t>& port) {
    return port ? fmt::format(":{}", *port) : "";
}

}  // namespace

Header::Header(Token name, Line value) : name_(std::move(name)), value_(std::move(value)) {
    CHECK(!place_of(name_));
    CHECK(long_name(name_) == name_.str());
}

std::optional<std::string_view> Message::header(std::string_view name) const noexcept {
    for (const Header& one : headers) {
        if (equals_ignoring_case(one.name(), name)) {
            return one.value().str();
        }
    }
    return std::nullopt;
}

std::string print(const Via& via) {
    return fmt::format("SIP/2.0/{} {}{}{}",
                       via.transport.str(),
                       via.host.str(),
                       port_text(via.port),
                       via.params.to_string());
}

std::string print(const NameAddr& address) {
    const std::string display = address.display.empty() ? "" : quote(address.display) + " ";
    return display + "<" + address.uri.to_string() + ">" + address.params.to_string();
}

std::string print(const Message& message) {
    CHECK(!message.vias.empty());
    std::string out =
        std::visit([](const auto& start) { return print_start(start); }, message.start);
    for (const Via& via : message.vias) {
        out += "Via: " + print(via) + "\r\n";
    }
    if (message.max_forwards) {
        out += fmt::format("Max-Forwards: {}\r\n", *message.max_forwards);
    }
    out += "From: " + print(message.from) + "\r\n";
    out += "To: " + print(message.to) + "\r\n";
    out += "Call-ID: " + message.call_id.str() + "\r\n";
    out += fmt::format("CSeq: {} {}\r\n", message.cseq.number, message.cseq.method.str());
    for (const Header& header : message.headers) {
        out += header.name().str() + ": " + header.value().str() + "\r\n";
    }
    out += fmt::format("Content-Length: {}\r\n\r\n", message.body.size());
    return out + message.body;
}

}  // namespace onhook::wire::sip
