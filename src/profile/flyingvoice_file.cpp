#include "profile/flyingvoice_file.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/utf8.h"

namespace onhook::profile {

namespace {

constexpr bool is_key_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.';
}

constexpr bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t';
}

// What is wrong with a line whatever stands in it: the column (1-based) and why.
Status<std::pair<std::size_t, std::string>> check_line(std::string_view line,
                                                       const FlyingvoiceLimits& limits) {
    if (line.size() > limits.line_bytes) {
        return Failure{std::pair(
            limits.line_bytes + 1,
            fmt::format("the line is longer than {} bytes; shorten it", limits.line_bytes))};
    }
    if (const auto bad = first_bad_utf8(line)) {
        return Failure{std::pair(*bad + 1, std::string("not UTF-8; save the file as UTF-8"))};
    }
    const auto* control = std::find_if(line.begin(), line.end(), is_control);
    if (control != line.end()) {
        return Failure{std::pair(static_cast<std::size_t>(control - line.begin()) + 1,
                                 std::string("a control character; remove it"))};
    }
    return Done{};
}

// D27: pair = *WSP key *WSP "=" *WSP value *WSP
Result<FlyingvoicePair, DocumentError> read_pair(const FlyingvoiceLine& line) {
    Cursor in(line.text);
    in.take_while(is_blank);
    const std::size_t column = in.offset() + 1;
    FlyingvoicePair pair{in.take_while(is_key_char), {}, false, line.number, column};
    const auto wanted = [&](std::string_view what) {
        constexpr std::string_view boot_file =
            "this is a boot file; take the files that it includes instead of it";
        return is_boot_include(line.text)
                   ? Failure{DocumentError{line.number, column, std::string(boot_file)}}
                   : Failure{DocumentError{line.number, in.offset() + 1, std::string(what)}};
    };
    if (pair.key.empty()) {
        return wanted("the line has no key; write 'key = value', or start a comment with #");
    }
    in.take_while(is_blank);
    if (!in.accept("=")) {
        return wanted(
            "expected '=' behind a key of letters, digits, _ and .; start a comment with #");
    }
    pair.value = trim(in.rest());
    pair.blank = pair.value.empty();
    if (pair.value.size() >= 2 && pair.value.front() == '"' && pair.value.back() == '"') {
        pair.value = pair.value.substr(1, pair.value.size() - 2);
    }
    return pair;
}

}  // namespace

bool is_boot_include(std::string_view line) {
    line = trim(line);
    if (line.starts_with("[")) {
        line.remove_prefix(std::min(line.find(']'), line.size() - 1) + 1);
    }
    return trim(line).starts_with("include:config");
}

Result<std::vector<FlyingvoiceLine>, DocumentError> read_flyingvoice_lines(
    std::string_view document, const FlyingvoiceLimits& limits) {
    if (document.size() > limits.bytes) {
        return Failure{DocumentError{
            1,
            1,
            fmt::format("the file is larger than {} bytes; leave something out", limits.bytes)}};
    }
    Cursor in(document);
    (void)in.accept(utf8_byte_order_mark);
    std::vector<FlyingvoiceLine> lines;
    for (std::size_t number = 1; !in.at_end(); ++number) {
        std::string_view line = in.take_while([](char c) { return c != '\n'; });
        (void)in.accept("\n");
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (auto checked = check_line(line, limits); !checked) {
            auto [column, why] = std::move(checked).error();
            return Failure{DocumentError{number, column, std::move(why)}};
        }
        // 9.2: the header may not be edited; a phone that meets another does not know the file.
        if (number == 1 && line.starts_with("#!version") && line != flyingvoice_header) {
            return Failure{DocumentError{
                1,
                1,
                fmt::format("the header is not the one that phones know; write exactly {}",
                            flyingvoice_header)}};
        }
        const std::string_view text = trim(line);
        if (!text.empty() && text.front() != '#' && text.front() != ';') {
            lines.push_back({line, number});
        }
    }
    return lines;
}

Result<std::vector<FlyingvoicePair>, DocumentError> read_flyingvoice_file(
    std::string_view document, const FlyingvoiceLimits& limits) {
    const auto lines = read_flyingvoice_lines(document, limits);
    if (!lines) {
        return Failure{lines.error()};
    }
    std::vector<FlyingvoicePair> pairs;
    for (const FlyingvoiceLine& line : *lines) {
        auto pair = read_pair(line);
        if (!pair) {
            return Failure{std::move(pair).error()};
        }
        pairs.push_back(*pair);
    }
    if (pairs.empty()) {
        return Failure{DocumentError{
            1,
            1,
            "there is no line 'key = value'; write one, or name the phone's configuration file"}};
    }
    return pairs;
}

}  // namespace onhook::profile
