// The file of leases of ISC dhclient (dhclient.leases(5)).
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "wire/dhcp/bytes.h"
#include "wire/dhcp/lease_file.h"

namespace onhook::wire::dhcp {

namespace {

// One value of a statement, as it stands there.
struct Word {
    std::string text;
    bool quoted = false;
};

struct Statement {
    std::size_t offset = 0;
    std::vector<Word> words;
};

constexpr std::size_t most_words = 512;

bool ends_word(char c) {
    return is_space(c) || c == ';' || c == ',' || c == '{' || c == '}' || c == '"';
}

void skip_blanks(Cursor& in) {
    in.skip_spaces();
    while (in.peek() == '#') {
        in.take_while([](char c) { return c != '\n'; });
        in.skip_spaces();
    }
}

// "…" with \" and \\ and \ooo, an octet in octal.
Result<std::string, ParseError> take_quoted(Cursor& in) {
    std::string text;
    in.advance();
    while (!in.accept("\"")) {
        if (in.at_end()) {
            return in.wanted("a quotation mark at the end of the text");
        }
        if (!in.accept("\\")) {
            text += in.peek();
            in.advance();
            continue;
        }
        const auto octet = parse_number<std::uint8_t>(in.rest().substr(0, 3), 8);
        const bool octal = octet && is_digit(in.peek(2));
        if (in.at_end()) {
            continue;
        }
        text += octal ? static_cast<char>(*octet) : in.peek();
        in.advance(octal ? 3 : 1);
    }
    return text;
}

// Words up to ";", which is taken.
Result<Statement, ParseError> take_statement(Cursor& in) {
    Statement statement{in.offset(), {}};
    for (;;) {
        skip_blanks(in);
        if (in.accept(";")) {
            return statement;
        }
        if (in.accept(",")) {
            continue;
        }
        if (in.at_end() || in.peek() == '{' || in.peek() == '}' ||
            statement.words.size() == most_words) {
            return in.wanted("a statement that ends in ;");
        }
        if (in.peek() == '"') {
            auto text = take_quoted(in);
            if (!text) {
                return Failure{text.error()};
            }
            statement.words.push_back({*std::move(text), true});
        } else {
            statement.words.push_back(
                {std::string(in.take_while([](char c) { return !ends_word(c); })), false});
        }
    }
}

struct NamedOption {
    std::string_view name;
    std::uint8_t code;
};

constexpr std::array<NamedOption, 8> named_options{
    {{"domain-name", option::domain},
     {"ntp-servers", option::time_servers},
     {"vendor-encapsulated-options", option::vendor},
     {"vendor-class-identifier", option::vendor_class},
     {"tftp-server-name", option::tftp_server},
     {"bootfile-name", option::boot_file},
     {"v4-captive-portal", option::url},
     {"vivso", option::vendor_by_enterprise}}};

// dhclient writes `unknown-160` of what nobody named; names of users end in the number, too, when
// they follow its manual.
std::optional<std::uint8_t> code_of(std::string_view name) {
    for (const NamedOption& one : named_options) {
        if (one.name == name) {
            return one.code;
        }
    }
    const std::size_t hyphen = name.rfind('-');
    const auto code = hyphen == std::string_view::npos
                          ? std::nullopt
                          : parse_number<std::uint8_t>(name.substr(hyphen + 1));
    return code && *code != 0 && *code != 255 ? code : std::nullopt;
}

// 1:10:68 is three bytes.
std::optional<std::string> colon_bytes(std::string_view text) {
    std::string bytes;
    for (const std::string_view part : split(text, ':')) {
        const auto byte = part.size() <= 2 ? parse_number<std::uint8_t>(part, 16) : std::nullopt;
        if (!byte) {
            return std::nullopt;
        }
        bytes += static_cast<char>(*byte);
    }
    return bytes;
}

// A value's bytes: text, addresses or bytes in hex. Nothing of what is neither.
std::optional<std::string> value_bytes(const std::vector<Word>& words, std::size_t first) {
    std::string bytes;
    for (std::size_t i = first; i < words.size(); ++i) {
        const auto address = words[i].quoted ? std::nullopt : Ipv4::parse(words[i].text);
        if (words[i].quoted) {
            bytes += words[i].text;
        } else if (address) {
            put_number(bytes, address->bits);
        } else if (auto hex = colon_bytes(words[i].text)) {
            bytes += *hex;
        } else {
            return std::nullopt;
        }
    }
    return bytes;
}

// `expire 4 2026/11/21 23:15:00;` in UTC, `expire epoch 1795302900;` or `expire never;`. Nothing
// when it is none of them.
std::optional<WallTime> read_expiry(const Statement& statement) {
    const auto& words = statement.words;
    if (words.size() == 2 && words[1].text == "never") {
        return WallTime::max();
    }
    if (words.size() >= 3 && words[1].text == "epoch") {
        const auto seconds = parse_number<std::uint32_t>(words[2].text);
        return seconds ? std::optional(WallTime(Seconds(*seconds))) : std::nullopt;
    }
    if (words.size() != 4) {
        return std::nullopt;
    }
    const auto date = split(words[2].text, '/');
    const auto time = split(words[3].text, ':');
    std::array<unsigned, 6> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto& parts = i < 3 ? date : time;
        const auto number = parts.size() == 3 ? parse_number<unsigned>(parts[i % 3]) : std::nullopt;
        if (!number || *number > 9999) {
            return std::nullopt;
        }
        numbers[i] = *number;
    }
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(numbers[0])),
                                          std::chrono::month(numbers[1]),
                                          std::chrono::day(numbers[2])};
    if (!day.ok() || numbers[3] > 23 || numbers[4] > 59 || numbers[5] > 60) {
        return std::nullopt;
    }
    return std::chrono::sys_days(day) + std::chrono::hours(numbers[3]) +
           std::chrono::minutes(numbers[4]) + Seconds(numbers[5]);
}

