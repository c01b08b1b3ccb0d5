#pragma once

#include <array>
#include <string>
#include <string_view>

#include "phone/states/observe.h"
#include "phone/upgrade.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"
#include "support/sample_load.h"

namespace onhook::phone {

using UpgradeState = Upgrade::State;

// Has an upgrade rule and no profile rule.
[[nodiscard]] inline test::SamplePhone upgrading(std::string_view rule = test::new_load_url) {
    return test::SamplePhone().set("Upgrade_Rule", rule).set("Profile_Rule", "");
}

// The answer to the newest transfer.
[[nodiscard]] inline Answered answer_of(const test::MachineBench& bench, const test::Reply& reply) {
    return {.transfer = bench.transfer().transfer,
            .status = reply.status,
            .body = reply.body,
            .location = reply.location,
            .challenge = reply.challenge,
            .stored = reply.stored,
            .etag = reply.etag};
}

// Upgrade with its bench.
struct DrivenUpgrade {
    using State = UpgradeState;

    test::MachineBench bench{upgrading()};
    Upgrade upgrade;
    std::size_t good_answers = 0;  // that `fetching` has got already
    bool one_time = false;         // `fetching` is what somebody requested once
    bool owes_reboot = false;      // as soon as no call holds a line

    void enter(UpgradeState state);

    [[nodiscard]] UpgradeState state() const { return upgrade.state(); }

    // The phone's part.
    void take(const Upgrade::Outcome& outcome) {
        owes_reboot |= outcome.reboot;
        if (!bench.network.busy && std::exchange(owes_reboot, false)) {
            bench.actions.emplace_back(Reboot{BootReason::upgrade});
        }
    }

    void lines(bool busy) {
        bench.network.busy = busy;
        take({});
        go_on();
    }

    void go_on() {
        Context context = bench.context();
        take(upgrade.go_on(context));
    }

    void look() {
        upgrade.look();
        go_on();
    }

    void request(std::string rule) {
        upgrade.request({std::move(rule), ""});
        go_on();
    }

    // As the phone routes it: the answers of a transfer go to who owns it.
    void answer(const test::Reply& reply) {
        Context context = bench.context();
        if (owns_newest()) {
            take(upgrade.on(answer_of(bench, reply), context));
        }
    }

    void fail() {
        Context context = bench.context();
        if (owns_newest()) {
            take(upgrade.on(
                TransferFailed{bench.transfer().transfer, TransferFault::connect, "refused"},
                context));
        }
    }

    void find_server() {
        Context context = bench.context();
        if (owns_newest()) {
            upgrade.on(ServerFound{bench.transfer().transfer, "192.0.2.1"}, context);
        }
    }

    [[nodiscard]] bool owns_newest() const {
        return bench.count<StartTransfer>() > 0 && upgrade.owns(bench.transfer().transfer);
    }

    void change(std::string_view name, std::string_view value) {
        bench.set(name, value);
        const std::array changed = {*profile::cisco_mpp_catalogue().find(name)};
        Context context = bench.context();
        upgrade.changed(changed, context);
        go_on();
    }

    void pass_deadline(Duration early = {}) {
        bench.now = upgrade.deadline().value_or(bench.now + 24h) - early;
        const Context context = bench.context();
        upgrade.on_deadline(context);
        go_on();
    }

    // Another life with the same memory.
    void boot() {
        bench.network.busy = false;
        owes_reboot = false;
        upgrade = Upgrade();
        Context context = bench.context();
        upgrade.boot(context);
        go_on();
    }

    void reboot() {
        Context context = bench.context();
        upgrade.activate(context);
        boot();
    }

    void wait(Duration time) { bench.now += time; }

    [[nodiscard]] test::Glance glance() const {
        return {{}, upgrade.deadline(), bench.now, bench.memory};
    }

    [[nodiscard]] Actions& actions() { return bench.actions; }
};

[[nodiscard]] test::Table upgrade_table();
// The part of it that is about its transfers.
[[nodiscard]] std::vector<test::Inputs<DrivenUpgrade>> upgrade_transfer_inputs();

}  // namespace onhook::phone
