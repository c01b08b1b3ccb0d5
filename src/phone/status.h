#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "phone/memory.h"
#include "phone/network.h"
#include "profile/dialect.h"
#include "profile/identity.h"
#include "profile/status.h"

namespace onhook::phone {

// `[mm/dd/yyyy HH:MM:SS]`, as the phone's pages write it (cisco-mpp.md 10.2); `[time unknown]`
// while the clock is not set. The time is UTC, as it was remembered.
[[nodiscard]] std::string page_time(const std::optional<WallTime>& at);

// One line of Provisioning Status: `[…] Resync succeeded <url>`, `[…] Resync failed <url> --
// <ERR>`.
[[nodiscard]] std::string page_line(const ResyncRecord& record);
// The same for Firmware Upgrade Status: `[…] Upgrade succeeded <url>`.
[[nodiscard]] std::string page_line(const UpgradeRecord& record);

// The two places that show a status write Reboot History differently (10.2).
enum class StatusForm : std::uint8_t {
    page,      // [08/13/14 06:12:38] User Triggered
    document,  // [08/13/14 06:12:38]User Triggered, in status.xml and reports
};

// What the phone knows of the sections of Info > Status (10.2), in their order: Reboot History,
// Product Information, Ext Status of the lines that are to be registered, PRT Status, Custom CA
// Status, Provisioning Status; then Info > Download
// Status as one more section. Slots that nothing fills yet are empty. The Software Version is the
// load that runs, the one of `identity` while the memory names none. Holds no secret.
[[nodiscard]] profile::StatusDocument status_document(const profile::Dialect& dialect,
                                                      const profile::Identity& identity,
                                                      const Memory& memory,
                                                      const Registrations& registrations = {},
                                                      StatusForm form = StatusForm::document);

}  // namespace onhook::phone
