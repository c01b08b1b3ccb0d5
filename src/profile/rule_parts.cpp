#include "profile/rule_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/char_set.h"

namespace onhook::profile {

namespace {

constexpr std::size_t nowhere = std::string_view::npos;

// The characters that mean nothing to the scans below.
constexpr CharSet is_plain([](char c) {
    return c != '"' && c != '(' && c != ')' && c != '[' && c != ']' && c != '|';
});

// A URL ends at white space (4.1).
constexpr CharSet is_url_char([](char c) { return !is_space(c); });

// The place of the next mark from `at` on, or the end.
std::size_t next_mark(std::string_view text, std::size_t at) {
    return at < text.size() ? at + is_plain.run(text.substr(at)) : at;
}

// Where the ( at text[at] closes. They nest.
std::size_t closing_parenthesis(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    for (std::size_t i = at; i < text.size(); i = next_mark(text, i + 1)) {
        if (text[i] == '"') {
            i = text.find('"', i + 1);
            if (i == nowhere) {
                return nowhere;
            }
        } else if (text[i] == '(') {
            ++depth;
        } else if (text[i] == ')' && --depth == 0) {
            return i;
        }
    }
    return nowhere;
}

// Where the [ at text[at] closes. They do not nest.
std::size_t closing_bracket(std::string_view text, std::size_t at) {
    std::size_t close = text.find(']', at);
    while (close != nowhere) {
        const std::size_t quote = text.substr(0, close).find('"', at);
        if (quote == nowhere) {
            break;
        }
        const std::size_t end = text.find('"', quote + 1);
        if (end == nowhere) {
            return nowhere;
        }
        at = end + 1;
        close = close < at ? text.find(']', at) : close;
    }
    return close;
}

// Where the bracket or quote at text[at] closes. Quotes hide brackets.
std::size_t closing(std::string_view text, std::size_t at) {
    switch (text[at]) {
        case '(':
            return closing_parenthesis(text, at);
        case '[':
            return closing_bracket(text, at);
        default:
            return text.find('"', at + 1);
    }
}

Result<Group, RuleError> take_group(Cursor& in) {
    const std::size_t length = closing(in.rest(), 0);
    const std::size_t begin = in.offset() + 1;
    if (length == nowhere) {
        const std::string_view rest = in.rest();
        const bool quote_open = std::count(rest.begin(), rest.end(), '"') % 2 != 0;
        return quote_open ? wrong_rule(in.offset() + rest.rfind('"'),
                                       "the quotes are not closed",
                                       "add \" behind the text")
                          : wrong_rule(in.offset(),
                                       fmt::format("this {} is not closed", rest.front()),
                                       rest.front() == '(' ? "add )" : "add ]");
    }
    in.advance(length + 1);
    return Group{begin, begin + length - 1};
}

// A "[" that is not followed by "--" starts an IPv6 literal (4.1).
bool stands_at_options(const Cursor& in) {
    Cursor ahead = in;
    if (!ahead.accept("[")) {
        return false;
    }
    ahead.skip_spaces();
    return ahead.rest().starts_with("--") || ahead.peek() == ']';
}

}  // namespace

std::size_t end_of_alternative(std::string_view rule, std::size_t begin) {
    // Once something is not closed, the same behind it is not either: the scan stays linear.
    bool quotes_close = true;
    bool parentheses_close = true;
    bool brackets_close = true;
    for (std::size_t i = next_mark(rule, begin); i < rule.size(); i = next_mark(rule, i + 1)) {
        bool* closes = nullptr;
        switch (rule[i]) {
            case '|':
                return i;
            case '"':
                closes = &quotes_close;
                break;
            case '(':
                closes = &parentheses_close;
                break;
            case '[':
                closes = &brackets_close;
                break;
            default:
                continue;
        }
        if (*closes) {
            const std::size_t close = closing(rule, i);
            *closes = close != nowhere;
            i = *closes ? close : i;
        }
    }
    return rule.size();
}

Cursor inside(std::string_view rule, const Group& group) {
    Cursor in(rule.substr(0, group.end));
    in.advance(group.begin);
    return in;
}

Result<std::optional<Group>, RuleError> take_condition(Cursor& in) {
    in.skip_spaces();
    if (in.peek() != '(') {
        return std::optional<Group>();
    }
    Cursor ahead = in;
    const auto group = take_group(ahead);
    if (!group) {
        return Failure{group.error()};
    }
    ahead.skip_spaces();
    if (ahead.peek() == '!') {
        return std::optional<Group>();
    }
    if (!ahead.accept("?")) {
        return wrong_rule(ahead.offset(),
                          "expected ? behind a condition, or ! behind assignments",
                          "write ( comparison )? or ( Name = \"value\" ; )!");
    }
    in = ahead;
    return std::optional(*group);
}

Result<Rest, RuleError> take_rest(Cursor& in) {
    Rest rest;
    in.skip_spaces();
    if (in.peek() == '(') {
        const auto group = take_group(in);
        if (!group) {
            return Failure{group.error()};
        }
        in.skip_spaces();
        if (in.peek() == '?') {
            return wrong_rule(group->begin - 1,
                              "an alternative has one condition",
                              "join the comparisons by and inside of it");
        }
        if (!in.accept("!")) {
            return wrong_rule(
                in.offset(), "expected ! behind the assignments", "write ( Name = \"value\" ; )!");
        }
        rest.assignments = *group;
        in.skip_spaces();
    }
    if (stands_at_options(in)) {
        const auto group = take_group(in);
        if (!group) {
            return Failure{group.error()};
        }
        rest.options = *group;
        in.skip_spaces();
    }
    rest.url_offset = in.offset();
    rest.url = in.take_while(is_url_char);
    if (rest.url.starts_with('(')) {
        return wrong_rule(rest.url_offset,
                          "expected a URL",
                          "in front of it stand one condition, then one list of assignments, then "
                          "the options");
    }
    if (rest.url.starts_with('"')) {
        return wrong_rule(rest.url_offset,
                          "expected a URL; quoted text stands in conditions and options",
                          "write a condition as ( )? and the URL without quotes");
    }
    return rest;
}

}  // namespace onhook::profile
