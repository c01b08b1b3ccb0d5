#pragma once

#include <string>

#include "agent/state_file.h"
#include "base/result.h"
#include "fleet/phone_file.h"
#include "profile/dialect.h"

namespace onhook::cli {

using fleet::DescribedPhone;
using fleet::DescribedPhonePtr;
using fleet::speaks_flyingvoice;

// Reads a PHONE.json (docs/reference/phone-file.md); "-" is standard input. The error is a sentence
// that names the file and the place in it.
[[nodiscard]] Result<DescribedPhonePtr, std::string> read_phone(const std::string& path);

enum class Secrets { left_out, revealed };

// The PHONE.json of a phone that has run. Its timers are not in it: they count from a boot.
[[nodiscard]] std::string print_phone(const profile::Dialect& dialect,
                                      const agent::PhoneState& state,
                                      Secrets secrets);

}  // namespace onhook::cli