struct KeptLease {
    std::string interface;
    WallTime expires = WallTime::max();
    Message message;
};

// False when the statement is not what dhclient writes.
bool take_into(const Statement& statement, KeptLease& lease) {
    const auto& words = statement.words;
    if (words.empty()) {
        return true;
    }
    const std::string& name = words.front().text;
    if (name == "expire") {
        const auto expires = read_expiry(statement);
        lease.expires = expires.value_or(lease.expires);
        return expires.has_value();
    }
    if (words.size() < 2) {
        return true;  // a flag such as `bootp`
    }
    if (name == "interface") {
        lease.interface = words[1].text;
    } else if (name == "filename") {
        lease.message.file = words[1].text;
    } else if (name == "server-name") {
        lease.message.server_name = words[1].text;
    } else if (name == "next-server") {
        lease.message.next_server = Ipv4::parse(words[1].text).value_or(Ipv4{});
    } else if (name == "option") {
        const auto code = code_of(words[1].text);
        auto bytes = code ? value_bytes(words, 2) : std::nullopt;
        if (bytes) {
            lease.message.options.push_back({*code, *std::move(bytes)});
        }
    }
    return true;
}

// Behind `lease`: { statements }.
Result<KeptLease, ParseError> take_lease(Cursor& in) {
    KeptLease lease;
    lease.message.operation = Operation::reply;
    skip_blanks(in);
    if (!in.accept("{")) {
        return in.wanted("{");
    }
    for (skip_blanks(in); !in.accept("}"); skip_blanks(in)) {
        const auto statement = take_statement(in);
        if (!statement) {
            return Failure{statement.error()};
        }
        if (!take_into(*statement, lease)) {
            return Failure{ParseError{statement->offset, "a time as dhclient writes it"}};
        }
    }
    return lease;
}

// Behind `lease6`: a block with blocks in it.
Status<ParseError> skip_block(Cursor& in) {
    skip_blanks(in);
    if (in.peek() != '{') {
        return in.wanted("{");
    }
    std::size_t depth = 0;
    do {
        skip_blanks(in);
        if (in.at_end()) {
            return in.wanted("}");
        }
        if (in.peek() == '"') {
            if (auto text = take_quoted(in); !text) {
                return Failure{text.error()};
            }
            continue;
        }
        depth += in.peek() == '{' ? 1 : 0;
        depth -= in.peek() == '}' && depth > 0 ? 1 : 0;
        in.advance();
    } while (depth > 0);
    return Done{};
}

}  // namespace

Result<std::optional<Message>, ParseError> read_dhclient_leases(std::string_view text,
                                                                std::string_view interface,
                                                                WallTime now) {
    std::optional<KeptLease> newest;
    Cursor in(text);
    for (skip_blanks(in); !in.at_end(); skip_blanks(in)) {
        const std::string_view word = in.take_while([](char c) { return !ends_word(c); });
        if (word == "lease") {
            auto lease = take_lease(in);
            if (!lease) {
                return Failure{lease.error()};
            }
            if (lease->interface == interface) {
                newest = *std::move(lease);  // dhclient writes behind what it has written
            }
        } else if (word == "lease6") {
            if (const auto skipped = skip_block(in); !skipped) {
                return Failure{skipped.error()};
            }
        } else if (const auto other = take_statement(in); !other) {
            return Failure{other.error()};  // default-duid "…";
        }
    }
    if (!newest || now >= newest->expires) {
        return std::optional<Message>();
    }
    return std::optional(std::move(newest->message));
}

}  // namespace onhook::wire::dhcp
