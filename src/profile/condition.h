#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/cursor.h"
#include "profile/rule_error.h"
#include "profile/version.h"

// The expressions of conditions and triggers (cisco-mpp.md 3.1, 3.2), read from expanded text.

namespace onhook::profile {

enum class Operator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct Operand {
    enum class Kind : std::uint8_t {
        integer,
        version,
        text,     // in quotes
        unknown,  // holds a macro that is not expanded yet
    };

    Kind kind = Kind::text;
    std::string_view written;  // without the quotes
    std::int64_t number = 0;
    Version version;
    std::size_t offset = 0;
};

struct Comparison {
    Operand left;
    Operator op = Operator::equal;
    Operand right;
    std::size_t op_offset = 0;
};

// Two forms of the SPA ancestors: a single ! as "not equal", and a comparison without a left
// operand, which means $SWVER (3.1).
enum class LegacyConditions : std::uint8_t { refused, accepted };

struct ConditionDialect {
    LegacyConditions legacy = LegacyConditions::refused;
    std::string_view firmware;  // $SWVER, needed where legacy forms are accepted
};

// Takes an expression apart, comparison by comparison, up to the end of the cursor's text, which
// must outlive what is taken.
class ExpressionReader {
  public:
    ExpressionReader(Cursor in, ConditionDialect dialect) : in_(in), dialect_(dialect) {}

    // Nothing behind the last one. An expression has at least one.
    [[nodiscard]] Result<std::optional<Comparison>, RuleError> next();

  private:
    Status<RuleError> take_operand(Operand& operand);
    Status<RuleError> take_quoted(Operand& operand);
    [[nodiscard]] bool left_is_out() const;
    Result<Operator, RuleError> take_operator(bool apart);
    Status<RuleError> take_and(bool apart);
    std::string_view take_word();

    Cursor in_;
    ConditionDialect dialect_;
    bool first_ = true;
};

enum class Truth : std::uint8_t { no, yes, unknown };

// 3.2: both sides are of one kind; texts know only "equal" and "not equal".
[[nodiscard]] Result<Truth, RuleError> judge(const Comparison& comparison);

// Every comparison is read and judged, also behind a false one: whether an expression is in order
// does not depend on values. What follows from a macro that is not expanded is unknown.
[[nodiscard]] Result<Truth, RuleError> judge_expression(Cursor in, ConditionDialect dialect);

// The whole text as a trigger: an expression without ( )? around it.
[[nodiscard]] Result<Truth, RuleError> judge_trigger(std::string_view text,
                                                     ConditionDialect dialect);

}  // namespace onhook::profile
