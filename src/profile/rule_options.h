#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/cursor.h"
#include "profile/rule_error.h"

// The bracketed options of a rule (cisco-mpp.md 4.2) as they are written.

namespace onhook::profile {

// Which parameter a rule belongs to: Profile_Rule and B to D, Upgrade_Rule, Report_Rule.
enum class RuleKind : std::uint8_t { profile, upgrade, report };

enum class Option : std::uint8_t { key, uid, pwd, post, alias, srv, delta, status };

struct WrittenOption {
    Option option = Option::key;
    std::size_t offset = 0;
    std::string_view argument;  // without the quotes; its macros of secrets are not opened
    std::size_t argument_offset = 0;
    bool quoted = false;
};

// Takes options one by one up to the end of the cursor's text. Each may stand once; each kind of
// rule has its own.
class OptionReader {
  public:
    OptionReader(Cursor in, RuleKind kind) : in_(in), kind_(kind) {}

    // Nothing behind the last one.
    [[nodiscard]] Result<std::optional<WrittenOption>, RuleError> next();

  private:
    Status<RuleError> take_argument(WrittenOption& option, std::string_view name);

    Cursor in_;
    RuleKind kind_;
    std::uint32_t seen_ = 0;  // a bit for each option
};

}  // namespace onhook::profile
