#include "profile/condition.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/char_set.h"

namespace onhook::profile {

namespace {

struct OperatorName {
    std::string_view symbol;
    std::string_view acronym;
    Operator op;
};

constexpr std::array<OperatorName, 6> operator_names = {{
    {"=", "eq", Operator::equal},
    {"!=", "ne", Operator::not_equal},
    {"<", "lt", Operator::less},
    {"<=", "le", Operator::less_equal},
    {">", "gt", Operator::greater},
    {">=", "ge", Operator::greater_equal},
}};

constexpr std::string_view operators_remedy = "write one of = != < <= > >= or eq ne lt le gt ge";
constexpr std::string_view blank_remedy = "put a blank before it and behind it";
constexpr std::string_view or_remedy =
    "write the other choice as an alternative behind |, or as the other trigger";

std::optional<Operator> read_acronym(std::string_view word) {
    if (word.size() != 2) {
        return std::nullopt;
    }
    const char first = to_lower(word[0]);
    const char second = to_lower(word[1]);
    for (const OperatorName& name : operator_names) {
        if (name.acronym[0] == first && name.acronym[1] == second) {
            return name.op;
        }
    }
    return std::nullopt;
}

constexpr bool is_symbol(char c) noexcept {
    return c == '=' || c == '!' || c == '<' || c == '>' || c == '~' || c == '&' || c == '|';
}

constexpr CharSet is_word_char([](char c) {
    return !is_space(c) && !is_symbol(c) && c != '"' && c != '(' && c != ')' && c != '?';
});

bool starts_with_typographic_quote(std::string_view text) {
    constexpr std::array<std::string_view, 6> quotes = {
        "\u201c", "\u201d", "\u201e", "\u00ab", "\u2018", "\u2019"};
    return std::any_of(quotes.begin(), quotes.end(), [text](std::string_view quote) {
        return text.starts_with(quote);
    });
}

// Why a word that is neither a number nor a version is no operand.
Failure<RuleError> no_operand(std::string_view word, std::size_t offset) {
    if (starts_with_typographic_quote(word)) {
        return wrong_rule(
            offset, "typographic quotation marks do not quote", "write straight ones: \"");
    }
    if (word.find("://") != word.npos) {
        return wrong_rule(offset,
                          "a URL is no part of an expression",
                          "write a comparison such as $PRVTMR ge 600");
    }
    if (word.starts_with('$')) {
        return wrong_rule(offset,
                          fmt::format("{} has no value here", word),
                          "secrets open as arguments of --key, --uid and --pwd only, and unknown "
                          "macros stay as they are");
    }
    return wrong_rule(offset,
                      fmt::format("'{}' is no number, version or quoted text", word),
                      fmt::format("if it is a text, write \"{}\"", word));
}

Status<RuleError> read_operand(std::string_view word, std::size_t offset, Operand& operand) {
    operand.written = word;
    operand.offset = offset;
    const bool signed_number = word.starts_with('-') || word.starts_with('+');
    const std::string_view digits = word.substr(signed_number ? 1 : 0);
    if (!digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit)) {
        const auto number = parse_number<std::int64_t>(word.starts_with('+') ? digits : word);
        if (!number) {
            return wrong_rule(offset,
                              fmt::format("{} is beyond the numbers of 64 bits", word),
                              "put it in quotes to compare it as a text");
        }
        operand.kind = Operand::Kind::integer;
        operand.number = *number;
        return Done{};
    }
    if (const auto version = Version::parse(word)) {
        operand.kind = Operand::Kind::version;
        operand.version = *version;
        return Done{};
    }
    if (word.find(unknown_character) != word.npos) {
        operand.kind = Operand::Kind::unknown;
        return Done{};
    }
    return no_operand(word, offset);
}

std::string_view kind_name(Operand::Kind kind) {
    switch (kind) {
        case Operand::Kind::integer:
            return "a number";
        case Operand::Kind::version:
            return "a version";
        case Operand::Kind::text:
            return "a quoted text";
        case Operand::Kind::unknown:
            return "a macro";
    }
    return "";
}

constexpr bool holds(Operator op, std::weak_ordering order) noexcept {
    switch (op) {
        case Operator::equal:
            return order == 0;
        case Operator::not_equal:
            return order != 0;
        case Operator::less:
            return order < 0;
        case Operator::less_equal:
            return order <= 0;
        case Operator::greater:
            return order > 0;
        case Operator::greater_equal:
            return order >= 0;
    }
    return false;
}

constexpr bool orders(Operator op) noexcept {
    return op != Operator::equal && op != Operator::not_equal;
}

constexpr Truth truth_of(bool holds) noexcept { return holds ? Truth::yes : Truth::no; }

bool is_known(const Operand& operand) {
    return operand.written.find(unknown_character) == std::string_view::npos;
}

}  // namespace

