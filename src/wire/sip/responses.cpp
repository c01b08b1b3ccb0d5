#include "wire/sip/responses.h"

#include <array>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace onhook::wire::sip {

namespace {

std::string_view without_brackets(std::string_view host) {
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

// RFC 3261 18.2.1 and RFC 3581 4
void note_source(Via& via, const Route& from) {
    const bool wants_port = via.params.has("rport");
    if (wants_port) {
        via.params.set("rport", std::to_string(from.port));
    }
    if (wants_port || !equals_ignoring_case(without_brackets(via.host), from.address)) {
        // A zone ("fe80::1%eth0") means something on our machine only.
        via.params.set("received", from.address.substr(0, from.address.find('%')));
    }
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
    constexpr std::array phrases{std::pair(100, "Trying"),
                                 std::pair(200, "OK"),
                                 std::pair(202, "Accepted"),
                                 std::pair(400, "Bad Request"),
                                 std::pair(401, "Unauthorized"),
                                 std::pair(403, "Forbidden"),
                                 std::pair(404, "Not Found"),
                                 std::pair(405, "Method Not Allowed"),
                                 std::pair(407, "Proxy Authentication Required"),
                                 std::pair(415, "Unsupported Media Type"),
                                 std::pair(416, "Unsupported URI Scheme"),
                                 std::pair(480, "Temporarily Unavailable"),
                                 std::pair(481, "Call/Transaction Does Not Exist"),
                                 std::pair(482, "Loop Detected"),
                                 std::pair(483, "Too Many Hops"),
                                 std::pair(486, "Busy Here"),
                                 std::pair(489, "Bad Event"),
                                 std::pair(500, "Server Internal Error"),
                                 std::pair(501, "Not Implemented"),
                                 std::pair(503, "Service Unavailable")};
    for (const auto& [known, phrase] : phrases) {
        if (known == status) {
            return phrase;
        }
    }
    return "Unknown";
}

Message respond(const Message& request, const Route& from, const Token& our_tag, Answer answer) {
    CHECK(request.request() != nullptr);
    Message response{.start = Response{answer.status, reason_phrase(answer.status)},
                     .vias = request.vias,
                     .from = request.from,
                     .to = request.to,
                     .call_id = request.call_id,
                     .cseq = request.cseq,
                     .headers = std::move(answer.headers),
                     .body = std::move(answer.body)};
    note_source(response.vias.front(), from);
    if (response.to.tag().empty()) {
        response.to.params.set("tag", our_tag.str());
    }
    return response;
}

Header allow_events(std::span<const std::string_view> events) {
    std::string list;
    for (const std::string_view event : events) {
        list += list.empty() ? "" : ", ";
        list += event;
    }
    return Header("Allow-Events", list);
}

Answer bad_event(std::span<const std::string_view> events) {
    return Answer{.status = 489, .headers = {allow_events(events)}};
}

}  // namespace onhook::wire::sip
