#pragma once

#include <string>

namespace onhook::cli {

// `onhook phone status`: what the state directory says. These give the exit status.
[[nodiscard]] int show_phone_status(const std::string& directory, bool json);

// `onhook phone --print-phone`: the phone as PHONE.json for `onhook rule`, `apply` and `expand`.
[[nodiscard]] int print_saved_phone(const std::string& directory, bool reveal);

}  // namespace onhook::cli
