#include "phone/states/document.h"

#include <gtest/gtest.h>

#include "phone/states/driven_custom_ca.h"
#include "phone/states/driven_customization.h"
#include "phone/states/driven_phone.h"
#include "phone/states/driven_reporter.h"
#include "phone/states/driven_resync.h"
#include "phone/states/driven_upgrade.h"
#include "phone/states/pass_states.h"

namespace onhook::phone {

namespace {

constexpr std::string_view introduction = R"(# States of a phone

What each machine of `src/phone` does with each input in each of its states. This page is made by
running the machines: `tests/phone/states` puts each into each state, lets each input happen and
writes down what was seen; a test fails when they differ.

## How to read a cell

| cell | means |
|---|---|
| **retry_wait** (60 s): syslog, save | goes to retry_wait, its timer is due in 60 s, and these are ordered: a line of syslog, the memory is saved |
| stays: log | the same state; something is ordered |
| stays (60 s) | the same state; its timer is another one now |
| `=` | ignored: nothing changes and nothing is ordered |
| never: why | nobody can tell the machine so in this state |
| bug: why | nobody may; the process stops |

After a semicolon, or behind `=`, is why. The column § names the section that says so: of the Cisco
MPP specification, and of the Flyingvoice specification where a heading says that; *ours* is what no
document says. The times are those of a phone with `Resync_Periodic` 3600 (the whole phone: 7200),
`Resync_Error_Retry_Delay` 60,120, `Resync_At` 1000 at 8 o'clock, and factory values otherwise.

*save* writes the memory; *log* is the phone's own log, *syslog* the provider's server too; *accept*,
*refuse* and *answer 200* are told to who asked. What is told to programs only is left out. An
answer is late where its transfer is not the machine's any more: the `=` under *any other state*.

A diagram shows the main ways from state to state, and no input that leaves the state as it is; the
tables have all of them.

| machine | decides |
|---|---|
| [the phone](#the-phone) | who gets an event; answers requests; restarts |
| [boots](#which-boots-resync) | whether a boot resyncs |
| [Resync](#resync) | when the profile rules are fetched |
| [a pass over two profiles](#a-pass-over-two-profiles) | what a Flyingvoice phone fetches in which order |
| [Customization](#customization) | how an unprovisioned phone finds its provider |
| [activation code](#activation-code) | what becomes of a code that a person enters |
| [Reporter](#reporter) | when reports are sent |
| [Upgrade](#upgrade) | when a load is fetched and started |
| [CustomCa](#customca) | when the certificates of further CAs are fetched |

)";

constexpr std::string_view about_the_phone = R"(## The phone

`Phone` in `src/phone/phone.h`: its events, in the words of `src/phone/events.h`. While it is
restarting, the next life decides: nothing counts any more, but who asks gets an answer. A restart
waits for idle lines, and for the transfers of an upgrade. The ids of transfers start anew with each
life; the shell forgets those of the life before.

)";

constexpr std::string_view about_boots =
    R"(After power-up the delay is random, at most `Resync_Random_Delay` units of 20 s. An unprovisioned
phone (6.5) looks for its provider at every boot, without delay: DHCP, DNS SRV of its domain, the
redirect service. When `Provision_Enable` becomes Yes by hand and nothing waits, the phone decides
as at its boot.

)";

constexpr std::string_view about_resync = R"(## Resync

`Resync` in `src/phone/resync.h`, with the pass over the rules of a Cisco phone that it runs. What
`Forced_Resync_Delay`, the triggers and a 0 in the retry list mean is a choice of `Policy`
(`src/phone/policy.h`), which has one for every contradiction of the documents; the tables show its
defaults.

)";

constexpr std::string_view about_pass = R"(## A pass over two profiles

`ProfilesPass` in `src/phone/profiles_pass.h`, of a Flyingvoice phone; sections are those of the
Flyingvoice specification. At most one request runs. The pass ends once, and only then anything is
applied, or the first failure counts and nothing is.

)";

constexpr std::string_view about_customization = R"(## Customization

`Customization` in `src/phone/customization.h` (7.2). The three ends stay ends until a factory
reset. When Pending ends without a redirect, the error retry list goes on where the redirect service
had stood in for it.

)";

constexpr std::string_view about_code = R"(## Activation code

`Customization` again, and what the phone remembers of it (7.5). A code works whatever the state of
customization; an end stays one.

)";

constexpr std::string_view about_reporter = R"(## Reporter

`Reporter` in `src/phone/reporter.h`, in the modes of `Report_to_Server` (8.4). A start reports in
the mode that names restarts, On Request; the other modes have times of their own. While reports go
out the timers go on. The diagram leaves out that the mode changes.

)";

constexpr std::string_view about_upgrade = R"(## Upgrade

`Upgrade` in `src/phone/upgrade.h`. Each transfer failing in each way is tested in
`tests/phone/upgrade_failure_test.cpp`.

)";

constexpr std::string_view about_custom_ca = R"(## CustomCa

`CustomCa` in `src/phone/custom_ca.h` (11.2). What it installs counts for the transfers that start
after it. When the last resync failed by TLS, the phone resyncs at once. What failed is tried again
after the next successful resync and at the next boot.

)";

// An event that is added without a row shows here.
void expect_every_event_told() {
    for (std::size_t index = 0; index < std::variant_size_v<Event>; ++index) {
        EXPECT_TRUE(DrivenPhone::told_events().contains(index))
            << "phone_states.cpp has no row for event " << index << " of phone/events.h";
    }
}

std::string chapter(std::string_view about, const test::Table& table) {
    SCOPED_TRACE(about.substr(0, about.find('\n')));
    test::expect_complete(table);
    return std::string(about) + test::markdown(table);
}

}  // namespace

std::string phone_states_document() {
    std::string text(introduction);
    text += chapter(about_the_phone, phone_table());
    expect_every_event_told();
    text += test::tables_of(boot_table());
    text += about_boots;
    text += chapter(about_resync, resync_table());
    text += chapter(about_pass, pass_table());
    text += chapter(about_customization, customization_table());
    text += chapter(about_code, code_table());
    text += chapter(about_reporter, reporter_table());
    text += chapter(about_upgrade, upgrade_table());
    text += chapter(about_custom_ca, custom_ca_table());
    text.pop_back();  // the last blank line
    return text;
}

}  // namespace onhook::phone
