#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "agent/state_file.h"
#include "base/result.h"
#include "profile/dialect.h"
#include "profile/flyingvoice_macro.h"
#include "profile/identity.h"
#include "profile/macro_context.h"
#include "profile/values.h"

namespace onhook::cli {

// Which of the two languages its rules and files are in.
[[nodiscard]] bool speaks_flyingvoice(const profile::Dialect& dialect);

// A phone as people describe it to a command: PHONE.json (docs/reference/phone-file.md). It is not
// moved, because the macros look at its identity and values.
struct DescribedPhone {
    DescribedPhone(const profile::Dialect& the_dialect, profile::Identity the_identity);
    DescribedPhone(const DescribedPhone&) = delete;
    DescribedPhone& operator=(const DescribedPhone&) = delete;

    const profile::Dialect* dialect;
    profile::Identity identity;
    profile::Values values;
    // One of the two is the dialect's.
    profile::MacroContext macros;
    profile::FlyingvoiceMacros flyingvoice_macros;
};

using DescribedPhonePtr = std::unique_ptr<DescribedPhone>;

// Reads the text of a PHONE.json. Only "dialect" and "mac" must be there; an unknown key, an
// unknown parameter and a value that does not fit are errors that name their place.
[[nodiscard]] Result<DescribedPhonePtr, std::string> parse_phone(std::string_view json);

// The same from a file; "-" is standard input.
[[nodiscard]] Result<DescribedPhonePtr, std::string> read_phone(const std::string& path);

enum class Secrets { left_out, revealed };

// The PHONE.json of a phone that has run. Its timers are not in it: they count from a boot.
[[nodiscard]] std::string print_phone(const profile::Dialect& dialect,
                                      const agent::PhoneState& state,
                                      Secrets secrets);

}  // namespace onhook::cli
