#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared.h"
#include "base/shared_text.h"
#include "base/time.h"
#include "phone/events.h"
#include "profile/values.h"

namespace onhook::phone {

// How far remote customization has come (cisco-mpp.md 7.1), in the documents' words.
enum class CustomizationState : std::uint8_t {
    open,
    pending,
    custom_pending,
    acquired,
    aborted,
    unavailable,
};
[[nodiscard]] std::string_view to_string(CustomizationState state) noexcept;  // "Custom-Pending"
[[nodiscard]] std::optional<CustomizationState> parse_customization(std::string_view text) noexcept;

[[nodiscard]] std::optional<BootReason> parse_boot_reason(std::string_view text) noexcept;

// One line of Reboot History; without a time when the clock was not known.
struct RebootRecord {
    Moment<WallTime> at;
    BootReason reason = BootReason::user;

    friend bool operator==(const RebootRecord&, const RebootRecord&) = default;
};

// How an attempt ended, as a Flyingvoice phone counts it (flyingvoice.md 11.2, D32).
enum class ResyncCode : std::uint8_t {
    changed,
    unchanged,
    no_source,  // nothing names a server; no failure
    transport,
    not_found,
    authentication,
    unreadable,  // a file or rule does not parse
    not_applied,
    tls,
    cancelled,
};
inline constexpr ResyncCode last_resync_code = ResyncCode::cancelled;

// One line of Provisioning Status.
struct ResyncRecord {
    Moment<WallTime> at;
    SharedText url;    // where from; empty when no URL was reached
    SharedText error;  // empty on success
    bool succeeded = false;
    ResyncCode code = ResyncCode::changed;  // of phones that count so

    friend bool operator==(const ResyncRecord&, const ResyncRecord&) = default;
};

// One line of Firmware Upgrade Status.
struct UpgradeRecord {
    Moment<WallTime> at;
    bool succeeded = false;
    std::string url;
    std::string error;  // empty on success

    friend bool operator==(const UpgradeRecord&, const UpgradeRecord&) = default;
};

// The phone's two firmware partitions and what became of the rule that chose (9).
struct Firmware {
    std::string running;   // a load's name; empty: that of the identity, since the factory
    std::string inactive;  // empty: there is nothing in the other partition
    // Scheme, server, port and path that the rule led to last: it is not tried again by itself.
    // Where the rule is to blame: why it led nowhere.
    std::string tried;
    std::uint8_t failures = 0;  // attempts that failed in a row since `tried`; a retry is owed
    // Of the image that runs, where names tell nothing (flyingvoice.md D29).
    std::string etag;
    std::string sha256;
    std::vector<UpgradeRecord> upgrades;  // newest first

    friend bool operator==(const Firmware&, const Firmware&) = default;
};

// The certificates of CAs that a phone took beside those of its vendor, and how the last attempt to
// get some ended (11.2).
struct Authorities {
    SharedText certificates;  // PEM, one after the other; empty: none is installed
    std::string name;         // the common name of the first
    Moment<WallTime> at;      // of the last attempt
    bool tried = false;
    std::string error = {};  // of the last attempt; empty: it succeeded

    friend bool operator==(const Authorities&, const Authorities&) = default;
};

// What a phone keeps over a power cut. Saved whole or not at all.
struct Memory {
    static constexpr std::size_t most_reboots = 5;
    static constexpr std::size_t most_resyncs = 3;
    static constexpr std::size_t most_upgrades = 3;

    explicit Memory(profile::Values start) : values(std::move(start)) {}

    profile::Values values;
    CustomizationState customization = CustomizationState::open;
    // The periodic timer exists only after the first successful resync (6.3).
    bool synced_once = false;
    // A resync is owed, over restarts too: at once when follow_ups counts it, most often because a
    // rule changed (6.6); else by the error retry list, because the last pass failed (6.3).
    bool resync_due = false;
    // Passes in a row that were owed at once, the one that is due included; bounds two profiles
    // that point at each other.
    std::uint8_t follow_ups = 0;
    // A rule asked for an activation code, and none was accepted yet (7.5).
    bool waits_for_code = false;
    // The name of who provisioned the phone by the redirect service; shown for Acquired (7.2).
    SharedText customization_name;
    Shared<Firmware> firmware;
    Shared<Authorities> authorities;
    // What was changed here and waits to be reported when the phone restarts (8.4), by id.
    Shared<std::vector<profile::ParameterId>> unreported;
    std::vector<RebootRecord> reboots;  // newest first
    std::vector<ResyncRecord> resyncs;  // newest first

    void remember(RebootRecord record);
    void remember(ResyncRecord record);
    void remember(UpgradeRecord record);

    friend bool operator==(const Memory&, const Memory&) = default;
};

}  // namespace onhook::phone
