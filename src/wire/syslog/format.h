#pragma once

#include <chrono>
#include <string>

#include "wire/syslog/message.h"

namespace onhook::wire::syslog {

// "Oct 11 22:14:15", the day padded with a blank (RFC 3164 4.1.2).
[[nodiscard]] std::string bsd_timestamp(std::chrono::local_seconds at);

// What a phone or server of ours says.
struct Entry {
    Priority priority;
    std::chrono::local_seconds at;  // the sender's own wall clock and zone
    std::string host{};             // empty: left out
    std::string tag{};              // empty: left out
    std::string text;
};

// The datagram, RFC 3164, at most send_limit bytes: a text that is longer is cut between two
// characters. Control characters become question marks, blanks inside host or tag hyphens.
[[nodiscard]] std::string format_rfc3164(const Entry& entry);

// The datagram of any message: parse(print(parse(x))) == parse(x).
[[nodiscard]] std::string print(const Message& message);

}  // namespace onhook::wire::syslog
