#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "phone/memory.h"
#include "profile/dialect.h"
#include "profile/identity.h"

namespace onhook::agent {

// `[mm/dd/yyyy HH:MM:SS]`, as the phone's pages write it (cisco-mpp.md 10.2); `[time unknown]`
// while the clock is not set.
[[nodiscard]] std::string page_time(const std::optional<WallTime>& at);

// One line of Provisioning Status: `[…] Resync succeeded <url>`, `[…] Resync failed <url> --
// <ERR>`.
[[nodiscard]] std::string page_line(const phone::ResyncRecord& record);

// The phone's status page: product information, provisioning status, reboot history. HTML without
// scripts; holds no secret.
[[nodiscard]] std::string status_page(const profile::Dialect& dialect,
                                      const profile::Identity& identity,
                                      const phone::Memory& memory);

}  // namespace onhook::agent
