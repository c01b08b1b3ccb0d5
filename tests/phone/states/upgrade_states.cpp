// What Upgrade does in each of its states (cisco-mpp.md 9).
#include "phone/states/driven_upgrade.h"

namespace onhook::phone {

namespace {

using UpgradeIn = test::Input<DrivenUpgrade>;

constexpr auto fetching = UpgradeState::fetching;
constexpr auto activating = UpgradeState::activating;

constexpr std::array<test::NamedState<UpgradeState>, 5> upgrade_states = {{
    {UpgradeState::idle, {"idle", "nothing is due", test::Place::first}},
    {UpgradeState::retry_wait, {"retry_wait", "waits `Upgrade_Error_Retry_Delay` after a failure"}},
    {UpgradeState::waiting, {"waiting", "due, but a call holds a line or a pass runs"}},
    {fetching, {"fetching", "the transfers of one attempt; a call does not stop them"}},
    {activating,
     {"activating", "the load is there and runs after the reboot, which waits for idle lines"}},
}};

constexpr std::string_view looked_afterwards = "looked at when the attempt ends";
constexpr std::string_view next_life_looks = "the next life looks";

void look(DrivenUpgrade& d) { d.look(); }

void tried_before(DrivenUpgrade& d) { d.bench.memory.firmware.own().tried = test::new_load_url; }

// A macro or a condition of the rule has another value; nobody tells the machine.
void lead_to(DrivenUpgrade& d, std::string_view rule) {
    d.bench.set("Upgrade_Rule", rule);
    d.look();
}

std::vector<UpgradeIn> upgrade_boots() {
    const auto boot = [](std::string_view name, std::string_view section) {
        return UpgradeIn{name, section, [](auto& d) { d.boot(); }}
            .never({UpgradeState::retry_wait, UpgradeState::waiting, fetching, activating},
                   "the boot comes first")
            .begins();
    };
    return {
        boot("boot", "6.5, 9"),
        boot("boot, the place was tried before", "9").having(tried_before),
        boot("boot, a retry is owed", "5.2, 9").having([](auto& d) {
            tried_before(d);
            d.bench.memory.firmware.own().failures = 1;
        }),
        UpgradeIn{"the phone reboots", "9", [](auto& d) { d.reboot(); }}
            .noting({activating}, "the partitions are swapped")
            .undrawn(),
    };
}

std::vector<UpgradeIn> upgrade_looks() {
    const auto busy = [](auto& d) {
        d.bench.network.busy = true;
        d.look();
    };
    return {
        UpgradeIn{"the rule is looked at (a pass ended)", "9", look}
            .noting({UpgradeState::retry_wait}, "tried already")
            .noting({fetching}, looked_afterwards)
            .noting({activating}, next_life_looks),
        UpgradeIn{"looked at, it leads to another place",
                  "9",
                  [](auto& d) { lead_to(d, "http://fw.test/other.loads"); }}
            .noting({fetching}, looked_afterwards)
            .noting({activating}, next_life_looks),
        UpgradeIn{"looked at, a call holds a line", "9", busy}
            .noting({fetching}, looked_afterwards)
            .noting({activating}, next_life_looks),
        UpgradeIn{"looked at, it leads to the place tried last", "9", look}.having(tried_before),
        UpgradeIn{"looked at, the load is in the other partition", "9", look}.having(
            [](auto& d) { d.bench.memory.firmware.own().inactive = test::new_load; }),
        UpgradeIn{"looked at, the load runs already",
                  "9",
                  [](auto& d) { lead_to(d, "http://fw.test/sip88xx.11-3-1MPP-678.loads"); }},
        UpgradeIn{"looked at, `Downgrade_Rev_Limit` refuses the load",
                  "5.4, 9",
                  [](auto& d) {
                      d.bench.set("Downgrade_Rev_Limit", "13-0-0MPP");
                      d.look();
                  }},
        UpgradeIn{"looked at, no condition of it holds",
                  "3.4, 9",
                  [](auto& d) { lead_to(d, "(1 eq 2)? " + test::new_load_url); }},
        UpgradeIn{"looked at, it cannot be read", "3.4", [](auto& d) { lead_to(d, "/b.loads"); }},
    };
}

std::vector<UpgradeIn> upgrade_requests() {
    constexpr std::string_view refused = "the phone refuses it: an upgrade is under way";
    return {
        UpgradeIn{"requested once", "10.1", [](auto& d) { d.request("http://fw.test/o.loads"); }}
            .never({fetching, activating}, refused)
            .noting({UpgradeState::waiting}, "takes the place of one that waits"),
        UpgradeIn{"requested once, a call holds a line",
                  "9, 10.1",
                  [](auto& d) {
                      d.bench.network.busy = true;
                      d.request("http://fw.test/o.loads");
                  }}
            .never({fetching, activating}, refused),
        UpgradeIn{"early deadline", test::ours, [](auto& d) { d.pass_deadline(1ms); }},
        UpgradeIn{"deadline", "9", [](auto& d) { d.pass_deadline(); }},
        UpgradeIn{"deadline, a call holds a line",
                  "9",
                  [](auto& d) {
                      d.bench.network.busy = true;
                      d.pass_deadline();
                  }},
        UpgradeIn{"a line becomes busy", "9", [](auto& d) { d.lines(true); }},
        UpgradeIn{"all lines become idle", "9", [](auto& d) { d.lines(false); }},
        UpgradeIn{"the phone drops what was requested",
                  "9, 10.1",
                  [](auto& d) { (void)d.upgrade.drop_request(); }}
            .noting({UpgradeState::waiting}, "the rule waits on"),
    };
}

std::vector<UpgradeIn> upgrade_changes() {
    const auto rule = [](auto& d) { d.change("Upgrade_Rule", "http://s/b.loads"); };
    return {
        UpgradeIn{"`Upgrade_Rule` changes", "9", rule}
            .noting({fetching}, looked_afterwards)
            .noting({activating}, next_life_looks),
        UpgradeIn{"`Upgrade_Rule` is emptied", "9", [](auto& d) { d.change("Upgrade_Rule", ""); }},
        UpgradeIn{"`Downgrade_Rev_Limit` changes",
                  "5.4",
                  [](auto& d) { d.change("Downgrade_Rev_Limit", "12-0-0MPP"); }}
            .noting({fetching}, looked_afterwards)
            .noting({activating}, next_life_looks),
        UpgradeIn{
            "`Upgrade_Enable` becomes No", "5.4", [](auto& d) { d.change("Upgrade_Enable", "No"); }}
            .noting({fetching}, "what runs comes to its end"),
        UpgradeIn{"`Upgrade_Enable` becomes Yes",
                  "5.4",
                  [](auto& d) { d.change("Upgrade_Enable", "Yes"); }}
            .having([](auto& d) { d.bench.now += 10s; })
            .noting({UpgradeState::retry_wait}, "the retry counts anew"),
        UpgradeIn{"`Upgrade_Error_Retry_Delay` changes",
                  "5.2",
                  [](auto& d) { d.change("Upgrade_Error_Retry_Delay", "100"); }},
        UpgradeIn{"`Upgrade_Error_Retry_Delay` becomes never",
                  "5.2",
                  [](auto& d) { d.change("Upgrade_Error_Retry_Delay", "0"); }},
    };
}

}  // namespace

void DrivenUpgrade::enter(UpgradeState state) {
    if (state == UpgradeState::idle) {
        return;
    }
    bench.network.busy = state == UpgradeState::waiting;
    if (one_time && state == fetching) {
        request(test::new_load_url);
        return;
    }
    look();
    if (state == UpgradeState::retry_wait) {
        answer({.status = 500});
    }
    if (state == activating && bench.memory.firmware->etag == "\"v1\"") {
        bench.network.busy = true;
        answer({.status = 200, .stored = StoredFile{9, "cd"}});
    }
    const std::array answers = {test::Reply{.status = 200, .body = test::sample_manifest()},
                                test::Reply{.status = 200, .stored = test::stored_kernel()},
                                test::Reply{.status = 200, .stored = test::stored_rootfs()}};
    if (state == activating && upgrade.state() != activating) {
        bench.network.busy = true;
        for (const test::Reply& reply : answers) {
            answer(reply);
        }
    }
    for (std::size_t i = 0; state == fetching && i < good_answers; ++i) {
        answer(answers.at(i));
    }
}

test::Table upgrade_table() {
    std::vector<test::Inputs<DrivenUpgrade>> groups = {
        {"Lives begin and end", upgrade_boots()},
        {"The rule is looked at", upgrade_looks()},
        {"Requests, time and lines", upgrade_requests()},
        {"Parameters change", upgrade_changes()}};
    for (auto& group : upgrade_transfer_inputs()) {
        groups.push_back(std::move(group));
    }
    return test::Observer<DrivenUpgrade>(upgrade_states).observe(groups);
}

}  // namespace onhook::phone
