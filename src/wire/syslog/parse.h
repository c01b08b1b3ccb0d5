#pragma once

#include <string_view>

#include "wire/syslog/message.h"

namespace onhook::wire::syslog {

// Reads a datagram of any phone and never refuses one: what is not understood is text. Only the
// first receive_limit bytes are read; line breaks and NULs at the end are dropped.
//
// RFC 5424 is taken when the whole header is right. Everything else is RFC 3164 with the
// deviations that phones are known for (protocols.md G):
//  - no <PRI>, or one above 191: user.notice, 13;
//  - a timestamp with a year, with a fraction, with another padding of the day, or in RFC 3339;
//  - no timestamp: then there is no host, and a tag only in the form `tag[process]: `;
//  - no host: after the timestamp a word is the host when a tag follows it or when it is an
//    address (IPv4, IPv6, MAC), else it belongs to the text;
//  - no tag.
[[nodiscard]] Message parse(std::string_view datagram);

}  // namespace onhook::wire::syslog
