#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a syslog datagram says (RFC 3164, RFC 5424; protocols.md G).

namespace onhook::wire::syslog {

inline constexpr std::size_t send_limit = 1024;     // bytes of a datagram (RFC 3164 4.1)
inline constexpr std::size_t receive_limit = 8192;  // bytes of a datagram that are read; ours

enum class Facility : std::uint8_t {
    kern = 0,
    user = 1,
    mail = 2,
    daemon = 3,
    auth = 4,
    syslog = 5,
    lpr = 6,
    news = 7,
    uucp = 8,
    cron = 9,
    authpriv = 10,
    ftp = 11,
    ntp = 12,
    audit = 13,
    alert = 14,
    clock = 15,
    local0 = 16,
    local1 = 17,
    local2 = 18,
    local3 = 19,
    local4 = 20,
    local5 = 21,
    local6 = 22,
    local7 = 23
};

enum class Severity : std::uint8_t {
    emergency = 0,
    alert = 1,
    critical = 2,
    error = 3,
    warning = 4,
    notice = 5,
    informational = 6,
    debug = 7
};

struct Priority {
    Facility facility = Facility::user;
    Severity severity = Severity::notice;  // user.notice, 13, is what RFC 3164 4.3.3 assumes

    // The number between the angle brackets, 0 to 191.
    [[nodiscard]] int value() const noexcept;

    friend bool operator==(const Priority&, const Priority&) = default;
};

[[nodiscard]] std::string_view to_string(Facility facility) noexcept;  // "local0"
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;  // "info", as syslog.conf

enum class Format : std::uint8_t { rfc3164, rfc5424 };

struct Parameter {
    std::string name;
    std::string value;  // without the escapes

    friend bool operator==(const Parameter&, const Parameter&) = default;
};

// One element of structured data (RFC 5424 6.3).
struct Element {
    std::string id;
    std::vector<Parameter> parameters;

    friend bool operator==(const Element&, const Element&) = default;
};

// A field that was not sent is empty. All text is as the sender wrote it: see to_line().
struct Message {
    Format format = Format::rfc3164;
    Priority priority;
    std::string timestamp;  // RFC 3164 has neither year nor zone, so it stays text
    std::string host;
    std::string app;         // the tag of RFC 3164
    std::string process;     // what stands in brackets after the tag; PROCID
    std::string message_id;  // RFC 5424 only
    std::vector<Element> data;
    std::string text;

    friend bool operator==(const Message&, const Message&) = default;
};

// One line for people: "local0.info host app[process]: text", made printable.
[[nodiscard]] std::string to_line(const Message& message);

}  // namespace onhook::wire::syslog
