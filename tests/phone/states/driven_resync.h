#pragma once

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "phone/resync.h"
#include "phone/states/observe.h"
#include "support/machine_bench.h"

namespace onhook::phone {

using ResyncState = Resync::State;

[[nodiscard]] inline test::SamplePhone resyncing(std::string_view rule = "http://h/a.xml") {
    return test::SamplePhone()
        .set("Profile_Rule", rule)
        .set("Resync_Periodic", "3600")
        .set("Resync_Error_Retry_Delay", "60,120");
}

inline const std::string profile_text = "<flat-profile><GPP_A>1</GPP_A></flat-profile>";

inline constexpr WallTime resync_start(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + 8h);

// Resync with its bench.
struct DrivenResync {
    using State = ResyncState;

    test::MachineBench bench;
    Resync resync;
    std::optional<Seconds> clock = 0s;  // how far the wall clock is off; nothing: it is unknown
    std::string rule_of_pass;           // that `transferring` is about; empty: that of the bench
    std::optional<OneRule> one_rule;    // that `transferring` is about, alone

    explicit DrivenResync(const test::SamplePhone& sample = resyncing()) : bench(sample) {}

    [[nodiscard]] Context at() {
        bench.wall.reset();
        if (clock) {
            bench.wall =
                resync_start + *clock + std::chrono::floor<Seconds>(bench.now.time_since_epoch());
        }
        return bench.context();
    }

    std::optional<PassResult> start(profile::ResyncCause cause = profile::ResyncCause::power_up) {
        Context context = at();
        return resync.start(cause, context);
    }

    // The newest transfer, or one that nobody waits for.
    [[nodiscard]] TransferId newest() const {
        return bench.count<StartTransfer>() > 0 ? bench.transfer().transfer : TransferId{1};
    }

    // As the phone routes it: the answers of a transfer go to who owns it.
    template <typename Event>
    std::optional<PassResult> tell(Event event) {
        event.transfer = newest();
        Context context = at();
        return resync.owns(event.transfer) ? resync.on(event, context) : std::nullopt;
    }

    void find_server() {
        Context context = at();
        if (resync.owns(newest())) {
            resync.on(ServerFound{newest(), "192.0.2.1"}, context);
        }
    }

    std::optional<PassResult> answer(int code, std::string body = {}) {
        return tell(Answered{{}, code, std::move(body), "/b.xml", "Basic realm=\"x\""});
    }

    std::optional<PassResult> fail() {
        return tell(TransferFailed{{}, TransferFault::connect, "refused"});
    }

    void find_servers(std::vector<SrvTarget> targets) {
        LookupId lookup{1};
        for (const Action& action : bench.actions) {
            if (const auto* asked = std::get_if<LookUpServers>(&action)) {
                lookup = asked->lookup;
            }
        }
        Context context = at();
        (void)resync.on(ServersLookedUp{lookup, std::move(targets)}, context);
    }

    std::optional<PassResult> deadline() {
        Context context = at();
        return resync.on_deadline(context);
    }

    void pass_deadline() {
        bench.now = resync.deadline().value_or(bench.now + 24h);
        (void)deadline();
    }

    void wait_start_delay() {
        Context context = at();
        resync.wait_start_delay(context);
    }

    void resume() {
        Context context = at();
        resync.resume(context);
    }

    void retry_later() {
        Context context = at();
        resync.retry_later(context);
    }

    std::optional<PassResult> request(std::optional<OneRule> one) {
        Context context = at();
        return resync.request(std::move(one), context);
    }

    void lines(bool busy) {
        bench.network.busy = busy;
        Context context = at();
        EXPECT_FALSE(resync.start_waiting(context));
    }

    void read_clock() {
        Context context = at();
        resync.on_clock(context);
    }

    // By hand.
    void change(std::string_view name, std::string_view value) {
        bench.set(name, value);
        const std::array changed = {*bench.memory.values.catalogue().find(name)};
        Context context = at();
        resync.on_changed(changed, context);
    }

    void remember_success() { bench.memory.synced_once = true; }

    void set_false_trigger() { bench.set("Resync_Trigger_1", "$PRVTMR ge 99999"); }

    void enter(State state);

    [[nodiscard]] State state() const { return resync.state(); }

    void wait(Duration time) { bench.now += time; }

    [[nodiscard]] test::Glance glance() const {
        return {{}, resync.deadline(), bench.now, bench.memory};
    }

    [[nodiscard]] Actions& actions() { return bench.actions; }
};

[[nodiscard]] std::string_view name_of(ResyncState state);
[[nodiscard]] test::Table resync_table();
// The part of it that is about its transfers.
[[nodiscard]] std::vector<test::Inputs<DrivenResync>> resync_transfer_inputs();

}  // namespace onhook::phone
