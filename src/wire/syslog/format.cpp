#include "wire/syslog/format.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/printable.h"

namespace onhook::wire::syslog {

namespace {

// A header field is one word of visible ASCII.
std::string as_word(std::string_view text) {
    std::string word(text);
    for (char& c : word) {
        if (c <= ' ' || c > '~') {
            c = '-';
        }
    }
    return word;
}

std::string_view or_nil(std::string_view field) { return field.empty() ? "-" : field; }

std::string print_data(const std::vector<Element>& data) {
    if (data.empty()) {
        return "-";
    }
    std::string out;
    for (const Element& element : data) {
        out += "[" + element.id;
        for (const Parameter& parameter : element.parameters) {
            out += " " + parameter.name + "=\"";
            for (const char c : parameter.value) {
                if (c == '"' || c == '\\' || c == ']') {
                    out += '\\';
                }
                out += c;
            }
            out += '"';
        }
        out += "]";
    }
    return out;
}

std::string print_rfc5424(const Message& message) {
    std::string out = fmt::format("<{}>1 {} {} {} {} {} {}",
                                  message.priority.value(),
                                  or_nil(message.timestamp),
                                  or_nil(message.host),
                                  or_nil(message.app),
                                  or_nil(message.process),
                                  or_nil(message.message_id),
                                  print_data(message.data));
    if (!message.text.empty()) {
        out += " " + message.text;
    }
    return out;
}

std::string print_rfc3164(const Message& message) {
    std::string out = fmt::format("<{}>", message.priority.value());
    for (const std::string& field : {message.timestamp, message.host}) {
        if (!field.empty()) {
            out += field + " ";
        }
    }
    if (!message.app.empty()) {
        out += message.app;
        out += message.process.empty() ? ": " : fmt::format("[{}]: ", message.process);
    }
    return out + message.text;
}

}  // namespace

std::string bsd_timestamp(std::chrono::local_seconds at) {
    constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    return fmt::format("{} {:>2} {:02}:{:02}:{:02}",
                       months.at(static_cast<unsigned>(date.month()) - 1),
                       static_cast<unsigned>(date.day()),
                       time.hours().count(),
                       time.minutes().count(),
                       time.seconds().count());
}

std::string format_rfc3164(const Entry& entry) {
    Message message;
    message.priority = entry.priority;
    message.timestamp = bsd_timestamp(entry.at);
    message.host = as_word(entry.host);
    message.app = as_word(entry.tag);
    message.text = printable(entry.text);
    return std::string(shortened(print(message), send_limit));
}

std::string print(const Message& message) {
    return message.format == Format::rfc5424 ? print_rfc5424(message) : print_rfc3164(message);
}

}  // namespace onhook::wire::syslog
