#include "wire/syslog/parse.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/cursor.h"
#include "base/text.h"
#include "base/utf8.h"

namespace onhook::wire::syslog {

namespace {

constexpr bool is_visible(char c) noexcept { return c > ' ' && c <= '~'; }

std::string_view take_digits(Cursor& in, std::size_t most) {
    std::size_t taken = 0;
    return in.take_while([&](char c) { return is_digit(c) && taken++ < most; });
}

// A number of exactly `digits` digits from `low` to `high`.
bool accept_number(Cursor& in, std::size_t digits, int low, int high) {
    const std::string_view text = take_digits(in, digits);
    const auto number = parse_number<int>(text);
    return text.size() == digits && number && *number >= low && *number <= high;
}

bool accept_time_of_day(Cursor& in, int highest_second) {
    return accept_number(in, 2, 0, 23) && in.accept(":") && accept_number(in, 2, 0, 59) &&
           in.accept(":") && accept_number(in, 2, 0, highest_second);
}

bool accept_fraction(Cursor& in) { return !in.accept(".") || !take_digits(in, 6).empty(); }

// RFC 5424 6.2.3: TIMESTAMP, without the nil value
bool accept_rfc3339(Cursor& in) {
    const bool moment = accept_number(in, 4, 0, 9999) && in.accept("-") &&
                        accept_number(in, 2, 1, 12) && in.accept("-") &&
                        accept_number(in, 2, 1, 31) && in.accept("T") &&
                        accept_time_of_day(in, 59) && accept_fraction(in);
    if (!moment || in.accept("Z")) {
        return moment;
    }
    return (in.accept("+") || in.accept("-")) && accept_number(in, 2, 0, 23) && in.accept(":") &&
           accept_number(in, 2, 0, 59);
}

// RFC 3164 4.1.2: TIMESTAMP, with the deviations that parse.h lists
bool accept_bsd_time(Cursor& in) {
    constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const bool month =
        std::any_of(months.begin(), months.end(), [&](auto name) { return in.accept(name); });
    if (!month || !in.accept(" ")) {
        return false;
    }
    if (in.peek() == ' ') {
        in.advance();
    }
    const auto day = parse_number<int>(take_digits(in, 2));
    if (!day || *day < 1 || *day > 31 || !in.accept(" ")) {
        return false;
    }
    Cursor with_year = in;
    if (accept_number(with_year, 4, 1900, 9999) && with_year.accept(" ")) {
        in = with_year;
    }
    return accept_time_of_day(in, 60) && accept_fraction(in);
}

// Takes a timestamp and the blank after it, or nothing.
std::string_view take_timestamp(Cursor& in) {
    for (const auto accept : {accept_bsd_time, accept_rfc3339}) {
        Cursor trial = in;
        const std::string_view start = trial.rest();
        if (!accept(trial)) {
            continue;
        }
        const std::size_t length = trial.offset() - in.offset();
        if (trial.accept(" ") || trial.at_end()) {
            in = trial;
            return start.substr(0, length);
        }
    }
    return {};
}

struct Tag {
    std::string_view name;
    std::string_view process;
};

// `name: ` or `name[process]: `; the blank may be missing at the end of the message.
std::optional<Tag> take_tag(Cursor& in) {
    constexpr std::size_t longest_name = 48;  // RFC 5424's limit; RFC 3164's 32 is often broken
    Cursor trial = in;
    Tag tag;
    tag.name = trial.take_while(
        [](char c) { return is_visible(c) && c != ':' && c != '[' && c != ']' && c != '<'; });
    if (tag.name.empty() || tag.name.size() > longest_name) {
        return std::nullopt;
    }
    if (trial.accept("[")) {
        tag.process =
            trial.take_while([](char c) { return is_visible(c) && c != '[' && c != ']'; });
        if (tag.process.empty() || !trial.accept("]")) {
            return std::nullopt;
        }
    }
    if (!trial.accept(":") || (!trial.accept(" ") && !trial.at_end())) {
        return std::nullopt;
    }
    in = trial;
    return tag;
}

// Good enough to tell an address from a word: hex digits and separators, one of each at least.
bool looks_like_address(std::string_view word) {
    const auto is_separator = [](char c) { return c == '.' || c == ':'; };
    return std::all_of(word.begin(),
                       word.end(),
                       [&](char c) { return hex_digit(c) >= 0 || is_separator(c); }) &&
           std::count_if(word.begin(), word.end(), is_separator) >= 2 &&
           std::any_of(word.begin(), word.end(), [](char c) { return hex_digit(c) >= 0; });
}

void read_tag(Message& message, const Tag& tag) {
    message.app = tag.name;
    message.process = tag.process;
}

// The host and the tag after it, each of which may be missing.
void read_host_and_tag(Message& message, Cursor& in) {
    if (const auto tag = take_tag(in)) {
        read_tag(message, *tag);
        return;
    }
    Cursor trial = in;
    const std::string_view word = trial.take_while(is_visible);
    if (word.empty() || (!trial.accept(" ") && !trial.at_end())) {
        return;
    }
    const auto tag = take_tag(trial);
    if (!tag && !looks_like_address(word)) {
        return;
    }
    message.host = word;
    read_tag(message, tag.value_or(Tag{}));
    in = trial;
}

Message read_rfc3164(Priority priority, Cursor in) {
    Message message;
    message.priority = priority;
    message.timestamp = take_timestamp(in);
    if (!message.timestamp.empty()) {
        read_host_and_tag(message, in);
    } else {
        Cursor trial = in;
        const auto tag = take_tag(trial);
        if (tag && !tag->process.empty()) {
            read_tag(message, *tag);
            in = trial;
        }
    }
    message.text = in.rest();
    return message;
}

// RFC 5424 6: a field of the header and the blank before it; "-" reads as an empty field.
bool read_field(Cursor& in, std::size_t limit, std::string& field) {
    if (!in.accept(" ")) {
        return false;
    }
    const std::string_view word = in.take_while(is_visible);
    field = word == "-" ? std::string_view() : word;
    return !word.empty() && word.size() <= limit;
}

// RFC 5424 6.3: SD-NAME
std::string_view take_data_name(Cursor& in) {
    const std::string_view name =
        in.take_while([](char c) { return is_visible(c) && c != '=' && c != ']' && c != '"'; });
    return name.size() <= 32 ? name : std::string_view();
}

// RFC 5424 6.3: SD-PARAM. A backslash before any other character is only a backslash.
bool read_parameter(Cursor& in, Parameter& parameter) {
    parameter.name = take_data_name(in);
    if (parameter.name.empty() || !in.accept("=\"")) {
        return false;
    }
    while (!in.accept("\"")) {
        if (in.at_end() || in.peek() == ']') {
            return false;
        }
        const char next = in.peek(1);
        if (in.peek() == '\\' && (next == '"' || next == '\\' || next == ']')) {
            in.advance();
        }
        parameter.value += in.peek();
        in.advance();
    }
    return true;
}

// RFC 5424 6.3: STRUCTURED-DATA
bool read_data(Cursor& in, std::vector<Element>& data) {
    if (in.accept("-")) {
        return true;
    }
    while (in.accept("[")) {
        Element element;
        element.id = take_data_name(in);
        if (element.id.empty()) {
            return false;
        }
        while (in.accept(" ")) {
            if (!read_parameter(in, element.parameters.emplace_back())) {
                return false;
            }
        }
        if (!in.accept("]")) {
            return false;
        }
        data.push_back(std::move(element));
    }
    return !data.empty();
}

std::optional<Message> read_rfc5424(Priority priority, Cursor in) {
    Message message;
    message.format = Format::rfc5424;
    message.priority = priority;
    if (!in.accept("1 ")) {
        return std::nullopt;
    }
    Cursor time = in;
    if (!in.accept("-")) {
        if (!accept_rfc3339(in)) {
            return std::nullopt;
        }
        message.timestamp = time.rest().substr(0, in.offset() - time.offset());
    }
    const bool header = read_field(in, 255, message.host) && read_field(in, 48, message.app) &&
                        read_field(in, 128, message.process) &&
                        read_field(in, 32, message.message_id);
    if (!header || !in.accept(" ") || !read_data(in, message.data)) {
        return std::nullopt;
    }
    if (!in.at_end() && !in.accept(" ")) {
        return std::nullopt;
    }
    // The mark of UTF-8. It is not printed again, so all of them go.
    while (in.accept(utf8_byte_order_mark)) {
    }
    message.text = in.rest();
    return message;
}

// RFC 3164 4.1.1: PRI, or 13 when there is none.
Priority take_priority(Cursor& in) {
    Cursor trial = in;
    if (!trial.accept("<")) {
        return {};
    }
    const auto value = parse_number<int>(take_digits(trial, 3));
    if (!value || *value > 191 || !trial.accept(">")) {
        return {};
    }
    in = trial;
    return Priority{static_cast<Facility>(*value / 8), static_cast<Severity>(*value % 8)};
}

}  // namespace

Message parse(std::string_view datagram) {
    datagram = datagram.substr(0, receive_limit);
    const std::size_t last = datagram.find_last_not_of(std::string_view("\r\n\0", 3));
    Cursor in(datagram.substr(0, last == std::string_view::npos ? 0 : last + 1));
    const Priority priority = take_priority(in);
    auto message = read_rfc5424(priority, in);
    return message ? *std::move(message) : read_rfc3164(priority, in);
}

}  // namespace onhook::wire::syslog
