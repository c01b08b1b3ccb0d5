#include "wire/dhcp/answer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/printable.h"
#include "base/text.h"
#include "wire/dhcp/bytes.h"

namespace onhook::wire::dhcp {

namespace {

// More in one option would be a server's mistake.
constexpr std::size_t most_values = 16;

bool is_host_name(std::string_view text) {
    return !text.empty() && text.size() <= 253 &&
           std::all_of(text.begin(), text.end(), is_name_char);
}

std::string no_text(unsigned code, std::string_view bytes) {
    return fmt::format("option {}: {} bytes that are no text", code, bytes.size());
}

std::string broken(unsigned code, const ParseError& error) {
    return fmt::format("option {}, byte {}: expected {}", code, error.offset, error.expected);
}

// The values of one option, or why there are none.
using Values = Result<std::vector<std::string>, std::string>;

Values one_value(unsigned code, std::string_view bytes, std::optional<std::string> text) {
    if (!text) {
        return Failure{no_text(code, bytes)};
    }
    return std::vector<std::string>{*std::move(text)};
}

// 13.2: 150 is a list of addresses when its length is that of one and it is not printable.
Values read_tftp_addresses(std::string_view bytes) {
    auto text = read_text(bytes);
    return one_value(option::tftp_addresses, bytes, text ? text : read_addresses(bytes));
}

// K: raw text first, TLV 1 as fallback.
Values read_vendor(std::string_view bytes) {
    auto text = read_text(bytes);
    if (!text) {
        const auto inside = decode_options(bytes);
        const auto first = inside ? find_option(*inside, 1) : std::nullopt;
        text = first ? read_text(*first) : std::nullopt;
    }
    return one_value(option::vendor, bytes, std::move(text));
}

// RFC 3361: 0 and names, or 1 and addresses.
Values read_sip_servers(std::string_view bytes) {
    if (!bytes.empty() && bytes.front() == '\1') {
        return one_value(option::sip_servers, bytes, read_addresses(bytes.substr(1)));
    }
    if (bytes.empty() || bytes.front() != '\0') {
        return Failure{broken(option::sip_servers, {0, "0 or 1"})};
    }
    const auto names = decode_names(bytes.substr(1));
    if (!names) {
        return Failure{
            broken(option::sip_servers, {names.error().offset + 1, names.error().expected})};
    }
    return std::vector<std::string>{fmt::format("{}", fmt::join(*names, ";"))};
}

// 13.1: what is text in it counts, one value an option.
template <typename AnyOptions>
Values texts_of(unsigned code, const Result<AnyOptions, ParseError>& options) {
    if (!options) {
        return Failure{broken(code, options.error())};
    }
    std::vector<std::string> texts;
    for (const auto& one : *options) {
        auto text = read_text(one.bytes);
        if (text && texts.size() < most_values) {
            texts.push_back(*std::move(text));
        }
    }
    return texts;
}

bool is_of_interest(std::uint8_t code) {
    switch (code) {
        case option::time_servers:
        case option::vendor:
        case option::vendor_class:
        case option::tftp_server:
        case option::boot_file:
        case option::url:
        case option::sip_servers:
        case option::vendor_by_enterprise:
            return true;
        default:
            return code >= option::first_of_site;
    }
}

Values values_of(const Option& one, const Reading& reading) {
    switch (one.code) {
        case option::time_servers:
            return one_value(one.code, one.bytes, read_addresses(one.bytes));
        case option::vendor:
            return read_vendor(one.bytes);
        case option::sip_servers:
            return read_sip_servers(one.bytes);
        case option::vendor_by_enterprise:
            return reading.enterprise
                       ? texts_of(one.code, decode_enterprise(one.bytes, *reading.enterprise))
                       : Values(std::vector<std::string>{});
        case option::tftp_addresses:
            return read_tftp_addresses(one.bytes);
        default:
            return one_value(one.code, one.bytes, read_text(one.bytes));
    }
}

template <typename Number>
void add_values(std::vector<std::pair<Number, std::string>>& options,
                Number code,
                Values values,
                Answer& answer) {
    if (!values) {
        answer.left_out.push_back(std::move(values).error());
        return;
    }
    for (std::string& value : *values) {
        if (value.size() <= longest_text) {
            options.emplace_back(code, std::move(value));
        } else {
            answer.left_out.push_back(fmt::format(
                "option {}: {} bytes are too many, at most {}", code, value.size(), longest_text));
        }
    }
}

void read_domain(std::string_view bytes, unsigned code, Answer& answer) {
    auto text = read_text(bytes).value_or("");
    if (text.ends_with('.')) {
        text.pop_back();
    }
    if (is_host_name(text)) {
        answer.domain = std::move(text);
    } else {
        answer.left_out.push_back(fmt::format("option {}: no domain name", code));
    }
}

// C.1: where neither 66 nor a vendor's option is, the header may name a server and a file.
void add_header_fields(const Message& message, Answer& answer) {
    const bool named =
        std::any_of(message.options.begin(), message.options.end(), [](const Option& one) {
            return one.code == option::tftp_server || one.code == option::vendor ||
                   one.code == option::vendor_class || one.code == option::vendor_by_enterprise ||
                   one.code >= option::first_of_site;
        });
    if (named) {
        return;
    }
    if (auto name = read_text(message.server_name); name && is_host_name(*name)) {
        answer.options.emplace_back(option::tftp_server, *std::move(name));
    } else if (message.next_server != Ipv4{}) {
        answer.options.emplace_back(option::tftp_server, message.next_server.to_string());
    }
    auto file = read_text(message.file);
    if (file && !find_option(message.options, option::boot_file)) {
        answer.options.emplace_back(option::boot_file, *std::move(file));
    }
}

// RFC 8415 21.17: the enterprise, then its options.
Values read_vendor6(std::string_view bytes, std::optional<std::uint32_t> wanted) {
    Cursor in(bytes);
    const auto enterprise = take_number<std::uint32_t>(in);
    if (!enterprise) {
        return Failure{broken(option6::vendor, {0, "an enterprise number of 4 bytes"})};
    }
    if (enterprise != wanted) {
        return std::vector<std::string>{};
    }
    return texts_of(option6::vendor, decode_options6(in.rest()));
}

}  // namespace

std::optional<std::string> read_text(std::string_view bytes) {
    while (!bytes.empty() && (bytes.back() == '\0' || is_space(bytes.back()))) {
        bytes.remove_suffix(1);
    }
    if (bytes.empty() || printable(bytes) != bytes) {
        return std::nullopt;
    }
    return std::string(bytes);
}

std::optional<std::string> read_addresses(std::string_view bytes) {
    if (bytes.empty() || bytes.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string text;
    Cursor in(bytes);
    while (const auto bits = take_number<std::uint32_t>(in)) {
        text += (text.empty() ? "" : ";") + Ipv4{*bits}.to_string();
    }
    return text;
}

Result<std::vector<std::string>, ParseError> decode_names(std::string_view bytes) {
    std::vector<std::string> names;
    std::string name;
    Cursor in(bytes);
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const std::size_t length = take_number<std::uint8_t>(in).value_or(0);
        if (length == 0) {
            if (!is_host_name(name) || names.size() == most_values) {
                return Failure{ParseError{start, "a host name, 16 of them at most"}};
            }
            names.push_back(std::exchange(name, {}));
            continue;
        }
        const auto label = length <= 63 ? take_bytes(in, length) : std::nullopt;
        if (!label || label->find('.') != std::string_view::npos || !is_host_name(*label)) {
            return Failure{ParseError{start, "a label of at most 63 letters, digits or hyphens"}};
        }
        name.append(name.empty() ? "" : ".").append(*label);
    }
    if (!name.empty()) {
        return in.wanted("a 0 at the end of the name");
    }
    return names;
}

Result<Options, ParseError> decode_enterprise(std::string_view bytes, std::uint32_t enterprise) {
    Options options;
    Cursor in(bytes);
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const auto whose = take_number<std::uint32_t>(in);
        const auto length = take_number<std::uint8_t>(in);
        const auto data = whose && length ? take_bytes(in, *length) : std::nullopt;
        if (!data) {
            return Failure{ParseError{start, "an enterprise number and its data"}};
        }
        if (whose != enterprise) {
            continue;
        }
        auto inside = decode_options(*data);
        if (!inside) {
            return Failure{ParseError{start + 5 + inside.error().offset, inside.error().expected}};
        }
        std::move(inside->begin(), inside->end(), std::back_inserter(options));
    }
    return options;
}

