#pragma once

#include <cstddef>
#include <string>

#include "base/time.h"
#include "profile/apply.h"
#include "profile/local_time.h"
#include "profile/rule.h"

namespace onhook::phone {

// What an upgrade attempt has reached when it disables the audio and so reboots at its end, even if
// it failed (cisco-mpp.md 9).
enum class UpgradeStart : std::uint8_t {
    component,  // the manifest is there and the first component is asked for
    request,    // the first request
};

// After which boots a phone resyncs (cisco-mpp.md 5.1, CONFLICT 1).
enum class BootResync : std::uint8_t {
    by_reason,  // Resync_On_Reset, after an upgrade Resync_After_Upgrade_Attempt; PF
    // Resync_On_Reset, but not after an upgrade; PP
    not_after_upgrades,
    // Resync_On_Reset, and after no other boot than these two; PM
    power_up_and_upgrades,
};

// What Resync_Random_Delay counts (5.1, CONFLICT 2).
enum class RandomDelayUnit : std::uint8_t {
    of_dialect,  // 20 s on Cisco MPP
    second,
};

// What an item of 0 in Resync_Error_Retry_Delay means (5.1, CONFLICT 4).
enum class ErrorRetryZero : std::uint8_t {
    never,
    at_once,  // a second later, lest a dead server makes a busy loop
};

// What Forced_Resync_Delay means (5.1, CONFLICT 5). 0 is no wait in the first two.
enum class ForcedDelay : std::uint8_t {
    upper_bound,     // a resync waits so long for idle lines
    idle_countdown,  // a resync waits until the lines have been idle for so long
    until_idle,      // nothing: a resync waits for idle lines without a bound
};

// What Resync_Trigger_1 and 2 do (5.1, CONFLICT 6).
enum class Triggers : std::uint8_t {
    gate,   // what is due waits until one is true
    start,  // one that becomes true makes a resync due
};

// What Submit All Changes is followed by (6.6).
enum class SubmitResync : std::uint8_t {
    when_rules_changed,
    always,
};

// Where the documents leave a choice or contradict each other: the named switches, each with the
// spec's default, and the bounds.
struct Policy {
    profile::EmptyElements empty_elements = profile::EmptyElements::mpp;  // cisco-mpp.md 1.4
    profile::RulePolicy rules;                                            // 3.1
    int most_redirects = 5;                                               // 4.3
    int most_challenges = 2;                                              // 4.3
    // Resyncs in a row that only a changed Profile_Rule caused (6.2.6, 6.6).
    std::uint8_t most_follow_ups = 5;
    BootResync boot_resync = BootResync::by_reason;                   // 5.1 CONFLICT 1
    RandomDelayUnit random_delay_unit = RandomDelayUnit::of_dialect;  // 5.1 CONFLICT 2
    profile::RandomWindowPolicy random_window = profile::RandomWindowPolicy::gen_b;  // CONFLICT 3
    ErrorRetryZero error_retry_zero = ErrorRetryZero::never;                         // CONFLICT 4
    ForcedDelay forced_delay = ForcedDelay::upper_bound;                             // CONFLICT 5
    Triggers triggers = Triggers::gate;                                              // CONFLICT 6
    SubmitResync submit_resync = SubmitResync::when_rules_changed;                   // 6.6
    // A server that is down must not make a phone reboot at every retry.
    UpgradeStart upgrade_start = UpgradeStart::component;  // 9
    // How long a phone waits for who answers its multicast SUBSCRIBE (flyingvoice.md 6.1, D9).
    Seconds pnp_wait{5};
    // Of all files of an attempt together (flyingvoice.md 9.1 bounds each).
    std::size_t most_profile_bytes = std::size_t{8} << 20U;
    // The success that lets the periodic timer run may be one before the boot: flyingvoice.md 6.1
    // arms the timer after boots that do not resync, 7.1 and D13 want a success since boot.
    bool success_outlives_boot = true;
    // 7.2 CONFLICT: whether a server that DHCP names ends remote customization at once, or only the
    // profile that comes from it: a dead option must not be the end.
    bool dhcp_answer_aborts = false;
    Seconds redirect_retry{60};         // 7.4: the first retry of the redirect request
    Seconds redirect_retry_cap{86400};  // 7.4: where doubling ends
};

// What a phone is set up with besides its parameters.
struct Settings {
    // The redirect service's URL, with macros (7.1). No vendor host is a default: empty means that
    // this phone has no redirect service.
    std::string redirect_rule = {};
    Policy policy = {};
    // Where the phone is, as long as no parameter says so (Time_Zone is empty).
    profile::TimeZone zone = {};
    // What the page shows instead of Acquired, with macros as they are when the redirect service's
    // profile was taken: $A shows the GPP_A of that profile. No document says where the name comes
    // from (7.2); empty: Acquired.
    std::string customization_name = {};
};

}  // namespace onhook::phone