// Up to white space, an operator or a bracket; a version may end in brackets: 2.0.6(b).
std::string_view ExpressionReader::take_word() {
    const std::string_view start = in_.rest();
    std::size_t length = in_.take_while(is_word_char).size();
    Cursor ahead = in_;
    if (length > 0 && is_digit(start.front()) && ahead.accept("(")) {
        const std::size_t letters =
            ahead.take_while([](char c) { return is_letter(c) || is_digit(c); }).size();
        if (letters > 0 && ahead.accept(")")) {
            length += letters + 2;
            in_ = ahead;
        }
    }
    return start.substr(0, length);
}

Status<RuleError> ExpressionReader::take_quoted(Operand& operand) {
    const std::size_t quote = in_.offset();
    in_.advance();
    operand.kind = Operand::Kind::text;
    operand.offset = in_.offset();
    operand.written = in_.take_while([](char c) { return c != '"'; });
    if (!in_.accept("\"")) {
        return wrong_rule(quote, "the quotes are not closed", "add \" behind the text");
    }
    return Done{};
}

Status<RuleError> ExpressionReader::take_operand(Operand& operand) {
    in_.skip_spaces();
    const std::size_t offset = in_.offset();
    if (in_.peek() == '"') {
        return take_quoted(operand);
    }
    if (in_.peek() == '(' || in_.peek() == ')') {
        return wrong_rule(offset,
                          "parentheses inside an expression are not supported",
                          fmt::format("join comparisons by and; {}", or_remedy));
    }
    if (in_.peek() == '\'') {
        return wrong_rule(offset, "single quotes do not quote", "write double ones: \"");
    }
    const std::string_view word = take_word();
    if (word.empty() || read_acronym(word) || equals_ignoring_case(word, "and")) {
        return wrong_rule(offset,
                          "expected a number, a version or a quoted text",
                          "put a macro that may be empty in quotes");
    }
    if (equals_ignoring_case(word, "not")) {
        return wrong_rule(offset, "not is not supported", "write the opposite operator, ne for eq");
    }
    return read_operand(word, offset, operand);
}

// Where legacy forms are accepted, no left side means $SWVER.
bool ExpressionReader::left_is_out() const {
    if (dialect_.legacy == LegacyConditions::refused) {
        return false;
    }
    Cursor ahead = in_;
    ahead.skip_spaces();
    const std::string_view word = ahead.take_while(is_word_char);
    return word.empty() ? is_symbol(ahead.peek()) : read_acronym(word).has_value();
}

// `apart`: from what stands in front of it.
Result<Operator, RuleError> ExpressionReader::take_operator(bool apart) {
    const std::size_t offset = in_.offset();
    if (const std::string_view symbol = in_.take_while(is_symbol); !symbol.empty()) {
        for (const OperatorName& name : operator_names) {
            if (symbol == name.symbol) {
                return name.op;
            }
        }
        if (symbol == "!" && dialect_.legacy == LegacyConditions::accepted) {
            return Operator::not_equal;
        }
        return wrong_rule(offset,
                          fmt::format("{} is no operator", symbol),
                          std::string(symbol == "!" ? "write != or ne" : operators_remedy));
    }
    const std::string_view word = in_.take_while(is_word_char);
    const auto op = read_acronym(word);
    if (!op) {
        return wrong_rule(
            offset,
            word.empty() ? "expected an operator" : fmt::format("'{}' is no operator", word),
            std::string(operators_remedy));
    }
    if (!apart || !is_space(in_.peek())) {
        return wrong_rule(offset,
                          fmt::format("{} needs white space on both sides", word),
                          std::string(blank_remedy));
    }
    return *op;
}