Answer read_answer(const Message& message, const Reading& reading) {
    Answer answer;
    for (const Option& one : message.options) {
        if (one.code == option::domain) {
            read_domain(one.bytes, one.code, answer);
        } else if (is_of_interest(one.code)) {
            add_values(answer.options, one.code, values_of(one, reading), answer);
        }
    }
    if (reading.header_fields == HeaderFields::last_fallback) {
        add_header_fields(message, answer);
    }
    return answer;
}

Answer read_answer(const Message6& message, const Reading& reading) {
    Answer answer;
    for (const Option6& one : message.options) {
        if (one.code == option6::vendor) {
            add_values(
                answer.options6, one.code, read_vendor6(one.bytes, reading.enterprise), answer);
        } else if (one.code == option6::domain_search && answer.domain.empty()) {
            const auto names = decode_names(one.bytes);
            if (names && !names->empty()) {
                answer.domain = names->front();
            } else {
                answer.left_out.push_back(fmt::format("option {}: no domain name", one.code));
            }
        } else if (one.code == option6::boot_url ||
                   (one.code >= option6::first_of_site && one.code <= option6::last_of_site)) {
            add_values(answer.options6,
                       one.code,
                       one_value(one.code, one.bytes, read_text(one.bytes)),
                       answer);
        }
    }
    return answer;
}

}  // namespace onhook::wire::dhcp
