#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/sip/message.h"
#include "wire/sip/route.h"

// Answers to requests (RFC 3261 8.2.6, 18.2; protocols.md A.4, B.3).

namespace onhook::wire::sip {

// What RFC 3261 21 and RFC 6665 call a status; "Unknown" for others.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

struct Answer {
    int status = 200;
    std::vector<Header> headers = {};  // behind those that are copied: Contact, Expires
    std::string body = {};
};

// The answer to a request that came from there: all Via headers, From, To, Call-ID and CSeq are
// the request's. The topmost Via tells the sender where we saw it: `received` when that differs
// from what it says or when it asks for `rport`, which is filled in (RFC 3581 4). `our_tag` goes to
// To unless it has a tag already.
[[nodiscard]] Message respond(const Message& request,
                              const Route& from,
                              const Token& our_tag,
                              Answer answer);

// RFC 6665 8.2.2: the event packages that we know, and 489 with their list.
[[nodiscard]] Header allow_events(std::span<const std::string_view> events);
[[nodiscard]] Answer bad_event(std::span<const std::string_view> events);

}  // namespace onhook::wire::sip