// compare { and compare }
Status<RuleError> ExpressionReader::take_and(bool apart) {
    const std::size_t offset = in_.offset();
    const bool by_symbol = is_symbol(in_.peek());
    const std::string_view word =
        by_symbol ? in_.take_while(is_symbol) : in_.take_while(is_word_char);
    if (equals_ignoring_case(word, "and")) {
        return apart && is_space(in_.peek())
                   ? Status<RuleError>(Done{})
                   : wrong_rule(
                         offset, "and needs white space on both sides", std::string(blank_remedy));
    }
    if (word == "&&") {
        return wrong_rule(offset, "&& is not supported", "write and");
    }
    if (word == "||" || equals_ignoring_case(word, "or")) {
        return wrong_rule(offset, fmt::format("{} is not supported", word), std::string(or_remedy));
    }
    if (in_.peek() == '?') {
        return wrong_rule(offset,
                          "? stands behind the parentheses of a rule's condition only",
                          "leave it out, or write ( )?");
    }
    return wrong_rule(
        offset, "expected and, or the end of the expression", "write and between two comparisons");
}

Result<std::optional<Comparison>, RuleError> ExpressionReader::next() {
    if (!std::exchange(first_, false)) {
        const bool apart = is_space(in_.peek());
        in_.skip_spaces();
        if (in_.at_end()) {
            return std::optional<Comparison>();
        }
        if (auto connected = take_and(apart); !connected) {
            return Failure{std::move(connected).error()};
        }
    }
    std::optional<Comparison> comparison(std::in_place);
    const bool left_out = left_is_out();
    if (auto left = left_out ? read_operand(dialect_.firmware, in_.offset(), comparison->left)
                             : take_operand(comparison->left);
        !left) {
        return Failure{std::move(left).error()};
    }
    // Where a legacy form leaves the left side out, there is none to stand apart from.
    const bool apart = left_out || is_space(in_.peek());
    in_.skip_spaces();
    comparison->op_offset = in_.offset();
    const auto op = take_operator(apart);
    if (!op) {
        return Failure{op.error()};
    }
    comparison->op = *op;
    if (auto right = take_operand(comparison->right); !right) {
        return Failure{std::move(right).error()};
    }
    return comparison;
}

Result<Truth, RuleError> judge(const Comparison& comparison) {
    const Operand& left = comparison.left;
    const Operand& right = comparison.right;
    using Kind = Operand::Kind;
    if (orders(comparison.op) && (left.kind == Kind::text || right.kind == Kind::text)) {
        return wrong_rule(comparison.op_offset,
                          "texts have no order: only = != eq ne apply to them",
                          "leave the quotes out to compare numbers or versions");
    }
    if (left.kind == Kind::unknown || right.kind == Kind::unknown) {
        return Truth::unknown;
    }
    if (left.kind != right.kind) {
        return wrong_rule(
            right.offset,
            fmt::format(
                "{} cannot be compared with {}", kind_name(left.kind), kind_name(right.kind)),
            "give both sides one kind: quote both, or neither");
    }
    switch (left.kind) {
        case Kind::integer:
            return truth_of(holds(comparison.op, left.number <=> right.number));
        case Kind::text:
            if (!is_known(left) || !is_known(right)) {
                return Truth::unknown;
            }
            return truth_of((left.written == right.written) == (comparison.op == Operator::equal));
        case Kind::version: {
            const auto order = left.version.compare(right.version);
            if (!order) {
                return wrong_rule(
                    right.offset,
                    "version format error: the two versions are written in different forms",
                    fmt::format("expected {}", order.error().expected),
                    "version-format");
            }
            return truth_of(holds(comparison.op, *order));
        }
        case Kind::unknown:
            break;
    }
    return Truth::unknown;
}

Result<Truth, RuleError> judge_expression(Cursor in, ConditionDialect dialect) {
    ExpressionReader reader(in, dialect);
    Truth truth = Truth::yes;
    for (;;) {
        const auto comparison = reader.next();
        if (!comparison) {
            return Failure{comparison.error()};
        }
        if (!*comparison) {
            return truth;
        }
        const auto one = judge(**comparison);
        if (!one) {
            return Failure{one.error()};
        }
        if (truth == Truth::no || *one == Truth::no) {
            truth = Truth::no;
        } else if (*one == Truth::unknown) {
            truth = Truth::unknown;
        }
    }
}

Result<Truth, RuleError> judge_trigger(std::string_view text, ConditionDialect dialect) {
    Cursor in(text);
    in.skip_spaces();
    if (in.peek() == '(') {
        return wrong_rule(in.offset(),
                          "a trigger is a bare expression, without ( )?",
                          "leave the parentheses and the ? out");
    }
    return judge_expression(in, dialect);
}

}  // namespace onhook::profile
